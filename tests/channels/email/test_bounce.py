"""Delivery status notifications at our bounce addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.email.bounce import delivery_report
from gateway.core.envelope import DeliveryReport


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
            DeliveryReport("email", "failed", 31, code="5.1.1", raw_status="failed"),
        ),
        (
            ("Action: FAILED", "Status: 4.4.7 (expired)"),
            DeliveryReport("email", "failed", 31, code="4.4.7", raw_status="failed"),
        ),
        (
            ("Action: delivered", "Status: 2.0.0"),
            DeliveryReport("email", "delivered", 31, code="2.0.0", raw_status="delivered"),
        ),
        (("Action: failed",), DeliveryReport("email", "failed", 31, raw_status="failed")),
        (("Action: delayed", "Status: 4.0.0"), None),
        (("Action: relayed", "Status: 2.0.0"), None),
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
        DeliveryReport("email", "failed", 31, raw_status="failed"),
    )


def test_a_report_nested_beyond_reading_reports_nothing() -> None:
    raw = b"".join(
        b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(3000)
    )
    assert delivery_report(raw, 31) is None
