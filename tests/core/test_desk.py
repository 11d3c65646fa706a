"""The kiosk's desk: badge and PIN, codes, wrong tries, sessions, and commands once for each key."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from gateway.core.commands import Asked, Confirm, FreeText, KioskCode, News, Post, Posted
from gateway.core.errors import KeyReused, Refused
from gateway.core.models import Code, Throttle
from gateway.core.models import Post as PostRow
from gateway.core.ports import Device, Session, SignedIn
from tests.support.town import Town

PIN = "492817"


@pytest.fixture
def device(town: Town) -> Device:
    """A kiosk in the depot; Zoe has a PIN."""
    town.gateway.office.set_pin(town.id_of("Zoe"), PIN)
    found = town.gateway.desk.device(town.gateway.office.add_kiosk("Depot"))
    assert found is not None
    return found


def sign_in(town: Town, device: Device, badge: str = "", pin: str = "", code: str = "") -> SignedIn:
    return town.gateway.desk.sign_in(device, badge=badge, pin=pin, code=code)


def refused(town: Town, device: Device, **given: str) -> str:
    with pytest.raises(Refused) as caught:
        sign_in(town, device, **given)
    return caught.value.reason


def test_a_badge_and_its_pin_open_a_session(town: Town, device: Device) -> None:
    signed = sign_in(town, device, "1004", PIN)
    assert signed.member == "Zoe"
    session = town.gateway.desk.session(device, signed.token)
    assert session == Session(town.id_of("Zoe"), device.id, "fr")
    town.gateway.desk.sign_out(device, signed.token)
    town.gateway.desk.sign_out(device, signed.token)
    assert town.gateway.desk.session(device, signed.token) is None


@pytest.mark.parametrize("badge", ["1004", "1001", "9999", ""])
def test_a_wrong_pin_an_unset_pin_and_an_unknown_badge_are_told_the_same(
    town: Town, device: Device, badge: str
) -> None:
    assert refused(town, device, badge=badge, pin="111222") == "wrong_sign_in"


def test_a_session_ends_by_itself_and_is_worth_nothing_at_another_kiosk(
    town: Town, device: Device
) -> None:
    signed = sign_in(town, device, "1004", PIN)
    other = town.gateway.desk.device(town.gateway.office.add_kiosk("Yard"))
    assert other is not None
    assert town.gateway.desk.session(other, signed.token) is None
    town.clock.advance(seconds=signed.seconds)
    assert town.gateway.desk.session(device, signed.token) is None


def test_wrong_tries_lock_a_badge_longer_each_time_and_the_right_pin_too(
    town: Town, device: Device
) -> None:
    for _ in range(3):
        assert refused(town, device, badge="1004", pin="000001") == "wrong_sign_in"
    assert refused(town, device, badge="1004", pin=PIN) == "locked"
    town.clock.advance(seconds=30)
    for _ in range(3):
        assert refused(town, device, badge="1004", pin="000001") == "wrong_sign_in"
    town.clock.advance(seconds=30)
    assert refused(town, device, badge="1004", pin=PIN) == "locked"
    town.clock.advance(seconds=30)
    assert sign_in(town, device, "1004", PIN).member == "Zoe"


def test_many_tries_at_the_same_moment_are_no_more_than_three(
    big_town: Town,
) -> None:
    big_town.gateway.office.set_pin(big_town.id_of("Zoe"), PIN)
    device = big_town.gateway.desk.device(big_town.gateway.office.add_kiosk("Depot"))
    assert device is not None
    with ThreadPoolExecutor(8) as pool:
        tries = pool.map(lambda _: refused(big_town, device, badge="1004", pin="000001"), range(8))
        assert sorted(tries) == ["locked"] * 5 + ["wrong_sign_in"] * 3


def test_made_up_badges_do_not_let_anybody_guess_codes_for_ever(town: Town, device: Device) -> None:
    reasons = [refused(town, device, badge=f"x{n}", code=f"{n:06}") for n in range(5)]
    assert reasons == ["wrong_sign_in"] * 3 + ["locked"] * 2


def test_made_up_badges_do_not_fill_the_database(town: Town, device: Device) -> None:
    for number in range(5):
        refused(town, device, badge=f"x{number}", pin=PIN)
    town.clock.advance(days=8)
    town.gateway.delivery.sweep()
    with town.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Throttle)) == 0


def test_a_code_from_a_phone_opens_a_session_once(town: Town, device: Device) -> None:
    code = _new_code(town, "Leo")
    signed = sign_in(town, device, code=code)
    assert (signed.member, signed.must_choose_pin) == ("Leo", True)
    assert refused(town, device, code=code) == "wrong_sign_in"


def test_a_code_is_over_after_five_minutes_and_when_a_newer_is_asked_for(
    town: Town, device: Device
) -> None:
    old, new = _new_code(town, "Leo"), _new_code(town, "Leo")
    assert refused(town, device, code=old) == "wrong_sign_in"
    town.clock.advance(minutes=5)
    assert refused(town, device, code=new) == "wrong_sign_in"
    town.clock.advance(days=2)
    town.gateway.delivery.sweep()
    with town.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Code)) == 0


def test_one_code_in_two_hands_opens_one_session(big_town: Town) -> None:
    device = big_town.gateway.desk.device(big_town.gateway.office.add_kiosk("Depot"))
    assert device is not None
    code = _new_code(big_town, "Leo")

    def enter(_: int) -> bool:
        try:
            return bool(sign_in(big_town, device, code=code))
        except Refused:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(enter, range(2))) == [False, True]


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "111111", "123456", "٤٩٢٨١٧", "49281x"])
def test_a_pin_that_a_thief_tries_first_is_refused(town: Town, device: Device, pin: str) -> None:
    signed = sign_in(town, device, "1004", PIN)
    session = town.gateway.desk.session(device, signed.token)
    assert session is not None
    with pytest.raises(Refused, match="weak_pin"):
        town.gateway.desk.choose_pin(session, pin)
    town.gateway.desk.choose_pin(session, "730164")
    assert sign_in(town, device, "1004", "730164").member == "Zoe"


def test_a_command_runs_once_for_each_key(town: Town, device: Device) -> None:
    desk, zoe = town.gateway.desk, Session(town.id_of("Zoe"), device.id, "fr")
    command = Post("quai3", "palette cassée")
    first = desk.run(device, zoe, "key-0001", command, "fr")
    again = desk.run(device, zoe, "key-0001", command, "fr")
    assert isinstance(first.result, Posted)
    assert (again.duplicate, again.words, again.result) == (True, first.words, first.result)
    with pytest.raises(KeyReused):
        desk.run(device, zoe, "key-0001", News(), "fr")
    other = Session(town.id_of("Ana"), device.id, "fr")
    assert not desk.run(device, other, "key-0001", News(), "fr").duplicate
    with town.database.read() as session:
        assert session.scalar(select(func.count()).select_from(PostRow)) == 1


def test_a_question_is_done_and_waits_for_its_yes(town: Town, device: Device) -> None:
    desk, zoe = town.gateway.desk, Session(town.id_of("Zoe"), device.id, "fr")
    asked = desk.run(device, zoe, "key-0001", FreeText("palette"), "fr")
    assert (asked.state, type(asked.result)) == ("done", Asked)
    assert isinstance(desk.run(device, zoe, "key-0002", Confirm(), "fr").result, Posted)


def test_two_requests_with_one_key_get_one_answer(any_town: Town) -> None:
    device = any_town.gateway.desk.device(any_town.gateway.office.add_kiosk("Depot"))
    assert device is not None
    zoe = Session(any_town.id_of("Zoe"), device.id, "fr")

    def run(_: int) -> str:
        command = Post("quai3", "palette cassée")
        return any_town.gateway.desk.run(device, zoe, "key-0001", command, "fr").words

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(run, range(4)))) == 1


def test_an_unknown_token_is_no_kiosk(town: Town) -> None:
    assert town.gateway.desk.device("nonsense") is None


def _new_code(town: Town, name: str) -> str:
    device, member = Device(1, ""), Session(town.id_of(name), 1, "fr")
    town.clock.advance(seconds=1)
    key = f"code-{town.clock().isoformat()}"
    result = town.gateway.desk.run(device, member, key, KioskCode(), "fr").result
    code: str = result.code  # type: ignore[union-attr]  # CodeGiven
    return code
