"""A number that was typed in pieces, or with letters for digits: `R14 15`, `R14l5`, `R 1 4 1 5`.

The check digit tells whether the pieces are one number. It is still only asked about.
"""

import re

from gateway.core.numbers import MAX_DIGITS, may_name

MISTYPED = re.compile(r"[OIL](?=\d|[OIL]\d|\W|$)")
_LOST_DIGIT = re.compile(r"[SBZGQ](?=\W|$)")
GLUED_DIGITS = re.compile(r"[:./,;\-]\d")
_SPACED_DIGITS = re.compile(r"\s+(\d+)(?!\d)")
_ONE_BY_ONE = re.compile(r"(?:\s+\d(?!\d)){2,}")
_PIECE = re.compile(
    r"[\s.,:/;\-]{0,2}((?=[OILSBZGQ]*\d|[OIL](?![^\W_]))[\dOILSBZGQ]{1,15})(?![^\W_])"
)
_MISREAD = str.maketrans("OILSBZGQ", "01158269")
"""Letters that are typed for a digit, for they look like it."""
SEVERAL = re.compile(r"\s*(?:ET|AND|&)\s*(?:#|N°)?\d{2}")
SHORT = 3


def in_pieces(folded: str, end: int, digits: str) -> bool:
    """`R14l3`, `R14 13`, `R 1 4 1 3`, `R12 et 13`: perhaps we hold only a part of what is meant."""
    if MISTYPED.match(folded, end) or SEVERAL.match(folded, end):
        return True
    if len(digits) > SHORT:
        return False
    if GLUED_DIGITS.match(folded, end) or _LOST_DIGIT.match(folded, end):
        return True
    if len(digits) == 1 and _ONE_BY_ONE.match(folded, end):
        return True
    further = _SPACED_DIGITS.match(folded, end)
    return bool(further) and _makes_number(digits, further[1] if further else "")


def pieced(folded: str, start: int) -> tuple[int, int] | None:
    """The number that the pieces from here on make, and where it ends, if it can be a post's."""
    joined, place = "", start
    while len(joined) < MAX_DIGITS and (piece := _PIECE.match(folded, place)):
        joined, place = joined + piece[1].translate(_MISREAD), piece.end()
        if len(joined) > SHORT and may_name(int(joined[:MAX_DIGITS])):
            return int(joined[:MAX_DIGITS]), place
    return None


def _makes_number(digits: str, further: str) -> bool:
    joined = digits + further
    if len(joined) <= SHORT or len(joined) > MAX_DIGITS:
        return False
    return len(joined) == SHORT + 1 or may_name(int(joined))
