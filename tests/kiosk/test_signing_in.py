"""A badge, a code, a first secret code: how a session begins at the kiosk, and ends."""

from typing import Any

import pytest

from gateway.core.commands import PostView
from gateway.kiosk.api import Problem
from gateway.kiosk.session import Trouble
from gateway.kiosk.stock import UNCHECKED
from tests.kiosk.floor import Floor, floor

Gateway = Any


def last(there: Floor) -> PostView:
    return there.posts[-1]


async def test_a_badge_and_a_secret_code_open_a_session(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sees("PASSEZ VOTRE BADGE", "Transports Martin · Gennevilliers", "EN LIGNE")
        await there.scan("1001")
        await there.sees("Votre code secret")
        assert "1001" not in there.screen
        await there.type("123")
        await there.sees("*  *  *  _  _  _")
        await there.type("456")
        await there.sees("Amina", "Que voulez-vous faire", "1 URGENT, 3 à lire")


async def test_a_badge_is_typed_where_there_is_no_reader(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.press("1")
        await there.sees("Tapez votre numéro de badge")
        await there.press(*"1002", "\r")
        await there.sees("Votre code secret")
        await there.type("654321")
        await there.sees("John", "What do you want to do?")


async def test_a_reader_without_prefix_is_understood_on_the_welcome(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.press(*"1001", "\r")
        await there.sees("Votre code secret")


async def test_the_digit_row_of_a_french_keyboard_needs_no_shift(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.press("\x02", *"&àà&", "\r")
        await there.sees("Votre code secret")
        await there.type("&é\"'(-")
        await there.sees("Que voulez-vous faire")
        await there.press("&")
        await there.sees("NOUVELLES")


async def test_a_pin_is_picked_with_arrows_alone(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.scan("1001")
        await there.sees("Votre code secret")
        await there.press("enter")
        for _ in range(5):
            await there.press("right", "enter")
        await there.sees("Que voulez-vous faire")


async def test_a_one_time_code_opens_a_session(gateway: Gateway) -> None:
    gateway[1].depot.codes["267486"] = 2
    async with floor(gateway) as there:
        await there.press("2")
        await there.sees("code à usage unique, puis")
        await there.press(*"267486", "\r")
        await there.sees("John")


@pytest.mark.parametrize("badge", ["1001", "9999"])
async def test_a_wrong_code_and_an_unknown_badge_look_alike(gateway: Gateway, badge: str) -> None:
    async with floor(gateway) as there:
        await there.scan(badge)
        await there.sees("Votre code secret")
        await there.type("000000")
        await there.sees("! Badge ou code secret inconnu", "_  _  _  _  _  _")


async def test_too_many_tries_are_told_to_wait(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.scan("1001")
        await there.sees("Votre code secret")
        for _ in range(3):
            await there.type("000000")
            await there.sees("! Badge ou code secret inconnu")
            there.app.screen.notice("")  # type: ignore[attr-defined]
        await there.type("123456")
        await there.sees("! Trop d'essais. Attendez 30 s.")


async def test_a_first_secret_code_is_chosen_and_typed_twice(gateway: Gateway) -> None:
    amina = gateway[1].depot.members[1]
    amina.must_choose_pin = True
    async with floor(gateway) as there:
        there.app.enter(there.app.api.sign_in(badge="1001", pin="123456"), "1001")
        await there.sees("Choisissez un code secret")
        await there.type("111111")
        await there.sees("Encore une fois")
        await there.type("111111")
        await there.sees("! Trop facile")
        await there.type("824613")
        await there.sees("Encore une fois")
        await there.type("824613")
        await there.sees("Que voulez-vous faire")
    assert amina.pin == "824613"


async def test_zero_and_escape_lead_back_and_finish(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("5")
        await there.sees("1   Langue")
        await there.press("\x1b")
        await there.sees("Que voulez-vous faire")
        await there.press("0")
        await there.sees("PASSEZ VOTRE BADGE")
        assert "Amina" not in there.screen
        await there.until(lambda: not there.desk._sessions, "signed out at the gateway")


async def test_keys_typed_ahead_do_not_act_on_a_screen_that_was_not_seen(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.sign_in()
        await there.press("2", "1")
        await there.sees("Écrire à quel groupe")
        await there.rest()
        assert len(there.app.screen_stack) == 3


async def test_a_secret_code_is_touched_on_the_screen(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.scan("1001")
        await there.sees("Votre code secret")
        at = next(
            n
            for n, line in enumerate(there.screen.splitlines())
            if "2     3" in line.replace("[", "").replace("]", "")
        )
        columns = {sign: there.screen.splitlines()[at].index(sign) for sign in "123456"}
        for sign in "123456":
            await there.pilot.click(offset=(columns[sign], at))
        await there.sees("Que voulez-vous faire")


async def test_colours_change_at_the_welcome(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.press("8")
        await there.sees("1   [X]  Blanc sur noir")
        await there.press("2")
        await there.sees("2   [X]  Jaune sur noir")
        assert there.app.theme == "contrast"
        await there.press("0")
        await there.sees("PASSEZ VOTRE BADGE")
        await there.sign_in()
        assert there.app.theme == "contrast"
        there.app.leave()
        await there.sees("PASSEZ VOTRE BADGE")
        assert there.app.theme == "vt"


async def test_arrows_alone_lead_back_from_a_number(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.scan("1001")
        await there.sees("Votre code secret")
        await there.press("down")
        await there.sees(">     Échap = retour")
        await there.press("1")
        await there.sees("*  _  _")
        await there.until(lambda: ">     Échap" not in there.screen, "left the way back")
        await there.press("backspace", "down")
        await there.sees(">     Échap", "_  _  _  _  _  _")
        await there.press("enter")
        await there.sees("PASSEZ VOTRE BADGE")


async def test_what_is_no_badge_is_asked_again(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.press("1")
        await there.sees("numéro de badge, puis")
        await there.type("abc")
        await there.sees("*  *  *  _")
        await there.press("enter")
        await there.sees("! Ce n'est pas un numéro de badge.")
        assert "*" not in there.screen


async def test_a_wrong_one_time_code_is_told(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        await there.press("2")
        await there.sees("code à usage unique, puis")
        await there.press(*"999999", "enter")
        await there.sees("! Ce code n'est pas bon")


async def test_who_does_not_choose_a_secret_code_is_signed_out(gateway: Gateway) -> None:
    gateway[1].depot.members[1].must_choose_pin = True
    async with floor(gateway) as there:
        there.app.enter(there.app.api.sign_in(badge="1001", pin="123456"), "1001")
        await there.sees("Choisissez un code secret")
        await there.press("\x1b")
        await there.sees("PASSEZ VOTRE BADGE")
        assert there.app.session is None


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Trouble("shut-out"), "! Ce badge est bloqué. Voyez votre chef d'équipe"),
        (Trouble("locked", seconds=21_600), "Attendez 360 minutes"),
        (Trouble("locked", seconds=120), "Attendez 120 s"),
    ],
)
async def test_who_may_not_try_again_is_told_what_to_do(
    gateway: Gateway, told: Trouble, said: str
) -> None:
    async with floor(gateway) as there:
        await there.scan("1001")
        await there.sees("Votre code secret")
        there.app.screen.opened(told, "1001")  # type: ignore[attr-defined]
        await there.sees(said)


async def test_who_is_locked_out_does_not_come_in_by_pulling_the_cable(gateway: Gateway) -> None:
    async with floor(gateway) as there:
        stock, api = there.app.stock, there.app.api
        assert stock.sign_in("1001", "123456").member == "Amina"
        with pytest.MonkeyPatch.context() as patch:

            def locked(**_: str) -> None:
                raise Problem("shut-out", 403)

            patch.setattr(api, "sign_in", locked)
            with pytest.raises(Problem):
                stock.sign_in("1001", "123456")
        there.wire.down()
        with pytest.raises(Problem) as refused:
            stock.sign_in("1001", "123456")
        assert refused.value.kind == UNCHECKED
