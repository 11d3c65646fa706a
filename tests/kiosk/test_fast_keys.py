"""Keys that come fast, or to a terminal that was looked away from: all are taken, in order."""

import asyncio
from typing import Any

import pytest
from textual import events

from tests.kiosk.floor import Floor, floor

Gateway = Any
PACES = range(4)
"""Turns of the loop between two keys: any may let one key overtake the other."""


async def _typed(there: Floor, keys: str, pace: int) -> None:
    for key in keys:
        there.app.post_message(events.Key(key, key))
        for _ in range(pace):
            await asyncio.sleep(0)


@pytest.mark.parametrize("pace", PACES)
async def test_a_code_is_taken_whole_at_a_terminal_that_was_looked_away_from(
    gateway: Gateway, pace: int
) -> None:
    async with floor(gateway) as there:
        there.app.post_message(events.AppFocus())
        there.app.post_message(events.AppBlur())
        await there.rest()
        await there.scan("1001")
        await there.sees("Votre code secret")
        await _typed(there, "123456", pace)
        await there.sees("Que voulez-vous faire")


@pytest.mark.parametrize("pace", PACES)
async def test_a_code_is_taken_whole_when_the_mark_was_below(gateway: Gateway, pace: int) -> None:
    async with floor(gateway) as there:
        await there.scan("1001")
        await there.sees("Votre code secret")
        await there.press("down")
        await there.rest()
        await _typed(there, "123456", pace)
        await there.sees("Que voulez-vous faire")


@pytest.mark.parametrize("pace", PACES)
async def test_a_text_is_taken_whole_when_the_mark_was_below(gateway: Gateway, pace: int) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("2")
        await there.sees("Quai 3")
        await there.press("1")
        await there.sees("Quel message")
        await there.press("1")
        await there.sees("Entrée")
        await there.press("down")
        await there.rest()
        await _typed(there, "palette", pace)
        await there.sees("palette")
