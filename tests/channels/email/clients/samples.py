"""Messages by the thousand: client, language, place, text and signature combined, by a seed."""

import base64
import quopri
import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.channels.email.clients import phrases
from tests.channels.email.clients.layouts import CLIENTS, LOCAL, Client
from tests.channels.email.clients.markup import MARKUP
from tests.channels.email.clients.setting import Sent, Setting

NAMES = (
    ("Ann Martin", "ann@example.org"),
    ("Müller, Jürgen", "j.mueller@example.de"),
    ("Zoë O'Neill-Ferreira da Silva (Dock B)", "zoe.oneill.ferreira@mail.logistics.example.org"),
    ("李明", "liming@example.cn"),
    ("Иван Петров", "ivan@example.ru"),
    ("gateway@example.org", "gateway@example.org"),
    ("Dock B", "reply+k7dq2mzxw4ty6hfa3n5pcvbe8rjs9guq@gateway.example.org"),
)
MAIN = ("en", "fr", "de", "es", "it", "nl", "pl", "pt", "ru", "ar", "ja")
TIMES = ("10:12", "9:05", "23:59", "07.45")


@dataclass(frozen=True)
class Sample:
    client: str
    language: str
    shape: str  # place and signature
    raw: bytes
    said: str
    kept: str


def signatures(language: str, me: str, mine: str) -> dict[str, str]:
    first = me.split()[0]
    bye = phrases.VALEDICTION[language]
    found = {
        "none": "",
        "delimited": f"-- \n{me}\nChef d'équipe, quai B\n+33 6 12 34 56 78",
        "bare delimiter": f"--\n{me}",
        "valediction": f"{bye}\n{me}",
        "valediction apart": f"{bye}\n\n{me}",
        "valediction and card": f"{bye}\n{me}\nACME Logistics\nTel. +33 6 12 34 56 78\n{mine}",
        "card": f"{me}\nACME Logistics\nTel. +33 6 12 34 56 78\n{mine}",
        "rule": f"_______________\n{me}\n{mine}",
        "dash": f"-{first}",
        "phone": phrases.PHONE[language],
        "app": phrases.APP.get(language, phrases.APP["en"]),
        "legal": phrases.LEGAL.get(language, phrases.LEGAL["en"]),
        "signed legal": f"{bye}\n{me}\n\n{phrases.LEGAL.get(language, phrases.LEGAL['en'])}",
    }
    for number, footer in enumerate(phrases.MACHINE):
        found[f"machine {number}"] = footer
    return found


def clients() -> list[tuple[str, str, Client]]:
    """(name, language, client) of all that are known."""
    spoken = [(name, language, make) for name, make in CLIENTS.items() for language in phrases.SAID]
    spoken += [(name, language, make) for name, make in MARKUP.items() for language in MAIN]
    return spoken + [(name, language, make) for name, (language, make) in LOCAL.items()]


def samples(seed: int, *, each: int = 1, anonymous: bool = False) -> Iterator[Sample]:
    """`each` messages of every client in every language, the same for the same seed.

    `anonymous`: only a plain part, and a From that does not say who signed, as in the corpora.
    """
    for name, language, make in clients():
        rng = random.Random(f"{seed} {name} {language}")
        for _ in range(each):
            yield one(rng, name, language, make, anonymous=anonymous)


def one(
    rng: random.Random, name: str, language: str, make: Client, *, anonymous: bool = False
) -> Sample:
    author, address = rng.choice(NAMES)
    me, mine = "Jean Dupont", "jean.dupont@example.org"
    kinds = signatures(language, me, mine)
    kind = rng.choice(list(kinds)) if rng.random() < 0.6 else "none"
    place = rng.choice(("top", "top", "top", "bottom", "between"))
    if name in MARKUP:
        place = "top"
    setting = Setting(
        language,
        _said(rng, language),
        signature=kinds[kind],
        place=place,
        name=author,
        address=address,
        day=rng.randint(10, 28),
        time=rng.choice(TIMES),
        also=phrases.SAID[language][1],
    )
    sent = make(setting)
    raw = message(rng, setting, sent, anonymous=anonymous)
    return Sample(name, language, f"{place}, {kind}", raw, sent.said, sent.kept)


def _said(rng: random.Random, language: str) -> str:
    """Two of three in the person's language, the others anything."""
    if rng.random() < 0.66:
        return rng.choice(phrases.SAID[language])
    return rng.choice(phrases.ANYWHERE)


def message(rng: random.Random, m: Setting, sent: Sent, *, anonymous: bool) -> bytes:
    sender = "worker@example.net" if anonymous else f"{m.me} <{m.mine}>"
    head = f"From: {sender}\r\nTo: {m.address}\r\nSubject: Re: {m.subject}\r\nMIME-Version: 1.0\r\n"
    plain = part(rng, "plain", sent.plain, flowed=sent.flowed) if sent.plain else b""
    page = part(rng, "html", sent.html) if sent.html and not anonymous else b""
    if plain and page:
        wrap = b'Content-Type: multipart/alternative; boundary="=_b0"\r\n\r\n'
        return (
            head.encode()
            + wrap
            + b"--=_b0\r\n"
            + plain
            + b"\r\n--=_b0\r\n"
            + page
            + b"\r\n--=_b0--\r\n"
        )
    return head.encode() + (plain or page or part(rng, "html", sent.html))


def part(rng: random.Random, kind: str, text: str, *, flowed: bool = False) -> bytes:
    """One body, in one of the ways that it travels."""
    text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    charset = rng.choice(("utf-8", "utf-8", "UTF-8", "iso-8859-1", "us-ascii"))
    octets = text.encode()
    if charset == "iso-8859-1":
        try:
            octets = text.encode("iso-8859-1")
        except UnicodeEncodeError:
            charset = "utf-8"
    encoding = rng.choice(("8bit", "quoted-printable", "base64"))
    if encoding == "quoted-printable":
        # quopri knows no CRLF: its soft breaks are LF, and its line ends those of the text.
        octets = quopri.encodestring(octets.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    elif encoding == "base64":
        octets = base64.encodebytes(octets).replace(b"\n", b"\r\n")
    suffix = "; format=flowed" if flowed else ""
    head = f"Content-Type: text/{kind}; charset={charset}{suffix}\r\n"
    return (head + f"Content-Transfer-Encoding: {encoding}\r\n\r\n").encode() + octets
