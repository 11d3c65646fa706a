"""What runs: all of it in one process, or each part in processes of its own.

Stopping is always the same: stop taking, finish what is on the wire, leave the rest to the next
start. It is over within `END_SECONDS`, and `LAST_SECONDS` for each part that hangs: ten seconds in
all, whatever a carrier does.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from queue import Empty, SimpleQueue

from gateway import heap
from gateway.core.migrations import is_behind, upgrade
from gateway.deliverers import Turns, delivering_on, looking
from gateway.pulse import pulse
from gateway.queue import TICK_SECONDS, EmbeddedBell, Loop, worker_name
from gateway.wiring import Installation

log = logging.getLogger(__name__)

END_SECONDS = 7.0
OFFICE_SECONDS = 10.0
"""So often is an office held anew, which would run out by itself a little later."""

TIMER_OFFICE = timedelta(seconds=10)
"""A killed timer is missed for no longer. What one does two may do at a time, if one is late."""

PRUNE_SECONDS = 600.0
PRUNE_PAUSE_SECONDS = 0.05
"""Between two batches of what is old: there is no hurry, and others want to write."""

LAST_SECONDS = 0.25
"""What a part still gets where the others used up the time; it was asked when they were."""

BEHIND_SECONDS = 0.5

Say = Callable[[str], None]


class CannotStart(Exception):
    """Something outside is not as it must be; the text says what, and what to do."""


class Ending:
    """The time that all parts together have to end; it begins when the first one is asked."""

    def __init__(self) -> None:
        self._over: float | None = None

    def left(self) -> float:
        """Seconds that are left to wait for a part."""
        if self._over is None:
            self._over = time.monotonic() + END_SECONDS
        return max(LAST_SECONDS, self._over - time.monotonic())


def run(installation: Installation, say: Say) -> None:
    """One installation in one process, until a signal. Prints one line when it is ready."""
    with until_told_to_stop() as stack:
        start_all(installation, stack, say)


def start_all(installation: Installation, stack: ExitStack, say: Say) -> None:
    """Everything of an installation, in threads of this process; the stack stops it."""
    prepare(installation)
    ending = Ending()
    stack.callback(pulse(installation, "run", ending.left))
    with ExitStack() as doors:
        addresses = [
            _start_web(installation, doors, ending),
            *_start_mail(installation, doors, ending),
        ]
        loops = _start_delivery(installation, stack, ending)
        loops += _start_timer(installation, stack, ending)
        # The doors close first; meanwhile the loops finish, for they have been asked before.
        stack.push(doors.pop_all())
        stack.callback(_ask, loops, installation)
    say(f"ready {' '.join(addresses)}")


def web(installation: Installation, say: Say) -> None:
    """The web part alone."""
    await_tables(installation)
    with until_told_to_stop() as stack:
        ending = Ending()
        stack.callback(pulse(installation, "web", ending.left))
        say(f"ready {_start_web(installation, stack, ending)}")


def mail(installation: Installation, say: Say) -> None:
    """The mail server alone."""
    await_tables(installation)
    with until_told_to_stop() as stack:
        ending = Ending()
        stack.callback(pulse(installation, "mail", ending.left))
        say(f"ready {' '.join(_start_mail(installation, stack, ending))}")


def timer(installation: Installation, say: Say) -> None:
    """What comes back by itself: digests, leases that ran out. One of any number is elected."""
    with until_told_to_stop() as stack:
        prepare(installation)
        ending = Ending()
        stack.callback(pulse(installation, "timer", ending.left))
        _start_timer(installation, stack, ending)
        say("ready timer")


def worker(installation: Installation, say: Say) -> None:
    """Deliver: at the bell of Redis, or without Redis by looking every few seconds."""
    turns = looking
    if installation.redis is not None:
        from gateway.rq_worker import hearing as turns

        trouble = installation.probe()["redis"]
        if trouble:
            raise CannotStart(f"GATEWAY_REDIS_URL: Redis {trouble}: start it, or name another")
    await_tables(installation)
    with until_told_to_stop() as stack:
        ending = Ending()
        stack.callback(pulse(installation, "worker", ending.left))
        loops = _start_delivery(installation, stack, ending, turns)
        stack.callback(_ask, loops, installation)
        say("ready worker")


def prepare(installation: Installation) -> None:
    """Bring the database to the tables of this version. Raises `CannotStart`."""
    from alembic.util.exc import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        upgrade(installation.gateway.parts.database)
    except CommandError:
        raise CannotStart(
            "GATEWAY_DATABASE_URL: this database belongs to another version of the gateway: "
            "install that version or a newer one, or name another database"
        ) from None
    except SQLAlchemyError as error:
        raise CannotStart(_database_trouble(error)) from None


def await_tables(installation: Installation) -> None:
    """Wait while the database is behind this version: `run` and `timer` bring it up to date.

    For parts that do not; before they begin anything, so that a signal ends them at once. Where the
    database does not answer they begin, as they go on without it later.
    """
    from sqlalchemy.exc import SQLAlchemyError

    database, nothing = installation.gateway.parts.database, threading.Event()
    with suppress(SQLAlchemyError):
        if is_behind(database):
            log.warning("the database is behind this version: start `gateway timer` or `run`")
        while is_behind(database):
            nothing.wait(BEHIND_SECONDS)


@contextmanager
def until_told_to_stop() -> Iterator[ExitStack]:
    """Start things on the stack; SIGTERM or Ctrl-C, also one that comes meanwhile, stops them."""
    heap.share()
    # Not an Event: its lock may be held by this very thread when the signal comes, for ever then.
    told: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: told.put(number))
    with ExitStack() as stack:
        yield stack
        while True:  # in slices: a signal handler of Python runs only between two of them
            with suppress(Empty):
                told.get(timeout=0.5)
                return


def _start_web(installation: Installation, stack: ExitStack, ending: Ending) -> str:
    server = installation.web_server()
    try:
        server.start()
    except OSError as error:
        raise CannotStart(_not_listening(error, "HTTP", installation.settings.http)) from None
    stack.callback(lambda: server.stop(ending.left()))
    _expect_a_gap(installation)
    host, port = server.address
    return f"http://{host}:{port}"


def _start_mail(installation: Installation, stack: ExitStack, ending: Ending) -> list[str]:
    _start_mailbox(installation, stack, ending)
    server = installation.mail_server()
    if server is None:
        return []
    try:
        server.start()
    except OSError as error:
        settings = installation.settings
        wanted = " or ".join(str(at) for at in (settings.lmtp, settings.smtp_in) if at)
        raise CannotStart(_not_listening(error, "LMTP or SMTP_IN", wanted)) from None
    stack.callback(lambda: server.stop(ending.left()))
    named = {"lmtp": server.lmtp_address, "smtp": server.smtp_address}
    return [f"{name}://{at[0]}:{at[1]}" for name, at in named.items() if at]


def _start_mailbox(installation: Installation, stack: ExitStack, ending: Ending) -> None:
    """Fetch mail where that is set; of any number of processes one does."""
    mailbox = installation.mailbox()
    if mailbox is None:
        return
    owner, delivery = worker_name(), installation.gateway.delivery
    asked = -OFFICE_SECONDS

    def mine() -> bool:
        nonlocal asked
        if time.monotonic() - asked < OFFICE_SECONDS:
            return True
        held = delivery.hold_office("mailbox", owner)
        asked = time.monotonic() if held else -OFFICE_SECONDS
        return held

    def turn(stopped: threading.Event) -> None:
        if mine():
            mailbox.watch(stopped, mine)
        else:
            stopped.wait(TICK_SECONDS)

    loop = Loop("mailbox", turn)
    loop.start()
    stack.callback(_leave_office, installation, owner)
    stack.callback(_stop, loop, ending)


def _start_delivery(
    installation: Installation, stack: ExitStack, ending: Ending, turns: Turns = looking
) -> list[Loop]:
    _resume(installation, stack)
    loops = [
        loop
        for channel in installation.gateway.parts.channels
        for loop in delivering_on(installation, channel, turns, stack, ending.left)
    ]
    for channel in installation.gateway.parts.channels:
        installation.bell.ring(channel)  # what the last process left does not wait for a tick
    return loops


def _resume(installation: Installation, stack: ExitStack) -> None:
    """Owe again what a dead process had claimed, where no living one can have claimed it.

    With PostgreSQL nobody can know that: there the lease of a claim runs out.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from gateway.alone import delivering

    path = installation.settings.database_path
    if path is None:
        return
    try:
        stack.enter_context(delivering(path, installation.gateway.delivery.release))
    except SQLAlchemyError as error:
        raise CannotStart(_database_trouble(error)) from None
    except OSError as error:
        raise CannotStart(
            f"GATEWAY_DATABASE_URL: cannot write beside {path} ({error.strerror}): let this user "
            "write there, or name another folder"
        ) from None


