"""What wires, filters and attackers do to a message: mutations, the same for the same seed."""

import random
from collections.abc import Callable, Sequence

Damage = Callable[[random.Random, bytes, Sequence[bytes]], bytes]

CHARSETS = b"utf-7 utf-16 iso-2022-jp koi8-r x-none punycode idna hex".split()
SCRAPS = (
    b"\r\n\r\n", b"\n", b"--=_b0\r\n", b"--=_b0--", b"> ", b">>>> ", b"-- \n", b"\0", b"\xff\xfe",
    b"On 3 May 2024, a@b.c wrote:\n", b"From: a@b.c\nSent: 3 May 2024 10:10\nTo: b\nSubject: x\n",
    b"-----Original Message-----\n", b"Content-Type: text/html\r\n", b"<blockquote>", b"</div>",
    b'<div class="gmail_quote">', b"<div style='display:none'>", b"&#0;", b"&#xD800;", b"<!--",
    b"```\n", b"Regards,\nJean\n", b"_______\n", b"\xe2\x80\xae", b"=?utf-8?b?", b"\t", b"\x0b",
    b"\r", b"\x85",
)  # fmt: skip


def flip(rng: random.Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    octets = bytearray(raw)
    for _ in range(rng.randint(1, 12) if octets else 0):
        octets[rng.randrange(len(octets))] = rng.randrange(256)
    return bytes(octets)


def truncate(rng: random.Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    return (
        raw[: rng.randint(0, len(raw))] if rng.random() < 0.7 else raw[rng.randint(0, len(raw)) :]
    )


def splice(rng: random.Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    other = rng.choice(others)
    return raw[: rng.randint(0, len(raw))] + other[rng.randint(0, len(other)) :]


def insert(rng: random.Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    for _ in range(rng.randint(1, 6)):
        at = rng.randint(0, len(raw))
        raw = raw[:at] + rng.choice(SCRAPS) * rng.choice((1, 1, 1, 2, 50)) + raw[at:]
    return raw


def repeat(rng: random.Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    """A stretch again and again, as a loop between two machines makes it."""
    start = rng.randint(0, len(raw))
    piece = raw[start : start + rng.randint(1, 400)]
    return raw[:start] + piece * rng.randint(2, 30) + raw[start:]


def shuffle(rng: random.Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    head, blank, body = raw.partition(b"\r\n\r\n")
    rows = body.split(b"\n")
    for _ in range(rng.randint(1, 6)):
        one, two = rng.randrange(len(rows)), rng.randrange(len(rows))
        rows[one], rows[two] = rows[two], rows[one]
    return head + blank + b"\n".join(rows)


def unbroken(rng: random.Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    head, blank, body = raw.partition(b"\r\n\r\n")
    return head + blank + body.replace(b"\n", rng.choice((b" ", b"", b"\n\n", b"\r", b"\n> ")))


def nest(rng: random.Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    """Multiparts in multiparts, one boundary or many."""
    for depth in range(rng.randint(1, 12)):
        border = b"n" if rng.random() < 0.3 else b"n%d" % depth
        end = b"" if rng.random() < 0.3 else b"\r\n--" + border + b"--\r\n"
        kind = rng.choice((b"mixed", b"alternative", b"related", b"report"))
        start = (
            b"Content-Type: multipart/" + kind + b"; boundary=" + border + b"\r\n\r\n--" + border
        )
        raw = start + b"\r\n" + raw + end
    return b"From: a <a@example.org>\r\n" + raw


def miscode(rng: random.Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    """A wrong charset, or an encoding that the body is not in."""
    raw = raw.replace(b"charset=utf-8", b"charset=" + rng.choice(CHARSETS))
    told = (b"8bit", b"base64", b"quoted-printable", b"uuencode", b"x")
    for old in (b"8bit", b"base64", b"quoted-printable"):
        if rng.random() < 0.6:
            raw = raw.replace(b"Encoding: " + old, b"Encoding: " + rng.choice(told), 1)
    return raw


def overload(rng: random.Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    """A head that is far too long."""
    line = rng.choice(
        (b"X-A: b\r\n", b"X-A: b\r\n c\r\n", b"Received: by x; y\r\n", b"From: (((\r\n")
    )
    return line * rng.randint(10, 800) + raw


DAMAGES: tuple[Damage, ...] = (
    flip, truncate, splice, insert, repeat, shuffle, unbroken, nest, miscode, overload
)  # fmt: skip


def damaged(rng: random.Random, sources: Sequence[bytes]) -> bytes:
    """One message, damaged once, twice or three times; never more than some 60 kB."""
    raw = rng.choice(sources)
    for _ in range(rng.choice((1, 1, 2, 3))):
        raw = rng.choice(DAMAGES)(rng, raw, sources)[:60_000]
    return raw
