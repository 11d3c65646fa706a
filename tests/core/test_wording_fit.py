"""Texts that are cut to the room there is, and never in the middle of what matters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.sms.segments import measure
from gateway.channels.sms.transliterate import for_gsm7
from gateway.core.wording.fit import clean, is_plain, listed, one_line, shorten, width

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)
"""With control characters and halves of surrogate pairs."""


class TestShorten:
    @pytest.mark.parametrize(
        ("text", "limit", "expected"),
        [
            ("palette cassée", 14, "palette cassée"),
            ("palette cassée quai 4", 18, "palette cassée..."),
            ("palette cassée quai 4", 17, "palette cassée..."),
            ("palette cassée quai 4", 16, "palette..."),
            ("attention, quai 4 fermé", 14, "attention..."),
            ("anticonstitutionnellement", 10, "anticon..."),
            ("le anticonstitutionnellement", 14, "le anticons..."),
            ("a\nb\r\nc\td", 20, "a b c d"),
            ("[[[[[[", 9, "[[[..."),
            ("abcdef", 2, ".."),
            ("abcdef", 0, ""),
            ("abcdef", -5, ""),
            ("", 5, ""),
        ],
    )
    def test_examples(self, text: str, limit: int, expected: str) -> None:
        assert shorten(text, limit) == expected

    @given(ANYTHING, st.integers(-3, 210))
    def test_it_never_takes_more_than_its_limit(self, text: str, limit: int) -> None:
        assert width(shorten(text, limit)) <= max(limit, 0)

    @given(ANYTHING, st.integers(0, 210))
    def test_it_is_one_line_that_begins_like_the_text(self, text: str, limit: int) -> None:
        short = shorten(text, limit)

        assert "\n" not in short
        assert one_line(text).startswith(short.removesuffix("...").rstrip(".") or "")

    @given(st.lists(st.text("abcdefgh", min_size=1, max_size=6), min_size=8, max_size=20))
    def test_it_leaves_words_whole(self, words: list[str]) -> None:
        short = shorten(" ".join(words), 30)

        assert short.removesuffix("...").split() == words[: len(short.removesuffix("...").split())]

    def test_a_family_is_not_cut_into_a_joiner(self) -> None:
        family = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"

        assert shorten(family * 3, 6) == "\N{MAN}..."


class TestListed:
    NAMES = ("Ana", "Leo", "Samira")

    @pytest.mark.parametrize(
        ("limit", "total", "expected"),
        [
            (16, 0, "Ana, Leo, Samira"),
            (15, 0, "Ana, Leo +1"),
            (16, 5, "Ana, Leo +3"),
            (19, 5, "Ana, Leo, Samira +2"),
            (6, 0, "Ana +2"),
            (3, 0, "Ana +2"),
        ],
    )
    def test_it_counts_who_is_left_out(self, limit: int, total: int, expected: str) -> None:
        assert listed(self.NAMES, limit, total) == expected

    def test_nobody(self) -> None:
        assert listed((), 10) == ""


class TestClean:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a\r\nb\rc\x0bd", "a\nb\nc\nd"),
            ("a\x00b\x1b[31m", "ab[31m"),
            ("half \ud83d of a pair", "half  of a pair"),
            ("evil \u202etxt.exe", "evil txt.exe"),
            ("  a  \n\n", "a"),
            ("\tindented\ttext", "indented text"),
        ],
    )
    def test_examples(self, text: str, expected: str) -> None:
        assert clean(text) == expected

    @given(ANYTHING)
    def test_what_is_left_can_be_sent(self, text: str) -> None:
        left = clean(text)

        left.encode("utf-8")
        assert not {sign for sign in left if ord(sign) < 32} - {"\n"}


class TestWidth:
    @given(st.text("abcéèàù @€[]{}~^|\\ê’…«»°œ€", max_size=60))
    def test_it_is_never_less_than_what_an_sms_takes(self, text: str) -> None:
        assert is_plain(text)
        assert width(text) >= measure(for_gsm7(text)).units

    @pytest.mark.parametrize("text", ["\N{THUMBS UP SIGN}", "привет", "你好", "سلام"])
    def test_other_scripts_are_not_plain(self, text: str) -> None:
        assert not is_plain(text)
        assert measure(for_gsm7(text)).encoding == "UCS-2"
