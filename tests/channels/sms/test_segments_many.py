"""Ten thousand texts: as many segments as smsutil and a plain reference count.

A hundred thousand with GATEWAY_TEST_LONG=1.
"""

import random
import unicodedata

import pytest
import smsutil

from gateway.channels.sms.segments import measure
from tests.support.sizes import sized

TEXTS = sized(100_000, 10_000)

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"
OTHER = "çœ’ê«»…жאش日\u00a0°`"
PAIRS = "😀🚚👷🏽🇫🇷𝄞"
LENGTHS = (*range(1, 20), *range(64, 74), *range(130, 138), *range(150, 164), *range(300, 312), 620)


def texts(seed: random.Random) -> str:
    """Around the lengths at which another segment begins, mostly of one alphabet."""
    letters = BASIC if seed.random() < 0.5 else BASIC + OTHER
    length = seed.choice(LENGTHS)
    text = seed.choices(letters, k=length)
    rare = seed.choice([EXTENSION, EXTENSION, PAIRS, ""])
    for _ in range(seed.choice([0, 1, 3, length // 2]) if rare and length else 0):
        text[seed.randrange(length)] = seed.choice(rare)
    return unicodedata.normalize("NFC", "".join(text))


def plainly(text: str) -> tuple[str, int, int]:
    """Write every unit down, in one part if all fit, else part after part, and count."""
    if all(letter in BASIC or letter in EXTENSION for letter in text):
        written = [["ESC", letter] if letter in EXTENSION else [letter] for letter in text]
        kind, alone, joined = "GSM-7", 160, 153
    else:
        octets = [letter.encode("utf-16-be") for letter in text]
        written = [[str(pair[i : i + 2]) for i in range(0, len(pair), 2)] for pair in octets]
        kind, alone, joined = "UCS-2", 70, 67
    units = [unit for letter in written for unit in letter]
    if len(units) <= alone:
        return kind, 1, len(units)
    parts: list[list[str]] = [[]]
    for letter in written:
        if len(parts[-1]) + len(letter) > joined:
            parts.append([])
        parts[-1] += letter
    return kind, len(parts), len(units)


def by_smsutil(text: str) -> tuple[str, int, int]:
    found = smsutil.split(text)
    kind, octets = ("GSM-7", 1) if found.encoding == "gsm0338" else ("UCS-2", 2)
    return kind, len(found.parts), found.total_bytes // octets


@pytest.mark.no_cover
@pytest.mark.timeout(300)  # smsutil takes its time, on a machine that may be busy
def test_counts_as_others_count() -> None:
    seed = random.Random(160_153_70_67)
    seen: set[tuple[str, int]] = set()
    for _ in range(TEXTS):
        text = texts(seed)
        found = measure(text)
        counted = (found.encoding, found.count, found.units)
        assert counted == plainly(text) == by_smsutil(text), ascii(text)
        seen.add(counted[:2])
    assert {("GSM-7", 1), ("GSM-7", 2), ("GSM-7", 3), ("UCS-2", 1), ("UCS-2", 2)} <= seen
