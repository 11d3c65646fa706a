"""Who signs in at a kiosk in plain lines, and what hostile posts do there: nothing."""

import unicodedata
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.core.commands import Post
from gateway.kiosk.safe import line
from gateway.kiosk.store import open_store
from tests.kiosk.plain_floor import listening
from tests.kiosk.test_console_posts import ATTACKS
from tests.kiosk.test_plain_bad_day import TEXT, until_it_left

Gateway = Any


async def test_a_clock_that_is_months_ahead_wipes_no_draft(gateway: Gateway) -> None:
    store = open_store()
    now = gateway[1].clock().timestamp()
    name = store.locks.name("member:1")
    store.outbox.keep(name, "quai3", "Hier soir", now - 3600)
    store.outbox.keep(name, "foot", "Il y a longtemps", now - 73 * 3600)
    ahead = timedelta(days=90)
    async with listening(gateway, store=store, clock=lambda: gateway[1].clock() + ahead) as there:
        await there.until(lambda: store.outbox.drafts(name) == {"quai3": "Hier soir"}, "wiped")


async def test_half_a_secret_code_does_not_stay(gateway: Gateway) -> None:
    async with listening(gateway) as there:
        there.type("\x021001\r")
        await there.hears("code secret", "retour")
        there.type("123")
        await there.taken()
        there.ticks.now += 41
        await there.hears("PASSEZ VOTRE BADGE", "Votre choix")
        await there.answers(("456", "code secret"), ("123456", "! Badge ou code"))


async def test_the_owner_of_a_badge_is_asked_whether_it_was_they(gateway: Gateway) -> None:
    async with listening(gateway) as there:
        person = there.app.api.sign_in(badge="1001", pin="123456")
        there.type("")
        questions = ((7, "Est-ce vous ? La porte"),)
        there.app.call_later(there.app.enter, replace(person, questions=questions), "1001")
        await there.hears("Est-ce vous ? La porte", "1  Oui", "2  Non", "0  Plus tard", "choix")
        asked = there.wire.asked
        await there.answers(("1", "Votre choix"))
        assert there.wire.asked > asked
        await there.answers(("0", "Que voulez-vous faire"))


async def test_who_cannot_be_checked_writes_and_reads_nothing(gateway: Gateway) -> None:
    async with listening(gateway) as there:
        await there.until(lambda: there.app.stock.store.outbox.open_groups() != [], "groups")
        there.wire.down()
        await there.answers(("\x021002", "code secret"), ("654321", "ne peuvent pas être"))
        await there.answers(("2", "2  Écrire un message"))
        assert "Lire" not in there.heard
        await there.answers(("2", "quel groupe"), ("1", "Quel message"), ("1", "Votre message"))
        await there.answers((TEXT, "devra confirmer"))
        there.wire.up()
        await until_it_left(there)
        deposits = [(badge, command) for badge, command, _ in gateway[1].deposits.values()]
        assert deposits == [("1002", Post("foot", TEXT))]


async def test_first_codes_wrong_codes_and_codes_by_sms(gateway: Gateway) -> None:
    gateway[1].depot.codes["267486"] = 1
    gateway[1].depot.members[1].must_choose_pin = True
    async with listening(gateway) as there:
        for badge in ("1002", "9999"):
            await there.answers((f"\x02{badge}", "code secret"))
            await there.answers(("12", "! 6 chiffres."), ("000000", "! Badge ou code"))
        await there.answers(("", "PASSEZ VOTRE BADGE"), ("2", "code à usage unique"))
        await there.answers(("111", "! Ce code n'est pas bon"), ("267486", "Choisissez un code"))
        await there.answers(("111111", "Encore une fois"), ("111111", "! Trop facile"))
        await there.answers(("824613", "Encore une fois"), ("824614", "! Ce ne sont pas les"))
        await there.answers(("824613", "Encore une fois"), ("824613", "Que voulez-vous faire"))
        assert gateway[1].depot.members[1].pin == "824613"
        for secret in ("824613", "111111"):
            assert secret not in there.said


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_hostile_post_is_only_text(gateway: Gateway, attack: str) -> None:
    posts = gateway[1].depot.posts
    for number, post in posts.items():
        evil = ATTACKS[attack]
        posts[number] = replace(post, body=evil, author=evil[:30], group_name=evil[:30])
    async with listening(gateway) as there:
        await there.sign_in()
        await there.answers(("1", line(ATTACKS[attack])[-4:]), ("1", "1  Répondre"))
        controls = {sign for sign in there.said if unicodedata.category(sign) in {"Cc", "Cf"}}
        assert controls == {"\n"}


@pytest.mark.parametrize("typed", ["1001", "&àà&", '"**"'])
async def test_a_reader_without_prefix_is_understood_on_any_layout(
    gateway: Gateway, typed: str
) -> None:
    async with listening(gateway) as there:
        await there.answers((typed, "code secret"), ("&é\"'(-", "Que voulez-vous faire"))
        assert "1001" not in there.said


async def test_arabic_is_told_as_it_was_written(gateway: Gateway) -> None:
    posts = gateway[1].depot.posts
    arabic = "البوابة 4 مغلقة حتى الظهر"
    for number, post in posts.items():
        posts[number] = replace(post, body=arabic)
    async with listening(gateway) as there:
        await there.sign_in()
        await there.answers(("1", arabic), ("1", arabic))
