"""docs/kiosk.md says what is on the disk and when it goes; here it is held to its word.

That each line goes when it says is shown in test_outbox, test_feed_store and test_locks.
"""

import re
from pathlib import Path

import pytest

from gateway.kiosk.api import Api, NoAnswer, SignedIn
from gateway.kiosk.stock import Stock
from gateway.kiosk.store import Store, Wish, open_store
from gateway.kiosk.store.feed import VIEW_HOURS
from gateway.kiosk.store.files import ASIDE_DAYS
from gateway.kiosk.store.outbox import DRAFT_HOURS, REFUSED_DAYS

PAGE = (Path(__file__).parents[3] / "docs" / "kiosk.md").read_text("utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)[2:]
PERSON = SignedIn("session-1", "Amina Diallo", "fr", 0, 0, (), False, "ticket-1", "17")


class SeenOnce(Api):
    """A gateway that knows Amina, and then is gone."""

    def __init__(self) -> None:
        self.there = True

    def sign_in(self, *, badge: str = "", pin: str = "", code: str = "") -> SignedIn:
        if not self.there:
            raise NoAnswer(uncertain=False)
        return PERSON


def tables(store: Store, place: str) -> set[str]:
    file = store.outbox.file if place == "state" else store.feed.file
    rows = file.read(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    )
    return {str(name) for (name,) in rows}


@pytest.mark.parametrize("place", ["state", "runtime"])
def test_every_table_is_in_the_page_and_nothing_else(tmp_path: Path, place: str) -> None:
    store = open_store(tmp_path / "state", tmp_path / "run")
    told = {
        table.strip("`")
        for _, table, where, _ in ROWS
        if where == place and not table.startswith("`*")
    }
    assert told == tables(store, place)


def test_the_times_are_those_of_the_code() -> None:
    wiped = {what: when for what, _, _, when in ROWS}
    assert f"{DRAFT_HOURS} hours" in wiped["drafts"]
    assert f"{REFUSED_DAYS} days" in wiped["texts that were refused, with the reason"]
    assert f"{ASIDE_DAYS} days" in wiped["a file that was damaged or not ours, put aside"]
    posts = next(when for what, when in wiped.items() if what.startswith("posts"))
    assert f"{VIEW_HOURS} hours" in posts


def test_files_lie_where_the_page_says_and_nowhere_else(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state", tmp_path / "run")
    store.outbox.lead.has()
    names = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    kinds = r"state(/outbox\.(db(-wal|-shm)?|lead))?|run(/feed\.db(-wal|-shm)?)?"
    assert [name for name in names if not re.fullmatch(kinds, name)] == []
    for folder in ("state", "run"):
        assert (tmp_path / folder).stat().st_mode & 0o777 == 0o700


def test_after_a_visit_no_name_badge_pin_or_session_is_on_any_disk(tmp_path: Path) -> None:
    gateway = SeenOnce()
    store = open_store(tmp_path / "state", tmp_path / "run")
    stock = Stock(gateway, store)
    person = stock.sign_in("badge-4711", "271828")
    owner = stock.owner(person, "badge-4711")
    stock.arrive(owner, person)
    stock.keep(owner, "quai3", "un brouillon")
    store.outbox.put(owner, Wish("quai3", "un mot", {}, ticket=person.ticket), 0.0)
    gateway.there = False
    assert stock.sign_in("badge-4711", "271828").member == "Amina Diallo"
    stock.depart()
    stock.close()
    lying = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"un mot" in lying
    for secret in (b"4711", b"271828", b"Amina", b"session-1"):
        assert secret not in lying


def test_a_disk_that_cannot_be_used_stops_no_kiosk(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    (tmp_path / "run").write_text("and another")
    store = open_store(tmp_path / "state", tmp_path / "run")
    assert not store.lasting
    assert store.outbox.count() == 0
    assert open_store(None, None).lasting, "a demo keeps in memory what it says that it keeps"
