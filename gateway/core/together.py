"""Writes that come at the same moment share one transaction: one wait for the disk for all of them.

Whoever comes first leads: runs what others have brought meanwhile beside their own, each by itself,
commits, and only then is anybody told. One that fails is taken back alone, by a savepoint. On a
database that has one writer, nobody waits longer than they would have in line.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from gateway.core.prepared import attach

Work = Callable[[Session], Any]

MOST = 32
"""So many share a transaction: it ends in a fraction of the time for which a writer waits."""

COMING_SECONDS = 0.0003
"""So long whoever leads lets others come, for as long as they do. Whoever is read from the wire
while a transaction runs takes Python from it at each statement, and is too late for it."""


class Together:
    """The line in front of SQLite's one writer.

    `writer` gives the connection of one transaction, begun, which is committed where it ends well;
    it is given the seconds for which its caller may wait.
    """

    def __init__(self, writer: Callable[[float], AbstractContextManager[Connection]]) -> None:
        self._writer = writer
        self._line: deque[_Brought] = deque()
        self._is_led = False
        self._had_company = False
        self._mutex = threading.Lock()

    def run(self, work: Work, patience: float) -> Any:
        """What `work` gives, committed; it waits for its turn no longer than `patience` seconds."""
        own = _Brought(work, time.monotonic() + patience)
        with self._mutex:
            self._line.append(own)
            leads, self._is_led = not self._is_led, True
        if leads or not own.is_done_by_others():
            self._lead(own)
        return own.outcome()

    def _lead(self, own: "_Brought") -> None:
        """Run one's own, which is the first in line, and what stands behind it."""
        taken = [own]
        try:
            self._gather()
            with self._writer(max(0.0, own.deadline - time.monotonic())) as connection:
                taken = self._take()
                with ExitStack() as sessions:
                    session = None
                    for one in taken:
                        session = session or sessions.enter_context(_session(connection))
                        session = _run(connection, session, one)
        except BaseException as error:  # noqa: BLE001  # each is told by whom it was brought
            for one in taken:
                one.error = one.error or error
        self._hand_over(taken)

    def _gather(self) -> None:
        """Let the line grow where others come: who writes alone waits for nobody."""
        seen = 0 if self._had_company else 1
        while seen < len(self._line) < MOST:
            seen = len(self._line)
            time.sleep(COMING_SECONDS)  # noqa: TID251  # nothing tells that somebody is on the way

    def _take(self) -> list["_Brought"]:
        with self._mutex:
            return [self._line.popleft() for _ in range(min(len(self._line), MOST))]

    def _hand_over(self, done: list["_Brought"]) -> None:
        with self._mutex:
            if self._line and self._line[0] is done[0]:
                self._line.popleft()  # it had no turn
            follower = self._line[0] if self._line else None
            self._is_led = follower is not None
            self._had_company = len(done) > 1
        for one in done[1:]:
            one.is_done = True
            one.woken.set()
        if follower is not None:
            follower.woken.set()


class _Brought:
    """What somebody brought, and what came of it."""

    def __init__(self, work: Work, deadline: float) -> None:
        self.work = work
        self.deadline = deadline
        self.woken = threading.Event()
        self.is_done = False
        self.value: Any = None
        self.error: BaseException | None = None

    def is_done_by_others(self) -> bool:
        """Wait until it is done, or this is the one to lead."""
        self.woken.wait()
        return self.is_done

    def outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


def _session(connection: Connection) -> Session:
    session = Session(connection, expire_on_commit=False)
    attach(session, connection)
    return session


def _run(connection: Connection, session: Session, one: _Brought) -> Session | None:
    """Run one by itself; the session, empty again, for the next one, or None where this failed."""
    driver: Any = connection.connection.driver_connection
    kept = dict(session.info)
    driver.execute("SAVEPOINT one")
    try:
        one.value = one.work(session)
        session.flush()
    except BaseException as error:  # noqa: BLE001  # told to whoever brought it
        one.error = error
        session.close()
        driver.execute("ROLLBACK TO one")
        driver.execute("RELEASE one")
        return None
    driver.execute("RELEASE one")
    session.expunge_all()
    session.info.clear()
    session.info.update(kept)
    return session
