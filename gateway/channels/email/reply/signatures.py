"""What stands around a text without being said: signatures, "sent from my phone", legal footers,
banners of the firm's mail filter.

Only the end of a stretch of text is looked at (banners: the top), and never all of it is cut: a
signature with nothing above it is somebody's answer.
"""

import re
from collections.abc import Callable

from gateway.channels.email.reply import closings
from gateway.channels.email.reply.lines import LONG, Line, any_of, fold, runs
from gateway.channels.email.reply.machines import banner, is_sent_from

MAX_TAIL = 40  # lines from the end in which a signature is looked for
MAX_AFTER_DELIMITER = 15


_DELIMITER = re.compile(r"^(?:-- ?|—|––?|__|-{2,3}|_{2,3})$")
_RULE = re.compile(r"^(?:[-_=*~—–] ?){4,}$")
_LEGAL = re.compile(any_of(closings.LEGAL))
_MACHINE = re.compile(any_of(closings.MACHINE_FOOTERS))
_VALEDICTIONS = frozenset(fold(words) for words in closings.VALEDICTIONS)
_SAID = frozenset(fold(word) for word in closings.SAID)
_EMAIL_LINE = re.compile(r"^\W*(?:[\w-]{1,12}\W{1,3})?[^\s<>@]{1,64}@[^\s<>@]{1,200}\W*$")
_PHONE_LINE = re.compile(
    r"^\W*(?:[^\W\d]{1,12}\W{0,3})?\+?(?:[\d().\-/]\W?){7,20}\W*(?:ext\W*\d+)?$"
)
_WEB_LINE = re.compile(r"^\W*(?:[\w-]{1,12}\W{1,3})?(?:https?://|www\.)\S+$")
_DASH_NAME = re.compile(r"^([-–—~]) ?([^\W\d_][\w'’. -]{0,30})$")


def mark(lines: list[Line], author: str) -> None:
    """Cut what no person said. Runs after `quotes`, on what that left."""
    _called(lines)
    banner(lines)
    quoted = any(line.cut in ("quote", "header") for line in lines)
    stretches = list(runs(lines))
    sizes = [sum(1 for line in run if line.text) for run in stretches]
    left = sum(sizes)
    for run, size in zip(stretches, sizes, strict=True):
        _run(run, author, quoted=quoted, removable=left > size)
        left -= sum(1 for line in run if line.text and line.cut)


def _run(run: list[Line], author: str, *, quoted: bool, removable: bool) -> None:
    offset = max(0, len(run) - MAX_TAIL)
    _delimited(run, offset, quoted=quoted, removable=removable)
    _sent_from(run, offset, keep_after=quoted)
    for _ in range(3):
        left = [line for line in run if not line.cut]
        if not any(rule(left, author, removable) for rule in _RULES):
            break
    if not (removable or quoted or any(line.text and not line.cut for line in run)):
        _restore(run)


def _restore(run: list[Line]) -> None:
    """Everything looked like a signature: then it was the answer. Phones' lines stay cut."""
    for line in run:
        if line.cut == "signature" and not is_sent_from(line.text):
            line.cut = ""


def _called(lines: list[Line]) -> None:
    """What the HTML calls a signature, unless nothing else was written."""
    written = any(line.text and not line.cut and line.role != "signature" for line in lines)
    for line in lines:
        if line.role == "signature" and not line.cut and (written or is_sent_from(line.text)):
            line.cut = "signature"


# -- delimiters -----------------------------------------------------------------------------


def _delimited(run: list[Line], offset: int, *, quoted: bool, removable: bool) -> None:
    for index in range(offset, len(run)):
        line = run[index]
        if line.code or not _DELIMITER.match(line.text):
            continue
        strict = line.text not in ("--", "—")
        below = [other.text for other in run[index + 1 :] if other.text]
        alone = not (removable or _above(run, index) or (quoted and not strict))
        if not alone and _is_card(below, strict=strict):
            _strike(run[index:], "signature")
            return


def _is_card(below: list[str], *, strict: bool) -> bool:
    """Short lines that say who somebody is. After a bare rule more is asked."""
    if len(below) > (5 if strict else MAX_AFTER_DELIMITER):
        return False
    if strict:
        return all(len(text) <= 60 and not text.endswith((".", "?", "!")) for text in below)
    return sum(map(len, below)) <= 1500


def _above(run: list[Line], index: int) -> bool:
    return any(line.text for line in run[:index])


# -- "Sent from my phone" -------------------------------------------------------------------


def _sent_from(run: list[Line], offset: int, *, keep_after: bool) -> None:
    for index in range(offset, len(run)):
        line = run[index]
        if line.cut or line.code or not is_sent_from(line.text):
            continue
        line.cut = "signature"
        start = _card_above(run, index)
        _strike(run[start:index], "signature")
        if not keep_after and _above(run, start):
            # A client quotes below this line; with no mark of a quote at all, this was the last.
            _strike(run[index:], "signature")
            return


def _card_above(run: list[Line], index: int) -> int:
    """A delimiter, or a name with a blank above it, directly over "sent from"."""
    above = index - 1
    while above >= 0 and run[above].blank and index - above < 3:
        above -= 1
    if above < 0:
        return index
    text = run[above].text
    if _DELIMITER.match(text) or _RULE.match(text):
        return above
    named = above == index - 1 and above >= 2 and run[above - 1].blank and is_name(text)
    return above if named else index


# -- the last lines -------------------------------------------------------------------------


