"""What was said to be kept is on the disk, nobody sees another's, and no file stops a kiosk."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gateway.kiosk.store import NotKept, Outbox, Wish, open_store
from gateway.kiosk.store.files import ASIDE_DAYS
from gateway.kiosk.store.outbox import KEPT, REFUSED, SENDING

NOW = 1_800_000_000.0
HOUR = 3600.0


def wish(text: str = "La porte 4 est bloquée", lane: str = "quai3") -> Wish:
    return Wish(lane, text, {"command": {"text": text}}, draft=lane, ticket="t")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "outbox.db"


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


def test_a_text_and_its_draft_change_places_in_one_step(path: Path) -> None:
    outbox = Outbox(path)
    outbox.keep("amina", "quai3", "La porte 4", NOW)
    outbox.put("amina", wish(), NOW)
    again = Outbox(path)
    assert again.drafts("amina") == {}
    assert [(item.text, item.state) for item in again.of("amina")] == [
        ("La porte 4 est bloquée", KEPT)
    ]


def test_nobody_sees_what_another_wrote(path: Path) -> None:
    outbox = Outbox(path)
    outbox.keep("amina", "quai3", "secret", NOW)
    key = outbox.put("amina", wish(), NOW)
    assert outbox.drafts("john") == {}
    assert outbox.of("john") == []
    assert not outbox.take_back("john", key, NOW)
    assert not outbox.discard("john", key)
    assert outbox.of("") == [], "whom nobody can name again has nothing"
    assert len(outbox.waiting()) == 1


def test_what_may_have_left_is_neither_taken_back_nor_discarded() -> None:
    outbox = Outbox()
    key = outbox.put("amina", wish(), NOW)
    assert outbox.sending(key, NOW)
    assert outbox.of("amina")[0].state == SENDING
    assert not outbox.take_back("amina", key, NOW)
    assert not outbox.discard("amina", key)


def test_what_has_not_left_becomes_a_draft_again_below_none_of_its_words_lost() -> None:
    outbox = Outbox()
    key = outbox.put("amina", wish("Palette cassée"), NOW)
    outbox.keep("amina", "quai3", "autre chose", NOW)
    assert outbox.take_back("amina", key, NOW)
    assert outbox.drafts("amina") == {"quai3": "Palette cassée\nautre chose"}
    assert outbox.waiting() == []


def test_a_refusal_stops_its_authors_group_and_nobody_elses() -> None:
    outbox = Outbox()
    first = outbox.put("amina", wish("un"), NOW)
    outbox.put("amina", wish("deux"), NOW)
    outbox.put("amina", wish("trois", lane="secu"), NOW)
    outbox.put("john", wish("four"), NOW)
    outbox.refuse(first, "not_in_group", "Vous n'êtes plus dans Quai 3.", NOW)
    assert [item.text for item in outbox.waiting()] == ["trois", "four"]
    refused = outbox.of("amina")[0]
    assert (refused.state, refused.text, refused.words) == (
        REFUSED,
        "un",
        "Vous n'êtes plus dans Quai 3.",
    )
    assert outbox.discard("amina", first)
    assert [item.text for item in outbox.waiting()] == ["deux", "trois", "four"]


def test_what_the_gateway_has_is_overwritten_on_the_disk(path: Path) -> None:
    outbox = Outbox(path)
    key = outbox.put("amina", wish("mot-de-passe-du-portail"), NOW)
    assert b"mot-de-passe-du-portail" in on_disk(path.parent)
    outbox.arrived(key)
    assert b"mot-de-passe-du-portail" not in on_disk(path.parent)


def test_a_draft_is_wiped_after_three_days(path: Path) -> None:
    outbox = Outbox(path)
    outbox.keep("amina", "quai3", "vieux brouillon", NOW)
    outbox.keep("john", "quai3", "new draft", NOW + 60 * HOUR)
    outbox.wipe_old(NOW + 71 * HOUR)
    assert outbox.drafts("amina") == {"quai3": "vieux brouillon"}
    outbox.wipe_old(NOW + 73 * HOUR)
    assert outbox.drafts("amina") == {}
    assert outbox.drafts("john") == {"quai3": "new draft"}
    assert b"vieux brouillon" not in on_disk(path.parent)


def test_a_draft_of_a_clock_that_was_ahead_is_wiped_three_days_after_it_is_mended() -> None:
    outbox = Outbox()
    outbox.keep("amina", "quai3", "brouillon", NOW + 1000 * HOUR)
    outbox.wipe_old(NOW)
    outbox.wipe_old(NOW + 71 * HOUR)
    assert outbox.drafts("amina")
    outbox.wipe_old(NOW + 73 * HOUR)
    assert not outbox.drafts("amina")


def test_who_wants_to_be_forgotten_leaves_what_is_kept_and_nothing_else(path: Path) -> None:
    outbox = Outbox(path)
    outbox.keep("amina", "secu", "brouillon-secret", NOW)
    refused = outbox.put("amina", wish("refus-secret"), NOW)
    outbox.refuse(refused, "no", "non", NOW)
    outbox.put("amina", wish("part bientôt", lane="velo"), NOW)
    outbox.forget("amina")
    assert outbox.drafts("amina") == {}
    assert [item.text for item in outbox.of("amina")] == ["part bientôt"]
    assert b"secret" not in on_disk(path.parent)


def test_only_its_owner_may_look_into_the_folder(path: Path) -> None:
    Outbox(path)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["torn", "foreign", "newer", "text"])
def test_a_file_that_cannot_be_used_is_put_aside(path: Path, damage: str) -> None:
    path.parent.mkdir()
    if damage == "text":
        path.write_text("not a database at all, but long enough to be read as one" * 20)
    else:
        _damaged(path, damage)
    store = open_store(path.parent)
    assert store.outbox.file.put_aside
    store.outbox.put("amina", wish(), NOW)
    assert len(list(path.parent.glob("outbox.db.aside-*"))) >= 1
    assert Outbox(path).file.put_aside == "", "the new one is good"


def _damaged(path: Path, damage: str) -> None:
    if damage == "torn":
        outbox = Outbox(path)
        for number in range(50):
            outbox.put("amina", wish(str(number) + "x" * 500), NOW)
        outbox.close()
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * 3 * 4096)
        return
    wire = sqlite3.connect(path)
    if damage == "foreign":
        wire.execute("CREATE TABLE songs (name TEXT)")
    else:
        Outbox(path).close()
        wire.execute("PRAGMA user_version=99")
    wire.close()


def _fill(outbox: Outbox) -> None:
    for number in range(200):
        outbox.put("amina", wish(f"{number} " + "x" * 400, lane="velo"), NOW)


def test_what_was_put_aside_is_wiped_after_two_weeks(path: Path) -> None:
    path.parent.mkdir()
    for days, name in ((ASIDE_DAYS + 1, "old"), (ASIDE_DAYS - 1, "new")):
        file = path.with_name(f"outbox.db.aside-{name}")
        file.write_text("words")
        os.utime(file, (time.time() - days * 86_400,) * 2)
    Outbox(path)
    assert [file.name for file in path.parent.glob("*.aside-*")] == ["outbox.db.aside-new"]


def test_a_full_disk_keeps_nothing_and_says_so(path: Path) -> None:
    outbox = Outbox(path)
    outbox.keep("amina", "quai3", "La porte", NOW)
    pages = outbox.file.read("PRAGMA page_count")[0][0]
    with outbox.file.change() as wire:
        wire.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(NotKept):
        _fill(outbox)
    kept = len(outbox.of("amina"))
    with pytest.raises(NotKept):
        outbox.keep("amina", "secu", "y" * 100_000, NOW)
    assert outbox.drafts("amina") == {"quai3": "La porte"}
    assert len(outbox.of("amina")) == kept, "what was kept before is still there"


def test_of_two_kiosks_on_one_folder_one_sends(path: Path) -> None:
    one, other = Outbox(path), Outbox(path)
    assert one.lead.has()
    assert not other.lead.has()
    one.lead.leave()
    assert other.lead.has()


KILLED = """
import sys, pathlib
from gateway.kiosk.store import Outbox, Wish
outbox = Outbox(pathlib.Path(sys.argv[1]))
for number in range(100_000):
    outbox.keep("a", "g", str(number), 1.0)
    outbox.put("a", Wish("g", str(number), {}, draft="g"), 1.0)
    print(number, flush=True)
"""


def test_killed_while_writing_it_has_all_that_it_told(path: Path) -> None:
    told = -1
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
        rest = child.communicate()[0].splitlines()
        told = int(rest[-1]) if rest else 0
    outbox = Outbox(path)
    assert outbox.file.put_aside == ""
    texts = [item.text for item in outbox.waiting()]
    last = texts[len(texts) - 1 - texts[::-1].index("0") :]
    assert len(last) - 1 in (told, told + 1)
    assert last == [str(number) for number in range(len(last))]
