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
from hashlib import sha256

from gateway.core import tickets
from gateway.core.commands import Command, PostView, Result
from gateway.core.desk import WRITES, Asking, Device, Feed, FeedGroup, Session, SignedIn
from gateway.core.envelope import Received
from gateway.core.errors import Busy, KeyReused, Refused
from gateway.core.grammar import parse
from gateway.core.ports import Clock
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
        self.photos: dict[int, bytes] = {}
        """What may be seen, by its id."""
        self.running: set[str] = set()
        """Keys whose first request is said to be still running: `Busy` is raised for them."""
        self.deposits: dict[str, tuple[str, Command, str]] = {}
        """What was handed in without a sign-in, by its key: the badge, the command."""
        self._lock = threading.RLock()
        self._sessions: dict[str, _Open] = {}
        self._opened = 0
        self._wrong: dict[str, int] = {}
        self._locked: dict[str, datetime] = {}
        self._told: dict[str, tuple[tuple[object, ...], dict[int, PostView]]] = {}
        self._done: dict[tuple[int, int, str], tuple[str, Received]] = {}
        self._tickets: dict[str, _Open] = {}

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
                ticket=self._ticket(device, member),
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

    def feed(self, device: Device, session: Session | None, cursor: str) -> Feed:
        with self._lock:
            member = self.depot.members[session.member_id] if session else None
            groups = self.depot.readable(member)
            held = {post.number: post for post in self.depot.posts.values() if post.group in groups}
            scope = (device.id, member.id if member else 0, *groups)
            before = self._told.get(cursor)
            known = before[1] if before is not None and before[0] == scope else None
            new = sha256(repr((scope, held)).encode()).hexdigest()[:32]
            self._told[new] = (scope, held)
            changed = [p for p in held.values() if known is None or known.get(p.number) != p]
            return Feed(
                cursor=new,
                full=known is None,
                more=False,
                groups=tuple(FeedGroup(g.slug, g.title, g.kind) for g in groups.values()),
                posts=tuple(post for post in changed if not post.withdrawn),
                gone=tuple(post.number for post in changed if post.withdrawn),
            )

    def photo(self, session: Session, media_id: int) -> bytes | None:
        return self.photos.get(media_id)

    def ticket(self, device: Device, ticket: str) -> Session | None:
        with self._lock:
            found = self._tickets.get(ticket)
            if found is None or found.until <= self.clock():
                return None
            return found.session if found.session.device_id == device.id else None

    def deposit(self, device: Device, badge: str, asking: Asking) -> None:
        if not isinstance(asking.command, WRITES):
            raise Refused("needs_session")
        if asking.key in self.running:
            raise Busy
        with self._lock:
            print_of = asking.fingerprint or repr(asking.command)
            if (
                self.deposits.setdefault(asking.key, (badge, asking.command, print_of))[2]
                != print_of
            ):
                raise KeyReused

    def run(self, device: Device, session: Session, asking: Asking) -> Received:
        command = asking.command
        if session.by_ticket and not isinstance(command, WRITES):
            raise Refused("needs_session")
        if isinstance(command, str):
            command = parse(command, asking.language)
        if asking.key in self.running:
            raise Busy
        with self._lock:
            place = (device.id, session.member_id, asking.key)
            print_of = asking.fingerprint or repr(command)
            if place in self._done:
                return self._again(place, print_of)
            received = self._first(session, command, asking.language)
            self._done[place] = (print_of, received)
            return tickets.unread(received) if session.by_ticket else received

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

    def _ticket(self, device: Device, member: Member) -> str:
        text = f"ticket-{self._opened:04}"
        session = Session(member.id, device.id, member.language, by_ticket=True)
        self._tickets[text] = _Open(session, self.clock() + tickets.LASTS)
        return text

    def _slugs(self, member: Member) -> tuple[str, ...]:
        return self.depot.slugs(member)

    def _again(self, place: tuple[int, int, str], print_of: str) -> Received:
        first, received = self._done[place]
        if first != print_of:
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
