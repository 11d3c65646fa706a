"""The lines that say who wrote: names, visiting cards, "-Jean".

A name is known as the author's where the message's From says so, in any language and script.
"""

import re

from gateway.channels.email.reply import closings
from gateway.channels.email.reply.lines import Line, fold

MAX_TAIL = 40  # lines from the end in which a signature is looked for

_SAID = frozenset(fold(word) for word in closings.SAID)
_EMAIL_LINE = re.compile(r"^\W*(?:[\w-]{1,12}\W{1,3})?[^\s<>@]{1,64}@[^\s<>@]{1,200}\W*$")
_PHONE_LINE = re.compile(
    r"^\W*(?:[^\W\d]{1,12}\W{0,3})?\+?(?:[\d().\-/]\W?){7,20}\W*(?:ext\W*\d+)?$"
)
_WEB_LINE = re.compile(r"^\W*(?:[\w-]{1,12}\W{1,3})?(?:https?://|www\.)\S+$")
_DASH_NAME = re.compile(r"^([-–—~]|--|//?) ?([^\W\d_][\w'’. -]{0,30})$")
_SHORTENED = re.compile(
    r"(?:\b\w\.){2,}$|\b(?:ltd|inc|co|corp|jr|sr|str|llc|s\.r\.o|e\.v)\.$", re.I
)
_RULE = re.compile(r"^(?:[-_=*~—–─━═＝＊] ?){4,}$")
_COMMAS = (",", "،", "，", "、")


def strike(lines: list[Line], why: str) -> None:
    for line in lines:
        line.cut = line.cut or why


def above(run: list[Line], index: int) -> bool:
    """Is anything said above this line?"""
    return any(line.text for line in run[:index])


def is_name(text: str) -> bool:
    words = text.strip(" ,").split()
    if (
        not 1 <= len(words) <= 4
        or len(text) > 40
        or any(mark in text for mark in "?!:;@/0123456789。！？")
    ):
        return False
    if says_something(words):
        return False
    return all(word[0].isalpha() and not word[0].islower() for word in words) and text[-1] != "."


def says_something(words: list[str]) -> bool:
    """A word of manners or of assent: not a name, not a farewell."""
    return any(fold(word.strip(".,،，!")) in _SAID for word in words)


def short_lines(below: list[str], most: int = 5) -> bool:
    """Lines that could say who somebody is."""
    if len(below) > most:
        return False
    return all(len(text) <= 60 and not _ends_sentence(text) for text in below)


def long_card(below: list[str]) -> bool:
    """A firm's address, registers and directors under a name, with a way to reach somebody."""
    fits = all(len(text) <= 90 and not _ends_sentence(text) for text in below)
    return len(below) <= 14 and fits and reachable(below)


def reachable(texts: list[str]) -> bool:
    """Is there a mail address, a phone number or a web page of its own line?"""
    return any(_contact(text) for text in texts)


def _ends_sentence(text: str) -> bool:
    return text.endswith((".", "?", "!")) and _SHORTENED.search(text) is None


def paragraph(run: list[Line]) -> tuple[int, int]:
    """The last paragraph of a stretch, as [start, end)."""
    end = len(run)
    while end and run[end - 1].blank:
        end -= 1
    start = end
    while start and run[start - 1].text and end - start < MAX_TAIL:
        start -= 1
    return start, end


def card(run: list[Line], author: str, _others: bool) -> bool:
    """A last paragraph that is a visiting card: name, mail, phone, web."""
    start, end = paragraph(run)
    texts = [line.text for line in run[start:end]]
    if not 2 <= len(texts) <= 8 or not above(run, start) or not is_name(_first(texts[0])):
        return False
    kinds = {kind for text in texts for kind in _contact(text)}
    before = next((line.text for line in reversed(run[:start]) if line.text), "")
    address = author.rpartition(" ")[2].lower()
    own = "@" in address and any(address in text.lower() for text in texts)
    if before.endswith(":") or (len(kinds) < 2 and not own) or run[start].code:
        return False
    strike(run[start:], "signature")
    return True


def _first(text: str) -> str:
    """The name in "*Jean Dupont* | Team leader"."""
    return text.partition("|")[0].strip(" *_")


