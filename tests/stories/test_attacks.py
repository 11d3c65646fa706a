"""A stranger with a raw socket, a mail server and time, against one running installation.

Nothing here is ever our fault, nothing is lost for those who behave meanwhile, and at the end the
log holds nobody's number, address or word.
"""

import json
import os
import re
import socket
import sqlite3
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from email import message_from_bytes
from threading import Timer
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest

from gateway.demo.twilio import AUTH_TOKEN
from tests.stories.world import DOMAIN, PATIENCE, World, world
from tests.support.processes import wait_until

NADIA, STRANGERS = "+33639980001", [f"+3361111{number:04}" for number in range(4)]
ROSA = "+33639980011"  # writes little: whoever writes too much waits
PAUL, JOHN, BOB = "paul@bureau.example", "john@office.example", "bob@stranger.example"
GROUP = f"quai3@{DOMAIN}"
VOUCHED = f"Authentication-Results: {DOMAIN}; dmarc=pass\r\n"
"""What the company's own server writes above a mail that it has checked."""
ROLL = f"""name,phone,email,badge,groups
Nadia,{NADIA},,1001,quai3
Rosa,{ROSA},,1005,quai3
Paul,,{PAUL},1002,quai3
John,,{JOHN},1004,quai3
"""
FORM = "application/x-www-form-urlencoded"
PRIVATE = ("39980001", "6111100", "bureau.example", "stranger", "confidence", AUTH_TOKEN)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("attacked")
    with world(folder) as made:
        made.cli("groups", "add", "quai3", "--name", "Quai 3")
        (folder / "people.csv").write_text(ROLL, encoding="utf-8")
        made.cli("members", "import", str(folder / "people.csv"), "--consented")
        with made.running("run"):
            yield made
        log = (folder / "run" / "server.log").read_text(errors="replace")
    assert "Traceback" not in log
    for private in PRIVATE:
        assert private not in log


def spoken(port: int, said: bytes, answers: int = 1) -> list[int]:
    """The statuses of what the web server answers to these bytes."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as wire:
        wire.sendall(said)
        heard = b""
        while len(found := re.findall(rb"HTTP/1\.[01] (\d{3})", heard)) < answers:
            more = wire.recv(65_536)
            if not more:
                break
            heard += more
    return [int(status) for status in found]


def signed(made: World, body: bytes, fields: dict[str, str], *more: bytes) -> bytes:
    """A webhook's request as it goes over the wire, signed over `fields`."""
    signature = made.carrier.sign(f"{made.url}/sms/inbound", fields)
    head = [
        b"POST /sms/inbound HTTP/1.1",
        b"Host: gateway",
        f"Content-Type: {FORM}".encode(),
        f"X-Twilio-Signature: {signature}".encode(),
        *(more or (b"Content-Length: %d" % len(body),)),
    ]
    return b"\r\n".join([*head, b"", body])


def text(name: str, body: str = "NEUF") -> dict[str, str]:
    return {"MessageSid": f"SM{name}", "From": NADIA, "Body": body, "To": "+33700000001"}


def posts(made: World, part: str) -> int:
    return sum(part in str(post["body"]) for post in made.listed("posts", "list"))


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"POST /sms/inbound HTTP/1.1\r\nContent-Length: 3\r\n\r\na=b", 403),
        (b"POST /sms/inbound HTTP/1.1\r\nContent-Length: 70000\r\n\r\n" + b"a" * 70_000, 413),
        (b"POST /sms/inbound HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400),
        (b"POST /sms/inbound HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", 400),
        (b"POST /sms/inbound HTTP/1.1\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", 431),
        (b"GET /sms/inbound HTTP/1.1\r\n\r\n", 405),
        (b"GET /sms%2finbound/ HTTP/1.1\r\n\r\n", 404),
        (b"GET /%00\xff HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"HEAD /mail/unsubscribe/%ed%a0%80 HTTP/1.1\r\n\r\n", 404),
        (b"POST /api/v1/commands HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 401),
    ],
)
def test_bytes_of_any_kind_are_the_callers_fault(made: World, said: bytes, status: int) -> None:
    assert spoken(made.http, said) == [status]


def test_what_twilio_signed_is_taken_whatever_it_holds(made: World) -> None:
    for number, body in enumerate(
        ("\U0001f600" * 1600, "in confidence\0\x1b[2J\u202e", "9" * 1600)
    ):
        fields = text(f"odd{number}", body)
        assert spoken(made.http, signed(made, urlencode(fields).encode(), fields)) == [200]
    raw = urlencode(text("half", "")).encode().replace(b"Body=", b"Body=\xed\xa0\x80")
    fields = text("half", b"\xed\xa0\x80".decode(errors="replace"))
    assert spoken(made.http, signed(made, raw, fields)) == [200]


def test_requests_in_a_row_and_in_chunks_are_all_answered(made: World) -> None:
    row = b"".join(
        signed(made, urlencode(fields).encode(), fields)
        for fields in (text(f"row{number}") for number in range(10))
    )
    assert spoken(made.http, row, answers=10) == [200] * 10
    fields = text("chunked")
    body = urlencode(fields).encode()
    chunks = b"7\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (body[:7], len(body) - 7, body[7:])
    assert spoken(made.http, signed(made, chunks, fields, b"Transfer-Encoding: chunked")) == [200]


def test_connections_that_only_hold_on_keep_nobody_out(made: World) -> None:
    with ExitStack() as held:
        for _ in range(150):
            wire = socket.create_connection(("127.0.0.1", made.http), 5)
            held.enter_context(wire).sendall(b"POST /sms/inbound HTTP/1.1\r\nContent-Length: 9\r\n")
        assert made.phone(NADIA).sends("MOI")


def test_reports_in_any_order_and_number_are_taken(made: World) -> None:
    made.phone(NADIA).sends("GROUPES")
    url = f"{made.url}/sms/status?m="

    def report(case: tuple[str, str]) -> int:
        fields = {"MessageSid": "SM" + "9" * 32, "MessageStatus": case[1], "ErrorCode": "1" * 99}
        request = urllib.request.Request(url + case[0], urlencode(fields).encode())
        request.add_header("X-Twilio-Signature", made.carrier.sign(url + case[0], fields))
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return int(answer.status)

    ids = ("1", "", "0", "-1", "abc", "9" * 18, "9" * 40)
    cases = [(row, status) for row in ids for status in ("read", "sent", "failed", "x" * 500)] * 5
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(report, cases)) == {200}


