"""Public bounces, and ordinary replies, through the real door at our bounce address.

The bounces are flufl.bounce's own test messages: 117 reports of all kinds of servers since 1998,
read from its sources as `make samples` fetches them. They keep their licence and are not copied.
"""

import base64
import json
import os
import smtplib
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from gateway.channels.email.connections import Limits
from gateway.channels.email.smtpd import MailServer
from gateway.channels.email.tokens import Tokens
from tests.channels.email.support import DOMAIN, PAUL, PROVED, TOKENS, Directory, Inbox

SAMPLES = Path(sys.prefix) / "samples"
CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "replies-dev.jsonl"
BOUNCES = f"bounces+{TOKENS.bounce(31)}@{DOMAIN}"
REPLY = f"reply+{TOKENS.reply(7, 'post:141')}@{DOMAIN}"
ANY = ("127.0.0.1", 0)

NO_BOUNCE = {"groupwise_03.txt", "qmail_08.txt", "simple_38.txt"}
"""A person's mail, an absence notice, and a disposition notification (RFC 8098)."""

UNREAD = {"bounce_01.txt", "dumbass_01.txt", "simple_43.txt"}
"""flufl.bounce finds nothing in them either."""


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def lmtp(inbox: Inbox) -> Iterator[smtplib.LMTP]:
    limits = Limits(commands=100_000, seconds=60)
    server = MailServer(inbox, Directory(), TOKENS, DOMAIN, PROVED, lmtp=ANY, limits=limits)
    server.start()
    assert server.lmtp_address is not None
    with smtplib.LMTP(*server.lmtp_address) as client:
        yield client
    server.stop()


def samples() -> Iterator[tuple[str, bytes]]:
    found = sorted(SAMPLES.glob("flufl*bounce-*.tar.gz"))
    if not found:
        missing = "flufl.bounce's samples are not here: make samples"
        if os.environ.get("GATEWAY_TEST_ALL") == "1":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    with tarfile.open(found[-1]) as sources:
        for member in sources:
            path = Path(member.name)
            opened = sources.extractfile(member)
            if path.parent.match("tests/data") and path.suffix == ".txt" and opened:
                yield path.name, opened.read()


def test_public_bounces_are_read(lmtp: smtplib.LMTP, inbox: Inbox) -> None:
    harms: Counter[str] = Counter()
    unread: set[str] = set()
    for name, raw in samples():
        before = len(inbox.reports)
        assert lmtp.sendmail("", [BOUNCES], raw) == {}
        for report in inbox.reports[before:]:
            assert report.outbound_id == 31
            assert report.status in ("failed", "delayed")
            harms[report.harm] += 1
        if len(inbox.reports) == before:
            unread.add(name)
    read = sum(harms.values())
    assert unread == NO_BOUNCE | UNREAD
    assert all(inbound.automatic for inbound in inbox.received)
    assert (read, len(inbox.received)) == (111, 6)
    # What is full or late closes nothing soon; what is about us (5.7.1) closes nothing at all.
    assert harms == {"hard": 49, "gone": 36, "soft": 25, "": 1}


@pytest.mark.parametrize(
    "local",
    [
        "bounces",
        "bounces+31",
        f"bounces+{TOKENS.unsubscribe(31)}",
        f"bounces+{TOKENS.reply(31, 'post:1')}",
        f"bounces+{TOKENS.bounce(31)[:-1]}",
        f"bounces+{TOKENS.bounce(31)[:-1]}{'ab'[TOKENS.bounce(31)[-1] == 'a']}",
        f"bounces+{Tokens(b'another secret').bounce(31)}",
    ],
)
def test_a_bounce_without_our_token_is_not_even_taken(
    local: str, lmtp: smtplib.LMTP, inbox: Inbox
) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        lmtp.sendmail("", [f"{local}@{DOMAIN}"], b"Subject: Undelivered\r\n\r\n550 5.1.1 no\r\n")
    assert (inbox.reports, inbox.received) == ([], [])


@pytest.mark.skipif(not CORPUS.exists(), reason=f"{CORPUS.name} is not beside the repository")
def test_no_ordinary_reply_is_a_bounce(lmtp: smtplib.LMTP, inbox: Inbox) -> None:
    taken = 0
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["kind"] == "eml":
            raw = base64.b64decode(case["raw"])
        else:
            head = f"From: {PAUL}\r\nMessage-ID: <{taken}@x>\r\n\r\n"
            raw = (head + case["raw"]).encode()
        raw = message_from_bytes(raw).as_bytes() if b"\0" in raw else raw
        for recipient in (BOUNCES, REPLY):
            lmtp.sendmail(PAUL, [recipient], raw)
        taken += 1
    assert inbox.reports == []
    assert len(inbox.received) == 2 * taken > 200