def _start_timer(installation: Installation, stack: ExitStack, ending: Ending) -> list[Loop]:
    owner, delivery = worker_name(), installation.gateway.delivery
    intake = installation.gateway.intake

    def held() -> bool:
        return delivery.hold_office("timer", owner, TIMER_OFFICE)

    def turn(stopped: threading.Event) -> None:
        if held():
            delivery.sweep()
            intake.run_waiting()
            held()
            delivery.send_digests(told=lambda _: held())
        stopped.wait(TICK_SECONDS)

    def ask(stopped: threading.Event) -> None:
        if delivery.hold_office("tracer", owner):
            delivery.trace()
        stopped.wait(TICK_SECONDS)

    # Apart: a carrier that answers slowly must not hold up the digests.
    loops = [
        Loop("timer", turn),
        Loop("tracer", ask),
        Loop("recall", _recalling(installation, owner)),
        Loop("pictures", _fetching(installation, owner)),
        Loop("pruning", _pruning(installation, owner)),
    ]
    stack.callback(_leave_office, installation, owner)  # when all loops have ended
    for loop in loops:
        loop.start()
        stack.callback(_stop, loop, ending)
    return loops


def _fetching(installation: Installation, owner: str) -> Callable[[threading.Event], None]:
    pictures, delivery = installation.gateway.pictures, installation.gateway.delivery

    def turn(stopped: threading.Event) -> None:
        while pictures.waiting() and delivery.hold_office("pictures", owner):
            if stopped.is_set() or not pictures.fetch_media():
                break
        stopped.wait(TICK_SECONDS)

    return turn


