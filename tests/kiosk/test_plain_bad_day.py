"""In plain lines too: no network, no disk, hostile posts, somebody else's badge, nobody there."""

from pathlib import Path
from typing import Any

from gateway.kiosk.printer import Printer
from tests.kiosk.paper_reader import print_out
from tests.kiosk.plain_floor import Listener, listening

Gateway = Any
TEXT = "La porte 4 est bloquée"


async def to_the_sheet(there: Listener) -> None:
    await there.answers(("2", "quel groupe"), ("1", "Quel message"), ("1", "Votre message"))


def sent(there: Listener) -> int:
    return sum(post.body == TEXT for post in there.posts)


async def until_it_left(there: Listener) -> None:
    """Time goes by until nothing waits any more."""
    there.ticks.now += 300

    def left() -> bool:
        there.ticks.now += 1
        there.app.idle.touched(there.ticks.now)
        return there.app.stock.store.outbox.count() == 0

    await there.until(left, "left")


async def test_a_text_without_network_is_kept_leaves_by_itself_and_that_is_told(
    gateway: Gateway,
) -> None:
    async with listening(gateway) as there:
        await there.sign_in()
        await to_the_sheet(there)
        there.wire.down()
        await there.answers((TEXT, "MESSAGE GARDÉ"))
        await there.hears("HORS LIGNE depuis 10:00", "1 gardé")
        await there.answers(("1", "1 gardé"))
        assert sent(there) == 0
        there.heard = ""
        there.wire.up()
        await until_it_left(there)
        await there.hears("EN LIGNE", "Votre choix :")
        assert sent(there) == 1


async def test_a_lost_answer_never_makes_a_second_post(gateway: Gateway) -> None:
    async with listening(gateway) as there:
        await there.sign_in()
        await to_the_sheet(there)
        there.wire.mute = True
        await there.answers((TEXT, "MESSAGE GARDÉ"), ("0", "peut-être déjà parti"))
        there.wire.up()
        await until_it_left(there)
        assert sent(there) == 1


async def test_a_badge_in_the_middle_of_a_text_ends_the_session(gateway: Gateway) -> None:
    async with listening(gateway) as there:
        await there.sign_in()
        await to_the_sheet(there)
        there.type("Chariot 12 en pa\x021002\r")
        await there.hears("code secret")
        assert "Amina" not in there.heard
        await there.answers(("654321", "John"), ("2", "group"))
        assert "Chariot" not in there.heard
        await there.sign_in()
        await there.answers(
            ("2", "brouillon"), ("1", "reprends mon brouillon"), ("1", "Chariot 12 en pa")
        )
        await there.answers(("2", "Votre message"), ("nne", "MESSAGE ENVOYÉ"))
        assert there.posts[-1].body == "Chariot 12 en pa nne"
        assert "1002" not in there.said


async def test_a_draft_is_sent_by_enter_or_written_anew(gateway: Gateway) -> None:
    async with listening(gateway) as there:
        await there.sign_in()
        await to_the_sheet(there)
        there.type("Un début")
        await there.until(lambda: "Un début" in str(there.app.session.kept.drafts), "kept")  # type: ignore[union-attr]
        there.type("\x02" + "1001\r")
        await there.hears("code secret")
        await there.answers(("123456", "1 brouillon"), ("2", "( brouillon )"))
        await there.answers(("1", "Quel message"), ("1", "Un début"))
        await there.answers(("3", "Votre message"), ("Tout autre", "MESSAGE ENVOYÉ"))
        assert there.posts[-1].body == "Tout autre"
        await there.answers(("0", "0  Retour"), ("0", "Que voulez-vous faire"))


async def test_who_is_gone_is_asked_then_signed_out_and_a_key_goes_on(gateway: Gateway) -> None:
    async with listening(gateway) as there:
        await there.sign_in()
        await to_the_sheet(there)
        there.type("abc")
        await there.until(lambda: there.app.session.kept.drafts != {}, "kept")  # type: ignore[union-attr]
        there.heard = ""
        there.ticks.now += 41
        await there.hears("ÊTES-VOUS TOUJOURS LÀ", "Votre texte est gardé", "Entrée")
        there.type("\r")
        await there.hears("Votre brouillon", "abc", "Votre choix")
        assert there.app.session is not None
        there.heard = ""
        there.ticks.now += 41
        await there.hears("TOUJOURS LÀ")
        there.ticks.now += 20
        await there.hears("PASSEZ VOTRE BADGE")
        assert there.app.session is None