def ruled_card(run: list[Line], author: str, _others: bool) -> bool:
    """A rule that stands apart, and under it a few lines with a name of the author's or a way to
    reach him.
    """
    end = len(run)
    for index in range(max(1, end - 12), end):
        line = run[index]
        if line.code or not _RULE.match(line.text) or not run[index - 1].blank:
            continue
        below = [other.text for other in run[index + 1 :] if other.text]
        told = any(_contact(text) for text in below) or any(
            fold(text) in _names(author) for text in below
        )
        if told and short_lines(below, 8) and above(run, index):
            strike(run[index:], "signature")
            return True
    return False


def named_end(run: list[Line], author: str, _others: bool) -> bool:
    """The author's own name on a line of its own near the end, the farewell above it, and the
    titles below.
    """
    names = _names(author)
    tail = [i for i, line in enumerate(run) if line.text and not line.code][-6:]
    for position, index in enumerate(tail):
        if not names or fold(run[index].text.strip(" ,.*_")) not in names:
            continue
        below = [run[i].text for i in tail[position + 1 :]]
        start = _farewell(run, index)
        before = next((line.text for line in reversed(run[:start]) if line.text), ":")
        if short_lines(below) and not before.endswith((":", ",", "：")) and not _listed(run, index):
            strike(run[start:], "signature")
            return True
    return False


def _listed(run: list[Line], index: int) -> bool:
    """One name among others."""
    near = [line.text for line in run[max(0, index - 2) : index] if line.text]
    return any(is_name(text) and not text.endswith(_COMMAS) for text in near[-1:])


def _farewell(run: list[Line], index: int) -> int:
    """The line above a name, where it takes leave: short, and ending in a comma."""
    top = index - 1
    while top >= 0 and run[top].blank and index - top <= 2:
        top -= 1
    if top < 0 or not run[top].text.endswith(_COMMAS) or not above(run, top):
        return index
    words = run[top].text.split()
    starts = run[top - 1].blank and len(words) <= 6 and len(run[top].text) <= 50
    return top if starts and not says_something(words) else index


def _names(author: str) -> frozenset[str]:
    """The display name in From, in both orders."""
    shown = author.partition("<")[0].strip(" \"'")
    last, comma, first = shown.partition(",")
    found = {fold(shown)} | ({fold(f"{first} {last}")} if comma else set())
    return frozenset(name for name in found if "@" not in name and " " in name)


def _contact(text: str) -> list[str]:
    if len(text) > 120:
        return []
    rules: list[tuple[str, re.Pattern[str]]] = [
        ("mail", _EMAIL_LINE), ("phone", _PHONE_LINE), ("web", _WEB_LINE)
    ]  # fmt: skip
    parts = [part.strip() for part in text.split("|")[:6]]
    return [kind for kind, rule in rules if any(rule.match(part) for part in parts)]


def dash_name(run: list[Line], author: str, _others: bool) -> bool:
    """A "-Roman" as the last line, where it is no item of a list."""
    last = next((i for i in range(len(run) - 1, -1, -1) if run[i].text), -1)
    match = _DASH_NAME.match(run[last].text) if last >= 0 and above(run, last) else None
    if match is None or run[last].code or fold(match[2]) in _SAID:
        return False
    before = [line.text for line in run[:last] if line.text and not line.code]
    mine = fold(match[2]) in fold(author).replace("@", " ").replace(".", " ").split()
    apart = run[last - 1].blank and is_name(match[2])
    signed = match[1] in ("--", "—", "//") or (match[1] == "/" and run[last].text[1] != " ")
    if run[last - 1].blank and (mine or (signed and apart and not _itemised(before, apart=False))):
        strike(run[last:], "signature")
        return True
    if "/" in match[1]:
        return False
    glued = not run[last].text.startswith(match[1] + " ") and (
        " " not in match[2] or is_name(match[2])
    )
    if _itemised(before, apart=glued and run[last - 1].blank):
        return False
    if not (glued or (mine and len(match[2]) > 2)):
        return False
    strike(run[last:], "signature")
    return True


def _itemised(before: list[str], *, apart: bool) -> bool:
    """Is the line one more item of a list? The items of one list are dashed alike."""
    if before and before[-1].endswith((":", ",")):
        return True
    if apart:
        return any(text[0] in "-–—~" and text[1:2].isalpha() for text in before)
    return any(text[0] in "-*•–—" for text in before)
