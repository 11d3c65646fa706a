"""What a kiosk has in stock, and who keeps it moving: store, sender, sync, PINs.

Screens know none of them; a `Session` does, and sees only what belongs to its member.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

from gateway.kiosk import boot
from gateway.kiosk.api import Api, NoAnswer, Problem, SignedIn
from gateway.kiosk.pins import Pins
from gateway.kiosk.sender import Outcome, Sender
from gateway.kiosk.store import NotKept, Store, Wish, open_store
from gateway.kiosk.store.feed import EVERYBODY
from gateway.kiosk.sync import Sync

PATIENCE, IMPATIENCE = 2.0, 0.5
"""Seconds until somebody is told "kept": they wait for "sent" where it is likely to come."""
UNCHECKED = "unchecked"
"""Nobody could tell whether badge and PIN belong together: the gateway cannot be asked."""


class Stock:
    """One for each kiosk. `now` is the time of day as the gateway has it, in seconds."""

    def __init__(
        self,
        api: Api,
        store: Store | None = None,
        *,
        ticks: Callable[[], float] = boot.seconds,
        now: Callable[[], float] = time.time,
        poll: float = 1.0,
    ) -> None:
        self._api, self._ticks, self._now = api, ticks, now
        self.store = store or open_store()
        self.sender = Sender(api, self.store.outbox, ticks=ticks, now=now, poll=poll)
        self.sync = Sync(api, self.store.feed, now)
        self._pins = Pins()
        self._boot = boot.name()

    def start(self) -> None:
        self.sender.start()

    def close(self) -> None:
        """End; what is kept leaves after the next start."""
        self.sender.stop()
        self.store.close()

    def owner(self, person: SignedIn, badge: str) -> str:
        """The name under which things of theirs lie here: it tells nobody who they are."""
        subject = f"member:{person.id}" if person.id else badge and f"badge:{badge}"
        return self.store.locks.name(subject) if subject else ""

    def sign_in(self, badge: str, pin: str) -> SignedIn:
        """Ask the gateway; without a network, those who were here since the machine started.

        Raises `Problem`: `unchecked` where nobody can tell.
        """
        try:
            person = self._api.sign_in(badge=badge, pin=pin)
        except NoAnswer:
            return self._sign_in_here(badge, pin)
        except Problem as problem:
            changed = problem.kind == "wrong-sign-in" and self._pins.check(badge, pin) is not None
            if changed or problem.kind == "shut-out":
                self._pins.forget(badge)
            raise
        if not person.must_choose_pin:
            self._pins.learn(badge, pin, person)
        self.store.locks.right(badge)
        return person

    def arrive(self, owner: str, person: SignedIn) -> None:
        """Somebody is signed in: what waits of theirs may be handed in again."""
        if person.ticket:
            # On a full disk they wait for the next sign-in: nothing is lost by that.
            with suppress(NotKept):
                self.store.outbox.authorise(owner, person.ticket)
        self.sender.present(owner, person.token)
        self.sender.ring()

    def depart(self) -> None:
        self.sender.present("", "")

    def hand_in(self, owner: str, wish: Wish) -> tuple[str, Outcome | None]:
        """Keep a text, and wait a moment for what becomes of it. Raises `NotKept`."""
        key = str(uuid4())
        patience = IMPATIENCE if self.sender.network.down else PATIENCE
        self.sender.watch(key)
        self.store.outbox.put(owner, wish, self._now(), key)
        self.sender.ring()
        outcome = self.sender.await_outcome(key, patience)
        if outcome is None or outcome.waits:
            if not self.store.lasting and self.take_back(owner, key):
                raise NotKept
            return key, None
        return key, outcome

    def take_back(self, owner: str, key: str) -> bool:
        return self.store.outbox.take_back(owner, key, self._now())

    def keep(self, owner: str, target: str, text: str) -> bool:
        """Keep a draft: False where the disk did not take it."""
        try:
            self.store.outbox.keep(owner, target, text, self._now())
        except NotKept:
            return False
        return True

    def forget(self, owner: str) -> None:
        if owner:
            self.store.outbox.forget(owner)
            self.store.feed.forget(owner)

    def refresh(self) -> None:
        """Bring what everybody may read up to date."""
        self.sync.run()
        groups = self.store.feed.groups(EVERYBODY)
        self.store.outbox.learn_groups([(g.slug, g.title) for g in groups if g.kind == "open"])

    def wipe_old(self) -> None:
        """Wipe what nobody came back to. Only where the gateway told the time: by a clock that is
        ahead, all of it would be old.
        """
        self.store.outbox.wipe_old(self._now())
        self.store.feed.wipe_old(self._now())

    def stranger(self, language: str) -> SignedIn:
        """Somebody who could not be checked: they may write to open groups, and read nothing."""
        groups = tuple(self.store.outbox.open_groups())
        return SignedIn("", "", language, 0, 0, groups, must_choose_pin=False)

    def written(self) -> str:
        """The time of day, to be shown beside what is written now."""
        return datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="seconds")

    def _sign_in_here(self, badge: str, pin: str) -> SignedIn:
        # The same words and the same time for a wrong PIN and for a badge that was never here.
        locks = self.store.locks
        if wait := locks.wait(badge, self._boot, self._ticks()):
            raise Problem("locked", 429, seconds=wait)
        person = self._pins.check(badge, pin)
        if person is None:
            locks.wrong(badge, self._boot, self._ticks())
            raise Problem(UNCHECKED, 0)
        locks.right(badge)
        return person