async def test_what_was_refused_meanwhile_is_asked_about(gateway: Gateway) -> None:
    async with listening(gateway) as there:
        await there.sign_in()
        await to_the_sheet(there)
        there.wire.down()
        await there.answers((TEXT, "MESSAGE GARDÉ"), ("1", "Que voulez-vous"), ("0", "BADGE"))
        gateway[1].depot.groups["quai3"].members.discard(1)
        there.wire.up()
        await until_it_left(there)
        await there.answers(("\x021001", "code secret"), ("123456", "PAS ENVOYÉ"))
        await there.hears(TEXT, "1  Le changer", "3  L'effacer", "Votre choix")
        await there.answers(("2", "Sécurité"), ("1", TEXT), ("1", "seuls les animateurs"))
        await there.answers(("", "seuls les animateurs"), ("0", "Que voulez-vous faire"))
        await there.answers(("2", "Sécurité : ( brouillon )"))
        assert sent(there) == 0


async def test_a_slip_is_printed_from_plain_lines_too(gateway: Gateway, tmp_path: Path) -> None:
    (tmp_path / "lp0").touch()
    async with listening(gateway, printer=Printer(tmp_path / "lp0")) as there:
        await there.sign_in()
        await there.answers(("2", "quel groupe"), ("1", "Quel message"), ("3", "2  Imprimer"))
        await there.answers(("2", "Le ticket est imprimé."))
        assert print_out((tmp_path / "lp0").read_bytes()).cut == 1


async def test_a_text_that_is_too_long_is_not_sent_before_its_author_says_so(
    gateway: Gateway,
) -> None:
    async with listening(gateway) as there:
        await there.sign_in()
        await to_the_sheet(there)
        before = len(there.posts)
        await there.answers(("x" * 100_000, "! Trop long : les 99500 derniers signes"))
        assert len(there.posts) == before
        await there.answers(("1", "MESSAGE ENVOYÉ"))
        assert there.posts[-1].body == "x" * 500


async def test_a_full_disk_is_never_called_kept_and_the_text_stays(gateway: Gateway) -> None:
    async with listening(gateway) as there:
        await there.sign_in()
        await to_the_sheet(there)
        with there.app.stock.store.outbox.file.change() as wire:
            wire.execute(
                "CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(FAIL, 'full'); END"
            )
        await there.answers((TEXT, "PAS GARDÉ : le disque est plein"))
        await there.hears("Votre brouillon", TEXT, "Votre choix")
        assert sent(there) == 0


async def test_what_is_typed_before_the_question_is_heard_answers_nothing(
    gateway: Gateway,
) -> None:
    async with listening(gateway) as there:
        await there.sign_in()
        there.type("0\r1\r")
        await there.hears("PASSEZ VOTRE BADGE", "Votre choix")
        assert "Tapez votre" not in there.listen()
        there.type("4\r")
        await there.hears("SCAN YOUR BADGE")


async def test_the_hour_to_take_back_ends_by_itself_and_says_so_by_the_menu(
    gateway: Gateway,
) -> None:
    async with listening(gateway) as there:
        await there.sign_in()
        await to_the_sheet(there)
        await there.answers((TEXT, "encore 10 s"))
        there.heard = ""
        there.ticks.now += 5
        await there.until(lambda: there.app.screen.left() == 5, "later")  # type: ignore[attr-defined]
        assert there.listen() == "", "no countdown is read out"
        there.ticks.now += 6
        await there.hears("Que voulez-vous faire", "Votre choix")


async def test_without_network_the_news_of_this_kiosk_are_read_and_called_so(
    gateway: Gateway,
) -> None:
    async with listening(gateway) as there:
        await there.sign_in()
        feed, owner = there.app.stock.store.feed, there.app.session.owner  # type: ignore[union-attr]
        await there.until(lambda: feed.synced(owner) is not None, "synced")
        there.wire.down()
        await there.answers(("1", "voici ce qui était là à 10:00"))
        await there.hears("La rampe du quai 3", "HORS LIGNE")
        assert there.heard.count("HORS LIGNE") == 1
