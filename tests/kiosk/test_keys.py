"""Digits of any keyboard, badges in any stream of keys, and the time that nobody types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kiosk.idle import Idle, Stage
from gateway.kiosk.keys import PREFIX, Scanner, badge, digit


@pytest.mark.parametrize(("typed", "meant"), list(zip("&é\"'(-è_çà", "1234567890", strict=True)))
def test_the_french_row_means_its_digits(typed: str, meant: str) -> None:
    assert digit(typed) == meant
    assert digit(meant) == meant


@pytest.mark.parametrize("other", ["a", "", None, "²", "٣", "=", "\x1b"])
def test_other_keys_mean_no_digit(other: str | None) -> None:
    assert digit(other) == ""


@pytest.mark.parametrize(
    ("scanned", "number"),
    [
        ("1001", "1001"),
        (" AB-1001 ", "AB-1001"),
        ("&àà&", "1001"),
        ("", ""),
        ("abc", ""),
        ("10;01", ""),
        ("1" * 65, ""),
    ],
)
def test_a_badge_is_a_number_with_few_signs(scanned: str, number: str) -> None:
    assert badge(scanned) == number


def scan(scanner: Scanner, text: str, now: float = 0.0) -> str:
    scanner.takes(PREFIX, None, now)
    for sign in text:
        assert scanner.takes(sign, sign, now) == (True, "")
    taken, number = scanner.takes("enter", "\r", now)
    assert taken
    return number


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))))
def test_typing_is_never_taken_for_a_badge(text: str) -> None:
    scanner = Scanner()
    assert not any(scanner.takes(sign, sign, 0.0)[0] for sign in text)
    assert scanner.takes("enter", "\r", 0.0) == (False, "")


@given(st.from_regex(r"[0-9]{1,20}", fullmatch=True))
def test_a_scanned_badge_is_read_whole_and_typing_goes_on_after_it(number: str) -> None:
    scanner = Scanner()
    assert scan(scanner, number) == number
    assert scanner.takes("a", "a", 0.1) == (False, "")


def test_a_lone_prefix_swallows_nothing_for_long() -> None:
    scanner = Scanner(patience=2.0)
    scanner.takes(PREFIX, None, 10.0)
    assert scanner.takes("a", "a", 12.5) == (False, "")
    assert scan(scanner, "1001", 13.0) == "1001"


def test_a_second_prefix_starts_over() -> None:
    scanner = Scanner()
    scanner.takes(PREFIX, None, 0.0)
    scanner.takes("9", "9", 0.0)
    assert scan(scanner, "1001") == "1001"


@pytest.mark.parametrize(
    ("alone", "stage", "left"),
    [(0, Stage.HERE, 60), (39.9, Stage.HERE, 20), (40, Stage.WARNED, 20), (59.9, Stage.WARNED, 0),
     (60, Stage.GONE, 0), (9999, Stage.GONE, 0)],
)  # fmt: skip
def test_a_warning_of_twenty_seconds_comes_before_the_end(
    alone: float, stage: Stage, left: int
) -> None:
    idle = Idle()
    idle.touched(100.0)
    assert (idle.stage(100.0 + alone), idle.left(100.0 + alone)) == (stage, left)
