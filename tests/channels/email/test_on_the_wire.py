"""What is made fast for thousands is what the plain way makes: mails, tokens and replies.

The plain way is written out here: each mail by itself with nothing kept, a token digit by digit.
"""

import hmac
import re
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.email.pipeline import Cut, Line
from gateway.channels.email.render import Letters
from gateway.channels.email.tokens import ALPHABET, Tokens
from gateway.core.envelope import Content, Notice, Outbound
from tests.channels.email.support import DOMAIN, NOON, TOKENS, answer, digest, notice, post
from tests.support.clock import Clock

ids = st.integers(min_value=1, max_value=2**63 - 1)
lines = st.text(st.sampled_from(".ab =é\u2028<&"), max_size=12)
words = st.lists(lines | st.text(max_size=100), min_size=1, max_size=6).map("\n".join)


@st.composite
def _content(draw: st.DrawFn) -> Content:
    said = replace(post(), body=draw(words))
    kind = draw(st.sampled_from(["notice", "thread", "answer", "digest"]))
    if kind == "answer":
        return answer(text=said.body)
    if kind == "digest":
        return digest(said, post(142, draw(words)))
    return replace(notice(), post=said, thread=post(140, "Le camion") if kind == "thread" else None)


def _readers(content: Content) -> st.SearchStrategy[Outbound]:
    return st.builds(
        Outbound,
        id=st.integers(1, 2**40),
        channel=st.just("email"),
        recipient=st.integers(0, 99).map("m{}@readers.example".format),
        language=st.sampled_from(["en", "fr"]),
        content=st.just(content),
        member_id=st.none() | st.integers(1, 2**40),
        token_epoch=st.integers(0, 3),
    )


mailings = st.lists(_content(), min_size=1, max_size=3).flatmap(
    lambda contents: st.lists(st.sampled_from(contents).flatmap(_readers), min_size=1, max_size=8)
)


@given(mailings, st.lists(st.integers(0, 1_500), min_size=8, max_size=8))
def test_a_mail_among_others_is_as_if_it_were_alone(
    outbounds: list[Outbound], milliseconds: list[int]
) -> None:
    now = Clock(NOON)
    kept = Letters(DOMAIN, "https://gateway.example", TOKENS, now)
    for outbound, wait in zip(outbounds, milliseconds, strict=False):
        now.advance(seconds=wait / 1_000)
        alone = Letters(DOMAIN, "https://gateway.example", TOKENS, now).render(outbound)
        assert kept.render(outbound) == alone
        assert kept.on_the_wire(outbound) == re.sub(rb"(?m)^\.", b"..", alone)


def test_the_date_follows_a_clock_that_is_set_back() -> None:
    now = Clock(NOON)
    letters = Letters(DOMAIN, "https://gateway.example", TOKENS, now)
    outbound = Outbound(1, "email", "m1@readers.example", "en", Notice(post(), None, 141))
    letters.render(outbound)
    now.advance(hours=-1)
    assert b"Date: Fri, 20 Nov 2026 11:00:00 +0000\r\n" in letters.render(outbound)


@given(
    st.binary(min_size=1, max_size=80),
    ids,
    ids,
    st.integers(0, 2**31),
)
def test_a_token_is_an_hmac_spelled_digit_by_digit(
    secret: bytes, member_id: int, serial: int, epoch: int
) -> None:
    tokens = Tokens(secret)
    assert tokens.reply(member_id, f"post:{serial}", epoch) == _plain(
        secret, 3, member_id, serial, epoch
    )
    assert tokens.bounce(serial) == _plain(secret, 1, serial, 0)
    assert tokens.unsubscribe(member_id) == _plain(secret, 2, member_id, 0)
    assert tokens.photo(serial, member_id) == _plain(secret, 12, serial, member_id)


def _plain(secret: bytes, kind: int, first: int, second: int, epoch: int = 0) -> str:
    key = hmac.new(secret, b"gateway/mail-address", sha256).digest()
    head, tail = (one.to_bytes((one.bit_length() + 7) // 8) for one in (first, second))
    payload = bytes([kind << 4 | len(head)]) + head + tail
    signed = payload + (f"/{epoch}".encode() if epoch else b"")
    number = int.from_bytes(b"\x01" + payload + hmac.new(key, signed, sha256).digest()[:12])
    spelt = ""
    while number:
        number, digit = divmod(number, len(ALPHABET))
        spelt = ALPHABET[digit] + spelt
    return spelt


class _Pieces:
    """A server that says these pieces, and then hangs up."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = [piece for piece in pieces if piece]

    def recv(self, _most: int) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""

    def sendall(self, words: bytes) -> None:
        pass

    def setsockopt(self, *option: int) -> None:
        pass

    def settimeout(self, seconds: float | None) -> None:
        pass


replies = st.lists(
    st.builds(
        "{}{}{}\r\n".format,
        st.sampled_from(["250", "354", "450", "550", "421"]),
        st.sampled_from([" ", " ", "-", ""]),
        st.sampled_from(["", "2.1.0 Ok", "queued as 4F3"]),
    ).map(str.encode),
    min_size=1,
    max_size=6,
).map(b"".join)


def _heard(pieces: list[bytes]) -> list[tuple[int, bytes]]:
    line = Line(_Pieces(pieces), 1, pipelining=True)  # type: ignore[arg-type]  # all that is used of one
    line._begin(60)
    heard = []
    try:
        while True:
            reply = line._reply()  # by itself, whatever was asked
            heard.append((reply.code, reply.words))
    except Cut as cut:
        return [*heard, (0, str(cut).encode())]


@given(replies, st.data())
def test_replies_are_the_same_wherever_they_are_cut(said: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(said)), max_size=4)))
    pieces = [said[a:b] for a, b in zip([0, *cuts], [*cuts, len(said)], strict=True)]
    octets = [said[place : place + 1] for place in range(len(said))]
    assert _heard(pieces) == _heard(octets)


@pytest.mark.parametrize("said", [b"hello\r\n", b"250", b"\r\n", b"25\xc2\xb2 x\r\n"])
def test_what_is_no_reply_is_none(said: bytes) -> None:
    assert _heard([said])[-1][0] == 0
