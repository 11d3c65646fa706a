"""One text is followed by one number: through the logs of real processes, and by the operator."""

import json
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.stories.world import World, set_up, world
from tests.support.processes import wait_until
from tests.support.sizes import sized

NADIA, JOHN, PAUL = "+33639980001", "+33639980004", "paul@bureau.example"
WORDS = "palette trouée rampe neuf"
PARTS = sized(("timer", "web", "mail", "worker"), ("run",))
WEB, WORKER = (PARTS * 4)[1], PARTS[-1]
"""Whose log has what came in, and what left."""


def test_one_number_leads_from_a_text_to_each_delivery(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings = {"GATEWAY_SECRET": "a secret of the tests, long enough", "GATEWAY_LOG": "json"}
    if "worker" in PARTS:
        settings["GATEWAY_DATABASE_URL"] = request.getfixturevalue("postgres_url")
        settings["GATEWAY_REDIS_URL"] = request.getfixturevalue("redis_url")
    settings["NOTIFY_SOCKET"] = str(tmp_path / "systemd")
    with _systemd(tmp_path / "systemd") as systemd, world(tmp_path, **settings) as made:
        set_up(made)
        with made.running(*PARTS):
            assert systemd.recv(64) == b"READY=1"
            made.phone(JOHN).sends("STATUS")
            made.phone(NADIA).sends(f"P quai3 {WORDS}")
            made.mail(PAUL, lambda mail: "trouée" in mail.text)
            (row,) = [
                one for one in made.listed("inbox", "list", "--reveal") if WORDS in str(one["text"])
            ]
            number = int(str(row["id"]))
            # The carrier's report comes when it likes; all that is waited for is in the logs.
            wait_until(lambda: _reported(tmp_path, number), 30, "the report in the log")
            wait_until(lambda: f'part="{WORKER}"}} 1.0' in _scraped(made), 30, "the worker's pulse")
            wait_until(lambda: 'outcome="sent"' in _scraped(made), 30, "what the worker counted")
            shown = made.listed("trace", str(number))
            _check_the_log(tmp_path, number)
        _check_what_is_shown(shown)
        logs = "".join(_log(tmp_path, part) for part in PARTS)
        for private in (WORDS, NADIA, NADIA[1:], PAUL, *_secrets(made)):
            assert private not in logs


@contextmanager
def _systemd(path: Path) -> Iterator[socket.socket]:
    """What systemd hears of those it started."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(path))
        heard.settimeout(30)
        yield heard


def _check_the_log(folder: Path, number: int) -> None:
    """The web takes it in, the worker hands over the answer and the mail, the web hears of it."""
    (came,) = [line for line in _lines(folder, WEB, number) if line["said"] == "came in"]
    assert (came["became"], came["did"], came["channel"]) == ("done", "Posted", "sms")
    left = [line for line in _lines(folder, WORKER, number) if line["said"] == "left"]
    assert {(line["channel"], line["kind"]) for line in left} == {
        ("sms", "answer"),
        ("email", "post"),
    }
    assert {line["post"] for line in left if line["kind"] == "post"} == {came["post"]}
    (answer,) = [line for line in left if line["kind"] == "answer"]
    reported = [line for line in _lines(folder, WEB, number) if line["said"] == "was reported"]
    assert {line["carrier_id"] for line in reported} == {answer["carrier_id"]}
    assert {line["outbox"] for line in reported} == {answer["outbox"]}


def _check_what_is_shown(steps: list[dict[str, object]]) -> None:
    told = [str(step["what"]) for step in steps]
    assert told[0] == "came in"
    assert {"posted", "owed", "on the wire", "sent", "the carrier said"} <= set(told)
    times = [str(step["at"]) for step in steps]
    assert times == sorted(times)


def _reported(folder: Path, number: int) -> bool:
    said = {str(line["said"]) for line in _lines(folder, WEB, number)}
    left = [line for line in _lines(folder, WORKER, number) if line["said"] == "left"]
    return "was reported" in said and len(left) >= 2


def _lines(folder: Path, part: str, number: int) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in _log(folder, part).splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("inbox") == number]


def _log(folder: Path, part: str) -> str:
    return (folder / part / "server.log").read_text("utf-8")


def _scraped(made: World) -> str:
    with urllib.request.urlopen(f"{made.url}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def _secrets(made: World) -> list[str]:
    return [
        value
        for name, value in made.environment.items()
        if name.endswith(("TOKEN", "SECRET", "SID"))
    ]
