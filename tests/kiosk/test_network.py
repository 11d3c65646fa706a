"""Nothing that was typed is lost, and nothing is sent twice, whatever the network does."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any

from gateway.core.commands import Post
from gateway.kiosk.screens.send import alert
from gateway.kiosk.screens.sheet import WriteScreen
from gateway.kiosk.store import open_store
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


async def later(there: Floor) -> None:
    """The longest wait of the sender passes."""
    there.ticks.now += 300


async def until_it_left(there: Floor, true: Callable[[], bool], what: str) -> None:
    """Time goes by until this is so: a try that was on its way as it passed waits once more."""

    def looked() -> bool:
        there.ticks.now += 1
        return true()

    await later(there)
    await there.until(looked, what)


async def kept(there: Floor) -> None:
    """Write the text, and see it kept and not sent."""
    await on_the_sheet(there)
    await there.type(TEXT)
    await there.press("\r")
    await there.sees("MESSAGE GARDÉ", "1 gardé")


async def test_a_text_that_could_not_leave_is_kept_and_leaves_by_itself(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        there.wire.down()
        await kept(there)
        await there.sees("HORS LIGNE depuis 10:00 · copie 10:00 · 1 gardé")
        assert sent(there) == 0
        there.wire.up()
        await until_it_left(there, lambda: sent(there) == 1, "sent")
        await there.until(lambda: "gardé" not in there.screen.splitlines()[-1], "sent")


async def test_a_text_that_did_not_leave_may_be_taken_back_and_changed(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        there.wire.down()
        await on_the_sheet(there)
        await there.type(TEXT + "x")
        await there.press("\r")
        await there.sees("MESSAGE GARDÉ")
        await there.press("0")
        await there.sees("redevient un brouillon")
        there.wire.up()
        await there.press("0")
        await there.sees("Votre message", TEXT + "x")
        await there.press("\x7f", "\r")
        await there.sees("MESSAGE ENVOYÉ")
        assert sent(there) == 1
        assert [post.body for post in there.posts].count(TEXT + "x") == 0


async def test_a_lost_answer_never_makes_a_second_post(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        there.wire.mute = True
        await kept(there)
        await there.press("0")
        await there.sees("peut-être déjà parti")
        there.wire.up()
        await until_it_left(there, lambda: there.app.stock.store.outbox.count() == 0, "sent")
        assert sent(there) == 1


async def test_a_kept_text_leaves_while_its_author_is_gone_and_nobody_sees_it(
    gateway: Gateway,
) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        there.wire.down()
        await kept(there)
        there.app.leave()
        await there.sees("PASSEZ VOTRE BADGE", "1 gardé")
        assert TEXT not in there.screen
        there.wire.up()
        gateway[1].end_sessions()
        await there.sign_in("1002", "654321")
        assert there.app.session is not None
        assert there.app.session.draft("quai3") == "", "one person's words are not another's"
        assert there.app.session.waiting() == []
        await until_it_left(there, lambda: sent(there) == 1, "sent")
        assert [post.author for post in there.posts if post.body == TEXT] == ["Amina"]


async def test_a_ready_sentence_is_kept_too(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("2")
        await there.sees("Écrire à quel groupe")
        await there.press("1")
        await there.sees("Quel message")
        there.wire.mute = True
        await there.press("2")
        await there.sees("MESSAGE GARDÉ")
        there.wire.up()
        await until_it_left(there, lambda: there.app.stock.store.outbox.count() == 0, "sent")
        assert sum(post.body == "Je serai en retard." for post in there.posts) == 1


async def test_what_was_refused_meanwhile_is_shown_to_its_author(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        there.wire.down()
        await kept(there)
        there.app.leave()
        gateway[1].depot.groups["quai3"].members.discard(1)
        there.wire.up()
        outbox = there.app.stock.store.outbox
        await until_it_left(there, lambda: outbox.count() == 0, "refused")
        there.app.enter(there.app.api.sign_in(badge="1001", pin="123456"), "1001")
        await there.sees("PAS ENVOYÉ", TEXT, "1   Le changer", "3   L'effacer")
        await there.press("2")
        await there.sees("Sécurité")
        await there.press("1")
        await there.sees("Votre message", TEXT)
        await there.press("\x1b")
        await there.sees("Que voulez-vous faire")
        assert sent(there) == 0


async def test_a_full_disk_is_never_called_kept(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await on_the_sheet(there)
        with there.app.stock.store.outbox.file.change() as wire:
            wire.execute(
                "CREATE TRIGGER no BEFORE INSERT ON drafts BEGIN SELECT RAISE(FAIL, 'full'); END"
            )
        await there.type(TEXT)
        await there.sees("PAS GARDÉ : le disque est plein", TEXT)
        with there.app.stock.store.outbox.file.change() as wire:
            wire.execute(
                "CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(FAIL, 'full'); END"
            )
        await there.press("\r")
        await there.sees("PAS GARDÉ : le disque est plein", TEXT)
        assert sent(there) == 0


async def test_a_kiosk_without_a_disk_sends_and_never_says_kept(gateway: Gateway) -> None:
    lost = replace(open_store(), lasting=False)
    async with floor(gateway, store=lost) as there:
        await there.sign_in()
        await on_the_sheet(there)
        await there.type(TEXT)
        there.wire.down()
        await there.press("\r")
        await there.sees("PAS GARDÉ", TEXT)
        there.wire.up()
        await later(there)
        await there.press("\r")
        await there.sees("MESSAGE ENVOYÉ")
        assert sent(there) == 1


async def test_who_wants_to_be_forgotten_leaves_no_draft(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await on_the_sheet(there)
        await there.type(TEXT)
        await there.press("\x1b")
        await there.sees("reprends mon brouillon")
        there.app.home()
        await there.sees("1 brouillon")
        await there.press("5")
        await there.sees("9   M'oublier")
        await there.press("9")
        await there.sees("plus aucun brouillon")
        assert there.app.stock.store.outbox.drafts(there.app._owner) == {}


async def test_without_network_the_news_are_those_that_were_here(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        feed = there.app.stock.store.feed
        await there.until(lambda: feed.synced(there.app._owner) is not None, "synced")
        there.wire.down()
        await there.press("1")
        await there.sees("voici ce qui était là à 10:00", "La rampe du quai 3", "HORS LIGNE")
        await there.press("enter")
        await there.sees("voici ce qui était là à 10:00")


async def test_who_was_here_before_signs_in_without_network(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.scan("1001")
        await there.sees("Votre code secret")
        await there.type("123456")
        await there.sees("Que voulez-vous faire")
        await there.press("0")
        await there.sees("PASSEZ VOTRE BADGE")
        there.wire.down()
        await there.scan("1001")
        await there.sees("Votre code secret")
        await there.type("123456")
        await there.sees("Que voulez-vous faire", "HORS LIGNE")
        await kept(there)


async def test_who_was_not_here_before_may_write_and_read_nothing(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.until(lambda: there.app.stock.store.outbox.open_groups() != [], "groups")
        there.wire.down()
        await there.scan("1002")
        await there.sees("Votre code secret")
        await there.type("654321")
        await there.sees("ne peuvent pas être vérifiés", "HORS LIGNE")
        await there.press("2")
        await there.sees("2   Écrire un message")
        assert "Lire" not in there.screen
        await kept(there)
        await there.sees("devra confirmer")
        assert [(item.owner, item.badge) for item in there.app.stock.store.outbox.waiting()] == [
            ("", "1002")
        ]
        await there.press("1")
        await there.sees("2   Écrire un message")
        there.wire.up()
        await until_it_left(there, lambda: there.app.stock.store.outbox.count() == 0, "handed in")
        deposits = [(badge, command) for badge, command, _ in gateway[1].deposits.values()]
        assert deposits == [("1002", Post("foot", TEXT))]
        assert sent(there) == 0, "it is held until its owner says yes"


async def test_the_owner_of_a_badge_is_asked_at_the_next_sign_in(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        person = there.app.api.sign_in(badge="1001", pin="123456")
        there.app.enter(replace(person, questions=((7, "Est-ce vous ? La porte"),)), "1001")
        await there.sees("Est-ce vous ? La porte", "1   Oui", "2   Non", "0   Plus tard")
        asked = there.wire.asked
        await there.press("1")
        await there.until(lambda: "Est-ce vous" not in there.screen, "answered")
        assert there.wire.asked > asked
        await there.press("0")
        await there.sees("Que voulez-vous faire")


async def test_wrong_codes_without_network_are_counted(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        there.wire.down()
        await there.scan("1001")
        for _ in range(3):
            await there.sees("Votre code secret")
            await there.type("111222")
            await there.sees("1   Essayer encore")
            await there.press("1")
        await there.sees("Votre code secret")
        await there.type("123456")
        await there.sees("Trop d'essais", "30 s")


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