def is_name(text: str) -> bool:
    words = text.strip(" ,").split()
    if (
        not 1 <= len(words) <= 4
        or len(text) > 40
        or any(mark in text for mark in "?!:;@/0123456789")
    ):
        return False
    if any(fold(word.strip(".,")) in _SAID for word in words):
        return False
    return all(word[0].isalpha() and not word[0].islower() for word in words) and text[-1] != "."


def _paragraph(run: list[Line]) -> tuple[int, int]:
    """The last paragraph of a stretch, as [start, end)."""
    end = len(run)
    while end and run[end - 1].blank:
        end -= 1
    start = end
    while start and run[start - 1].text and end - start < MAX_TAIL:
        start -= 1
    return start, end


def _footer(run: list[Line], _author: str, others: bool) -> bool:
    start, end = _paragraph(run)
    if end == 0 or run[end - 1].code:
        return False
    words = fold(" ".join(line.text[:2000] for line in run[start:end]))[:4000]
    machine = _MACHINE.search(words) is not None and len(words) < 1200
    legal = len(words) >= 60 and len(set(_LEGAL.findall(words))) >= (2 if len(words) < 200 else 3)
    start = _after_text(run, start, end) if machine and not legal else start
    if not (machine or legal) or not (others or _above(run, start)):
        return False
    _strike(run[_over_rule(run, start) :], "footer")
    return True


def _after_text(run: list[Line], start: int, end: int) -> int:
    """A machine's line that stands directly under text: only from that line on."""
    if len(fold(" ".join(line.text for line in run[start:end]))) < 200 and _above(run, start):
        return start
    return next((i for i in range(start, end) if _MACHINE.search(fold(run[i].text[:LONG]))), start)


def _rule_only(run: list[Line], _author: str, _others: bool) -> bool:
    """A rule or a delimiter with nothing below it any more."""
    start, end = _paragraph(run)
    if (
        end == 0
        or run[end - 1].code
        or not (_RULE.match(run[end - 1].text) or _DELIMITER.match(run[end - 1].text))
    ):
        return False
    _strike(run[end - 1 :], "signature")
    return start < end


def _over_rule(run: list[Line], start: int) -> int:
    above = start - 1
    while above >= 0 and run[above].blank:
        above -= 1
    over = above >= 0 and (_RULE.match(run[above].text) or _DELIMITER.match(run[above].text))
    return above if over else start


def _valediction(run: list[Line], _author: str, others: bool) -> bool:
    """A "kind regards," and the name and place under it."""
    tail = [i for i, line in enumerate(run) if line.text][-8:]
    for position, index in enumerate(tail):
        if not _is_valediction(run[index].text):
            continue
        below = [run[i].text for i in tail[position + 1 :]]
        if _is_card(below, strict=True) and not _listed(below) and (others or _above(run, index)):
            _strike(run[index:], "signature")
            return True
    return False


def _is_valediction(text: str) -> bool:
    if len(text) > 70:
        return False
    words, _, name = fold(text).partition(",")
    if words.strip(" .!-—") in _VALEDICTIONS:
        return not name.strip() or is_name(text.partition(",")[2].strip())
    return False


def _listed(below: list[str]) -> bool:
    return any(text[:2] in ("- ", "* ", "• ") or text[:1] in "0123456789>" for text in below)


def _card(run: list[Line], author: str, _others: bool) -> bool:
    """A last paragraph that is a visiting card: name, mail, phone, web."""
    start, end = _paragraph(run)
    texts = [line.text for line in run[start:end]]
    if not 2 <= len(texts) <= 8 or not _above(run, start) or not is_name(texts[0]):
        return False
    kinds = {kind for text in texts for kind in _contact(text)}
    before = next((line.text for line in reversed(run[:start]) if line.text), "")
    address = author.rpartition(" ")[2].lower()
    own = "@" in address and any(address in text.lower() for text in texts)
    if before.endswith(":") or (len(kinds) < 2 and not own) or run[start].code:
        return False
    _strike(run[start:], "signature")
    return True


def _contact(text: str) -> list[str]:
    if len(text) > 120:
        return []
    rules: list[tuple[str, re.Pattern[str]]] = [
        ("mail", _EMAIL_LINE), ("phone", _PHONE_LINE), ("web", _WEB_LINE)
    ]  # fmt: skip
    return [kind for kind, rule in rules if rule.match(text)]


def _dash_name(run: list[Line], author: str, _others: bool) -> bool:
    """A "-Roman" as the last line, where it is no item of a list."""
    last = next((i for i in range(len(run) - 1, -1, -1) if run[i].text), -1)
    match = _DASH_NAME.match(run[last].text) if last >= 0 and _above(run, last) else None
    if match is None or run[last].code or fold(match[2]) in _SAID:
        return False
    before = [line.text for line in run[:last] if line.text]
    if before[-1].endswith((":", ",")) or any(text[0] in "-*•–—" for text in before):
        return False
    mine = fold(match[2]) in fold(author).replace("@", " ").replace(".", " ")
    glued = not run[last].text.startswith(match[1] + " ") and (
        " " not in match[2] or is_name(match[2])
    )
    if not (glued or (mine and len(match[2]) > 2)):
        return False
    _strike(run[last:], "signature")
    return True


def _strike(lines: list[Line], why: str) -> None:
    for line in lines:
        line.cut = line.cut or why


_RULES: tuple[Callable[[list[Line], str, bool], bool], ...] = (
    _footer,
    _rule_only,
    _valediction,
    _card,
    _dash_name,
)
