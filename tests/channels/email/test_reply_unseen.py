"""Replies that were written by hand before they were tried, of kinds that no generator here makes.

Ticket systems, banners and disclaimers of companies, little-known mail programs and phones, 40
languages, answers between the lines, HTML alone, wrong charsets, format=flowed. Each case is a
heading, a mail's body, `==>`, and what its writer wrote. When they were first tried, 177 of the 191
came out as their writers meant them; what failed was mended by rule.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.channels.email.reply import extract_reply

CASES = Path(__file__).parent / "unseen"
_ENCODING = re.compile(r"charset=(?P<said>\S*) as=(?P<real>\S+)")


@dataclass(frozen=True)
class Case:
    name: str
    how: str
    body: str
    want: str
    html: bool

    def raw(self) -> bytes:
        kind, body, real = "text/plain; charset=utf-8", self.body, "utf-8"
        if self.html:
            kind = "text/html; charset=utf-8"
        elif self.how.startswith("flowed"):
            kind += "; format=flowed" + "; delsp=yes" * ("delsp" in self.how)
        elif found := _ENCODING.search(self.how):
            said, real = found["said"], found["real"]
            kind = f"text/plain; charset={said}" if said else "text/plain"
        head = f"From: Jean <jean@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n"
        end = "\r" if self.how.endswith("cr") else "\r\n"
        head += "Content-Transfer-Encoding: 8bit\r\n\r\n"
        return head.encode() + body.replace("\n", end).encode(real)


def cases() -> Iterator[Case]:
    for path in sorted(CASES.glob("*.txt")):
        for block in path.read_text("utf-8").split("#### ")[1:]:
            heading, _, rest = block.partition("\n")
            body, _, want = rest.partition("\n==>\n")
            name, _, how = (part.strip() for part in heading.rpartition("|"))
            name = name if path.stem == "damaged" else heading
            yield Case(f"{path.stem}: {name}", how, body, want, path.stem == "html")


ALL = list(cases())


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def test_there_are_many() -> None:
    assert len(ALL) >= 150
    assert len({case.name for case in ALL}) == len(ALL)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_only_what_was_written_is_left(case: Case) -> None:
    assert squeezed(extract_reply(case.raw())) == squeezed(case.want)
