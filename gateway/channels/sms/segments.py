"""How many SMS a text costs: GSM 03.38 septets or UCS-2 units, cut as phones join them.

A text of GSM-7 characters only has 160 septets in one SMS and 153 in each of several; any other
text has 70 and 67 UTF-16 units. An extension pair and a surrogate pair are never torn apart, so a
part may stay one unit short.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Sent as an escape and a second septet."""

GSM_CHARACTERS = GSM_BASIC | GSM_EXTENSION

Encoding = Literal["GSM-7", "UCS-2"]

_SINGLE: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
_JOINED: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}
"""What is left of a part beside the six octets of the header that joins it (3GPP TS 23.040)."""


@dataclass(frozen=True, slots=True)
class Segments:
    """`count` SMS, with `units` septets or UTF-16 units in them all together."""

    encoding: Encoding
    count: int
    units: int


@lru_cache(maxsize=1024)  # one post goes to thousands in the same words
def measure(text: str) -> Segments:
    """What `text` costs. It is counted in NFC: a carrier bills each combining mark."""
    text = unicodedata.normalize("NFC", text)
    encoding: Encoding = "GSM-7" if GSM_CHARACTERS.issuperset(text) else "UCS-2"
    sizes = [_size(character, encoding) for character in text]
    units = sum(sizes)
    if units <= _SINGLE[encoding]:
        return Segments(encoding, 1, units)
    return Segments(encoding, _parts(sizes, _JOINED[encoding]), units)


def fits(text: str, pages: int = 1) -> bool:
    """Does `text` cost no more than so many SMS?"""
    return measure(text).count <= pages


def _size(character: str, encoding: Encoding) -> int:
    if encoding == "GSM-7":
        return 2 if character in GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _parts(sizes: Iterable[int], room: int) -> int:
    count, used = 1, 0
    for size in sizes:
        used += size
        if used > room:
            count, used = count + 1, size
    return count
