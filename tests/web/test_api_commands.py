"""Commands over HTTP: once for each key, as values or as words, and never what only we ask."""

import gzip
import json

import pytest

from gateway.core import codec
from gateway.core import commands as c
from gateway.core.desk import Asking, Device, Session
from gateway.core.envelope import Received
from gateway.web import openapi
from gateway.web.openapi import INTERNAL, sample
from tests.support.api import app_of
from tests.support.desk import FakeDesk
from tests.support.terminal import Terminal, kind

OUTSIDE = [command for command in c.COMMANDS.values() if command not in INTERNAL]


def test_a_command_is_run_and_told_as_a_value_and_in_words(amina: Terminal) -> None:
    answer = amina.ask({"is": "Join", "group": "foot"})
    body = answer.get_json()

    assert answer.status_code == 200
    assert body["state"] == "done"
    assert body["result"]["is"] == "Joined"
    assert body["result"]["group"]["slug"] == "foot"
    assert "Football" in body["words"]


def test_a_command_may_be_written_as_on_the_phone(amina: Terminal) -> None:
    assert amina.ask("REJOINDRE foot").get_json()["result"]["is"] == "Joined"
    assert amina.ask("LEAVE foot", language="en").get_json()["result"]["is"] == "Left"


def test_the_words_are_in_the_language_asked_for_or_else_the_members(amina: Terminal) -> None:
    french = amina.ask({"is": "Undo"}).get_json()["words"]
    english = amina.ask({"is": "Undo"}, language="en").get_json()["words"]

    assert english == "There is nothing to take back. STATUS shows what is set"
    assert french != english


def test_the_same_key_runs_once_and_is_told_the_same(amina: Terminal, desk: FakeDesk) -> None:
    command = {"is": "Post", "group": "quai3", "text": "La rampe est libre."}
    key = amina.new_key()

    first, *others = [amina.ask(command, key).get_data() for _ in range(5)]

    assert all(other == first for other in others)
    assert desk.runs == 1
    assert sum(post.body == "La rampe est libre." for post in desk.depot.posts.values()) == 1


def test_a_read_that_was_lost_comes_again(amina: Terminal) -> None:
    key = amina.new_key()
    first = amina.ask({"is": "News"}, key).get_json()["result"]["items"]

    assert first
    assert amina.ask({"is": "News"}, key).get_json()["result"]["items"] == first
    assert amina.ask({"is": "News"}).get_json()["result"]["items"] == []


def test_a_key_for_two_commands_is_refused(amina: Terminal) -> None:
    key = amina.new_key()
    amina.ask({"is": "Join", "group": "foot"}, key)
    answer = amina.ask({"is": "Leave", "group": "foot"}, key)

    assert (answer.status_code, kind(answer)) == (422, "key-reused")


def test_a_key_that_is_still_running_is_busy(amina: Terminal, desk: FakeDesk) -> None:
    key = amina.new_key()
    desk.running.add(key)
    answer = amina.ask({"is": "News"}, key)

    assert (answer.status_code, kind(answer)) == (409, "busy")
    assert answer.headers["Retry-After"] == "1"
    desk.running.clear()
    assert amina.ask({"is": "News"}, key).status_code == 200


@pytest.mark.parametrize("key", ["", "short", "a" * 65, "with space", "accentuée", "a;b;c;d;e"])
def test_a_command_needs_a_key(amina: Terminal, desk: FakeDesk, key: str) -> None:
    answer = amina.post("/commands", {"command": {"is": "News"}}, Idempotency_Key=key)

    assert (answer.status_code, kind(answer)) == (400, "no-key")
    assert desk.runs == 0


@pytest.mark.parametrize("key", ["a" * 8, "Z" * 64, "0f5c2b1e-7d3a-4c7e-9a51-2f6d1f0e8b77"])
def test_a_key_may_be_a_uuid(amina: Terminal, key: str) -> None:
    assert amina.ask({"is": "News"}, key).status_code == 200


def test_a_refusal_is_an_answer_not_an_error(amina: Terminal) -> None:
    answer = amina.ask({"is": "Read", "number": 1413})
    body = answer.get_json()

    assert answer.status_code == 200
    assert body["state"] == "refused"
    assert body["result"] == {"is": "Refused", "reason": "no_such_post"}
    assert "1413" in body["words"]


def test_what_is_parked_for_an_operator_has_words_and_no_result() -> None:
    class Parked(FakeDesk):
        def run(self, device: Device, session: Session, asking: Asking) -> Received:
            return Received(1, "failed", words="Votre message est gardé.")

    kiosk = Terminal(app_of(Parked()).test_client())
    kiosk.sign_in()

    assert kiosk.ask({"is": "News"}).get_json() == {
        "state": "failed",
        "result": None,
        "words": "Votre message est gardé.",
    }


