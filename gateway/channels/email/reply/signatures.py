"""What stands around a text without being said: signatures, "sent from my phone", legal footers,
banners of the firm's mail filter.

Only the end of a stretch of text is looked at (banners: the top), and never all of it is cut: a
signature with nothing above it is somebody's answer.
"""

import re
from collections.abc import Callable

from gateway.channels.email.reply import closings
from gateway.channels.email.reply.cards import (
    MAX_TAIL,
    above,
    card,
    dash_name,
    is_name,
    long_card,
    named_end,
    paragraph,
    reachable,
    ruled_card,
    short_lines,
    strike,
)
from gateway.channels.email.reply.lines import LONG, Line, any_of, fold, runs
from gateway.channels.email.reply.machines import banner, is_sent_from

MAX_AFTER_DELIMITER = 15


_DELIMITER = re.compile(r"^(?:-- ?|—|––?|__|-{2,3}|_{2,3})$")
_RULE = re.compile(r"^(?:[-_=*~—–─━═＝＊] ?){4,}$")
_LEGAL = re.compile(any_of(closings.LEGAL))
_MACHINE = re.compile(any_of(closings.MACHINE_FOOTERS))
_LINK_ALONE = re.compile(r"^<?(?:https?://|www\.)\S+$")
_VALEDICTIONS = frozenset(fold(words) for words in closings.VALEDICTIONS)


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
        alone = not (removable or above(run, index) or (quoted and not strict))
        if not alone and _is_card(below, strict=strict):
            strike(run[index:], "signature")
            return


def _told_apart(below: list[str]) -> bool:
    """A rule parts two sections of a text as well: under a signature's stands a name or a way to
    reach somebody.
    """
    first = below[0].strip(" *_") if below else ""
    return not first or is_name(first) or _is_valediction(first) or reachable(below)


def _is_card(below: list[str], *, strict: bool) -> bool:
    """Short lines that say who somebody is. After a bare rule more is asked."""
    if len(below) > (5 if strict else MAX_AFTER_DELIMITER):
        return False
    if strict:
        return short_lines(below) and _told_apart(below)
    return sum(map(len, below)) <= 1500


# -- "Sent from my phone" -------------------------------------------------------------------


def _sent_from(run: list[Line], offset: int, *, keep_after: bool) -> None:
    for index in range(offset, len(run)):
        line = run[index]
        if line.cut or line.code or not is_sent_from(line.text):
            continue
        line.cut = "signature"
        if index + 1 < len(run) and _LINK_ALONE.match(run[index + 1].text):
            run[index + 1].cut = "signature"
        start = _cardabove(run, index)
        strike(run[start:index], "signature")
        if not keep_after and above(run, start):
            # A client quotes below this line; with no mark of a quote at all, this was the last.
            strike(run[index:], "signature")
            return


def _cardabove(run: list[Line], index: int) -> int:
    """A delimiter, or a name with a blank above it, directly over "sent from"."""
    above = index - 1
    while above >= 0 and run[above].blank and index - above < 3:
        above -= 1
    if above < 0:
        return index
    text = run[above].text
    if _DELIMITER.match(text) or _RULE.match(text):
        return above
    cased = text.lower() != text.upper()  # else any two words could be a name
    named = cased and above == index - 1 and above >= 2 and run[above - 1].blank and is_name(text)
    return above if named else index


# -- the last lines -------------------------------------------------------------------------


def _footer(run: list[Line], _author: str, others: bool) -> bool:
    start, end = paragraph(run)
    if end == 0 or run[end - 1].code:
        return False
    words = fold(" ".join(line.text[:2000] for line in run[start:end]))[:4000]
    machine = _by_machine(words)
    legal = len(words) >= (60 if words.isascii() else 35) and len(set(_LEGAL.findall(words))) >= (
        2 if len(words) < 200 else 3
    )
    start = _after_text(run, start, end) if machine and not legal else start
    if not (machine or legal) or not (others or above(run, start)):
        return False
    strike(run[_over_rule(run, start) :], "footer")
    return True


def _by_machine(words: str) -> bool:
    found = _MACHINE.search(words)
    if found is None or len(words) >= 1200:
        return False
    # A person asks to be taken off a list without giving its address.
    linked = "://" in words or "@" in words or "www." in words
    return linked or found[0] not in closings.LIST_WORDS or len(words) > 160


def _after_text(run: list[Line], start: int, end: int) -> int:
    """A machine's line that stands directly under text: only from that line on."""
    if len(fold(" ".join(line.text for line in run[start:end]))) < 200 and above(run, start):
        return start
    return next((i for i in range(start, end) if _MACHINE.search(fold(run[i].text[:LONG]))), start)


def _rule_only(run: list[Line], _author: str, _others: bool) -> bool:
    """A rule or a delimiter with nothing below it any more."""
    start, end = paragraph(run)
    if (
        end == 0
        or run[end - 1].code
        or not (_RULE.match(run[end - 1].text) or _DELIMITER.match(run[end - 1].text))
    ):
        return False
    strike(run[end - 1 :], "signature")
    return start < end


def _over_rule(run: list[Line], start: int) -> int:
    above = start - 1
    while above >= 0 and run[above].blank:
        above -= 1
    over = above >= 0 and (_RULE.match(run[above].text) or _DELIMITER.match(run[above].text))
    return above if over else start


def _valediction(run: list[Line], _author: str, others: bool) -> bool:
    """A "kind regards," and the name and place under it."""
    tail = [i for i, line in enumerate(run) if line.text][-15:]
    for position, index in enumerate(tail):
        if not _is_valediction(run[index].text):
            continue
        below = [run[i].text for i in tail[position + 1 :]]
        card_below = short_lines(below) or long_card(below)
        if card_below and not _listed(below) and (others or above(run, index)):
            strike(run[index:], "signature")
            return True
    return False


def _is_valediction(text: str) -> bool:
    if len(text) > 70:
        return False
    text = text.replace("،", ",").replace("，", ",")
    words, _, name = text.partition(",")
    if fold(words).strip(" .!-—") in _VALEDICTIONS:
        return not name.strip() or is_name(name.strip())
    first, _, last = text.rpartition(" ")  # "MfG Jean"
    return not name and fold(first) in _VALEDICTIONS and is_name(last)


def _listed(below: list[str]) -> bool:
    """Items or answers, "1413: ok", where no visiting card has its street and postcode."""
    if below and is_name(below[0]) and long_card(below):
        return False
    return any(text[:2] in ("- ", "* ", "• ") or text[:1] in "0123456789>" for text in below)


_RULES: tuple[Callable[[list[Line], str, bool], bool], ...] = (
    _footer,
    _rule_only,
    _valediction,
    ruled_card,
    card,
    named_end,
    dash_name,
)
