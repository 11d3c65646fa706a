"""Nothing that was typed is lost, and nothing is sent twice, whatever the network does."""

from threading import Event
from typing import Any

from gateway.kiosk.screens.send import alert
from gateway.kiosk.screens.sheet import WriteScreen
from tests.kiosk.floor import Floor, floor

Gateway = Any
TEXT = "La porte 4 est bloquée"


async def on_the_sheet(there: Floor) -> None:
    await there.press("2")
    await there.sees("Écrire à quel groupe")
    await there.press("1")
    await there.sees("Quel message")
    await there.press("1")
    await there.sees("Votre message")


def sent(there: Floor) -> int:
    return sum(post.body == TEXT for post in there.posts)


async def test_a_text_that_could_not_leave_is_kept_and_sent_once(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await on_the_sheet(there)
        await there.type(TEXT)
        there.wire.down()
        await there.press("\r")
        await there.sees("PAS ENVOYÉ : pas de réseau", TEXT, "HORS LIGNE depuis 10:00")
        assert sent(there) == 0
        there.wire.up()
        await there.press("\r")
        await there.sees("MESSAGE ENVOYÉ", "EN LIGNE")
        assert sent(there) == 1


async def test_a_text_that_did_not_leave_may_be_changed(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await on_the_sheet(there)
        await there.type(TEXT + "x")
        there.wire.down()
        await there.press("\r")
        await there.sees("PAS ENVOYÉ")
        there.wire.up()
        await there.press("\x7f", "\r")
        await there.sees("MESSAGE ENVOYÉ")
        assert sent(there) == 1


async def test_a_lost_answer_never_makes_a_second_post(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await on_the_sheet(there)
        await there.type(TEXT)
        there.wire.mute = True
        await there.press("\r")
        await there.sees("peut-être envoyé", TEXT)
        await there.type("!")
        await there.rest()
        assert TEXT + "!" not in there.screen, "what may have arrived is not changed"
        there.wire.up()
        await there.press("\r")
        await there.sees("MESSAGE ENVOYÉ")
        assert sent(there) == 1
        assert there.app.session is not None
        assert not there.app.session.kept


async def test_a_doubtful_text_is_found_again_after_the_next_sign_in(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await on_the_sheet(there)
        await there.type(TEXT)
        there.wire.mute = True
        await there.press("\r")
        await there.sees("peut-être envoyé")
        there.app.leave()
        await there.sees("PASSEZ VOTRE BADGE")
        there.wire.up()
        await there.sign_in("1002", "654321")
        assert there.app.session is not None
        assert there.app.session.draft("quai3") == "", "one person's words are not another's"
        there.app.leave()
        await there.sign_in()
        await there.sees("1 brouillon")
        await on_the_sheet(there)
        await there.sees("peut-être envoyé", TEXT)
        await there.press("\r")
        await there.sees("MESSAGE ENVOYÉ")
        assert sent(there) == 1


async def test_a_ready_sentence_is_tried_again_under_the_same_key(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("2")
        await there.sees("Écrire à quel groupe")
        await there.press("1")
        await there.sees("Quel message")
        there.wire.mute = True
        await there.press("2")
        await there.sees("un seul partira")
        there.wire.up()
        await there.press("2")
        await there.sees("MESSAGE ENVOYÉ")
        assert sum(post.body == "Je serai en retard." for post in there.posts) == 1


async def test_news_whose_answer_was_lost_are_shown_when_asked_again(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        there.wire.mute = True
        await there.press("1")
        await there.sees("! Pas de réseau", "Encore 3")
        there.wire.up()
        await there.press("enter")
        await there.sees("La rampe du quai 3", "Who has the key")


async def test_sign_in_without_network_says_so(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        there.wire.down()
        await there.scan("1001")
        await there.sees("Votre code secret")
        await there.type("123456")
        await there.sees("! Pas de réseau", "HORS LIGNE")
        there.wire.up()
        await there.type("123456")
        await there.sees("Que voulez-vous faire")


async def test_finishing_asks_the_network_for_nothing(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        there.wire.down()
        await there.press("0")
        await there.sees("PASSEZ VOTRE BADGE")


async def test_undoing_without_network_is_not_claimed(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await on_the_sheet(there)
        await there.type(TEXT)
        await there.press("\r")
        await there.sees("encore 10 s")
        there.wire.down()
        await there.press("0")
        await there.sees("PAS ENCORE RETIRÉ")
        there.wire.up()
        await there.press("0")
        await there.until(lambda: there.posts[-1].withdrawn, "taken back")


async def test_a_revoked_kiosk_says_whom_to_tell(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        gateway[1].devices.clear()
        await there.scan("1001")
        await there.sees("Votre code secret")
        await there.type("123456")
        await there.sees("! Cette borne n'est pas reconnue")


async def test_a_question_can_be_left_without_network(gateway: Gateway) -> None:
    gateway[1].depot.groups["quai3"].animators.add(1)
    async with floor(gateway) as there:
        await there.sign_in()
        there.app.show(WriteScreen(alert("quai3", "Quai 3")))
        await there.sees("Votre message")
        await there.type("Fuite")
        await there.press("\r")
        await there.sees("1   Oui")
        there.wire.down()
        await there.press("1")
        await there.sees("! Pas de réseau", "1   Oui")
        await there.press("0")
        await there.sees("Votre message", "Fuite")


async def test_a_slow_answer_is_said_to_take_a_moment(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        done = Event()
        there.app.screen.work(done.wait, lambda _: None)  # type: ignore[attr-defined]
        try:
            await there.sees("Un instant...")
            await there.press("3")
            await there.rest()
            assert len(there.app.screen_stack) == 2, "one thing at a time"
        finally:
            done.set()
        await there.until(lambda: "Un instant" not in there.screen, "done")
