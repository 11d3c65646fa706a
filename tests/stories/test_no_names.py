"""Nobody resolves names for a while: what was written is kept, and leaves once they are back.

The gateway runs in a mount namespace of its own, where `/etc/hosts` is a file of this test.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.stories.world import DOMAIN, PATIENCE, World, said_ready, set_up, world
from tests.support.processes import ourselves, serving, wait_until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a mount namespace is for root only")

NADIA, PAUL = "+33639980001", "paul@bureau.example"
CARRIER, RELAY = "carrier.names.example", "relay.names.example"


class Names:
    """Whether the names of the outside are known."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.come()

    def come(self) -> None:
        self._write(f"127.0.0.1 localhost {CARRIER} {RELAY}\n")

    def go(self) -> None:
        self._write("127.0.0.1 localhost\n")

    def _write(self, text: str) -> None:
        self._file.write_text(text, encoding="ascii")  # in place: it is mounted elsewhere

    @contextmanager
    def running(self, made: World) -> Iterator[None]:
        folder = made.folder / "run"
        folder.mkdir()
        inside = f'mount --bind "{self._file}" /etc/hosts && exec "{sys.executable}" -m gateway run'
        with serving(
            ["unshare", "--mount", "sh", "-c", inside],
            folder,
            said_ready(folder / "server.log"),
            environ=made.environment,
            owner=ourselves(),
        ):
            yield


def _waits(made: World, channel: str) -> bool:
    rows = made.listed("outbox", "list")
    return any(row["channel"] == channel and row["state"] == "due" and row["code"] for row in rows)


def test_without_names_nothing_is_lost_and_nothing_goes_twice(tmp_path: Path) -> None:
    names = Names(tmp_path / "hosts")
    with world(tmp_path) as made:
        made.set(
            GATEWAY_TWILIO_API_URL=made.carrier.url.replace("127.0.0.1", CARRIER),
            GATEWAY_SMTP_URL=f"smtp://{RELAY}:{made.mailbox.address[1]}",
        )
        set_up(made)
        with names.running(made):
            nadia = made.phone(NADIA)
            assert "Quai 3" in nadia.sends("GROUPES")
            names.go()
            sid = made.carrier.phone_sends(NADIA, "P quai3 palette cassée au quai 4")
            assert made.carrier.message(sid).acknowledged
            made.mailbox.write(PAUL, f"quai3@{DOMAIN}", "Porte", "La porte 3 est fermée")
            wait_until(lambda: _waits(made, "sms"), PATIENCE, "a text that waits")
            wait_until(lambda: _waits(made, "email"), PATIENCE, "a mail that waits")
            assert len(nadia.texts) == 1
            names.come()
            nadia.hears("palette")
            made.mail(PAUL, lambda mail: "porte 3" in mail.text)
        answers = [text for text in nadia.texts if "palette" in text]
        assert len(answers) == 1
        posts = made.cli("posts", "list")
        assert posts.count("palette") == posts.count("porte 3") == 1
