"""Texts and mails that come in while processes die, and the accounts of it when all is quiet.

Who brings something repeats it until it is acknowledged: Twilio with `#rc=5`, a mail server from
its queue. What is acknowledged is one post; who is owed it gets it once, and its writer one answer.
"""

import json
import re
import smtplib
import threading
import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import product
from typing import TypeVar

from sqlalchemy import func, select, update

from gateway.core.envelope import EMAIL, SMS
from gateway.core.models import Address, Group, Inbox, Member, Outbox, Post, Subscription
from gateway.core.people import Person
from gateway.demo.twilio_ledger import OUTBOUND, Message
from gateway.wiring import Installation
from tests.stories.crash_house import CrashHouse
from tests.stories.world import DOMAIN

T = TypeVar("T")

PAUL, RITA = "paul@bureau.example", "rita@bureau.example"
"""Each post of the dock comes to him at once by mail, to her in digests."""

PAGED = [f"+3363997{number:04}" for number in range(3)]
"""Their digests of the orders come by text."""

RUNG = [f"+3363996{number:04}" for number in range(2)]
"""Each order comes to them by text at once."""

AGAIN = 0.3
"""Seconds after which something is brought again."""

LONGEST_PAGE = 6
"""SMS: else the last digests take months."""

STEPS = [timedelta(seconds=20)] * 30 + [timedelta(minutes=10)] * 30 + [timedelta(hours=1)] * 30
"""By these all that is unknown comes to light."""


