"""Heads of messages: damaged, hostile, in any charset. Nothing raises and nothing hangs."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.email import mime


def read(*lines: str | bytes) -> mime.Mail:
    head = b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return mime.read(head + b"\r\n\r\nbody\r\n")


@pytest.mark.parametrize(
    ("value", "sender"),
    [
        ("paul@home.example", "paul@home.example"),
        ("Paul <Paul@Home.Example>", "paul@home.example"),
        ('"Paul, M. <x@evil.example>" <paul@home.example>', "paul@home.example"),
        ("=?utf-8?q?Ana=C3=AFs?= <ana@home.example>", "ana@home.example"),
        ("=?utf-8?q?boss=40firm.example?= <ana@home.example>", "ana@home.example"),
        ("paul@home.example (Paul (at home))", ""),
        ("paul@home.example <paul@home.example>", "paul@home.example"),
        ("paul@home.example, eve@evil.example", ""),
        ("<paul@home.example> <eve@evil.example>", ""),
        ("alice@home.example)eve@evil.example", ""),
        ("Paul", ""),
        ("", ""),
        ("<>", ""),
    ],
)
def test_the_sender_is_one_address_or_nobody(value: str, sender: str) -> None:
    assert read(f"From: {value}").sender == sender


def test_two_senders_are_nobody() -> None:
    assert read("From: paul@home.example", "From: eve@evil.example").sender == ""
    assert read("Subject: none at all").sender == ""


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        (b"Quai 3", "Quai 3"),
        (b"=?utf-8?Q?Rel=C3=A8ve_=C3=A0_6h?=", "Relève à 6h"),
        (b"=?iso-8859-1?B?UmVs6HZl?=", "Relève"),
        (b"=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=", "éé"),
        (b"=?utf-8*fr?Q?=C3=A9t=C3=A9?=", "été"),
        (b"=?windows-1252?Q?=80_5?=", "€ 5"),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?no-such?Q?caf=E9?=", "café"),
        (b"=?utf-8?B?A?=", "=?utf-8?B?A?="),
        ("Relève".encode(), "Relève"),
        ("Relève".encode("latin-1"), "Relève"),
        (b"a\r\n\tb", "a b"),
        (b"=?utf-8?Q?a=0D=0ABcc:_x=00?=", "a Bcc: x"),
    ],
)
def test_subjects_are_read_as_they_were_meant(value: bytes, subject: str) -> None:
    assert read(b"Subject: " + value).subject == subject


def test_ancestors_end_with_what_is_answered() -> None:
    mail = read("References: <a@x> <b@x>\r\n <c@x>", "In-Reply-To: <b@x>")
    assert mail.ancestors == ("<a@x>", "<c@x>", "<b@x>")


def test_a_long_chain_keeps_its_root_and_its_end() -> None:
    chain = [f"<{n}@x>" for n in range(500)]
    ancestors = read("References: " + " ".join(chain)).ancestors
    assert len(ancestors) == mime.MAX_REFERENCES
    assert (ancestors[0], ancestors[-1]) == ("<0@x>", "<499@x>")


def test_a_message_without_an_id_has_none() -> None:
    assert read("Message-ID: no angle").message_id == ""
    assert read("Message-ID: <" + "x" * 5000 + ">").message_id == ""


@pytest.mark.parametrize(
    ("octets", "declared", "text"),
    [
        ("é".encode(), "iso-8859-1", "é"),
        ("é".encode("cp1252"), "utf-8", "é"),
        ("€".encode("cp1252"), "us-ascii", "€"),
        (b"\xff\xfe\x81", "nonsense", None),
        ("é".encode("utf-16"), "utf-16", "é"),
    ],
)
def test_a_label_that_lies_is_not_believed(octets: bytes, declared: str, text: str | None) -> None:
    decoded = mime.decode(octets, declared)
    assert decoded if text is None else decoded == text


def test_the_whole_text_is_the_plain_part() -> None:
    html_first = (
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/html\r\n\r\n"
        b"<p>html</p>\r\n--b\r\n"
        b"Content-Type: text/plain; charset=latin-1\r\n\r\nd\xe9j\xe0\r\n--b--"
    )
    assert mime.plain_text(html_first) == "déjà"


def test_deep_nesting_has_no_text_and_no_traceback() -> None:
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(3000)
    )
    assert mime.plain_text(raw) == ""


@pytest.mark.parametrize(
    "line",
    [
        b"From: " + b'"\\' * 50_000,
        b"From: " + b"(" * 100_000,
        b"From: <" + b" " * 100_000 + b"x",
        b"Subject: " + b"=?utf-8?Q?" * 10_000,
        b"Subject: " + b"?= " * 30_000,
        b"References: " + b"<a" * 50_000,
        b"References: " + b"<a@b>" * 30_000,
        b"X: y\r\n" * 30_000,
        b"Subject: =?utf-8?B?" + base64.b64encode(b"\r\n" * 40_000) + b"?=",
    ],
)
def test_no_head_takes_long(line: bytes) -> None:
    begun = time.process_time()
    mail = read(line)
    assert isinstance((mail.sender, mail.subject, mail.message_id, mail.ancestors), tuple)
    assert time.process_time() - begun < 1


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    mail = mime.read(raw)
    for text in (mail.sender, mail.subject, mail.message_id, *mail.ancestors):
        text.encode()  # no lone surrogate, which a database would refuse
        assert "\n" not in text
        assert "\0" not in text
    mime.plain_text(raw).encode()


@given(st.text(max_size=300))
def test_any_subject_becomes_one_line(value: str) -> None:
    raw = "Subject: " + value.replace("\r", "").replace("\n", "\r\n ")
    subject = mime.read(raw.encode("utf-8", "surrogatepass")).subject
    assert len(subject.splitlines()) <= 1
