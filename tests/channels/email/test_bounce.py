"""Delivery status notifications at our bounce addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.email.bounce import delivery_report
from gateway.core.envelope import GONE, HARD, SOFT, DeliveryReport


def failed(code: str, harm: str) -> DeliveryReport:
    return DeliveryReport("email", "failed", 31, code=code, raw_status="failed", harm=harm)


def dsn(*fields: str, kind: str = "message/delivery-status") -> bytes:
    return "\r\n".join(
        [
            "From: MAILER-DAEMON@mx.example",
            "Subject: Undelivered Mail Returned to Sender",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "I'm sorry",
            "--b",
            f"Content-Type: {kind}",
            "",
            "Reporting-MTA: dns; mx.example",
            "",
            *fields,
            "",
            "--b",
            "Content-Type: message/rfc822",
            "",
            "Subject: ours",
            "",
            "Action: failed",
            "--b--",
            "",
        ]
    ).encode()


@pytest.mark.parametrize(
    ("fields", "report"),
    [
        (
            ("Final-Recipient: rfc822; x@y", "Action: failed", "Status: 5.1.1"),
            failed("5.1.1", GONE),
        ),
        (("Action: FAILED", "Status: 4.4.7 (expired)"), failed("4.4.7", SOFT)),
        (("Action: failed (no mailbox)", "Status: 5.0.0"), failed("5.0.0", HARD)),
        (("Action: error", "Status: 5.2.2"), failed("5.2.2", SOFT)),
        (("Action: failed", "Status: 5.7.1"), failed("5.7.1", "")),
        (
            ("Action: failed", "Status: 5.0.0", "Diagnostic-Code: smtp; 550 5.1.1 unknown"),
            failed("5.1.1", GONE),
        ),
        (("Action: failed", "Diagnostic-Code: smtp; 452 no room"), failed("4.0.0", SOFT)),
        (
            ("Action: failed", "Diagnostic-Code: smtp; 550 from 10.5.1.1.9 no"),
            failed("", HARD),
        ),
        (
            ("Action: delivered", "Status: 2.0.0"),
            DeliveryReport("email", "delivered", 31, code="2.0.0", raw_status="delivered"),
        ),
        (("Action: failed",), failed("", HARD)),
        # It is still under way, and counts as little as it says.
        (
            ("Action: delayed", "Status: 4.4.1"),
            DeliveryReport("email", "delayed", 31, "", "4.4.1", "delayed", harm=SOFT),
        ),
        (("Action: relayed", "Status: 2.0.0"), None),
        (("Action: expanded", "Status: 2.0.0"), None),
        # Somebody behind an alias has it.
        (
            ("Action: failed", "Status: 5.1.1", "", "Action: delivered", "Status: 2.0.0"),
            DeliveryReport("email", "delivered", 31, code="2.0.0", raw_status="delivered"),
        ),
        (("Status: 5.0.0",), None),
    ],
)
def test_what_became_of_it(fields: tuple[str, ...], report: DeliveryReport | None) -> None:
    assert delivery_report(dsn(*fields), 31) == report


def test_a_read_receipt_is_no_bounce() -> None:
    read = dsn("Action: failed", kind="message/disposition-notification")
    assert delivery_report(read, 31) is None


def test_an_ordinary_mail_is_no_bounce() -> None:
    assert delivery_report(b"Subject: hello\r\n\r\nAction: failed\r\n", 31) is None


@given(st.binary(max_size=500))
def test_mangled_reports_report_nothing_or_something(noise: bytes) -> None:
    raw = dsn("Action: failed").replace(b"Reporting-MTA", noise)
    assert delivery_report(raw, 31) in (
        None,
        failed("", HARD),
    )


def test_a_report_nested_beyond_reading_reports_nothing() -> None:
    raw = b"".join(
        b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(3000)
    )
    assert delivery_report(raw, 31) is None