def test_a_question_waits_until_it_is_answered(amina: Terminal) -> None:
    asked = amina.ask({"is": "FreeText", "text": "La rampe est libre."}).get_json()
    done = amina.ask({"is": "Confirm"}).get_json()

    assert (asked["state"], asked["result"]["is"]) == ("done", "Asked")
    assert (done["state"], done["result"]["is"]) == ("done", "Posted")


@pytest.mark.parametrize(
    "command",
    [
        codec.encode(c.Admit(3, "syndic")),
        codec.encode(c.Guess(c.Post("quai3", "x"), "x")),
        codec.encode(c.Several((c.Admit(3, "syndic"),))),
        codec.encode(c.WhichItem("x")),
        {"is": "Admit"},
        {"is": "Guess", "command": {"is": "Admit"}},
    ],
)
def test_what_only_we_ask_is_refused_from_outside(
    amina: Terminal, desk: FakeDesk, command: object
) -> None:
    answer = amina.ask(command)

    assert (answer.status_code, kind(answer)) == (400, "not-from-outside")
    assert desk.runs == 0


@pytest.mark.parametrize("command", OUTSIDE, ids=lambda command: str(command.name))
def test_every_command_of_members_gets_through(amina: Terminal, command: type[c.Command]) -> None:
    answer = amina.ask(sample(command))
    body = answer.get_json()

    assert answer.status_code == 200
    assert body["result"]["is"] in {kind.__name__ for kind in openapi.results()} | {"Refused"}
    assert body["words"]


def test_a_long_answer_is_compressed_where_it_is_wanted(amina: Terminal) -> None:
    amina.ask({"is": "Post", "group": "quai3", "text": "la rampe " * 200})
    key = amina.new_key()
    plain = amina.ask({"is": "Find", "words": "rampe"}, key)
    amina.headers["Accept-Encoding"] = "gzip"
    small = amina.ask({"is": "Find", "words": "rampe"}, key)

    assert [plain.content_encoding, small.content_encoding] == [None, "gzip"]
    assert len(small.get_data()) < len(plain.get_data())
    assert json.loads(gzip.decompress(small.get_data())) == plain.get_json()
    assert "Accept-Encoding" in small.headers["Vary"]
    assert small.headers["Content-Length"] == str(len(small.get_data()))


def test_a_short_answer_is_left_as_it_is(amina: Terminal) -> None:
    assert amina.get("/kiosk", Accept_Encoding="gzip").content_encoding is None


def test_a_long_answer_stays_plain_where_gzip_is_refused(amina: Terminal) -> None:
    answer = amina.get("/openapi.json", Accept_Encoding="gzip;q=0")
    assert answer.content_encoding is None


def test_a_ticket_hands_in_what_was_written_and_reads_nothing(
    desk: FakeDesk, terminal: Terminal
) -> None:
    ticket = terminal.sign_in()["ticket"]
    terminal.delete("/session")
    del terminal.headers["Gateway-Session"]
    body = {
        "command": {"is": "Post", "group": "quai3", "text": "La rampe."},
        "written": "2026-03-02T08:59:00+01:00",
    }
    sent = terminal.post("/commands", body, Idempotency_Key="key-09001", Gateway_Ticket=ticket)
    assert (sent.status_code, sent.get_json()["words"]) == (200, "")
    assert sent.get_json()["result"]["post"]["body"] == "La rampe."
    for other in ({"command": {"is": "News"}}, {"text": "NEUF"}):
        read = terminal.post("/commands", other, Idempotency_Key="key-09002", Gateway_Ticket=ticket)
        assert (read.status_code, kind(read)) == (403, "needs-session")
    for path in ("/feed", "/photos/1"):
        assert "La rampe." not in terminal.get(path, Gateway_Session=ticket).text
        assert terminal.get(path, Gateway_Session=ticket).status_code == 401
    bad = terminal.post("/commands", body, Idempotency_Key="key-09003", Gateway_Ticket="x")
    assert kind(bad) == "session-over"


@pytest.mark.parametrize("written", ["", "yesterday", "2026-03-02T08:59:00", 7, "9" * 99])
def test_a_time_that_is_none_is_refused(amina: Terminal, written: object) -> None:
    answer = amina.ask({"is": "News"}, written=written)
    assert answer.status_code in (400, 422)


def test_any_other_body_under_the_key_is_no_repeat(amina: Terminal) -> None:
    command = {"is": "Post", "group": "quai3", "text": "La rampe."}
    key = amina.new_key()
    assert amina.ask(command, key).status_code == 200
    assert kind(amina.ask(command, key, language="en")) == "key-reused"
    assert amina.ask(command, key).status_code == 200
