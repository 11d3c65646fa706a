"""Text of both directions, put in the order in which a terminal must be told its signs.

Unicode's bidirectional algorithm (UAX #9) for one line of a paragraph: rules P2-P3, W1-W7, N0-N2,
I1-I2 and L1-L4. Marks that people could embed are taken away before (`safe`); the only ones left
are the first-strong isolates that the kiosk itself sets around names, so that an Arabic name does
not turn the time beside it. Signs that combine stay behind the sign that bears them.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ISOLATE, END = "\u2068", "\u2069"
RIGHT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Where none of these occurs the order is the one it has."""

_PAIRS = dict(zip("([{\u2045\u207d\u3008\u300a", ")]}\u2046\u207e\u3009\u300b", strict=True))
_MIRROR = dict(zip("([{<«‹≤)]}>»›≥", ")]}>»›≥([{<«‹≤", strict=True))
_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}
_NEUTRAL = ("B", "S", "WS", "ON")


@dataclass(slots=True)
class _Unit:
    """What is never torn apart: a sign with its marks, or an isolate already in order."""

    text: str
    kind: str
    level: int = 0


def is_right(text: str) -> bool:
    """Is this read from the right? The first letter of a direction says so (P2, P3)."""
    depth = 0
    for sign in text:
        depth += (sign == ISOLATE) - (sign == END and depth > 0)
        kind = unicodedata.bidirectional(sign)
        if depth == 0 and kind in ("L", "R", "AL"):
            return kind != "L"
    return False


def visual(text: str, right: bool = False) -> str:
    """One line in the order from left to right; `right` if its paragraph is read from the right."""
    if not right and not RIGHT.search(text):
        return text.replace(ISOLATE, "").replace(END, "")
    base = int(right)
    units = list(_units(text))
    kinds = _resolved([unit.kind for unit in units], [unit.text for unit in units], "LR"[base])
    for unit, kind in zip(units, kinds, strict=True):
        unit.level = base + _rises(base, kind)
    for unit in reversed(units):  # L1: the blanks at the end
        if unit.kind not in ("WS", "S"):
            break
        unit.level = base
    return "".join(_drawn(unit) for unit in _reordered(units))


def _units(text: str) -> Iterator[_Unit]:
    at = 0
    while at < len(text):
        if text[at] == ISOLATE:
            inner, at = _isolated(text, at + 1)
            yield _Unit(visual(inner, is_right(inner)), "ON")
            continue
        end = at + 1
        while end < len(text) and unicodedata.bidirectional(text[end]) in ("NSM", "BN"):
            end += 1
        if text[at] != END:
            yield _Unit(text[at:end], unicodedata.bidirectional(text[at]) or "L")
        at = end


def _isolated(text: str, at: int) -> tuple[str, int]:
    """What stands in an isolate, and where the text goes on behind it."""
    depth, end = 1, at
    while end < len(text):
        depth += (text[end] == ISOLATE) - (text[end] == END)
        if depth == 0:
            return text[at:end], end + 1
        end += 1
    return text[at:], end


def _resolved(kinds: list[str], signs: Sequence[str], base: str) -> list[str]:
    """L, R, EN or AN for each unit."""
    kinds = ["ON" if kind in ("NSM", "BN") else kind for kind in kinds]
    _numbers(kinds, base)
    _brackets(kinds, signs, base)
    for start, end in _runs(kinds, _NEUTRAL):
        before = _STRONG.get(kinds[start - 1], base) if start else base
        after = _STRONG.get(kinds[end], base) if end < len(kinds) else base
        kinds[start:end] = [before if before == after else base] * (end - start)  # N1, N2
    return kinds


def _numbers(kinds: list[str], base: str) -> None:
    """W2 to W7: what numbers become, and the signs in and around them."""
    strong = base
    for at, kind in enumerate(kinds):
        strong = kind if kind in ("L", "R", "AL") else strong
        if kind == "EN" and strong == "AL":
            kinds[at] = "AN"
    for at in range(1, len(kinds) - 1):
        before, after = kinds[at - 1], kinds[at + 1]
        if before == after and (
            (kinds[at] == "ES" and before == "EN") or (kinds[at] == "CS" and before in ("EN", "AN"))
        ):
            kinds[at] = before
    for start, end in _runs(kinds, ("ET",)):
        if "EN" in (*kinds[max(0, start - 1) : start], *kinds[end : end + 1]):
            kinds[start:end] = ["EN"] * (end - start)
    strong = base
    for at, kind in enumerate(kinds):
        strong = {"L": "L", "R": "R", "AL": "R"}.get(kind, strong)
        plain = {"AL": "R", "ES": "ON", "ET": "ON", "CS": "ON"}.get(kind, kind)
        kinds[at] = "L" if plain == "EN" and strong == "L" else plain


def _brackets(kinds: list[str], signs: Sequence[str], base: str) -> None:
    """N0: a pair of brackets goes the way of what is in it."""
    for start, end in _bracket_pairs(kinds, signs):
        inside = {_STRONG[kind] for kind in kinds[start + 1 : end] if kind in _STRONG}
        if base in inside:
            kinds[start] = kinds[end] = base
        elif inside:
            other = inside.pop()
            before = next(
                (_STRONG[kind] for kind in reversed(kinds[:start]) if kind in _STRONG), base
            )
            kinds[start] = kinds[end] = other if before == other else base


def _bracket_pairs(kinds: Sequence[str], signs: Sequence[str]) -> list[tuple[int, int]]:
    waiting: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for at, text in enumerate(signs):
        sign = text[:1]
        if kinds[at] != "ON":
            continue
        if sign in _PAIRS:
            waiting.append((_PAIRS[sign], at))
        elif sign in {closing for closing, _ in waiting}:
            while waiting:
                closing, opened = waiting.pop()
                if closing == sign:
                    pairs.append((opened, at))
                    break
    return sorted(pairs)


def _runs(kinds: Sequence[str], wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Where stretches of these kinds begin and end."""
    runs: list[tuple[int, int]] = []
    for at, kind in enumerate(kinds):
        if kind not in wanted:
            continue
        if runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    return runs


def _rises(base: int, kind: str) -> int:
    """I1, I2: how far above the paragraph's level."""
    if base:
        return int(kind != "R")
    return {"L": 0, "R": 1}.get(kind, 2)


def _reordered(units: list[_Unit]) -> list[_Unit]:
    """L2: from the highest level down, each stretch is turned round."""
    highest = max((unit.level for unit in units), default=0)
    for level in range(highest, 0, -1):
        above = ["up" if unit.level >= level else "" for unit in units]
        for start, end in _runs(above, ("up",)):
            units[start:end] = reversed(units[start:end])
    return units


def _drawn(unit: _Unit) -> str:
    """L4: a bracket that is read from the right opens to the left."""
    if unit.level % 2 and unit.text[:1] in _MIRROR:
        return _MIRROR[unit.text[0]] + unit.text[1:]
    return unit.text
