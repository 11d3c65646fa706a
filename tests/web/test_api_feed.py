"""The feed over HTTP: who is told what, how small it is, and not twice what is known already."""

import gzip
import json
import random
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.desk import FakeDesk
from tests.support.terminal import Terminal, kind

SHORTEST = 12
CORPUS = Path(__file__).parents[1] / "core" / "messages"


def said() -> list[str]:
    """What people write, in French: each message of our collections once, so in no words twice."""
    files = (CORPUS / "french.tsv", CORPUS / "unseen" / "french.tsv")
    rows = [line.split("\t") for file in files for line in file.read_text("utf-8").splitlines()]
    return [row[0] for row in rows if len(row[0]) > SHORTEST and row[1] == "fr"]


def talk(texts: list[str]) -> str:
    """A post of several sentences."""
    return ". ".join(texts.pop() for _ in range(7))


def a_day(desk: FakeDesk) -> None:
    """Sixty posts of some sentences and a hundred and fifty answers, over a long day."""
    dice = random.Random(5)
    texts = said()
    dice.shuffle(texts)
    roots = []
    for _ in range(60):
        desk.clock.forward(dice.randint(60, 900))  # type: ignore[attr-defined]  # a FakeClock
        group = dice.choice(["quai3", "secu", "foot"])
        roots.append(desk.depot.write(dice.randint(1, 3), group, talk(texts)))
    for _ in range(150):
        desk.clock.forward(dice.randint(10, 300))  # type: ignore[attr-defined]  # a FakeClock
        root = dice.choice(roots)
        desk.depot.write(
            dice.randint(1, 3), root.group, f"{texts.pop()}. {texts.pop()}", root.number
        )


def test_a_full_day_of_a_depot_takes_at_most_30_kb(desk: FakeDesk, terminal: Terminal) -> None:
    a_day(desk)
    answer = terminal.get("/feed", Accept_Encoding="gzip")
    told = json.loads(gzip.decompress(answer.data))
    assert (len(told["posts"]), told["more"]) == (213, False)
    wire = len(answer.data) + sum(len(f"{k}: {v}\r\n") for k, v in answer.headers)
    assert sum(len(post["text"]) for post in told["posts"]) > 15_000
    assert wire <= 30_000, wire


def test_a_kiosk_where_nobody_is_signed_in_is_told_no_closed_group(
    desk: FakeDesk, terminal: Terminal
) -> None:
    desk.depot.write(3, "syndic", "Entre nous.")
    told = terminal.get("/feed").get_json()
    assert {group["slug"] for group in told["groups"]} == {"quai3", "secu", "foot"}
    assert "Entre nous." not in [post["text"] for post in told["posts"]]


def test_with_a_session_it_is_the_members_own_feed(desk: FakeDesk, terminal: Terminal) -> None:
    desk.depot.write(3, "syndic", "Entre nous.")
    terminal.sign_in("1003", "271828")
    told = terminal.get("/feed").get_json()
    assert "Entre nous." in [post["text"] for post in told["posts"]]


def test_a_session_that_is_over_is_said_so_and_not_taken_for_none(terminal: Terminal) -> None:
    answer = terminal.get("/feed", Gateway_Session="long ago")
    assert (answer.status_code, kind(answer)) == (401, "session-over")


def test_what_is_known_already_is_not_sent_again(desk: FakeDesk, terminal: Terminal) -> None:
    first = terminal.get("/feed", Accept_Encoding="gzip")
    path = f"/feed?cursor={terminal.get('/feed').get_json()['cursor']}"
    second = terminal.get(path)
    tag = second.headers["ETag"]
    again = terminal.get(path, If_None_Match=tag, Accept_Encoding="gzip")
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert {"Accept-Encoding", "Authorization", "Gateway-Session"} <= set(again.vary)
    assert first.headers["ETag"] != tag
    desk.depot.write(1, "quai3", "Du neuf.")
    news = terminal.get(path, If_None_Match=tag)
    assert (news.status_code, news.get_json()["posts"][0]["text"]) == (200, "Du neuf.")


@pytest.mark.parametrize("cursor", ["", "x" * 500, "%00", "é", "-1"])
def test_no_cursor_is_an_error(terminal: Terminal, cursor: str) -> None:
    answer = terminal.get(f"/feed?cursor={cursor}")
    assert (answer.status_code, answer.get_json()["full"]) == (200, True)


def test_who_is_no_kiosk_is_told_nothing(client: FlaskClient) -> None:
    assert client.get("/api/v1/feed").status_code == 401
