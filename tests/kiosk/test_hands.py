"""Each way to use the terminal is enough alone, and costs few keys."""

from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len
from textual import events

from gateway.core.commands import Page
from gateway.kiosk.paper import Paper
from gateway.kiosk.posts import PostRows
from gateway.kiosk.screens.news import FoundScreen
from gateway.kiosk.screens.send import to_group
from gateway.kiosk.screens.sheet import WriteScreen
from tests.kiosk.floor import Floor, floor

Gateway = Any

READING, OWN_WORDS, READY = 1, 5, 3
"""Keys that reading the news, posting own words (beside them) and a ready sentence may cost."""


def at(there: Floor, text: str) -> tuple[int, int]:
    """Where a finger goes for `text`."""
    lines = there.screen.splitlines()
    y = next(n for n, line in enumerate(lines) if text in line)
    before, _, _ = lines[y].partition(text)
    return cell_len(before) + cell_len(text) // 2, y


async def touch(there: Floor, text: str) -> None:
    await there.sees(text)
    await there.settled()
    x, y = at(there, text)
    for kind in (events.MouseDown, events.MouseUp):
        there.app.post_message(
            kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y)
        )
    await there.pilot.pause()


async def walk(there: Floor, steps: list[tuple[str, str]]) -> int:
    """Press each key once its screen is there; how many keys that were."""
    there.keys = 0
    for seen, key in steps:
        await there.sees(seen)
        await there.until(lambda: not getattr(there.app.screen, "chosen", False), "seen")
        await there.press(key)
    return there.keys


@pytest.mark.parametrize("key", ["1", "enter"])
async def test_the_news_are_one_key_away(gateway: Gateway, key: str) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        assert await walk(there, [("1   Lire les nouvelles", key)]) <= READING
        await there.sees("La rampe du quai 3")


@pytest.mark.parametrize(
    ("steps", "budget"),
    [
        ([("faire", "2"), ("Quai 3", "1"), ("moi-même", "1"), ("message :", "x")], OWN_WORDS),
        (
            [
                *(("> 1   Lire", "down"), ("> 2   Écrire", "enter"), ("> 1   Quai 3", "enter")),
                *(("> 1   J'écris", "enter"), ("message :", "x")),
            ],
            OWN_WORDS,
        ),
        ([("faire", "2"), ("Quai 3", "1"), ("retard", "2")], READY),
    ],
    ids=["digits", "arrows", "a ready sentence"],
)
async def test_posting_costs_few_keys(
    gateway: Gateway, steps: list[tuple[str, str]], budget: int
) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        keys = await walk(there, steps)
        if steps[-1][1] == "x":
            await there.sees("1 / 500")
            await there.press("enter")  # one key more; the letter itself is the text
        await there.sees("MESSAGE ENVOYÉ")
        assert keys <= budget
        assert there.posts[-1].body in ("x", "Je serai en retard.")


async def test_touch_alone_posts_and_finishes(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await touch(there, "Écrire un message")
        await touch(there, "Quai 3")
        await touch(there, "J'écris moi-même")
        for key in ("MAJUSC.", "O", "k", "ESPACE", "1 2 3 ?", "?", "a b c", "z", "EFFACER"):
            await touch(there, f"  {key}  " if len(key) == 1 else key)
        await there.sees("Ok ?")
        await touch(there, "ENVOYER")
        await touch(there, "Continuer")
        assert there.posts[-1].body == "Ok ?"
        await touch(there, "Lire les nouvelles")
        await touch(there, "La rampe du quai 3")
        await touch(there, "Dire merci")
        await touch(there, "Retour")
        await touch(there, "Retour")
        await touch(there, "Terminer")
        await there.sees("PASSEZ VOTRE BADGE")


async def test_two_digits_are_a_letter_and_zero_goes_back(gateway: Gateway) -> None:
    async with floor(gateway, (40, 15), draws_keys=True) as there:
        await there.sign_in()
        there.app.show(WriteScreen(to_group("quai3", "Quai 3")))
        await there.sees("[a]")
        await there.press("1", "3", "4", "1", "5", "1", "2", "8")
        await there.sees("cé q")
        await there.press("3", "0", "1", "9")  # a row that was named by mistake
        await there.sees("cé qi")
        await there.press("5", "2", "é")
        await there.sees("cé qé")
        await there.press("0")
        await there.sees("Que voulez-vous faire")
        assert there.app.session is not None
        assert there.app.session.draft("quai3") == "cé qé"


async def test_whoever_has_letters_is_drawn_no_keyboard(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        there.app.show(WriteScreen(to_group("quai3", "Quai 3")))
        await there.sees("Flèche bas = clavier")
        await there.press(*"06 12")
        await there.sees("06 12")
        assert "ESPACE" not in there.screen
        await there.pilot.click(Paper)
        await there.sees("ESPACE")


async def test_digits_open_the_posts_that_are_seen(gateway: Gateway) -> None:
    first = next(iter(gateway[1].depot.posts.values()))
    many = tuple(replace(first, number=at, body=f"Camion {at}") for at in range(20))
    async with floor(gateway) as there:
        await there.sign_in()
        there.app.show(FoundScreen(Page(many, about="find")))
        await there.sees("6   5 · Quai 3")
        await there.press("8")
        await there.sees("> 1   6 · Quai 3", "MESSAGES  7/20")
        await there.press("8", "8")
        await there.sees("MESSAGES  19/20")
        await there.press("7", "7", "7")
        await there.sees("> 1   0 · Quai 3")
        await there.press("left")
        await there.sees("Que voulez-vous faire")


async def test_the_mark_stays_on_its_post_when_others_come(gateway: Gateway) -> None:
    first = next(iter(gateway[1].depot.posts.values()))
    many = [replace(first, number=at, body=f"Camion {at}") for at in range(1000, 1030)]
    async with floor(gateway) as there:
        await there.sign_in()
        screen = FoundScreen(Page(tuple(many), about="find"))
        there.app.show(screen)
        await there.sees("1   1000 ·")
        await there.press(*["down"] * 9)
        await there.sees("MESSAGES  10/30")
        line = next(n for n, text in enumerate(there.screen.splitlines()) if "1009 ·" in text)
        screen.posts = [replace(first, number=at) for at in range(1200, 1220)] + many
        screen.show()
        await there.sees("MESSAGES  30/50")
        await there.settled()
        assert there.screen.splitlines()[line].startswith(" > ")
        assert "1009 ·" in there.screen.splitlines()[line]
        assert there.app.screen.query_one(PostRows).mark == 29
