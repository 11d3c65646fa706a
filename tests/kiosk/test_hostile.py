"""Text from outside does nothing to the terminal but stand on it."""

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from gateway.kiosk.safe import LONGEST, line, safe
from tests.kiosk.floor import floor
from tests.kiosk.test_network import on_the_sheet

Gateway = Any

HOSTILE = [
    "x [/] y [/b] z",
    "[urgent]feu[/urgent] [@click=app.quit]ici[/]",
    "\x1b[2J\x1b[Hpris \x9b31m",
    "\x1b]52;c;cm0gLXJm\x07 copie",
    "vir\u202eement \u200bcaché\ufeff",
    "$text {name} %s \\n",
]


def controls(text: str) -> list[str]:
    return [sign for sign in text if sign != "\n" and unicodedata.category(sign) in {"Cc", "Cf"}]


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_hostile_post_is_only_text(gateway: Gateway, text: str) -> None:
    desk = gateway[1]
    first = next(iter(desk.depot.posts.values()))
    evil = replace(first, body=text, author=text[:12], group_name=text[:12])
    desk.depot.posts[first.number] = evil
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("1")
        await there.sees(line(text)[-12:])
        assert controls(there.screen) == []
        await there.press("enter")
        await there.sees("1   Répondre", line(text)[-12:])
        assert controls(there.screen) == []


async def test_hostile_names_of_groups_are_only_text(gateway: Gateway) -> None:
    gateway[1].depot.groups["quai3"].title = "[/] \x1b[2J quai"
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("2")
        await there.sees("1   [/] [2J quai")
        await there.press("1")
        await there.sees("ÉCRIRE  [/] [2J quai")


async def test_a_paste_is_cleaned_and_bounded(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await on_the_sheet(there)
        there.app.screen.focused.post_message(events.Paste("a\x1b]52;c;x\x07b\nc" + "d" * 900))  # type: ignore[union-attr]
        await there.sees("a]52;c;xb", "498 / 500")


@given(st.text())
def test_safe_text_has_no_unseen_signs_and_is_not_changed_again(text: str) -> None:
    once = safe(text)
    assert safe(once) == once
    assert not any(unicodedata.category(sign) in {"Cc", "Cs"} and sign != "\n" for sign in once)
    assert not set(once) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèàçœ€ .,!?'0123456789"))
def test_what_people_write_stays(text: str) -> None:
    assert safe(text) == text


def test_endless_text_is_cut() -> None:
    assert len(safe("x" * 10 * LONGEST)) == LONGEST
