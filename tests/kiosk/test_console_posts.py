"""What a poster sends to every terminal at once does nothing there but be read."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.kiosk.console import console

Gateway = Any

ATTACKS = {
    "markup": "[@click=app.quit]x[/] [/b] [urgent] FINI",
    "clear": "\x1b[2J\x1b[H\x1bc\x1b[3J FINI",
    "clipboard": "\x1b]52;c;cm0gLXJmIC8=\x07 FINI",
    "title": "\x1b]0;volé\x1b\\\x90q\x9c FINI",
    "eight bits": "\x9b2J\x9d52;c;QQ==\x9c FINI",
    "turned": "vir\u202eement\u2066 FINI",
    "answer back": "\x05\x1b[c\x1b[6n\x1b[>c FINI",
}
FORBIDDEN = ("\x1b]", "\x1b[c", "\x1b[6n", "\x1b[>c", "\x05", "\x90", "\x9b", "\x9d", "\u202e",
             "\u2066", "\x1bc", "\x1b[3J")  # fmt: skip
POINTER = r"\x1b\]22;[a-z-]*\x07"
"""The shape of the mouse pointer: Textual's own."""


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_post_moves_nothing_on_a_terminal(gateway: Gateway, tmp_path: Path, attack: str) -> None:
    posts = gateway[1].depot.posts
    for number, post in posts.items():
        posts[number] = replace(post, body=ATTACKS[attack], author=ATTACKS[attack])
    with console(gateway[0], tmp_path) as there:
        there.sign_in()
        there.write(b"1")
        there.sees("FINI")
        list_of_posts = there.output
        there.write(b"\r")
        there.sees("FINI")
        painted = re.sub(POINTER, "", (list_of_posts + there.output).decode())
        assert re.findall(r"\x1b\][^\x07]{0,30}", painted) == []
        assert [sign for sign in FORBIDDEN if sign in painted] == []
        assert there.process.poll() is None
