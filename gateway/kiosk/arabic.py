"""Arabic letters joined, for terminals that draw each letter alone.

A letter has up to four forms, after what stands beside it. Unicode has a code for each form (the
presentation forms), and its character database says which letter each one is of: the table here
is read from there and not written by hand. Lam and alef become the one sign that they are.
"""

import unicodedata
from functools import cache

LAM = "\u0644"
TATWEEL = "\u0640"
_FORMS = range(0xFB50, 0xFEFD)
"""Arabic Presentation Forms A and B."""


@cache
def _table() -> dict[tuple[str, str], str]:
    """(form, letters) -> the sign that is drawn, for single letters and for lam with an alef."""
    found: dict[tuple[str, str], str] = {}
    for sign in map(chr, _FORMS):
        form, *codes = unicodedata.decomposition(sign).split() or ("",)
        letters = "".join(chr(int(code, 16)) for code in codes)
        if len(letters) == 1 or _is_lam_alef(letters):
            found.setdefault((form.strip("<>"), letters), sign)
    return found


def _is_lam_alef(letters: str) -> bool:
    return len(letters) == 2 and letters[0] == LAM and letters[1] in "\u0622\u0623\u0625\u0627"


def shape(text: str) -> str:
    """`text`, in the order it is read, with its Arabic letters in the forms that join."""
    letters = _ligatures(text)
    return "".join(_form(letters, at) for at in range(len(letters)))


def _ligatures(text: str) -> list[str]:
    """Single signs, but lam with the alef behind it (and the marks between them) in one."""
    found: list[str] = []
    for sign in text:
        bearer = len(found) - 1
        while bearer > 0 and unicodedata.combining(found[bearer][-1]):
            bearer -= 1
        if found and found[bearer] == LAM and _is_lam_alef(LAM + sign):
            found[bearer] = LAM + sign
        else:
            found.append(sign)
    return found


def _form(letters: list[str], at: int) -> str:
    letter, table = letters[at], _table()
    if ("isolated", letter) not in table:
        return letter
    before = _beside(letters, at, -1)
    after = _beside(letters, at, 1)
    joined_before = _joins_on(before) and _joins_back(letter)
    joined_after = _joins_on(letter) and _joins_back(after)
    form = {
        (False, False): "isolated",
        (True, False): "final",
        (False, True): "initial",
        (True, True): "medial",
    }[joined_before, joined_after]
    return table.get((form, letter), letter)


def _beside(letters: list[str], at: int, step: int) -> str:
    """The next letter on one side: marks above and below are looked through."""
    at += step
    while 0 <= at < len(letters) and unicodedata.combining(letters[at][0]):
        at += step
    return letters[at] if 0 <= at < len(letters) else ""


def _joins_on(letter: str) -> bool:
    """Does it reach out to the letter that follows?"""
    return letter == TATWEEL or ("initial", letter) in _table()


def _joins_back(letter: str) -> bool:
    """Does it take the hand of the letter before?"""
    return letter == TATWEEL or ("final", letter) in _table()
