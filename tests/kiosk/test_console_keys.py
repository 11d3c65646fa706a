"""What comes in at a real terminal: keys in bursts, before the app is ready, and keys that must
do nothing.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.kiosk.console import console

Gateway = Any


def said(gateway: Gateway) -> list[str]:
    return [post.body for post in gateway[1].depot.posts.values()]


def test_a_badge_scanned_before_the_app_is_ready_is_not_shown_and_not_lost(
    gateway: Gateway, tmp_path: Path
) -> None:
    with console(gateway[0], tmp_path) as there:
        there.hush()  # What the unit's ExecStartPre does: `stty -echo`.
        there.write(b"\x021001\r")
        there.sees("code secret")
        assert b"1001" not in there.output


@pytest.mark.parametrize("badge", ["1001", "&àà&", '"**"'], ids=["qwerty", "azerty", "bepo"])
def test_a_badge_of_any_layout_in_one_burst(gateway: Gateway, tmp_path: Path, badge: str) -> None:
    with console(gateway[0], tmp_path) as there:
        there.sees("EN LIGNE")
        there.write(b"\x02" + badge.encode() + b"\r123456")
        there.sees("Amina")


def test_a_text_and_its_enter_in_one_burst_are_posted_whole(
    gateway: Gateway, tmp_path: Path
) -> None:
    text = "Palette bloquée au quai, " * 12
    with console(gateway[0], tmp_path) as there:
        there.sign_in()
        there.to_the_sheet()
        there.write(text.strip().encode() + b"\r")
        there.sees("MESSAGE ENVOYÉ")
        assert said(gateway)[-1] == text.strip()


def test_a_line_feed_is_an_enter(gateway: Gateway, tmp_path: Path) -> None:
    with console(gateway[0], tmp_path) as there:
        there.sign_in()
        there.to_the_sheet()
        there.write(b"Quai libre\n")
        there.sees("MESSAGE ENVOYÉ")
        assert said(gateway)[-1] == "Quai libre"


def test_a_badge_in_the_middle_of_a_text_posts_nothing_and_ends_the_session(
    gateway: Gateway, tmp_path: Path
) -> None:
    before = said(gateway)
    with console(gateway[0], tmp_path) as there:
        there.sign_in()
        there.to_the_sheet()
        there.write(b"Chariot 12 en pan\x021002\r")
        there.sees("code secret")
        there.write(b"654321")
        there.sees("John")
        assert said(gateway) == before


def test_two_digits_in_one_burst_choose_once(gateway: Gateway, tmp_path: Path) -> None:
    with console(gateway[0], tmp_path) as there:
        there.sign_in()
        there.write(b"21")
        there.sees("quel groupe")
        there.rest()
        assert b"Quel message" not in there.output


@pytest.mark.parametrize(
    "keys",
    [b"\x11", b"\x03", b"\x10", b"\x1a", b"\x1c", b"\x1b[13;5u", "¡".encode(), b"\x1b1",
     b"\x1b[<0;3;3M\x1b[<32;40;9M\x1b[<0;40;9m\x03"],
    ids=["ctrl-q", "ctrl-c", "palette", "ctrl-z", "ctrl-backslash", "ctrl-enter", "alt-1",
         "escape-1", "select-and-copy"],
)  # fmt: skip
def test_keys_that_would_lead_out_lead_nowhere(
    gateway: Gateway, tmp_path: Path, keys: bytes
) -> None:
    with console(gateway[0], tmp_path) as there:
        there.sees("EN LIGNE")
        there.write(keys)
        there.rest()
        assert there.process.poll() is None
        assert b"\x1b]52" not in there.output
        assert b"Search for commands" not in there.output
        there.write(b"\x021001\r")
        there.sees("code secret")


def test_bytes_that_are_no_letters_do_nothing(gateway: Gateway, tmp_path: Path) -> None:
    with console(gateway[0], tmp_path) as there:
        there.sees("PASSEZ VOTRE BADGE")
        there.write(b"\xff\xfe\x80")
        there.sign_in()
        there.to_the_sheet()
        there.write(b"ok\xff\xfe\x80\xc3 fin\r")
        there.sees("MESSAGE ENVOYÉ")
        assert said(gateway)[-1].startswith("ok")
        assert said(gateway)[-1].endswith("fin")


def test_the_environment_takes_nothing_out_and_puts_nothing_in(
    gateway: Gateway, tmp_path: Path
) -> None:
    doors = {
        "TEXTUAL_LOG": str(tmp_path / "keys.log"),
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_SCREENSHOT_LOCATION": str(tmp_path),
        "TEXTUAL_PRESS": "1",
        "TEXTUAL_ALLOW_SIGNALS": "1",
    }
    with console(gateway[0], tmp_path, env=doors) as there:
        there.sign_in()
        there.write(b"\x1a")
        there.rest(1.2)
        assert there.process.poll() is None
        assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "state", "token"]


def test_the_terminal_itself_says_how_large_it_is(gateway: Gateway, tmp_path: Path) -> None:
    with console(gateway[0], tmp_path, env={"COLUMNS": "30", "LINES": "90"}) as there:
        there.sees("( le numéro n'est jamais affiché )")
