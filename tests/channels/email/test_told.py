"""What a mail server found out is read as `authres` reads it, whichever of the two reads it."""

import random

import pytest
from authres import AuthenticationResultsHeader

from gateway.channels.email.told import told

Read = tuple[str, list[tuple[str, str, list[tuple[str, str]]]]]

SERVERS = ("mx.house.example", "MX.House.Example", "mx", "a-b.example")
METHODS = ("dmarc", "spf", "dkim", "auth", "iprev", "arc", "none", "reason", "DKIM", "dkim-atps")
RESULTS = ("pass", "fail", "none", "softfail", "Pass", "reason", "temperror")
PTYPES = ("smtp", "header", "body", "policy", "Header", "reason", "other")
PROPERTIES = ("from", "d", "mailfrom", "auth", "i", "b", "s", "reason")
VALUES = (
    *("home.example", "paul@home.example", "@home.example", "p.a+u_l@home-x.example", "B9+x/=="),
    *("a@b@c", "<paul@home.example>", '"a b"@home.example', "x.", ".x", "1", "", "a_b", "pass"),
)
BLANKS = ("", " ", "  ", "\t")
ASIDES = ("", "", "", " (p=reject dis=none)", " reason=ok", "/1")


def by_authres(value: str) -> Read | None:
    try:
        read = AuthenticationResultsHeader.parse(f"Authentication-Results: {value}")
    except Exception:  # noqa: BLE001  # whatever it cannot read
        return None
    return plain(str(read.authserv_id or "").lower(), read.results)


def plain(server: str, results: list[object]) -> Read:
    return server, [
        (
            str(getattr(one, "method", "")),
            str(getattr(one, "result", "")),
            [(each.name, each.value) for each in getattr(one, "properties", ())],
        )
        for one in results
    ]


def header(chance: random.Random) -> str:
    words = [chance.choice(BLANKS), chance.choice(SERVERS), chance.choice(BLANKS)]
    for _ in range(chance.randint(0, 3)):
        words += [";", chance.choice(BLANKS), chance.choice(METHODS), "=", chance.choice(RESULTS)]
        words += [chance.choice(ASIDES)]
        for _ in range(chance.randint(0, 3)):
            words += [chance.choice(BLANKS[1:]), chance.choice(PTYPES), "."]
            words += [chance.choice(PROPERTIES), "=", chance.choice(VALUES)]
        words += [chance.choice(BLANKS)]
    return "".join(words)


@pytest.mark.parametrize("seed", range(8))
def test_it_is_read_as_authres_reads_it(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(150):
        value = header(chance)
        read = told(value)
        found = plain(read.authserv_id, list(read.results)) if read is not None else None
        assert found == by_authres(value), value


@pytest.mark.parametrize(
    "value",
    [
        "mx; dmarc=pass header.from=" + "a-" * 9_000,
        "mx; dmarc=pass" + " " * 19_000 + "x!",
        "mx" + "; a=b" * 4_000 + "!",
        "mx; x=y header.f=" + "a.a@" * 4_000,
    ],
)
def test_a_hostile_header_is_soon_read(value: str) -> None:
    read = told(value)
    found = plain(read.authserv_id, list(read.results)) if read is not None else None
    assert found == by_authres(value)
