"""A town with a mail server: digests go out as mails, answers come in by LMTP."""

import re
import smtplib
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import parseaddr
from itertools import count
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import func, select

from gateway.channels.email.render import Letters
from gateway.channels.email.smtpd import MailServer
from gateway.channels.email.tokens import Tokens
from gateway.core.envelope import EMAIL, Digest, Outbound
from gateway.core.models import Inbox, Post, ThankYou
from gateway.core.numbers import number_of
from tests.channels.email.support import DOMAIN, PROVED
from tests.support.clock import Clock
from tests.support.town import Town

NADIA = "nadia@depot.example"
BODIES = (
    "La relève passe à 6 h demain matin.\nQui peut prendre la grue du quai ?",
    "Chariot 4 en panne, ne pas l'utiliser avant jeudi.",
    "Les clés du casier 12 sont perdues.\n\n2. Ana · Vélo · 1024 · 02/03 09:00\nQui les a vues ?",
    "Repas de fin d'année le 12 décembre, dites qui vient.",
)
"""The third says what looks like the heading of another item."""


@dataclass(frozen=True)
class Letter:
    """A mail of ours as it reached Nadia."""

    message: EmailMessage
    outbound: Outbound
    numbers: tuple[int, ...]

    @property
    def to(self) -> str:
        return parseaddr(str(self.message["Reply-To"]))[1]

    @property
    def plain(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")


@dataclass(frozen=True)
class Became:
    """What became of one mail: what was posted under which number, thanked for, and said back."""

    posted: dict[int, str]
    thanked: set[int]
    state: str
    text: str
    words: str
    cut: str
    result: str
    numbers: tuple[int, ...]
    """Of the new posts themselves."""


class Room:
    """One town for many answers: each is looked at by what it added."""

    def __init__(self, path: Path) -> None:
        self.town = Town(f"sqlite:///{path}", Clock()())
        self.clock = self.town.clock
        self.tokens = Tokens(b"a secret of the tests")
        self.letters = Letters(DOMAIN, "https://gateway.example", self.tokens, self.clock)
        self.server = MailServer(
            self.town.gateway.intake,
            self.town.gateway.directory,
            self.tokens,
            DOMAIN,
            PROVED,
            lmtp=("127.0.0.1", 0),
        )
        self.server.start()
        self._ids = count(1)
        self._fill()
        self.digest = self.sent(BODIES)
        self.small = self.sent(BODIES[1:2])

    def close(self) -> None:
        self.server.stop()
        self.town.close()

    def withdrawn(self, number: int) -> bool:
        with self.town.database.read() as session:
            return session.get_one(Post, number // 10).state == "withdrawn"

    def link(self, letter: Letter, place: int) -> str:
        """The address that stands under an item, as the HTML links it."""
        number = letter.numbers[place - 1]
        found = re.search(rf'mailto:([^"?]*)\?subject={number}"', letter.html)
        assert found is not None
        return unquote(found[1])

    def sent(
        self,
        bodies: tuple[str, ...],
        groups: tuple[str, ...] = ("quai3", "velo"),
        taken_back: int = -1,
    ) -> Letter:
        """A digest of new posts with these bodies, in these groups by turns.

        The post at `taken_back` goes when the digest is made and has not left yet.
        """
        self.clock.set((self.clock() + timedelta(days=1)).replace(hour=8))
        for place, body in enumerate(bodies):
            self.clock.advance(minutes=3)
            self.town.kiosk("Ana", f"P {groups[place % len(groups)]} {body}")
        self.clock.set(self.clock().replace(hour=18))
        self.town.gateway.delivery.send_digests()
        if taken_back >= 0:
            self.take_back(len(bodies) - taken_back)
        self.town.settle()
        return self._last(Digest)

    def take_back(self, nth: int) -> None:
        """The nth of the newest posts is its author's no more."""
        with self.town.database.write() as session:
            newest = select(Post).order_by(Post.id.desc()).limit(nth)
            list(session.scalars(newest))[-1].state = "withdrawn"

    def answered(self) -> Letter:
        """The last words back to Nadia, as a mail."""
        self.town.settle()
        return self._last(object)

    def _last(self, kind: type) -> Letter:
        found = [m for m in self.town.carriers[EMAIL].taken if m.recipient == NADIA]
        outbound = next(m for m in reversed(found) if isinstance(m.content, kind))
        raw = self.letters.render(outbound)
        message = BytesParser(policy=default).parsebytes(raw)
        content = outbound.content
        items = content.page.items if isinstance(content, Digest) else ()
        numbers = tuple(item.number for item in items)
        return Letter(message, outbound, numbers)

    def take(self, raw: bytes, to: str, sender: str = NADIA) -> Became:
        """What becomes of a mail that comes in by LMTP."""
        self.clock.advance(hours=1)
        before, thanks = self._newest(), self._thanks()
        address = self.server.lmtp_address
        assert address is not None
        with smtplib.LMTP(*address) as wire:
            assert wire.sendmail(sender, [to], raw) == {}
        with self.town.database.read() as session:
            row = session.scalars(select(Inbox).order_by(Inbox.id.desc()).limit(1)).one()
            new = list(session.scalars(select(Post).where(Post.id > before).order_by(Post.id)))
            posted = {number_of(post.parent_id or post.id): post.body for post in new}
            assert len(posted) == len(new)
            return Became(
                posted,
                self._thanks() - thanks,
                row.state,
                row.text,
                row.words,
                row.cut,
                row.result,
                tuple(number_of(post.id) for post in new),
            )

    def name(self) -> str:
        return f"<{next(self._ids)}@mail.example>"

    def _newest(self) -> int:
        with self.town.database.read() as session:
            return session.scalar(select(func.max(Post.id))) or 0

    def _thanks(self) -> set[int]:
        with self.town.database.read() as session:
            return {number_of(row.post_id) for row in session.scalars(select(ThankYou))}

    def _fill(self) -> None:
        town = self.town
        town.group("quai3", "Quai 3")
        town.group("velo", "Vélo")
        town.group("secu", "Sécurité", "closed")
        town.person("Ana", badge="1001", phone="+33600000001", groups=("quai3", "velo", "secu"))
        town.person("Nadia", email=NADIA, groups=("quai3", "velo"), language="fr")
        town.mail("Nadia", "RYTHME jour")
