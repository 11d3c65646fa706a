"""What a text costs: the billed examples, the edges, and another implementation as an oracle."""

import unicodedata

import pytest
import smsutil
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.sms.segments import GSM_BASIC, GSM_EXTENSION, fits, measure

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "encoding", "count", "units"),
    [
        ("", "GSM-7", 1, 0),
        ("a" * 160, "GSM-7", 1, 160),
        ("a" * 161, "GSM-7", 2, 161),
        ("a" * 306, "GSM-7", 2, 306),
        ("a" * 307, "GSM-7", 3, 307),
        ("é" * 160, "GSM-7", 1, 160),
        ("Ç" * 160, "GSM-7", 1, 160),
        ("ç", "UCS-2", 1, 1),
        ("`", "UCS-2", 1, 1),
        ("€" * 80, "GSM-7", 1, 160),
        ("€" * 81, "GSM-7", 2, 162),
        ("]" * 153, "GSM-7", 3, 306),  # 153 septets hold 76 pairs and a half: none is torn
        ("a" * 151 + "]" + "a" * 153, "GSM-7", 2, 306),
        ("a" * 152 + "]" + "a" * 152, "GSM-7", 3, 306),
        ("\r\n", "GSM-7", 1, 2),
        ("\n", "GSM-7", 1, 1),
        ("é" * 70, "GSM-7", 1, 70),
        ("e\u0301" * 70, "GSM-7", 1, 70),
        ("e\u0301" * 160, "GSM-7", 1, 160),  # billed as the letters that they make
        ("\N{CYRILLIC SMALL LETTER A}" * 70, "UCS-2", 1, 70),
        ("\N{CYRILLIC SMALL LETTER A}" * 71, "UCS-2", 2, 71),
        ("😀" * 35, "UCS-2", 1, 70),
        ("😀" * 36, "UCS-2", 2, 72),
        ("😀" * 66, "UCS-2", 2, 132),  # 67 units hold 33 pairs and a half: none is torn
        ("😀" * 67, "UCS-2", 3, 134),
        ("🇫🇷", "UCS-2", 1, 4),
        (FAMILY, "UCS-2", 1, 11),
        ("\ud83d", "UCS-2", 1, 1),
    ],
)
def test_costs_what_is_billed(text: str, encoding: str, count: int, units: int) -> None:
    found = measure(text)
    assert (found.encoding, found.count, found.units) == (encoding, count, units)


def test_one_segment_fits_and_two_do_not() -> None:
    assert fits("a" * 160)
    assert not fits("a" * 161)


def test_the_alphabet_has_127_characters_and_ten_of_two_septets() -> None:
    assert (len(GSM_BASIC), len(GSM_EXTENSION)) == (127, 10)


letters = st.sampled_from([*sorted(GSM_BASIC), *sorted(GSM_EXTENSION)] * 3 + list("çœ’😀ж\u00a0🇫"))
texts = st.text(letters, min_size=1, max_size=700) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x1b"), min_size=1, max_size=400
)


@given(texts)
@settings(max_examples=400, deadline=None)
def test_agrees_with_smsutil(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    theirs = smsutil.split(text)
    encoding, octets = ("GSM-7", 1) if theirs.encoding == "gsm0338" else ("UCS-2", 2)
    found = measure(text)
    assert (found.encoding, found.count, found.units) == (
        encoding,
        len(theirs.parts),
        theirs.total_bytes // octets,
    )
