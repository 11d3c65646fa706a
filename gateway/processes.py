"""What runs: all of it in one process, or each part in processes of its own.

Stopping is always the same: stop taking, finish what is claimed, leave the rest to the next start.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from gateway.core.migrations import upgrade
from gateway.queue import QUEUE, TICK_SECONDS, EmbeddedBell, Loop, worker_name
from gateway.wiring import Installation

log = logging.getLogger(__name__)

GRACE_SECONDS = 10.0

Say = Callable[[str], None]


def run(installation: Installation, say: Say) -> None:
    """One installation in one process, until a signal. Prints one line when it is ready."""
    with until_told_to_stop() as stack:
        start_all(installation, stack, say)


def start_all(installation: Installation, stack: ExitStack, say: Say) -> None:
    """Everything of an installation, in threads of this process; the stack stops it."""
    prepare(installation)
    installation.gateway.delivery.release()
    addresses = [_start_web(installation, stack), *_start_mail(installation, stack)]
    _start_delivery(installation, stack)
    _start_timer(installation, stack)
    say(f"ready {' '.join(addresses)}")


def web(installation: Installation, say: Say) -> None:
    """The web part alone."""
    with until_told_to_stop() as stack:
        say(f"ready {_start_web(installation, stack)}")


def mail(installation: Installation, say: Say) -> None:
    """The mail server alone."""
    with until_told_to_stop() as stack:
        say(f"ready {' '.join(_start_mail(installation, stack))}")


def timer(installation: Installation, say: Say) -> None:
    """What comes back by itself: digests, leases that ran out. One of any number is elected."""
    prepare(installation)
    with until_told_to_stop() as stack:
        _start_timer(installation, stack)
        say("ready timer")


def worker(installation: Installation, say: Say) -> None:
    """Deliver: at the bell of Redis, or without Redis by looking every few seconds."""
    if installation.redis is None:
        with until_told_to_stop() as stack:
            _start_delivery(installation, stack)
            say("ready worker")
        return
    from rq import Queue, SimpleWorker

    # Not forking: a fork a job costs more than the sending, and jobs here are ours alone.
    rq_worker = SimpleWorker(
        [Queue(QUEUE, connection=installation.redis)], connection=installation.redis
    )
    say("ready worker")
    rq_worker.work(logging_level="WARNING")


def prepare(installation: Installation) -> None:
    """Bring the database to the tables of this version."""
    upgrade(installation.gateway.parts.database)


@contextmanager
def until_told_to_stop() -> Iterator[ExitStack]:
    """Start things on the stack; SIGTERM or Ctrl-C, from the first moment on, stops them."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with ExitStack() as stack:
        yield stack
        # In slices: a signal handler of Python runs only between two of them.
        while not stopped.wait(0.5):
            pass


def _start_web(installation: Installation, stack: ExitStack) -> str:
    server = installation.web_server()
    server.start()
    stack.callback(server.stop, GRACE_SECONDS)
    host, port = server.address
    return f"http://{host}:{port}"


def _start_mail(installation: Installation, stack: ExitStack) -> list[str]:
    server = installation.mail_server()
    if server is None:
        return []
    server.start()
    stack.callback(server.stop, GRACE_SECONDS)
    named = {"lmtp": server.lmtp_address, "smtp": server.smtp_address}
    return [f"{name}://{at[0]}:{at[1]}" for name, at in named.items() if at]


def _start_delivery(installation: Installation, stack: ExitStack) -> None:
    delivery, bell = installation.gateway.delivery, installation.bell
    for channel in installation.gateway.parts.channels:

        def turn(stopped: threading.Event, channel: str = channel) -> None:
            if isinstance(bell, EmbeddedBell):
                bell.wait(channel, TICK_SECONDS)
            else:
                stopped.wait(TICK_SECONDS)
            while not stopped.is_set() and delivery.deliver(channel):
                pass

        loop = Loop(f"deliver-{channel}", turn)
        loop.start()
        stack.callback(loop.stop, GRACE_SECONDS)
        if isinstance(bell, EmbeddedBell):
            stack.callback(bell.ring, channel)  # a loop that waits for the bell wakes up to stop


def _start_timer(installation: Installation, stack: ExitStack) -> None:
    owner, delivery = worker_name(), installation.gateway.delivery

    def turn(stopped: threading.Event) -> None:
        if delivery.hold_office("timer", owner):
            delivery.sweep()
            delivery.send_digests()
        stopped.wait(TICK_SECONDS)

    loop = Loop("timer", turn)
    loop.start()
    stack.callback(loop.stop, GRACE_SECONDS)