def _recalling(installation: Installation, owner: str) -> Callable[[threading.Event], None]:
    recall, delivery = installation.gateway.recall, installation.gateway.delivery

    def hold() -> bool:
        return delivery.hold_office("recall", owner)

    def turn(stopped: threading.Event) -> None:
        if hold():
            recall.catch_up(lambda: not stopped.is_set() and hold())
        stopped.wait(TICK_SECONDS)

    return turn


def _pruning(installation: Installation, owner: str) -> Callable[[threading.Event], None]:
    pruning, delivery = installation.gateway.pruning, installation.gateway.delivery

    def turn(stopped: threading.Event) -> None:
        # Not at once: who starts has other things to do first.
        if stopped.wait(PRUNE_SECONDS) or not delivery.hold_office("pruning", owner):
            return
        for _ in pruning.batches():
            # Whoever writes meanwhile goes first.
            if stopped.wait(PRUNE_PAUSE_SECONDS):
                return

    return turn


def _expect_a_gap(installation: Installation) -> None:
    """Whoever takes texts was not there a moment ago: what came in meanwhile is looked for."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        installation.gateway.recall.soon()
    except SQLAlchemyError:
        log.warning("the database does not answer yet: a gap is looked for at the usual time")


def _leave_office(installation: Installation, owner: str) -> None:
    """Who comes next need not wait until it runs out by itself."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        installation.gateway.delivery.leave_office(owner)
    except SQLAlchemyError:
        log.warning("the database does not answer: an office is free again in a moment")


def _stop(loop: Loop, ending: Ending) -> None:
    loop.stop(ending.left())


def _ask(loops: list[Loop], installation: Installation) -> None:
    """Ask all loops to end, and wake up those that wait for a bell."""
    for loop in loops:
        loop.ask()
    if isinstance(installation.bell, EmbeddedBell):
        for channel in installation.gateway.parts.channels:
            installation.bell.ring(channel)


def _not_listening(error: OSError, setting: str, address: object) -> str:
    # asyncio and socket tell the address once more, in words of their own; a resolver counts down.
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or error
    return (
        f"GATEWAY_{setting}: cannot listen on {address} ({why}): stop what listens there, or set "
        "another address"
    )


def _database_trouble(error: Exception) -> str:
    first = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return (
        f"GATEWAY_DATABASE_URL: the database cannot be used ({first}): see that it runs, that "
        "its folder and file can be written and that its disk has room"
    )
