"""One person leaves nothing to the next: idle, another badge, a session that is over."""

from typing import Any

from textual import events

from gateway.core.commands import Me
from gateway.kiosk.session import Answer
from tests.kiosk.floor import floor
from tests.kiosk.test_network import on_the_sheet

Gateway = Any


async def test_a_session_left_alone_warns_hides_and_closes(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("1")
        await there.sees("La rampe du quai 3")
        there.ticks.now += 40
        await there.sees("ÊTES-VOUS TOUJOURS LÀ", "dans 20 secondes")
        assert "rampe" not in there.screen
        there.ticks.now += 12
        await there.sees("dans 8 secondes", "########....")
        there.ticks.now += 8
        await there.sees("PASSEZ VOTRE BADGE")
        assert there.app.session is None
        assert len(there.app.screen_stack) == 1


async def test_any_key_goes_on_and_does_nothing_else(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await on_the_sheet(there)
        await there.type("abc")
        there.ticks.now += 45
        await there.sees("ÊTES-VOUS TOUJOURS LÀ", "Votre texte est gardé")
        await there.press("x")
        await there.sees("Votre message", "abc")
        assert "abcx" not in there.screen
        there.ticks.now += 39
        await there.pilot.pause(0.15)
        assert "ÊTES-VOUS" not in there.screen


async def test_a_half_typed_secret_code_does_not_stay(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.scan("1001")
        await there.sees("Votre code secret")
        await there.type("123")
        there.ticks.now += 41
        await there.sees("PASSEZ VOTRE BADGE")


async def test_another_badge_ends_the_session_in_the_middle_of_a_text(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await on_the_sheet(there)
        await there.type("Chariot 12 en pa")
        await there.scan("1002")
        await there.sees("Votre code secret")
        assert "Amina" not in there.screen
        await there.type("654321")
        await there.sees("John", "What do you want to do?")
        assert all("1002" not in post.body and "Chariot" not in post.body for post in there.posts)
        await there.scan("1001")
        await there.sees("Votre code secret")
        await there.type("123456")
        await there.sees("Amina")
        await on_the_sheet(there)
        await there.sees("Chariot 12 en pa")


async def test_a_text_written_when_the_session_was_over_arrives_all_the_same(
    gateway: Gateway,
) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await on_the_sheet(there)
        await there.type("Retard de 2 h")
        gateway[1].end_sessions()
        await there.press("\r")
        await there.sees("MESSAGE ENVOYÉ")
        assert there.posts[-1].body == "Retard de 2 h"


async def test_a_session_that_is_over_asks_for_the_badge_and_keeps_the_draft(
    gateway: Gateway,
) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await on_the_sheet(there)
        await there.type("Retard de 2 h")
        await there.press("\x1b")
        await there.sees("Quel message")
        await there.press("0")
        await there.sees("Écrire à quel groupe")
        await there.press("0")
        await there.sees("Que voulez-vous faire")
        gateway[1].end_sessions()
        await there.press("5")
        await there.sees("Votre session est fermée. Passez à nouveau votre badge.")
        await there.sign_in()
        await on_the_sheet(there)
        await there.sees("Retard de 2 h")


async def test_an_answer_to_somebody_who_left_is_shown_to_nobody(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        amina, asker = there.app.session, there.app.screen
        shown: list[object] = []
        assert amina is not None
        answer = amina.run(Me())
        there.app.leave()
        await there.sign_in("1002", "654321")
        there.app.begin(asker, lambda: answer, shown.append)  # type: ignore[arg-type]
        await there.pilot.pause(0.1)
        assert isinstance(answer, Answer)
        assert shown == []
        assert there.app.texts.language == "en"


async def test_what_comes_while_the_warning_is_up_waits_under_it(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("1")
        await there.sees("La rampe")
        asker = there.app.screen
        there.ticks.now += 41
        await there.sees("ÊTES-VOUS")
        shown: list[object] = []
        there.app.begin(asker, lambda: 1, shown.append)  # type: ignore[arg-type]
        await there.pilot.pause(0.1)
        assert shown == []
        await there.press("x")
        await there.until(lambda: shown == [1], "shown")


async def test_nobody_is_asked_whether_they_are_there_on_the_welcome(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        there.ticks.now += 500
        await there.pilot.pause(0.12)
        await there.sees("PASSEZ VOTRE BADGE")
        await there.press("9")
        await there.sees("Pas de badge ?", "SMS au +33700000000")
        there.ticks.now += 41
        await there.sees("PASSEZ VOTRE BADGE")


async def test_no_key_quits_copies_or_opens_a_palette(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        for key in ("ctrl+q", "ctrl+c", "ctrl+p", "ctrl+z", "f1", "tab", "ctrl+backslash"):
            there.app.post_message(events.Key(key, None))
        await there.rest()
        await there.sees("Que voulez-vous faire")
        assert there.app.is_running
        assert len(there.app.screen_stack) == 2
