"""A desk in memory: the kiosk's way into the core, with real sessions, locks and idempotency.

It fakes nothing but the store: the same key runs once, another command under the same key is
refused, a session ends with its time, three wrong PINs lock a badge.

    desk = FakeDesk()                       # the device token is DEVICE_TOKEN
    desk.sign_in(device, badge="1001", pin="123456", code="")   # Amina, French
    desk.sign_in(device, badge="1002", pin="654321", code="")   # John, English
"""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.core.commands import Command, Result
from gateway.core.envelope import Received
from gateway.core.errors import Busy, KeyReused, Refused
from gateway.core.ports import Clock, Device, Session, SignedIn
from gateway.core.wording import words
from tests.support.deeds import execute
from tests.support.depot import Depot, Member

DEVICE_TOKEN = "kiosk-gennevilliers-0001"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECONDS = 900
TRIES = 3
LOCK_SECONDS = 30


class FakeClock:
    """A clock that moves when it is told to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class _Open:
    session: Session
    until: datetime


class FakeDesk:
    """A `gateway.core.ports.Desk` over a `Depot`. Safe to call from many threads."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.depot = Depot(self.clock)
        self.devices = {DEVICE_TOKEN: Device(1, "Gennevilliers")}
        self.runs = 0
        """How many commands were really run: a repeat does not count."""
        self.running: set[str] = set()
        """Keys whose first request is said to be still running: `Busy` is raised for them."""
        self._lock = threading.RLock()
        self._sessions: dict[str, _Open] = {}
        self._opened = 0
        self._wrong: dict[str, int] = {}
        self._locked: dict[str, datetime] = {}
        self._done: dict[tuple[int, int, str], tuple[Command, Received]] = {}

    def device(self, token: str) -> Device | None:
        return self.devices.get(token)

    def sign_in(self, device: Device, *, badge: str, pin: str, code: str) -> SignedIn:
        with self._lock:
            member = self._by_code(code) if code else self._by_badge(badge, pin)
            token = self._open(device, member)
            groups = tuple((slug, self.depot.groups[slug].title) for slug in self._slugs(member))
            unread = self.depot.unread(member)
            return SignedIn(
                token=token,
                member_id=member.id,
                member=member.name,
                language=member.language,
                unread=len(unread),
                urgent=sum(post.urgent for post in unread),
                groups=groups,
                must_choose_pin=member.must_choose_pin,
                seconds=SECONDS,
            )

    def choose_pin(self, session: Session, pin: str) -> None:
        if len(pin) != 6 or not pin.isdecimal() or len(set(pin)) == 1:
            raise Refused("weak_pin")
        member = self.depot.members[session.member_id]
        member.pin, member.must_choose_pin = pin, False

    def session(self, device: Device, token: str) -> Session | None:
        with self._lock:
            opened = self._sessions.get(token)
            if opened is None or opened.session.device_id != device.id:
                return None
            if opened.until <= self.clock():
                del self._sessions[token]
                return None
            return opened.session

    def sign_out(self, device: Device, token: str) -> None:
        with self._lock:
            if self.session(device, token) is not None:
                del self._sessions[token]

    def run(
        self, device: Device, session: Session, key: str, command: Command, language: str
    ) -> Received:
        if key in self.running:
            raise Busy
        with self._lock:
            place = (device.id, session.member_id, key)
            if place in self._done:
                return self._again(place, command)
            received = self._first(session, command, language)
            self._done[place] = (command, received)
            return received

    def end_sessions(self) -> None:
        """Close every session, as time or an operator would."""
        with self._lock:
            self._sessions.clear()

    def revoke(self, token: str) -> None:
        """Take a device's right away."""
        del self.devices[token]

    def _by_code(self, code: str) -> Member:
        member_id = self.depot.codes.pop(code, None)
        if member_id is None:
            raise Refused("wrong_sign_in")
        return self.depot.members[member_id]

    def _by_badge(self, badge: str, pin: str) -> Member:
        left = self._locked.get(badge, self.clock()) - self.clock()
        if left > timedelta():
            raise Refused("locked", seconds=int(left.total_seconds()))
        for member in self.depot.members.values():
            if member.badge == badge and member.pin == pin:
                self._wrong.pop(badge, None)
                return member
        self._wrong[badge] = self._wrong.get(badge, 0) + 1
        if self._wrong[badge] >= TRIES:
            self._locked[badge] = self.clock() + timedelta(seconds=LOCK_SECONDS)
            del self._wrong[badge]
        raise Refused("wrong_sign_in")

    def _open(self, device: Device, member: Member) -> str:
        self._opened += 1
        token = f"session-{self._opened:04}"
        session = Session(member.id, device.id, member.language)
        self._sessions[token] = _Open(session, self.clock() + timedelta(seconds=SECONDS))
        return token

    def _slugs(self, member: Member) -> tuple[str, ...]:
        return self.depot.slugs(member)

    def _again(self, place: tuple[int, int, str], command: Command) -> Received:
        first, received = self._done[place]
        if first != command:
            raise KeyReused
        return Received(received.inbox_id, received.state, True, received.result, received.words)

    def _first(self, session: Session, command: Command, language: str) -> Received:
        self.runs += 1
        number = self.runs
        member = self.depot.members[session.member_id]
        result: Result | Refused
        try:
            result = execute(self.depot, member, command)
        except Refused as refusal:
            result = refusal
        told = words(result, language, now=self.clock(), timezone="Europe/Paris")
        return Received(number, _state(result), result=result, words=told)


def _state(result: Result | Refused) -> str:
    if isinstance(result, Refused):
        return "refused"
    return "done"  # a question too, as with the real desk: its result says `Asked`
