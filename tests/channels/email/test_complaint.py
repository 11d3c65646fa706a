"""Complaints (RFC 5965): whoever got our mail is left in peace, nobody else by anybody's word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.email import mime
from gateway.channels.email.addresses import Addresses
from gateway.channels.email.complaint import complained_of, is_complaint
from gateway.channels.email.inbound import Reader
from gateway.channels.email.reception import TAKEN, Reception
from tests.channels.email.support import DOMAIN, PAUL, PROVED, TOKENS, Directory, Inbox

VERP = f"bounces+{TOKENS.bounce(31)}@{DOMAIN}"
OUT = f"unsubscribe+{TOKENS.unsubscribe(7)}@{DOMAIN}"
LINK = f"https://{DOMAIN}/mail/unsubscribe/{TOKENS.unsubscribe(7)}"


def complaint(*original: str, kind: str = "abuse", about: str = "message/rfc822") -> bytes:
    return "\r\n".join(
        [
            "From: complaints@big.example",
            "Subject: FW: [Quai 3] Shift moved",
            "Message-ID: <c1@big.example>",
            'Content-Type: multipart/report; report-type=feedback-report; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            f"A user calls this unwanted: {PAUL}, {VERP}, {LINK}",
            "--b",
            "Content-Type: message/feedback-report",
            "",
            f"Feedback-Type: {kind}",
            "User-Agent: SomeGenerator/1.0",
            "Version: 1",
            f"Original-Rcpt-To: <{PAUL}>",
            "",
            "--b",
            f"Content-Type: {about}",
            "",
            f"To: <{PAUL}>",
            "From: gateway@gateway.example",
            *original,
            "",
            "Shift moved",
            "--b--",
            "",
        ]
    ).encode()


def taken(raw: bytes, recipient: str) -> tuple[list[int | None], list[int], list[str]]:
    """Reports by our id, members who were left in peace, and reasons of what was recorded."""
    inbox, directory = Inbox(), Directory()
    addresses = Addresses(DOMAIN, directory, TOKENS)
    reception = Reception(inbox, addresses, Reader(addresses, directory, PROVED))
    assert reception.take(raw, "<>", [recipient]) == [TAKEN]
    assert {report.status for report in inbox.reports} <= {"complained"}
    told = [report.outbound_id for report in inbox.reports]
    return told, directory.stopped, [inbound.automatic for inbound in inbox.received]


@pytest.mark.parametrize(
    ("original", "reports", "stopped"),
    [
        ((f"Return-Path: <{VERP}>",), [31], []),
        ((f"Return-Path: <{VERP.upper()}>",), [31], []),
        ((f"List-Unsubscribe: <{LINK}>, <mailto:{OUT}>",), [], [7]),
        ((f"List-Unsubscribe: <{LINK}>",), [], [7]),
        ((f"Return-Path: <{VERP}>", f"List-Unsubscribe: <{LINK}>"), [31], [7]),
        # Nobody is named by an address, by an id that can be counted, or by a token made up.
        ((f"Return-Path: <{PAUL}>",), [], []),
        (("Message-ID: <digest.31@gateway.example>",), [], []),
        ((f"Return-Path: <bounces+{'a' * 30}@{DOMAIN}>",), [], []),
        ((f"List-Unsubscribe: <https://{DOMAIN}/mail/unsubscribe/{'x' * 24}>",), [], []),
        ((f"Return-Path: <bounces+{TOKENS.unsubscribe(7)}@{DOMAIN}>",), [], []),
        ((f"Return-Path: <{VERP.replace(DOMAIN, 'other.example')}>",), [], []),
    ],
)
@pytest.mark.parametrize("about", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize("at", ["postmaster", "abuse"])
def test_whom_it_speaks_for(
    original: tuple[str, ...], reports: list[int], stopped: list[int], about: str, at: str
) -> None:
    said = taken(complaint(*original, about=about), f"{at}@{DOMAIN}")
    assert said == (reports, stopped, ["operators"])


def test_our_own_return_path_is_enough() -> None:
    assert taken(complaint("Subject: x"), VERP) == ([31], [], ["report"])


@pytest.mark.parametrize("kind", ["not-spam", "virus", "auth-failure", ""])
def test_not_every_report_is_a_no(kind: str) -> None:
    raw = complaint(f"Return-Path: <{VERP}>", kind=kind)
    assert taken(raw, f"postmaster@{DOMAIN}")[:2] == ([], [])
    assert taken(raw, VERP)[:2] == ([], [])


def test_a_mail_that_only_tells_of_one_is_none() -> None:
    raw = complaint(f"Return-Path: <{VERP}>").replace(b"multipart/report", b"multipart/mixed")
    assert not is_complaint(mime.read(raw))
    assert taken(raw, f"postmaster@{DOMAIN}")[:2] == ([], [])


@given(st.binary(max_size=300), st.integers(0, 900))
def test_mangled_ones_are_read_or_not_and_never_raise(noise: bytes, at: int) -> None:
    raw = complaint(f"Return-Path: <{VERP}>")
    found = complained_of(mime.read(raw[:at] + noise + raw[at:]), DOMAIN)
    assert found is None or set(found) <= {VERP}
