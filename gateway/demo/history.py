"""Plays two weeks of the made-up company in seconds: the real core, with a clock that is moved.

Whatever was written goes through the rooms as it would have. The carriers of that time are no more:
of what they carried, as much is kept as phones and mailboxes still show, and what is older is
noted as sent without being rendered. Nothing is owed from then.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import event, select, update

from gateway.channels.email.render import Letters, sent_text
from gateway.channels.sms.render import text as sms_text
from gateway.channels.sms.segments import fits
from gateway.core.commands import Post, Posted, Reply, Rhythm, Thanks
from gateway.core.database import Database
from gateway.core.envelope import EMAIL, SMS, Failure, Inbound, Outbound, Receipt, Received
from gateway.core.gateway import Gateway, Parts
from gateway.core.models import SERIAL, Counter, Member, Outbox, Subscription
from gateway.core.numbers import serial_of
from gateway.core.ports import Clock
from gateway.demo import company, traffic
from gateway.demo.traffic import Item
from gateway.wiring import Installation

STILL_SHOWN = timedelta(days=2)
"""How long ago the oldest text or mail is that phones and mailboxes still hold."""

UNREAD = timedelta(minutes=75)
"""How old the oldest post is that nobody has read: few enough for one page of the kiosk."""

_DIGESTS_AT = time(18)


@dataclass(frozen=True, slots=True)
class PastText:
    """A text on a phone, from before the demo began."""

    number: str
    outgoing: bool
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PastMail:
    """A mail in a mailbox, from before the demo began."""

    recipient: str
    raw: bytes


class Past:
    """The carriers of the two weeks: they take everything, and keep what is still shown."""

    def __init__(self, name: str, keep: "Kept") -> None:
        self.name = name
        self._keep = keep

    def fits(self, text: str, pages: int = 1) -> bool:
        return self.name != SMS or fits(text, pages)

    def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
        for message in messages:
            self._keep.sent(message)
            yield Receipt(message.id, f"past-{message.id}", 1)


class Kept:
    """What phones and mailboxes still show; `now` is the clock that is moved."""

    def __init__(self, now: datetime, letters: Letters) -> None:
        self.now = self._end = now
        self._letters = letters
        self.texts: list[PastText] = []
        self.mails: list[PastMail] = []

    def clock(self) -> datetime:
        return self.now

    def texted(self, number: str, body: str) -> None:
        if self.is_shown():
            self.texts.append(PastText(number, True, body, self.now))

    def sent(self, message: Outbound) -> None:
        if not self.is_shown():
            return
        if message.channel == SMS:
            self.texts.append(PastText(message.recipient, False, sms_text(message), self.now))
        else:
            self.mails.append(PastMail(message.recipient, self._letters.render(message)))

    def is_shown(self) -> bool:
        """Is what is carried now still on phones and in mailboxes today?"""
        return self._end - self.now < STILL_SHOWN


class _Silent:
    def ring(self, channel: str) -> None:
        """Nobody waits: what is due is delivered in turn."""


def play(installation: Installation, now: datetime) -> Kept:
    """Fill an empty, migrated installation with the company and its two weeks, up to `now`."""
    items = sorted(enumerate(traffic.two_weeks(now)), key=lambda placed: placed[1].at)
    domain = installation.settings.mail_domain or company.DOMAIN
    kept: Kept = Kept(now, _letters(installation, domain, lambda: kept.now))
    kept.now = items[0][1].at - timedelta(days=1)
    database = _quick(installation.settings.database_url)
    house = installation.gateway.parts.house
    parts = Parts(
        database, kept.clock, _Silent(), house, {name: Past(name, kept) for name in (SMS, EMAIL)}
    )
    try:
        _Player(Gateway.build(parts, sent_text), kept).play(items, now)
    finally:
        database.close()
    return kept


def _letters(installation: Installation, domain: str, clock: Clock) -> Letters:
    return Letters(domain, installation.settings.public_url, installation.tokens, clock)


def _quick(url: str) -> Database:
    """The database without waiting for the disk: it is thrown away after a crash, not mended."""
    database = Database(url)

    @event.listens_for(database.engine, "connect")
    def _on_connect(connection: object, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]  # SQLite's own

    return database


class _Player:
    """Plays items in their order, and digests at six between them."""

    def __init__(self, gateway: Gateway, kept: Kept) -> None:
        self._gateway = gateway
        self._kept = kept
        self._numbers: dict[int, int] = {}
        self._people = {employee.key: employee.person for employee in company.employees().values()}
        self._ids: dict[str, int] = {}
        self._caught_up = False

    def play(self, items: Sequence[tuple[int, Item]], now: datetime) -> None:
        self._settle_in()
        for place, item in items:
            if now - item.at < UNREAD and not self._caught_up:
                self._catch_up()
            self._digests(until=item.at)
            self._kept.now = item.at
            self._say(place, item)
        self._digests(until=now)
        self._kept.now = now

    def _digests(self, until: datetime) -> None:
        """Those of six o'clock, of the days that phones still show."""
        while (at := _next_digests(self._kept.now)) <= until:
            self._kept.now = at
            if self._kept.is_shown():
                self._gateway.delivery.send_digests()
                self._deliver()

    def _settle_in(self) -> None:
        """Groups, people, PINs, and what people have set for themselves."""
        office = self._gateway.office
        for slug, title, kind in company.GROUPS:
            office.add_group(slug, title, kind)
        office.import_members([employee.person for employee in company.rows()], consented=True)
        with self._gateway.parts.database.write() as session:
            # Somebody may try the demo at night, and nothing on the page would stir.
            session.execute(update(Member).values(quiet_from=0, quiet_to=0))
            badges = session.execute(select(Member.badge, Member.id)).all()
        self._ids = {str(badge): member_id for badge, member_id in badges}
        for badge, pin in company.PINS.items():
            office.set_pin(self._ids[badge], pin)
        for badge in company.AT_ONCE:
            phone = company.employees()[badge].person.phone
            self._receive(Inbound(SMS, f"past-each-{badge}", phone, "", command=Rhythm("each")))

    def _catch_up(self) -> None:
        """Everybody has read what is old: nobody wants to begin with three hundred posts."""
        self._caught_up = True
        with self._gateway.parts.database.write() as session:
            newest = select(Counter.value).where(Counter.name == SERIAL).scalar_subquery()
            session.execute(update(Subscription).values(cursor=newest))

    def _say(self, place: int, item: Item) -> None:
        received = self._receive(self._inbound(place, item))
        if received.state != "done":
            raise ValueError(f"two_weeks.txt: {item.who}: {item.text[:40]}: {received.words}")
        if isinstance(received.result, Posted):
            self._numbers[place] = received.result.post.number

    def _inbound(self, place: int, item: Item) -> Inbound:
        person = self._people[item.who]
        number = self._numbers.get(item.thread) if item.thread is not None else None
        if item.channel == SMS:
            words = {
                "post": f"P {item.group} {item.text}",
                "reply": f"R{number} {item.text}",
                "thanks": f"{number} +",
            }[item.kind]
            self._kept.texted(person.phone, words)
            return Inbound(SMS, f"past-{place}", person.phone, words)
        command = {
            "post": Post(item.group, item.text),
            "reply": Reply(number or 0, item.text),
            "thanks": Thanks(number or 0),
        }[item.kind]
        if item.channel == EMAIL:
            about = f"post:{serial_of(number)}" if number else ""
            return Inbound(
                EMAIL, f"past-{place}", person.email, item.text, command=command, about=about,
                message_id=f"<past.{place}@{company.DOMAIN}>", subject=item.text[:40],
            )  # fmt: skip
        member = self._ids[person.badge]
        return Inbound(
            item.channel, f"0:{member}:past-{place}", "kiosk:0", item.text,
            command=command, member_id=member,
        )  # fmt: skip

    def _receive(self, inbound: Inbound) -> Received:
        received = self._gateway.intake.receive(inbound)
        self._deliver()
        return received

    def _deliver(self) -> None:
        if not self._kept.is_shown():
            with self._gateway.parts.database.write() as session:
                session.execute(
                    update(Outbox)
                    .where(Outbox.state == "due")
                    .values(state="sent", status="delivered", attempts=1, settled_at=self._kept.now)
                )
            return
        for channel in (SMS, EMAIL):
            while self._gateway.delivery.deliver(channel):
                pass


def _next_digests(after: datetime) -> datetime:
    zone = ZoneInfo(company.ZONE)
    local = after.astimezone(zone)
    at = datetime.combine(local.date(), _DIGESTS_AT, zone)
    if at <= local:
        at = datetime.combine(local.date() + timedelta(days=1), _DIGESTS_AT, zone)
    return at.astimezone(after.tzinfo)
