"""What an answer to a digest says about which of its items: pure, and never a guess.

Where each stretch of the mail belongs, in this order:

1. A mail that is a command as a whole, or begins with one on a line of its own, is that command.
   Under a quoted item only STOP is: there, words are words.
2. Lines that surely name an item (`numbered_lines`) belong to it, and the lines below them too.
3. Text under a quoted item belongs to that item. Below the last thing quoted it does only where no
   more than that item was quoted, or other items were answered in between: else it may as well
   stand below the whole.
4. Everything in a digest of one item belongs to that.

What is clear is posted. What is not (a number that may count something, two items on one line, a
number under another item's quote, a list of the writer's own, words that stand nowhere) is asked
back as one text, and posted nowhere before; a greeting above answers, or a line that only says that
they follow, is neither.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.channels.email.digest_quotes import below
from gateway.channels.email.item_words import GREETINGS, LEADS_IN
from gateway.channels.email.numbered_lines import Heard, Kind, heard
from gateway.channels.email.reply import Answer, Extract
from gateway.core import commands as c
from gateway.core.commands import Command, PostView, Reply, Several, Stop, Thanks, WhichItem
from gateway.core.grammar import is_thanks, parse
from gateway.core.grammar.clean import fold

_WORD = re.compile(r"[^\W_]+(?:['\-][^\W_]+)*")
_MOST_GREETED = 5
_MOST_IN_A_LEAD = 10
_MOST_IN_A_COMMAND = 4
_MOST_BELOW = 8
"""Words: of a greeting, of a line above answers, of a command, of a name below a command."""

_MARKS = " .,;:!-_*>~=#|"

LONGEST = 20_000
"""Letters of an answer; nobody types more, and what is longer is no answer to an item."""

_BRIEF = (
    *(c.Start, c.Undo, c.Help, c.Me, c.KioskCode, c.Activate, c.More, c.News, c.Read, c.Pick),
    *(c.Groups, c.Join, c.Leave, c.Who, c.Find, c.Pause, c.Resume, c.Time, c.Rhythm, c.PageLength),
    *(c.Language, c.Confirm, c.Decline),
)
"""Commands of a few words; in a longer text their word is only how a sentence begins."""

_WITH_TEXT = (c.Post, c.Urgent)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words for the post `number`; for nobody knows which where that is 0."""

    number: int
    text: str


def understood(extract: Extract, items: Sequence[PostView], sent: str) -> Command | None:
    """The command that an answer to the digest of `items` (`sent`, its text) is.

    None where the core reads the text by itself: a command, or plain words that it asks about.
    """
    whole = extract.reply.strip()
    stretches = [answer for answer in extract.answers if answer.text.strip()]
    if not whole or not items or not stretches:
        return None
    if isinstance(parse(whole.partition("\n")[0], "fr"), Stop):
        return Stop()
    if len(whole) > LONGEST:
        return WhichItem(whole[:LONGEST])
    if len(items) == 1:
        return _to_the_only(whole, items)
    under = below(extract, stretches, items, sent)
    if _is_command(whole, inline=any(under)):
        return None
    return _opening_command(whole, items, inline=any(under)) or _placed(
        whole, stretches, under, items
    )


def _placed(
    whole: str, stretches: Sequence[Answer], under: Sequence[int], items: Sequence[PostView]
) -> Command:
    if _residue(whole, items):
        return WhichItem(whole)
    pieces: list[_Piece] = []
    for answer, place in zip(stretches, under, strict=True):
        pieces += _under(answer.text, place, items) if place else _alone(answer.text, items)
    return _together(pieces, whole)


def _to_the_only(whole: str, items: Sequence[PostView]) -> Command | None:
    """Its own number is taken off; another number is asked about; the core reads all else."""
    first, _, rest = whole.partition("\n")
    found = heard(first, items)
    if is_thanks(whole):
        return Thanks(items[0].number)
    if found.kind is Kind.SURE:
        text = f"{found.text}\n{rest}".strip()
        return _command_of(_Piece(found.number, text))
    doubtful = found.kind is Kind.DOUBT and found.number != items[0].number
    return WhichItem(whole) if doubtful else None


def _residue(whole: str, items: Sequence[PostView]) -> bool:
    """Whether the quote of the digest is still in it, so that its numbers would be read as his."""
    return "reply+" in whole or any(f"· {item.number}" in whole for item in items)


def _is_command(whole: str, *, inline: bool) -> bool:
    """Whether all of it is a command; under a quote only silence is."""
    command = parse(whole, "fr")
    if isinstance(command, c.Guess):
        command = command.command
        return isinstance(command, Stop)
    if isinstance(command, Stop):
        return True
    return not inline and (isinstance(command, _WITH_TEXT) or _is_brief(command, whole))


