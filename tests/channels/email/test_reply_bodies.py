"""Which part is read and how its bytes become words; whatever the bytes, nothing raises."""

import base64
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.email.reply import Extract, extract, extract_reply


def plain(payload: bytes, kind: str = "text/plain", encoding: str = "8bit") -> bytes:
    return (
        f"From: a@example.org\nContent-Type: {kind}\nContent-Transfer-Encoding: "
        f"{encoding}\n\n".encode()
        + payload
    )


@pytest.mark.parametrize(
    ("payload", "charset"),
    [
        ("déjà vu".encode(), "utf-8"),
        ("déjà vu".encode(), "iso-8859-1"),  # a wrong label
        ("déjà vu".encode(), "x-unknown"),
        ("déjà vu".encode("latin-1"), "iso-8859-1"),
        ("déjà vu".encode("latin-1"), "utf-8"),  # another
        ("déjà vu".encode("cp1252"), "x-unknown"),
        ("déjà vu".encode("utf-16"), "utf-16"),
        ("déjà vu".encode("cp1252"), "punycode"),
        ("déjà vu".encode("cp1252"), "unicode_escape"),
        ("d\0éjà\0 vu".encode(), "utf-8"),
        ("﻿déjà vu".encode(), "utf-8"),
    ],
)
def test_a_charset_may_lie(payload: bytes, charset: str) -> None:
    assert extract_reply(plain(payload, f"text/plain; charset={charset}")) == "déjà vu"


def test_japanese_in_seven_bits() -> None:
    raw = plain("了解しました".encode("iso-2022-jp"), "text/plain; charset=iso-2022-jp")
    assert extract_reply(raw) == "了解しました"


def test_transfer_encodings() -> None:
    words = "Déjà vu, à demain = ok"
    assert extract_reply(plain(base64.encodebytes(words.encode()), encoding="base64")) == words
    assert extract_reply(
        plain(base64.b64encode(words.encode())[:-3], encoding="BASE64")
    ).startswith("Déjà vu")
    assert (
        extract_reply(plain(quopri.encodestring(words.encode()), encoding="quoted-printable"))
        == words
    )


def test_flowed_lines_are_joined() -> None:
    body = "This is one \nline.\n -- no\n> quoted \n> too\n\n-- \nJean\n"
    got = extract(plain(body.encode(), "text/plain; format=flowed"))
    assert got.reply == "This is one line.\n-- no"
    assert extract_reply(plain(b"one \ntwo", "text/plain; format=flowed; delsp=yes")) == "onetwo"


def test_the_text_is_found_deep_inside_and_attachments_are_not_text() -> None:
    raw = (
        b'From: a@example.org\nContent-Type: multipart/mixed; boundary="a '
        b'b"\n\nThis is MIME.\n--a b\n'
        b"Content-Type: multipart/related; boundary=c\n\n--c\nContent-Type: "
        b"multipart/alternative; boundary=d\n\n"
        b"--d\nContent-Type: text/plain\n\nok\n--d\nContent-Type: text/html\n\n<p>"
        b"no</p>\n--d--\n--c--\n"
        b"--a b\nContent-Type: text/plain\nContent-Disposition: attachment;"
        b" filename=x.txt\n\nattached\n--a b--\n"
    )
    assert extract_reply(raw) == "ok"


def test_text_on_both_sides_of_a_photo_is_one_text() -> None:
    raw = (
        b"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-"
        b"Type: text/plain\n\nvoir\n"
        b"--b\nContent-Type: image/jpeg\nContent-Disposition: inline\n\nxxx\n--b\nContent-Type: "
        b"text/plain\n\nmerci\n--b--\n"
    )
    assert extract_reply(raw).split() == ["voir", "merci"]


def test_an_empty_plain_part_gives_way_to_the_html() -> None:
    raw = (
        b"From: a@example.org\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-"
        b"text/plain\n\n \n"
        b"--b\nContent-Type: text/html\n\n<p>ok</p>\n--b--\n"
    )
    assert extract_reply(raw) == "ok"


def test_a_plain_part_that_only_excuses_itself_gives_way_too() -> None:
    raw = (
        b"From: a@example.org\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\n"
        b"Your program does not show HTML.\n--b\nContent-Type: text/html\n\n<p>ok</p>\n--b--\n"
    )
    assert extract_reply(raw) == "ok"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"\n", ""),
        (b"\r\n\r\nok", "ok"),
        (b"From: a\n\nok", "ok"),
        (b"Content-Type: multipart/mixed\n\nok", "ok"),  # no boundary
        (b"Content-Type: multipart/mixed; boundary=x\n\nok", "ok"),  # never used
        (b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nok", "ok"),  # never closed
        (b"Content-Type: image/png\n\nxx", ""),
        (b"Content-Type: text/html\n\n<", "<"),
    ],
)
def test_damaged_mails(raw: bytes, text: str) -> None:
    assert extract_reply(raw) == text


def test_what_is_too_long_is_kept_apart() -> None:
    got = extract(plain(b"ok, bien\n" * 100_000))
    assert got.reply.startswith("ok, bien\nok, bien")
    assert got.cut[-1].kind == "rest"
    assert got.reply.count("ok") + got.cut[-1].text.count("ok") == 100_000


PIECES = [
    b"Content-Type: ",
    b"text/html",
    b"text/plain; charset=",
    b"multipart/mixed; boundary=b",
    b"\n\n",
    b"--b\n",
    b"--b--",
    b"utf-16",
    b"hex",
    b"base64",
    b"Content-Transfer-Encoding: ",
    b"format=flowed",
    b"\0",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"> ",
    b"On 3 May 2024, a@b.c wrote:\n",
    b"From: a@b.c\n",
    b"Subject: x\n",
    b"-- \n",
    b"```\n",
    b"Regards,\n",
    b"Jean\n",
    b"<blockquote>",
    b"</div>",
    b"<div class=gmail_quote>",
    b"<li>",
    b"<ol>",
    b"&#0;",
    b"&#xD800;",
    b"<!--",
    b"<a:b>",
    b"ok\n",
    b"Sent from my iPhone\n",
    b"[EXTERNAL]\n",
    b"charset*=utf-8''x",
    b"boundary*0=b",
    b'"',
    b";",
    b"=?x?b?",
    b"| a\n",
]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=12)), max_size=40).map(b"".join),
    st.one_of(st.none(), st.text(max_size=60)),
)
def test_no_bytes_raise_and_no_answer_is_damaged(raw: bytes, sent: str | None) -> None:
    got = extract(raw, sent)
    assert isinstance(got, Extract)
    assert "\0" not in got.reply
    assert got.reply.encode("utf-8").decode() == got.reply
    assert got.reply == got.reply.rstrip()
