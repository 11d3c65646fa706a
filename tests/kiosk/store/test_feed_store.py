"""The kiosk's copy: whole pages or nothing, the server's order, nobody else's groups."""

import random
from pathlib import Path
from typing import Any

import pytest

from gateway.kiosk.api import NoAnswer
from gateway.kiosk.store.feed import EVERYBODY, FeedStore
from gateway.kiosk.sync import Sync
from tests.kiosk.store.gateways import FakeGateway

QUAI3 = {"slug": "quai3", "title": "Quai 3", "kind": "open"}
SECU = {"slug": "secu", "title": "Sécurité", "kind": "closed"}


def post(number: int, group: str = "quai3", **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "group": group,
        "author": "Amina",
        "text": f"text {number}",
        "created": "2026-03-02T09:00:00+00:00",
        "urgent": False,
        "parent": None,
        "thanks": 0,
        **more,
    }


def page(cursor: str, *posts: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"cursor": cursor, "full": False, "more": False, "groups": [QUAI3], "gone": []}
    return {**told, "posts": list(posts), **more}


def numbers(feed: FeedStore, owner: str = EVERYBODY) -> list[int]:
    return [view.number for view in feed.posts(owner)]


def test_pages_add_change_and_take_away() -> None:
    feed = FeedStore()
    feed.take("", page("1", post(10), post(11), post(12, parent=10), full=True), 5.0)
    feed.take("", page("2", post(11, thanks=3), post(13), gone=[10]), 6.0)
    assert numbers(feed) == [11, 13]
    assert feed.posts("")[0].thanks == 3
    assert feed.posts("")[0].group_name == "Quai 3"
    assert [view.number for view in feed.replies("", 10)] == [12]
    assert feed.cursor("")[0] == "2"
    assert feed.synced("") == 6.0


def test_doubles_change_nothing_and_a_full_one_forgets() -> None:
    feed = FeedStore()
    for _ in range(3):
        feed.take("", page("1", post(10), post(11), full=True), 5.0)
    assert numbers(feed) == [10, 11]
    feed.take("", page("9", post(20), full=True), 5.0)
    assert numbers(feed) == [20]


@pytest.mark.parametrize(
    "broken",
    [
        page("2", {"group": "quai3"}),
        page("2", post(11, created="yesterday")),
        page("", post(11)),
        {"posts": []},
        page("2", post(11), groups=None) | {"cursor": None},
    ],
)
def test_half_an_answer_is_none(broken: dict[str, Any]) -> None:
    feed = FeedStore()
    feed.take("", page("1", post(10), full=True), 5.0)
    with pytest.raises(ValueError, match=r"answer|post|Invalid"):
        feed.take("", broken | {"full": True}, 6.0)
    assert numbers(feed) == [10]
    assert feed.cursor("")[0] == "1"


def test_a_group_that_is_told_no_more_is_gone_with_its_posts() -> None:
    feed = FeedStore()
    feed.take("amina", page("1", post(10), post(11, "secu"), groups=[QUAI3, SECU], full=True), 5.0)
    feed.take("amina", page("2"), 6.0)
    assert numbers(feed, "amina") == [10]


def test_each_sees_their_own_view() -> None:
    feed = FeedStore()
    feed.take("amina", page("1", post(11, "secu"), groups=[SECU], full=True), 5.0)
    feed.take("", page("2", post(10), full=True), 5.0)
    assert numbers(feed) == [10]
    assert numbers(feed, "john") == []
    feed.forget("amina")
    assert numbers(feed, "amina") == []
    assert numbers(feed) == [10]


def test_views_of_those_who_did_not_come_back_are_wiped(tmp_path: Path) -> None:
    feed = FeedStore(tmp_path / "feed.db")
    feed.take("amina", page("1", post(11, text="a-secret-of-secu"), full=True), 0.0)
    feed.take("", page("2", post(10), full=True), 0.0)
    feed.wipe_old(71 * 3600.0)
    assert numbers(feed, "amina") == [11]
    feed.wipe_old(73 * 3600.0)
    feed.file.shrink()
    assert numbers(feed, "amina") == []
    assert numbers(feed) == [10]
    assert not any(b"a-secret-of-secu" in file.read_bytes() for file in tmp_path.iterdir())


def test_text_from_outside_is_made_safe() -> None:
    feed = FeedStore()
    feed.take("", page("1", post(10, text="a\x1b[2Jb", author="\x9b\u202eX\n")), 0.0)
    view = feed.posts("")[0]
    assert (view.body, view.author) == ("a[2Jb", "X")


def test_a_sync_goes_on_from_its_cursor_until_nothing_more_waits() -> None:
    gateway, feed = FakeGateway(), FeedStore()
    gateway.pages = [page("1", post(10), full=True, more=True), page("2", post(11)), {}]
    sync = Sync(gateway, feed, lambda: 7.0)
    assert sync.run() == 2
    assert sync.run() == 0, "the same again"
    assert gateway.asked == ["", "1", "2"]
    assert numbers(feed) == [10, 11]


def test_a_sync_cut_off_between_two_pages_goes_on_later() -> None:
    gateway, feed = FakeGateway(), FeedStore()
    gateway.pages = [page("1", post(10), full=True, more=True), {"cursor": "x", "posts": [{}]}]
    sync = Sync(gateway, feed, lambda: 7.0)
    with pytest.raises(NoAnswer):
        sync.run()
    assert feed.synced("") is None, "not all of it is known yet"
    gateway.pages = [page("2", post(11))]
    sync.run()
    assert gateway.asked[-1] == "1"
    assert numbers(feed) == [10, 11]


def test_any_order_of_answers_ends_with_what_the_last_full_one_told() -> None:
    chance = random.Random(5)
    feed = FeedStore()
    answers = [page(str(n), post(10 + n), full=chance.random() < 0.3) for n in range(20)]
    for answer in chance.choices(answers, k=60):
        feed.take("", answer, 1.0)
    feed.take("", page("end", post(99), full=True), 1.0)
    assert numbers(feed) == [99]
