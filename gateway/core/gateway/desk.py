"""The kiosk's desk: who may sit down, and their commands, once for each key."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from gateway.core import codec, feed, inbox, kiosks, members, tickets
from gateway.core.desk import WRITES, Asking, Device, Feed, Session, SignedIn
from gateway.core.envelope import KIOSK, Inbound, Received
from gateway.core.errors import KeyReused, Refused
from gateway.core.gateway import disputes
from gateway.core.gateway.intake import Intake
from gateway.core.gateway.once import Once
from gateway.core.gateway.parts import Parts
from gateway.core.gateway.pictures import Pictures
from gateway.core.models import Inbox, Member


class Desk:
    """`gateway.core.desk.Desk`. Slow hashing happens outside of every transaction."""

    def __init__(self, parts: Parts, intake: Intake) -> None:
        self._parts = parts
        self._intake = intake
        self._once = Once()

    def device(self, token: str) -> Device | None:
        with self._parts.database.read() as session:
            return kiosks.device(session, token)

    def sign_in(self, device: Device, *, badge: str, pin: str, code: str) -> SignedIn:
        """Open a session. Raises `Refused`: `locked`, `shut_out`, `wrong_sign_in`."""
        now = self._parts.clock()
        badge = "" if code else badge
        with self._parts.database.write() as session:
            kiosks.count_try(session, device, badge, now)
            owner = kiosks.find_badge(session, badge)
            member_id, stored = (owner.id, owner.pin_hash) if owner else (None, None)
        # An unknown badge takes as long as a wrong PIN, and is told the same.
        by_pin = not code and members.pin_is(stored, pin) and stored is not None
        with self._parts.database.write() as session:
            member = self._member(session, by_pin, member_id, code)
            if member is not None:
                secret = self._parts.house.secret
                signed = kiosks.open_session(session, device, member, secret, now)
                asked = disputes.waiting(session, member, now)
                return replace(signed, questions=tuple(asked))
        raise Refused("wrong_sign_in")

    def choose_pin(self, session: Session, pin: str) -> None:
        kiosks.check_pin(pin)
        hashed = members.pin_hash(pin)
        with self._parts.database.write() as db:
            kiosks.choose_pin(db, session.member_id, hashed)

    def session(self, device: Device, token: str) -> Session | None:
        with self._parts.database.read() as db:
            return kiosks.session(db, device, token, self._parts.clock())

    def sign_out(self, device: Device, token: str) -> None:
        with self._parts.database.write() as db:
            kiosks.close(db, device, token)

    def feed(self, device: Device, session: Session | None, cursor: str) -> Feed:
        reader = feed.Reader(device.id, device.site, session.member_id if session else None)
        secret, now = self._parts.house.secret, self._parts.clock()
        with self._parts.database.read() as db:
            return feed.read(db, reader, cursor, secret, now)

    def photo(self, session: Session, media_id: int) -> bytes | None:
        picture = Pictures(self._parts).readable(media_id, session.member_id)
        return picture.content if picture is not None and picture.state == "kept" else None

    def ticket(self, device: Device, ticket: str) -> Session | None:
        secret, now = self._parts.house.secret, self._parts.clock()
        with self._parts.database.read() as db:
            return kiosks.by_ticket(db, device, ticket, secret, now)

    def run(self, device: Device, session: Session, asking: Asking) -> Received:
        """Run a command once for each (kiosk, member, key); a repeat gets the stored answer."""
        command = asking.command
        if session.by_ticket and not isinstance(command, WRITES):
            raise Refused("needs_session")
        inbound = Inbound(
            channel=KIOSK,
            external_id=f"{device.id}:{session.member_id}:{asking.key}",
            sender=f"kiosk:{device.id}",
            text=command if isinstance(command, str) else getattr(command, "text", ""),
            command=None if isinstance(command, str) else command,
            member_id=session.member_id,
            language=asking.language,
            written=asking.written,
            fingerprint=asking.fingerprint,
            about=f"question:{asking.answers}" if asking.answers is not None else "",
        )
        received = self._once_each(inbound)
        return tickets.unread(received) if session.by_ticket else received

    def deposit(self, device: Device, badge: str, asking: Asking) -> None:
        if not isinstance(asking.command, WRITES):
            raise Refused("needs_session")
        inbound = Inbound(
            channel=KIOSK,
            external_id=f"{device.id}:deposit:{asking.key}",
            sender=f"{disputes.BADGE}{badge}",
            text=getattr(asking.command, "text", ""),
            command=asking.command,
            subject=device.site,
            held=disputes.DEPOSIT,
            written=asking.written,
            fingerprint=asking.fingerprint,
        )
        self._once_each(inbound)

    def _once_each(self, inbound: Inbound) -> Received:
        with self._once.holding(inbound.external_id):
            received = self._intake.receive(inbound, patience=self._once.patience)
        if received.duplicate and not self._is_repeat(received.inbox_id, inbound):
            raise KeyReused(inbound.external_id)
        return received

    def _is_repeat(self, row_id: int, inbound: Inbound) -> bool:
        """Whether what came in under the key was this very request."""
        with self._parts.database.read() as db:
            row = db.scalars(select(Inbox).where(Inbox.id == row_id)).one()
            first = inbox.inbound_of(row)
        if first.fingerprint:
            return first.fingerprint == inbound.fingerprint
        return _wanted(first) == _wanted(inbox.cleaned(inbound))

    def _member(self, session: Db, by_pin: bool, member_id: int | None, code: str) -> Member | None:
        if by_pin and member_id is not None:
            return session.get(Member, member_id)
        if not code:
            return None
        return kiosks.member_of_code(session, code, self._parts.house.secret, self._parts.clock())


def _wanted(inbound: Inbound) -> codec.Json | str:
    """What was asked for before requests had fingerprints: a value, or words as they came."""
    return codec.encode(inbound.command) if inbound.command else inbound.text
