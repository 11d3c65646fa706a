"""One reply about to be sent: who answers whom, what, where, in which language."""

import textwrap
from dataclasses import dataclass, field

from tests.channels.email.clients import labels, phrases

QUOTE = (
    "Hello everybody,",
    "",
    "1413 The big press in hall 2 is down until tomorrow morning.",
    "Who can take the late shift on Thursday?",
    "",
    "Ann",
)


@dataclass(frozen=True)
class Setting:
    language: str
    said: str
    signature: str = ""
    place: str = "top"  # top, bottom, between
    name: str = "Ann Martin"
    address: str = "ann@example.org"
    day: int = 13
    time: str = "10:12"
    quote: tuple[str, ...] = QUOTE
    me: str = "Jean Dupont"
    mine: str = "jean.dupont@example.org"
    subject: str = "The press in hall 2"
    also: str = ""  # said below the first lines of the quote, where `place` is between
    extra: dict[str, str] = field(default_factory=dict)

    def fill(self, template: str) -> str:
        named = template.replace("{n}", self.name).replace("{a}", self.address)
        return named.replace("{d}", str(self.day)).replace("{t}", self.time)

    @property
    def labels(self) -> labels.Labels:
        return labels.OUTLOOK.get(self.language, labels.OUTLOOK["en"])

    @property
    def date(self) -> str:
        return self.fill(self.labels.date)

    @property
    def phone(self) -> str:
        return phrases.PHONE.get(self.language, phrases.PHONE["en"])

    @property
    def app(self) -> str:
        return phrases.APP.get(self.language, phrases.APP["en"])

    def spoken(self) -> str:
        return f"{self.said}\n\n{self.signature}" if self.signature else self.said


@dataclass(frozen=True)
class Sent:
    """What a client made of it: its parts, and what a reader should find."""

    plain: str
    html: str = ""
    said: str = ""  # what the person wrote, without any signature
    kept: str = ""  # the same, where signatures are kept
    flowed: bool = False
    crlf: bool = False


def wrapped(line: str, width: int = 76) -> str:
    """As Gmail and others fold an attribution: at spaces, never inside an address."""
    rows = textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(rows)


def marked(lines: tuple[str, ...] | list[str], mark: str = "> ") -> str:
    return "\n".join((mark + line).rstrip() if line else mark.rstrip() for line in lines)


def result(
    m: Setting, plain: str, html: str = "", *, flowed: bool = False, crlf: bool = False
) -> Sent:
    said = "\n\n".join(part for part in (m.said, m.also if m.place == "between" else "") if part)
    kept = "\n\n".join(
        part for part in (m.said, m.also if m.place == "between" else "", m.signature) if part
    )
    return Sent(plain, html, said, kept, flowed, crlf)


def around(m: Setting, header: str, *, gap: str = "\n", mark: str = "> ", tail: str = "") -> str:
    """Text, header and marked quote in the order that the person chose."""
    if m.place == "bottom":
        return f"{header}\n{gap}{marked(m.quote, mark)}\n\n{m.spoken()}\n{tail and chr(10) + tail}"
    tail = tail and f"\n{tail}\n"
    if m.place == "between":
        above, below = marked(m.quote[:3], mark), marked(m.quote[3:], mark)
        body = f"{above}\n\n{m.also}\n\n{below}"
        return f"{m.spoken()}\n{tail}\n{header}\n{gap}{body}\n"
    return f"{m.spoken()}\n{tail}\n{header}\n{gap}{marked(m.quote, mark)}\n"