def test_strangers_by_the_dozen_are_told_once_a_day(made: World) -> None:
    for number in range(12):
        made.carrier.phone_sends(STRANGERS[number % 4], f"in confidence {number}")
    phones = [made.phone(stranger) for stranger in STRANGERS]
    wait_until(lambda: all(phone.texts for phone in phones), PATIENCE, "an answer to each")
    made.phone(NADIA).sends("AIDE")
    assert [len(phone.texts) for phone in phones] == [1] * 4
    for number in range(3):
        made.mailbox.write(BOB, GROUP, f"Re: in confidence {number}", "and again")
    wait_until(lambda: bool(made.mailbox.mails(BOB)), PATIENCE, "an answer")
    made.mail(BOB, lambda _mail: True)
    assert len(made.mailbox.mails(BOB)) == 1


def spoken_by_mail(port: int, said: bytes, until: bytes) -> bytes:
    """All that the mail server answers to these bytes until it says `until`."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as wire:
        wire.sendall(said)
        heard = b""
        while until not in heard:
            more = wire.recv(65_536)
            if not more:
                break
            heard += more
    return heard


def lmtp(raw: bytes, *recipients: str) -> bytes:
    rcpts = b"".join(b"RCPT TO:<%s>\r\n" % one.encode() for one in recipients)
    return b"LHLO x\r\nMAIL FROM:<%s>\r\n%sDATA\r\n%s" % (PAUL.encode(), rcpts, raw)


def test_only_a_whole_dot_ends_a_mail(made: World) -> None:
    inner = f"MAIL FROM:<{JOHN}>\r\nRCPT TO:<{GROUP}>\r\nDATA\r\nFrom: {JOHN}\r\n\r\nimposture\r\n"
    ends = (b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\n.\r", b"\r.\r\n", b"\r.\n")
    for number, end in enumerate(ends):
        head = f"{VOUCHED}From: {PAUL}\r\nMessage-ID: <dot{number}@x>\r\n\r\ndotted".encode()
        raw = head + end + inner.encode() + b".\r\nQUIT\r\n"
        heard = spoken_by_mail(made.lmtp, lmtp(raw, GROUP), b"\r\n221")
        assert heard.count(b"Taken") == 1
    found = [post for post in made.listed("posts", "list") if "imposture" in str(post["body"])]
    assert Counter(post["author"] for post in found) == {"Paul": len(ends)}


def test_a_crowd_of_recipients_and_bytes_is_bounded(made: World) -> None:
    heard = spoken_by_mail(made.lmtp, lmtp(b"QUIT\r\n", *[GROUP] * 60), b"\r\n354")
    assert Counter(heard.split()).get(b"452") == 10
    big = b"X: y\r\n\r\n" + (b"y" * 998 + b"\r\n") * 11_000 + b".\r\nQUIT\r\n"
    assert b"552" in spoken_by_mail(made.lmtp, lmtp(big, GROUP), b"\r\n221")
    assert b"550 5.1.1" in spoken_by_mail(made.lmtp, lmtp(b"", f"x@{DOMAIN}"), b"\r\n503")


def test_a_line_that_is_cut_is_a_whole_mail_or_none(made: World) -> None:
    head = f"{VOUCHED}From: {PAUL}\r\nMessage-ID: <cut@x>\r\n\r\n".encode()
    for raw in (head + b"half a word", os.urandom(100_000), b""):
        with socket.create_connection(("127.0.0.1", made.lmtp), 5) as wire:
            wire.sendall(lmtp(raw, GROUP))
    whole = head + b"a whole word\r\n.\r\nQUIT\r\n"
    for _ in range(2):  # its sender heard nothing, and brings it again
        assert b"Taken" in spoken_by_mail(made.lmtp, lmtp(whole, GROUP), b"\r\n221")
    assert (posts(made, "half a word"), posts(made, "a whole word")) == (0, 1)


def test_our_own_mails_go_round_in_no_circle(made: World) -> None:
    made.mailbox.write(BOB.replace("bob", "eve"), f"gateway@{DOMAIN}", "Bonjour", "in confidence")
    ours = made.mail("eve@stranger.example", lambda _mail: True)
    before = len(made.mailbox.mails())
    for address in (GROUP, f"gateway@{DOMAIN}"):
        made.mailbox.post(ours.raw, PAUL, [address])
    made.mailbox.write(PAUL, f"gateway@{DOMAIN}", "Absence du bureau", "in confidence")
    made.phone(NADIA).sends("MOI")
    assert len(made.mailbox.mails()) == before


def test_a_link_that_is_looked_at_stops_nothing(made: World) -> None:
    made.mailbox.write(JOHN, f"gateway@{DOMAIN}", "", "RHYTHM each")
    made.phone(NADIA).sends("P quai3 un lien a suivre")
    head = message_from_bytes(made.mail(JOHN, lambda mail: "lien" in mail.text).raw)
    links = re.findall(r"<(http[^>]+)>", str(head["List-Unsubscribe"]).replace("\n", ""))
    (link,) = links
    for method, url, status in (
        ("GET", link, 200),
        ("HEAD", link, 200),
        ("PUT", link, 405),
        ("POST", f"{link[:-2]}zz", 404),
    ):
        assert asked(method, url) == status
    made.phone(NADIA).sends("P quai3 encore la")
    made.mail(JOHN, lambda mail: "encore la" in mail.text)
    assert asked("POST", link) == 200
    made.phone(NADIA).sends("P quai3 plus jamais")
    made.phone(NADIA).sends("GROUPES")
    assert not [mail for mail in made.mailbox.mails(JOHN) if "plus jamais" in mail.text]


def asked(method: str, url: str, body: bytes = b"", **headers: str) -> int:
    request = urllib.request.Request(url, body or None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return int(error.code)


def test_a_locked_database_is_waited_for(made: World) -> None:
    with sqlite3.connect(
        made.folder / "gateway.db", isolation_level=None, check_same_thread=False
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        free = Timer(1, lambda: other.execute("ROLLBACK"))
        free.start()
        assert made.phone(NADIA).sends("AIDE")
        free.join()
    other.close()


def told_code(made: World) -> str:
    """The code for the kiosk that Nadia gets by SMS."""
    found: list[str] = []

    def told() -> bool:
        texts = made.phone(NADIA).texts
        found[:] = [
            "".join(code) for one in texts for code in re.findall(r"\b(\d{3}) (\d{3})\b", one)
        ]
        return bool(found)

    wait_until(told, PATIENCE, "a code by SMS")
    return found[-1]


def test_one_text_brought_fifty_times_at_once_is_one_post(made: World) -> None:
    sid = made.carrier.phone_sends(ROSA, "P quai3 in confidence, fifty times")
    with ThreadPoolExecutor(50) as carriers:
        calls = list(carriers.map(lambda _: made.carrier.redeliver(sid), range(50)))
    assert all(call.acknowledged for call in calls)
    assert posts(made, "in confidence, fifty times") == 1


def test_one_key_pressed_by_fifty_fingers_is_one_post(made: World) -> None:
    device = made.cli("kiosks", "add", "Quai").split()[-1]
    made.carrier.phone_sends(NADIA, "CODE")
    code = told_code(made)
    headers = {"Authorization": f"Bearer {device}", "Content-Type": "application/json"}
    request = urllib.request.Request(
        f"{made.url}/api/v1/session", json.dumps({"code": code}).encode(), headers
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        headers["Gateway-Session"] = json.load(answer)["session"]

    def post(body: object, key: str) -> int:
        url = f"{made.url}/api/v1/commands"
        return asked("POST", url, json.dumps(body).encode(), **headers, **{"Idempotency-Key": key})

    pressed = {"command": {"is": "Post", "group": "quai3", "text": "in confidence, once"}}
    with ThreadPoolExecutor(50) as fingers:
        codes = Counter(fingers.map(lambda _: post(pressed, "one-and-only"), range(50)))
    assert codes == {200: 50}
    assert post({"command": {"is": "Me"}}, "one-and-only") == 422
    for number, smuggled in enumerate(({"is": "Admit"}, {"is": "Guess"}, {"is": ["Me"]}, [[]], 1)):
        assert post({"command": smuggled}, f"smuggled-{number}") == 400
    assert posts(made, "in confidence, once") == 1
