"""Who may ask: device tokens, signing in and out, PINs, and how often."""

import pytest
from flask.testing import FlaskClient

from gateway.core.desk import Device, SignedIn
from gateway.core.errors import Refused
from tests.support.api import app_of
from tests.support.desk import DEVICE_TOKEN, SECONDS, FakeClock, FakeDesk
from tests.support.terminal import Terminal, kind


def test_a_kiosk_learns_what_to_show_first(terminal: Terminal) -> None:
    assert terminal.get("/kiosk").get_json() == {
        "site": "Gennevilliers",
        "organisation": "Transports Martin",
        "sms_number": "+33700000000",
        "languages": ["fr", "en"],
        "time": "2026-03-02T09:00:00+00:00",
    }


@pytest.mark.parametrize(
    "credentials",
    ["", "Bearer", "Bearer ", "Bearer nobody", f"Basic {DEVICE_TOKEN}", "Bearer " + "x" * 300],
)
@pytest.mark.parametrize("path", ["/kiosk", "/session", "/commands", "/pin"])
def test_a_stranger_is_refused_everywhere(terminal: Terminal, credentials: str, path: str) -> None:
    terminal.headers["Authorization"] = credentials
    answer = terminal.get(path) if path == "/kiosk" else terminal.post(path, {"code": "1"})

    assert (answer.status_code, kind(answer)) == (401, "unknown-device")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_kiosk_is_a_stranger(terminal: Terminal, desk: FakeDesk) -> None:
    assert terminal.get("/kiosk").status_code == 200
    desk.revoke(DEVICE_TOKEN)
    assert kind(terminal.get("/kiosk")) == "unknown-device"


def test_a_member_signs_in_with_badge_and_pin(terminal: Terminal) -> None:
    signed = terminal.sign_in("1002", "654321")
    token, ticket = signed.pop("session"), signed.pop("ticket")

    assert token != ticket
    assert signed == {
        "id": 2,
        "member": "John",
        "language": "en",
        "unread": 2,
        "urgent": 1,
        "groups": [
            {"slug": "quai3", "title": "Quai 3"},
            {"slug": "secu", "title": "Sécurité"},
        ],
        "must_choose_pin": False,
        "questions": [],
        "seconds": SECONDS,
    }


def test_a_code_signs_in_once(amina: Terminal) -> None:
    code = amina.ask({"is": "KioskCode"}).get_json()["result"]["code"]

    assert amina.post("/session", {"code": code}).get_json()["member"] == "Amina"
    assert kind(amina.post("/session", {"code": code})) == "wrong-sign-in"


def test_an_unknown_badge_and_a_wrong_pin_are_told_the_same(terminal: Terminal) -> None:
    unknown = terminal.post("/session", {"badge": "9999", "pin": "123456"})
    wrong = terminal.post("/session", {"badge": "1001", "pin": "000000"})

    assert unknown.status_code == 401
    assert kind(unknown) == "wrong-sign-in"
    assert unknown.get_data() == wrong.get_data()
    assert unknown.headers["WWW-Authenticate"] == wrong.headers["WWW-Authenticate"]


def test_too_many_wrong_pins_lock_the_badge_for_a_while(terminal: Terminal, desk: FakeDesk) -> None:
    for _ in range(3):
        terminal.post("/session", {"badge": "1001", "pin": "000000"})
    locked = terminal.post("/session", {"badge": "1001", "pin": "123456"}, Accept_Language="fr")

    assert (locked.status_code, kind(locked)) == (429, "locked")
    assert locked.headers["Retry-After"] == "30"
    assert "30 s" in locked.get_json()["detail"]
    assert isinstance(desk.clock, FakeClock)
    desk.clock.forward(31)
    terminal.sign_in()


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "1001",
        {},
        {"badge": 1001, "pin": "123456"},
        {"badge": "1001", "pin": None},
        {"pin": "123456"},
        {"badge": "1001", "pin": "123456", "code": "482913"},
        {"badge": "10\x0001", "pin": "123456"},
    ],
)
def test_a_sign_in_that_is_none_is_malformed(terminal: Terminal, body: object) -> None:
    answer = terminal.post("/session", body)
    assert (answer.status_code, kind(answer)) == (400, "malformed")


def test_a_badge_as_long_as_a_book_is_not_looked_at(terminal: Terminal) -> None:
    answer = terminal.post("/session", {"badge": "1" * 65, "pin": "123456"})
    assert (answer.status_code, kind(answer)) == (422, "too-long")


def test_signing_out_ends_the_session_and_never_fails(amina: Terminal) -> None:
    for _ in range(2):
        answer = amina.delete("/session")
        assert (answer.status_code, answer.get_data()) == (204, b"")
    assert kind(amina.ask({"is": "News"})) == "session-over"
    del amina.headers["Gateway-Session"]
    assert amina.delete("/session").status_code == 204


def test_a_session_ends_with_its_time(amina: Terminal, desk: FakeDesk) -> None:
    assert isinstance(desk.clock, FakeClock)
    desk.clock.forward(SECONDS)
    answer = amina.ask({"is": "News"})
    assert (answer.status_code, kind(answer)) == (401, "session-over")


def test_a_session_is_worth_nothing_at_another_kiosk(
    amina: Terminal, client: FlaskClient, desk: FakeDesk
) -> None:
    desk.devices["kiosk-lille"] = Device(2, "Lille")
    elsewhere = Terminal(client, "kiosk-lille")
    elsewhere.headers["Gateway-Session"] = amina.headers["Gateway-Session"]

    assert kind(elsewhere.ask({"is": "News"})) == "session-over"


def test_a_member_chooses_a_pin(amina: Terminal) -> None:
    assert amina.post("/pin", {"pin": "271829"}).status_code == 204
    amina.delete("/session")
    amina.sign_in("1001", "271829")


@pytest.mark.parametrize("pin", ["", "1234", "111111", "abcdef"])
def test_an_easy_pin_is_refused(amina: Terminal, pin: str) -> None:
    answer = amina.post("/pin", {"pin": pin})
    assert (answer.status_code, kind(answer)) == (422, "weak-pin")


def test_a_pin_needs_a_session(terminal: Terminal) -> None:
    assert kind(terminal.post("/pin", {"pin": "271829"})) == "session-over"


def test_one_mad_kiosk_is_slowed_down_and_no_other(desk: FakeDesk) -> None:
    desk.devices["kiosk-lille"] = Device(2, "Lille")
    client = app_of(desk, desk.clock, rate=2, burst=3).test_client()
    mad, calm = Terminal(client), Terminal(client, "kiosk-lille")

    statuses = [mad.get("/kiosk").status_code for _ in range(4)]
    refused = mad.get("/kiosk")

    assert statuses == [200, 200, 200, 429]
    assert kind(refused) == "too-many-requests"
    assert refused.headers["Retry-After"] == "1"
    assert calm.get("/kiosk").status_code == 200
    assert isinstance(desk.clock, FakeClock)
    desk.clock.forward(0.5)
    assert [mad.get("/kiosk").status_code for _ in range(2)] == [200, 429]


def test_a_refusal_that_the_api_does_not_know_is_our_fault() -> None:
    class Odd(FakeDesk):
        def sign_in(self, device: Device, *, badge: str, pin: str, code: str) -> SignedIn:
            raise Refused("no_such_reason")

    odd = Terminal(app_of(Odd()).test_client())
    answer = odd.post("/session", {"code": "1"})
    assert (answer.status_code, kind(answer)) == (500, "our-fault")