class Traffic:
    """`texts` to one group by many phones, and `mails` to another by half as many mailboxes."""

    def __init__(self, house: CrashHouse, phones: int, texts: int, mails: int) -> None:
        self.house = house
        self.texts, self.mails = texts, mails
        self.phones = [f"+3363998{number:04}" for number in range(phones)]
        self.writers = [f"w{number}@bureau.example" for number in range(phones // 2)]
        self.pace = threading.Semaphore(0)
        self.refused: list[str] = []
        self.brought_again = 0

    def set_up(self) -> None:
        people = [
            *(Person(_name(phone), phone=phone, groups=("quai3",)) for phone in self.phones),
            *(Person(_name(mail), email=mail, groups=("ordres",)) for mail in self.writers),
            *(Person(_name(mail), email=mail, groups=("quai3",)) for mail in (PAUL, RITA)),
            *(Person(_name(phone), phone=phone, groups=("ordres",)) for phone in PAGED + RUNG),
        ]  # fmt: skip
        with self.house.here() as installation:
            for slug in ("quai3", "ordres"):
                installation.gateway.office.add_group(slug, slug)
            installation.gateway.office.import_members(people, consented=True)
            with installation.gateway.parts.database.write() as session:
                session.execute(update(Member).values(page=LONGEST_PAGE))
                for delivery, readers in {
                    "none": self.phones,
                    "digest": [RITA, *PAGED],
                    "once": RUNG,
                }.items():
                    members = select(Member.id).where(Member.name.in_(map(_name, readers)))
                    session.execute(
                        update(Subscription)
                        .where(Subscription.member_id.in_(members))
                        .values(delivery=delivery)
                    )

    def text(self, number: int) -> None:
        """A phone sends one, when its turn has come; repeated until somebody takes it."""
        self.pace.acquire()
        carrier, phone = self.house.carrier, self.phones[number % len(self.phones)]
        sid = carrier.phone_sends(phone, f"P quai3 {_text(number)}")
        while not carrier.message(sid).acknowledged:
            time.sleep(AGAIN)  # nobody picks up while the process is down
            self.brought_again += 1
            carrier.redeliver(sid)

    def mail(self, number: int) -> None:
        """A mail server hands one over, when its turn has come; again until it hears 250."""
        self.pace.acquire()
        writer = self.writers[number % len(self.writers)]
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = writer, f"ordres@{DOMAIN}", "Ordre"
        letter["Message-ID"] = f"<{number}@bureau.example>"
        letter["Authentication-Results"] = f"{DOMAIN}; dmarc=pass header.from=bureau.example"
        letter.set_content(_order(number))
        raw = letter.as_bytes()
        while not self._handed_over(writer, raw):
            self.brought_again += 1
            time.sleep(AGAIN)

    def _handed_over(self, writer: str, raw: bytes) -> bool:
        try:
            with smtplib.LMTP("127.0.0.1", self.house.lmtp, timeout=30) as server:
                server.sendmail(writer, [f"ordres@{DOMAIN}"], raw)
        except smtplib.SMTPResponseException as error:
            return self._is_for_good(error.smtp_code, error.smtp_error)
        except smtplib.SMTPRecipientsRefused as error:
            return any(self._is_for_good(*said) for said in error.recipients.values())
        except (OSError, smtplib.SMTPException):
            return False
        return True

    def _is_for_good(self, code: int, said: bytes | str) -> bool:
        if code >= 500:
            self.refused.append(f"{code} {said!r}")
        return code >= 500


class Accounts:
    """What the carriers took, beside what we owed, when nothing moves any more."""

    def __init__(self, traffic: Traffic, installation: Installation) -> None:
        self._traffic = traffic
        self._installation = installation
        self._database = installation.gateway.parts.database
        self._clock = traffic.house.clock

    def come_to_rest(self) -> None:
        """Hours pass, and days for the digests, until nothing is owed; nobody dies any more."""
        self._pass(STEPS)
        delivery, clock = self._installation.gateway.delivery, self._clock
        owed = -1
        while owed != (owed := self._installation.gateway.ledger.digests_owed()):
            clock.ahead += timedelta(days=1)
            self._all_are_heard_from()
            delivery.send_digests(max(clock(), self._last_due()))
            self._pass(STEPS)

    def _all_are_heard_from(self) -> None:
        """So many days pass that a number which is silent all the time would be doubted."""
        with self._database.write() as session:
            session.execute(update(Address).values(heard_at=self._clock()))

    def _last_due(self) -> datetime:
        with self._database.read() as session:
            return session.scalar(select(func.max(Member.next_digest_at))) or self._clock()

    def _pass(self, steps: Iterable[timedelta]) -> None:
        delivery = self._installation.gateway.delivery
        for step in steps:
            delivery.sweep()
            delivery.trace()
            self._installation.gateway.intake.run_waiting()
            for channel in (SMS, EMAIL):
                while delivery.deliver(channel):
                    pass
            if not self.unfinished():
                return
            self._clock.ahead += step

    def wrong(self) -> dict[str, object]:
        """All that is not as it should be, by what it is about."""
        found = {
            "refused": self._traffic.refused,
            "unfinished": self.unfinished(),
            "posts": self._posts(),
            "answers": self._answers(),
            "orders": self._orders(),
            "texts": self._texts(),
            "mails": self._wrong_mails(),
            "digests": self._digests(),
        }
        return {about: what for about, what in found.items() if what}

    def unfinished(self) -> list[str]:
        """What is still owed, or not run, or was given up."""
        with self._database.read() as session:
            rows = session.execute(
                select(Outbox.key, Outbox.state, Outbox.code).where(
                    Outbox.state.not_in(("sent", "dropped"))
                )
            ).all()
            came = session.execute(
                select(Inbox.external_id, Inbox.state, Inbox.reason).where(
                    Inbox.state.not_in(("done", "duplicate"))
                )
            ).all()
        return [" ".join(map(str, row)) for row in (*rows, *came)]

    def _posts(self) -> dict[str, int]:
        """What was written and is not one post, by how many it is."""
        with self._database.read() as session:
            posts = Counter(body.rpartition("\n")[2] for body in session.scalars(select(Post.body)))
        written = [_text(number) for number in range(self._traffic.texts)]
        written += [_order(number) for number in range(self._traffic.mails)]
        return _not_once(posts, written)

    def _answers(self) -> dict[int, int]:
        """Texts that were not answered once, by the carrier's record."""
        answers: Counter[int] = Counter()
        for message in self._texts_out():
            told = re.search(r"palette no (\d+)\.", message.body)
            if told and message.to in self._traffic.phones:
                answers[int(told[1])] += 1
        return _not_once(answers, range(self._traffic.texts))

    def _orders(self) -> dict[tuple[str, int], int]:
        """Orders that did not ring once on each phone, by the carrier's record."""
        rung: Counter[tuple[str, int]] = Counter()
        for message in self._texts_out():
            told = re.search(r"ordre no (\d+)\.", message.body)
            if told and message.to in RUNG:
                rung[message.to, int(told[1])] += 1
        return _not_once(rung, product(RUNG, range(self._traffic.mails)))

    def _texts(self) -> dict[int, int]:
        """Rows that the carrier did not take once, by our own id in its callback."""
        taken = Counter(int(message.callback.partition("?m=")[2]) for message in self._texts_out())
        return _not_once(taken, self._sent(SMS))

    def _wrong_mails(self) -> dict[tuple[str, str], int]:
        """Mails that did not arrive, or that nobody owed, by their reader and Message-ID."""
        return _not_once(Counter(list(self._mails())), self._sent_mails())

    def figures(self) -> dict[str, object]:
        """How much was killed, and came; and how many copies of mails.

        A copy is the same Message-ID to the same reader: a mail program shows it once.
        """
        house, mails = self._traffic.house, self._mails()
        return {
            "kills": f"{house.killed.total()} {dict(house.killed)}",
            "texts in": self._traffic.texts,
            "mails in": self._traffic.mails,
            "brought again": self._traffic.brought_again,
            "texts out": len(self._texts_out()),
            "mails out": len(mails),
            "copies of mails": mails.total() - len(mails),
        }

    def _mails(self) -> Counter[tuple[str, str]]:
        taken: Counter[tuple[str, str]] = Counter()
        for mail in self._traffic.house.mailbox.mails():
            named = re.search(rb"^Message-ID: <(.*?)>", mail.raw, re.MULTILINE)
            taken[mail.recipient, named[1].decode() if named else ""] += 1
        return taken

    def _digests(self) -> dict[tuple[str, int], int]:
        """Posts that were not shown once to each reader of digests, in those that left."""
        shown: Counter[tuple[str, int]] = Counter()
        with self._database.read() as session:
            for to, payload in session.execute(
                select(Outbox.recipient, Outbox.payload).where(
                    Outbox.kind == "digest", Outbox.state == "sent"
                )
            ):
                shown.update((to, serial) for serial in json.loads(payload)["digest"])
            in_group = select(Post.id).join(Group, Group.id == Post.group_id)
            dock = session.scalars(in_group.where(Group.slug == "quai3")).all()
            orders = session.scalars(in_group.where(Group.slug == "ordres")).all()
        return _not_once(shown, [*product([RITA], dock), *product(PAGED, orders)])

    def _texts_out(self) -> list[Message]:
        return [m for m in self._traffic.house.carrier.messages if m.direction == OUTBOUND]

    def _sent(self, channel: str) -> list[int]:
        with self._database.read() as session:
            ours = select(Outbox.id).where(Outbox.channel == channel, Outbox.state == "sent")
            return list(session.scalars(ours))

    def _sent_mails(self) -> list[tuple[str, str]]:
        with self._database.read() as session:
            rows = session.execute(
                select(Outbox.id, Outbox.kind, Outbox.recipient, Outbox.post_id).where(
                    Outbox.channel == EMAIL, Outbox.state == "sent"
                )
            ).all()
        names = {"post": "post.{post}", "digest": "digest.{id}", "answer": "answer.{id}"}
        return [
            (row.recipient, f"{names[row.kind].format(post=row.post_id, id=row.id)}@{DOMAIN}")
            for row in rows
        ]


def _not_once(found: Counter[T], wanted: Iterable[T]) -> dict[T, int]:
    """What is not there once, and what is there and should not be, by how often it is."""
    once = set(wanted)
    return {one: found[one] for one in {*found, *once} if found[one] != 1 or one not in once}


def _name(address: str) -> str:
    return f"Member {address}"


def _text(number: int) -> str:
    return f"palette no {number}."


def _order(number: int) -> str:
    return f"ordre no {number}."
