"""The kiosk's desk: badge and PIN, codes, wrong tries, sessions, and commands once for each key."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gateway.core import members
from gateway.core.commands import Asked, Confirm, FreeText, KioskCode, News, Post, Posted
from gateway.core.desk import Asking, Device, Session, SignedIn
from gateway.core.errors import KeyReused, Refused
from gateway.core.kiosks import ShutOut
from gateway.core.models import Code, Throttle
from gateway.core.models import Post as PostRow
from tests.support.statements import asked
from tests.support.town import Town

PIN = "492817"

STATEMENTS = 9
"""Of a sign-in that is refused, BEGIN and COMMIT with them: the same whatever was wrong."""


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
    for _ in range(2):
        assert refused(town, device, badge="1004", pin="000001") == "wrong_sign_in"
    for seconds in (30, 60, 120):
        assert refused(town, device, badge="1004", pin="000001") == "wrong_sign_in"
        town.clock.advance(seconds=seconds - 1)
        assert refused(town, device, badge="1004", pin=PIN) == "locked"
        town.clock.advance(seconds=1)
    assert sign_in(town, device, "1004", PIN).member == "Zoe"
    assert refused(town, device, badge="1004", pin="000001") == "wrong_sign_in"
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
    for given in ("code", "badge"):
        reasons = [refused(town, device, **{given: f"{n:06}"}) for n in range(20)]
        assert reasons == ["wrong_sign_in"] * 15 + ["locked"] * 5
        town.clock.advance(hours=1)


def test_a_kiosk_that_was_tried_too_often_says_when_to_go_on(town: Town, device: Device) -> None:
    for number in range(15):
        refused(town, device, badge=f"x{number}")
    with pytest.raises(Refused) as caught:
        sign_in(town, device, badge="1004", pin=PIN)
    seconds = caught.value.details["seconds"]
    assert isinstance(seconds, int)
    town.clock.advance(seconds=seconds - 1)
    assert refused(town, device, badge="1004", pin=PIN) == "locked"
    town.clock.advance(seconds=1)
    assert sign_in(town, device, badge="1004", pin=PIN).member == "Zoe"


def test_a_whole_shift_that_signs_in_rightly_locks_no_kiosk(town: Town, device: Device) -> None:
    for _ in range(40):
        assert sign_in(town, device, badge="1004", pin=PIN).member == "Zoe"
    other = town.gateway.desk.device(town.gateway.office.add_kiosk("Yard"))
    assert other is not None
    for number in range(16):
        refused(town, device, badge=f"x{number}")
    assert sign_in(town, other, badge="1004", pin=PIN).member == "Zoe"


def go_wrong(town: Town, device: Device, badge: str) -> str:
    """Nine wrong PINs, each as soon as it may be; what the next try is told."""
    for _ in range(9):
        assert refused(town, device, badge=badge, pin="000001") == "wrong_sign_in"
        town.clock.advance(hours=1)
    town.clock.advance(days=20)
    town.gateway.delivery.sweep()
    return refused(town, device, badge=badge, pin=PIN)


@pytest.mark.parametrize("badge", ["1004", "9999"])
def test_after_nine_wrong_pins_somebody_has_to_let_the_badge_in(
    town: Town, device: Device, badge: str
) -> None:
    assert go_wrong(town, device, badge) == "shut_out"
    assert refused(town, device, badge=badge, pin=PIN) == "shut_out"


def test_an_operator_sees_who_is_shut_out_and_lets_them_in(town: Town, device: Device) -> None:
    go_wrong(town, device, "1004")
    go_wrong(town, device, "9999")
    assert town.gateway.ledger.shut_out() == ShutOut(("Zoe",), 1)
    assert town.gateway.office.let_in(town.id_of("Zoe"))
    assert not town.gateway.office.let_in(town.id_of("Zoe"))
    assert sign_in(town, device, badge="1004", pin=PIN).member == "Zoe"
    town.clock.advance(days=31)
    town.gateway.delivery.sweep()
    assert town.gateway.ledger.shut_out() == ShutOut((), 0)


def test_a_code_from_their_own_phone_lets_a_badge_in_again(town: Town, device: Device) -> None:
    town.gateway.office.set_pin(town.id_of("Ana"), PIN)
    go_wrong(town, device, "1001")
    assert sign_in(town, device, code=_new_code(town, "Ana")).member == "Ana"
    assert sign_in(town, device, badge="1001", pin=PIN).member == "Ana"


def test_the_counters_are_rows_and_outlive_the_process(
    town: Town, device: Device, tmp_path: Path
) -> None:
    for _ in range(3):
        refused(town, device, badge="1004", pin="000001")
    town.close()
    again = town.copy(f"sqlite:///{tmp_path / 'town.db'}", town.clock())
    assert refused(again, device, badge="1004", pin=PIN) == "locked"
    again.close()


@pytest.mark.parametrize("badge", ["1004", "1001", "9999"])
def test_a_wrong_pin_costs_as_much_whoevers_the_badge_is(
    town: Town, device: Device, badge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zoe has a PIN, Ana none yet, 9999 is nobody's: each is one scrypt, and none while locked."""
    hashed: list[str] = []
    scrypt = members._scrypt

    def counted(pin: str, salt: bytes) -> str:
        hashed.append(pin)
        return scrypt(pin, salt)

    monkeypatch.setattr(members, "_scrypt", counted)
    with asked(town.database) as statements:
        assert refused(town, device, badge=badge, pin="111222") == "wrong_sign_in"
    assert len(hashed) == 1
    assert len(statements) == STATEMENTS
    for _ in range(2):
        refused(town, device, badge=badge, pin="111222")
    assert refused(town, device, badge=badge, pin="111222") == "locked"
    assert len(hashed) == 3


