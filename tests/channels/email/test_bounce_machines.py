"""At a bounce address: who is taken for a machine, whatever comes, and how long that takes."""

import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.email.bounce import delivery_report
from gateway.channels.email.harm import harm_in_words, harm_of, status_in
from gateway.core.envelope import GONE, HARD, SOFT
from tests.channels.email.support import PAUL, mail

LIMIT = 0.25 if sys.gettrace() is None else 1.0
"""Seconds of the processor's time; counting lines for coverage takes a multiple of it."""

QMAIL = (
    "Hi. This is the qmail-send program at mx.example.\r\n"
    "I'm afraid I wasn't able to deliver your message to the following addresses.\r\n"
    "This is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n"
    "<paul@home.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n"
    "--- Below this line is a copy of the message.\r\n"
)
DAEMON = "MAILER-DAEMON@mx.example"


def harm(raw: bytes, envelope_sender: str = "<>") -> str | None:
    report = delivery_report(raw, 31, envelope_sender)
    return None if report is None else report.harm


def test_what_is_in_no_standard_form_is_read_by_its_words() -> None:
    assert harm(mail(QMAIL, sender=DAEMON)) == GONE
    assert harm(mail(QMAIL.replace(" (#5.1.1)", ""), sender=DAEMON)) == GONE
    full = QMAIL.replace("no mailbox here by that name. (#5.1.1)", "the mailbox is full")
    assert harm(mail(full, sender=DAEMON)) == SOFT
    assert harm(mail(full.replace("the mailbox is full", "no"), sender=DAEMON)) == HARD


@pytest.mark.parametrize(
    ("headers", "envelope_sender"),
    [
        ({}, PAUL),
        ({"auto_submitted": "auto-replied"}, "<>"),
        ({"subject": "Automatic reply: Shift moved"}, "<>"),
        ({"subject": "Abwesenheitsnotiz"}, "<>"),
        ({"x_autoreply": "yes"}, "<>"),
    ],
)
def test_people_and_their_absence_notices_may_quote_a_bounce(
    headers: dict[str, str], envelope_sender: str
) -> None:
    assert harm(mail(QMAIL, **headers), envelope_sender) is None


def test_a_report_in_a_mail_in_a_mail_is_of_another_mail() -> None:
    inner = (
        'Content-Type: multipart/report; boundary="c"\r\n\r\n--c\r\n'
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--c--\r\n"
    )
    assert harm(f"From: {PAUL}\r\n{inner}".encode(), PAUL) == GONE
    outer = (
        f"From: {PAUL}\r\nContent-Type: multipart/mixed; boundary=d\r\n\r\n--d\r\n"
        f"Content-Type: message/rfc822\r\n\r\n{inner}\r\n--d--\r\n"
    )
    assert harm(outer.encode(), PAUL) is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("5.1.1", GONE), ("5.1.10", GONE), ("5.2.1", GONE), ("5.4.4", GONE), ("5.7.17", GONE),
        ("5.0.0", HARD), ("", HARD), ("5.1.0", HARD), ("5.4.1", HARD), ("5.5.0", HARD),
        ("4.2.2", SOFT), ("5.2.2", SOFT), ("5.4.7", SOFT), ("4.4.1", SOFT), ("4.0.0", SOFT),
        ("5.7.1", ""), ("4.7.1", ""), ("5.6.0", ""), ("5.3.4", ""), ("5.5.2", ""), ("5.1.8", ""),
        ("2.0.0", ""),
    ],
)  # fmt: skip
def test_the_table_of_codes(code: str, expected: str) -> None:
    assert harm_of(code) == expected


def test_a_telling_code_comes_before_one_that_says_nothing() -> None:
    assert status_in("5.0.0", "smtp; 550 5.1.1 unknown") == "5.1.1"
    assert status_in("5.0.0", "smtp; 550 no") == "5.0.0"
    assert status_in("from 10.5.1.1 or 5.1.1.7") == ""
    assert harm_in_words("invalid mailbox: over quota") == SOFT


PIECES = st.sampled_from(
    [
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
        "Content-Type: message/delivery-status\r\n", "Content-Type: text/plain\r\n", "\r\n",
        "\r\n--b\r\n", "\r\n--b--\r\n", "Action: failed\r\n", "Status: 5.1.1\r\n", "From: <>\r\n",
        "From: MAILER-DAEMON@x\r\n", "Content-Transfer-Encoding: base64\r\n", "\x00\xff=?x?b?",
        "Diagnostic-Code: smtp; 550 5.1.1 <a@b>: no\r\n", QMAIL, "Auto-Submitted: auto-replied\r\n",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=40)), max_size=30))
def test_whatever_comes_is_read_or_not_and_never_raises(pieces: list[str]) -> None:
    report = delivery_report("".join(pieces).encode("utf-8", "replace"), 31, "<>")
    assert report is None or report.status in ("failed", "delayed", "delivered")


@pytest.mark.parametrize(
    "body",
    [
        QMAIL * 5000,
        "<a@b>: " * 150_000,
        "user " * 200_000,
        "\r\n" * 400_000,
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: x\r\n\r\n" * 15_000,
        " " * 1_000_000,
        "quota exceeded the mailbox a " * 30_000,
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 18_000,
        "a@b " * 250_000,
    ],
)
@pytest.mark.parametrize("head", ["", "Content-Type: multipart/report; boundary=b\r\n"])
def test_a_megabyte_of_anything_takes_a_quarter_of_a_second(head: str, body: str) -> None:
    raw = f"From: {DAEMON}\r\n{head}\r\n{body}".encode()
    best = 9.0
    for _ in range(3):  # the machine may be busy; the code may not
        began = time.process_time()
        delivery_report(raw, 31, "<>")
        best = min(best, time.process_time() - began)
        if best < LIMIT:
            break
    assert best < LIMIT
