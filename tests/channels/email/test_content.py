"""A mail is read up to the dot that stands alone, however it comes in, and no further."""

import asyncio
import random

import pytest

from gateway.channels.email.content import content

LIMIT = 200


def read(wire: bytes, most: int = LIMIT, pieces: int = 0) -> tuple[bytes | None, bytes]:
    """What is read of what comes in, in pieces of so many bytes, and what is left."""

    async def reading() -> tuple[bytes | None, bytes]:
        reader = asyncio.StreamReader(limit=LIMIT)
        task = asyncio.ensure_future(content(reader, most))
        for start in range(0, len(wire), pieces or len(wire)):
            reader.feed_data(wire[start : start + (pieces or len(wire))])
            await asyncio.sleep(0)
        found = await asyncio.wait_for(task, 30)
        reader.feed_eof()
        return found, await reader.read()

    return asyncio.run(reading())


def by_lines(wire: bytes) -> tuple[bytes, bytes]:
    """The same, as RFC 5321 has it."""
    lines: list[bytes] = []
    while True:
        line, _, wire = wire.partition(b"\r\n")
        if line == b".":
            return b"".join(lines), wire
        lines.append((line[1:] if line.startswith(b".") else line) + b"\r\n")


@pytest.mark.parametrize(
    ("wire", "said"),
    [
        (b".\r\n", b""),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"a\r\n.\r\n", b"a\r\n"),
        (b"end.\r\n.\r\n", b"end.\r\n"),
        (b"a\r\n..\r\n...\r\n.b\r\n.\r\n", b"a\r\n.\r\n..\r\nb\r\n"),
        (b"\r\n.\r\n", b"\r\n"),
    ],
)
@pytest.mark.parametrize("pieces", [0, 1, 2, 3])
def test_the_lone_dot_ends_it(wire: bytes, said: bytes, pieces: int) -> None:
    assert read(wire + b"RSET\r\n", pieces=pieces) == (said, b"RSET\r\n")


@pytest.mark.parametrize(
    "end", [b"\n.\r\n", b"\r\n.\n", b"\n.\n", b"\r.\r\n", b"\r\n.\r", b"x.\r\n"]
)
def test_no_other_end_is_one(end: bytes) -> None:
    """Else a second mail could be smuggled in behind the first."""
    said, left = read(b"a" + end + b"MAIL FROM:<x@y>\r\n.\r\nQUIT\r\n")
    assert said is not None
    assert said.endswith(b"MAIL FROM:<x@y>\r\n")
    assert left == b"QUIT\r\n"


def test_any_mail_is_read_as_line_by_line() -> None:
    chance = random.Random(7)
    for _ in range(400):
        body = b"".join(chance.choices([b"\r\n", b".", b"a", b"\n", b"\r", b".\r\n"], k=30))
        wire = body + b"\r\n.\r\nNOOP\r\n"
        assert read(wire, pieces=chance.choice([0, 1, 5])) == by_lines(wire)


@pytest.mark.parametrize("line", [b"x" * 3_000 + b"\r\n", b"x\r\n" * 1_000, b"x.\r\n" * 800])
@pytest.mark.parametrize("pieces", [0, 7, 150])
def test_what_is_too_long_is_read_to_its_end(line: bytes, pieces: int) -> None:
    assert read(line + b".\r\nNOOP\r\n", pieces=pieces) == (None, b"NOOP\r\n")


def test_as_many_bytes_as_it_may_have() -> None:
    assert read(b"abc\r\n.\r\n", most=5) == (b"abc\r\n", b"")
    assert read(b"abcd\r\n.\r\n", most=5) == (None, b"")