def test_an_activation_code_opens_the_first_session_and_then_a_pin_is_chosen(
    town: Town, device: Device
) -> None:
    signed = sign_in(town, device, code=town.gateway.office.invite(town.id_of("Leo")))
    assert signed.must_choose_pin
    session = town.gateway.desk.session(device, signed.token)
    assert session is not None
    town.gateway.desk.choose_pin(session, "730164")
    town.person("Leo", badge="1002", phone="+33600000002")
    again = sign_in(town, device, badge="1002", pin="730164")
    assert (again.member, again.must_choose_pin) == ("Leo", False)


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
    first = desk.run(device, zoe, Asking("key-0001", command, "fr"))
    again = desk.run(device, zoe, Asking("key-0001", command, "fr"))
    assert isinstance(first.result, Posted)
    assert (again.duplicate, again.words, again.result) == (True, first.words, first.result)
    with pytest.raises(KeyReused):
        desk.run(device, zoe, Asking("key-0001", News(), "fr"))
    other = Session(town.id_of("Ana"), device.id, "fr")
    assert not desk.run(device, other, Asking("key-0001", News(), "fr")).duplicate
    with town.database.read() as session:
        assert session.scalar(select(func.count()).select_from(PostRow)) == 1


def test_a_question_is_done_and_waits_for_its_yes(town: Town, device: Device) -> None:
    desk, zoe = town.gateway.desk, Session(town.id_of("Zoe"), device.id, "fr")
    asked = desk.run(device, zoe, Asking("key-0001", FreeText("palette"), "fr"))
    assert (asked.state, type(asked.result)) == ("done", Asked)
    assert isinstance(desk.run(device, zoe, Asking("key-0002", Confirm(), "fr")).result, Posted)


def test_two_requests_with_one_key_get_one_answer(any_town: Town) -> None:
    device = any_town.gateway.desk.device(any_town.gateway.office.add_kiosk("Depot"))
    assert device is not None
    zoe = Session(any_town.id_of("Zoe"), device.id, "fr")

    def run(_: int) -> str:
        command = Post("quai3", "palette cassée")
        return any_town.gateway.desk.run(device, zoe, Asking("key-0001", command, "fr")).words

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(run, range(4)))) == 1


def test_an_unknown_token_is_no_kiosk(town: Town) -> None:
    assert town.gateway.desk.device("nonsense") is None


def _new_code(town: Town, name: str) -> str:
    device, member = Device(1, ""), Session(town.id_of(name), 1, "fr")
    town.clock.advance(seconds=1)
    key = f"code-{town.clock().isoformat()}"
    result = town.gateway.desk.run(device, member, Asking(key, KioskCode(), "fr")).result
    code: str = result.code  # type: ignore[union-attr]  # CodeGiven
    return code


def test_typed_words_are_understood_with_the_groups_of_whoever_typed_them(
    town: Town, device: Device
) -> None:
    signed = sign_in(town, device, "1004", PIN)
    session = town.gateway.desk.session(device, signed.token)
    assert session is not None
    desk = town.gateway.desk
    glued = desk.run(device, session, Asking("a", "Pquai3 palette cassée", "fr"))
    assert isinstance(glued.result, Posted)
    assert glued.result.post.body == "palette cassée"
    again = desk.run(device, session, Asking("a", "Pquai3 palette cassée", "fr"))
    assert again.duplicate
    for other in ("Pquai3 palette", News()):
        with pytest.raises(KeyReused):
            desk.run(device, session, Asking("a", other, "fr"))