def _opening_command(whole: str, items: Sequence[PostView], *, inline: bool) -> Command | None:
    """The command on the first line, with the answers or the mere name that stand below it."""
    first, _, rest = whole.partition("\n")
    opening = parse(first, "fr")
    if inline or not rest.strip() or not _is_brief(opening, first) or isinstance(opening, c.Pick):
        return None
    pieces = _alone(rest, items)
    if pieces and all(piece.number for piece in pieces):
        return Several((opening, *map(_command_of, pieces)))
    return opening if len(_WORD.findall(rest)) <= _MOST_BELOW else None


def _is_brief(command: Command, text: str) -> bool:
    return isinstance(command, _BRIEF) and len(_WORD.findall(text)) <= _MOST_IN_A_COMMAND


def _under(text: str, place: int, items: Sequence[PostView]) -> list[_Piece]:
    """A stretch under the item at `place`; a number of another item in it makes it doubtful."""
    own = items[place - 1].number
    lines = [heard(line, items) for line in text.strip().split("\n")]
    named = {line.number for line in lines if line.kind in (Kind.SURE, Kind.TOLD)}
    if named - {own}:
        return [_Piece(0, text.strip())]
    if lines[0].kind in (Kind.SURE, Kind.TOLD):
        rest = "\n".join(line.line for line in lines[1:])
        return [_Piece(own, f"{lines[0].text}\n{rest}".strip())]
    return [_Piece(own, text.strip())]


def _alone(text: str, items: Sequence[PostView]) -> list[_Piece]:
    """A stretch that stands under no item: by the numbers that its lines begin with."""
    lines = [heard(line, items) for line in text.strip().split("\n")]
    begun = next((at for at, line in enumerate(lines) if line.kind is not Kind.PLAIN), len(lines))
    above = "\n".join(line.line for line in lines[:begun]).strip()
    if begun == len(lines):
        return [] if _only_greets(above) else [_Piece(0, above)]
    greeted = _only_greets(above)
    if above.endswith(":") and not greeted:
        return [_Piece(0, text.strip())]  # what follows is most likely a list of his own
    pieces = [] if greeted else [_Piece(0, above)]
    trusted = _trusted(lines[begun:], bare=not greeted)
    for group in _groups(lines[begun:]):
        head, rest = group[0], "\n".join(line.line for line in group[1:])
        if head.kind in trusted and f"{head.text}{rest}".strip():
            pieces.append(_Piece(head.number, f"{head.text}\n{rest}".strip()))
        else:
            pieces.append(_Piece(0, f"{head.line}\n{rest}".strip()))
    return pieces


def _trusted(lines: Sequence[Heard], *, bare: bool) -> frozenset[Kind]:
    """The ways of beginning a line that name an item here; `bare` where words stand above."""
    numbered = [line for line in lines if line.kind is not Kind.PLAIN]
    kinds = {line.kind for line in numbered}
    if bare:
        return frozenset({Kind.SURE})
    listed = [line.place for line in numbered if line.kind in (Kind.LISTED, Kind.DOUBT)]
    is_list = len(numbered) > 1 and [line.place for line in numbered] == list(
        range(1, len(numbered) + 1)
    )
    trusted = {Kind.SURE, Kind.TOLD}
    if kinds == {Kind.HEAD}:
        trusted.add(Kind.HEAD)
    if listed and not is_list:
        trusted.add(Kind.LISTED)
    return frozenset(trusted)


def _groups(lines: Sequence[Heard]) -> Iterator[list[Heard]]:
    """Each line that begins with a number, and the plain lines below it."""
    group: list[Heard] = []
    for line in lines:
        if line.kind is not Kind.PLAIN and group:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _only_greets(text: str) -> bool:
    """Whether nothing but a greeting, or a line that says that answers follow, is in it."""
    return all(_greets(line) for line in text.split("\n") if line.strip())


def _greets(line: str) -> bool:
    if any(letter.isdigit() for letter in line):
        return False
    words = _WORD.findall(fold(line).folded)
    if not words or "?" in line:
        return not line.strip(_MARKS)
    if words[0] in GREETINGS:
        return len(words) <= _MOST_GREETED
    return len(words) <= _MOST_IN_A_LEAD and any(word in LEADS_IN for word in words)


def _together(pieces: Sequence[_Piece], whole: str) -> Command:
    """One command for all of it: what is clear, in its order, and then what must be asked."""
    texts: dict[tuple[int, bool], list[str]] = {}
    for piece in pieces:
        texts.setdefault((piece.number, is_thanks(piece.text)), []).append(piece.text)
    asked = [text for (number, _), said in texts.items() if not number for text in said]
    clear = [
        _command_of(_Piece(number, said[0] if thanks else "\n\n".join(said)))
        for (number, thanks), said in texts.items()
        if number
    ]
    if not clear:
        return WhichItem(whole)
    if asked:
        clear.append(WhichItem("\n\n".join(asked)))
    return clear[0] if len(clear) == 1 else Several(tuple(clear))


def _command_of(piece: _Piece) -> Command:
    return Thanks(piece.number) if is_thanks(piece.text) else Reply(piece.number, piece.text)
