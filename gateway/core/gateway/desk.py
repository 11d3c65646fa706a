"""The kiosk's desk: who may sit down, and their commands, once for each key."""

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from gateway.core import codec, inbox, kiosks, members
from gateway.core.commands import Command
from gateway.core.envelope import KIOSK, Inbound, Received
from gateway.core.errors import KeyReused, Refused
from gateway.core.gateway.intake import Intake
from gateway.core.gateway.parts import Parts
from gateway.core.models import Inbox, Member
from gateway.core.ports import Device, Session, SignedIn


class Desk:
    """`ports.Desk`. Slow hashing happens outside of every transaction."""

    def __init__(self, parts: Parts, intake: Intake) -> None:
        self._parts = parts
        self._intake = intake

    def device(self, token: str) -> Device | None:
        with self._parts.database.read() as session:
            return kiosks.device(session, token)

    def sign_in(self, device: Device, *, badge: str, pin: str, code: str) -> SignedIn:
        """Open a session. Raises `Refused`: `locked`, `wrong_sign_in`."""
        now = self._parts.clock()
        tried = kiosks.subject(device, badge, code)
        with self._parts.database.write() as session:
            kiosks.count_try(session, tried, now)
            owner = kiosks.find_badge(session, badge)
            member_id, stored = (owner.id, owner.pin_hash) if owner else (None, None)
        # An unknown badge takes as long as a wrong PIN, and is told the same.
        by_pin = not code and members.pin_is(stored, pin) and stored is not None
        with self._parts.database.write() as session:
            member = self._member(session, by_pin, member_id, code)
            if member is not None:
                return kiosks.open_session(session, device, member, tried, now)
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

    def run(
        self, device: Device, session: Session, key: str, command: Command, language: str
    ) -> Received:
        """Run a command once for each (kiosk, member, key); a repeat gets the stored answer.

        Raises `KeyReused` where the key came before with another command. It never raises `Busy`:
        the second of two requests waits in the database for the first, and gets its answer.
        """
        inbound = Inbound(
            channel=KIOSK,
            external_id=f"{device.id}:{session.member_id}:{key}",
            sender=f"kiosk:{device.id}",
            text=getattr(command, "text", ""),
            command=command,
            member_id=session.member_id,
            language=language,
        )
        received = self._intake.receive(inbound)
        if received.duplicate and self._command_of(received.inbox_id) != codec.encode(command):
            raise KeyReused(key)
        return received

    def _command_of(self, row_id: int) -> codec.Json | None:
        with self._parts.database.read() as db:
            row = db.scalars(select(Inbox).where(Inbox.id == row_id)).one()
            command = inbox.inbound_of(row).command
            return codec.encode(command) if command else None

    def _member(self, session: Db, by_pin: bool, member_id: int | None, code: str) -> Member | None:
        if by_pin and member_id is not None:
            return session.get(Member, member_id)
        if not code:
            return None
        return kiosks.member_of_code(session, code, self._parts.house.secret, self._parts.clock())
