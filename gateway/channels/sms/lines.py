"""Several requests to one carrier at a time: a text waits for the wire, and not for other texts.

Two texts of one batch to the same phone are never on it at once: they arrive in their order.
"""

import threading
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import NamedTuple

from gateway.core.envelope import Failure, Outbound, Receipt
from gateway.core.errors import DeliveryError

LINES_WITH_ONE_MORE = 4
"""For so many lines one more text is drawn than is on the wire: a line that comes free does not
wait for whoever draws."""

Outcome = Receipt | Failure
Send = Callable[[Outbound], Receipt]
Stops = Callable[[DeliveryError], bool]
_Heard = SimpleQueue[tuple[Outbound, Outcome]]


class _Task(NamedTuple):
    message: Outbound
    send: Send
    heard: _Heard


class Lines:
    """So many requests at once, however many threads send. They are made at the first text."""

    def __init__(self, count: int = 1) -> None:
        self._count = count
        self._drawn = count + count // LINES_WITH_ONE_MORE
        self._free = threading.Semaphore(self._drawn)
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._mutex = threading.Lock()
        self._drawers = 0
        self._are_there = False

    def send(self, messages: Iterable[Outbound], send: Send, stops: Stops) -> Iterator[Outcome]:
        """Send each once; of one phone in order. Outcomes come as they are known.

        A failure that `stops` all leaves the rest untried.
        """
        if self._count == 1:
            return self._one_by_one(messages, send, stops)
        self._start()
        return self._at_once(messages, send, stops)

    def _one_by_one(
        self, messages: Iterable[Outbound], send: Send, stops: Stops
    ) -> Iterator[Outcome]:
        stopped: DeliveryError | None = None
        for message in messages:
            if stopped is not None:
                yield Failure(message.id, stopped)
                continue
            with self._free:
                outcome = _outcome(message, send)
            stopped = _stopping(outcome, stops)
            yield outcome

    def _at_once(self, messages: Iterable[Outbound], send: Send, stops: Stops) -> Iterator[Outcome]:
        heard: _Heard = SimpleQueue()
        called: set[str] = set()  # phones to which one of these is on its way
        stopped: DeliveryError | None = None

        def hear() -> Outcome:
            nonlocal stopped
            message, outcome = heard.get()
            called.discard(message.recipient)
            stopped = stopped or _stopping(outcome, stops)
            return outcome

        with self._drawing():
            for message in messages:
                while stopped is None and not self._takes(message, called):
                    yield hear()
                if stopped is not None:
                    yield Failure(message.id, stopped)
                    continue
                called.add(message.recipient)
                self._tasks.put(_Task(message, send, heard))
                while not heard.empty():  # what is known is written before more is drawn
                    yield hear()
        while called:
            yield hear()

    def _takes(self, message: Outbound, called: Collection[str]) -> bool:
        """Whether a place was had for it: of all, each who draws has an equal part."""
        if message.recipient in called or len(called) >= max(1, self._drawn // self._drawers):
            return False
        return self._free.acquire(blocking=not called)

    @contextmanager
    def _drawing(self) -> Iterator[None]:
        with self._mutex:
            self._drawers += 1
        try:
            yield
        finally:
            with self._mutex:
                self._drawers -= 1

    def _start(self) -> None:
        with self._mutex:
            if self._are_there:
                return
            self._are_there = True
            for number in range(self._count):
                # Daemons: a process that must end now does not wait for a carrier that hangs.
                threading.Thread(
                    target=_serve,
                    args=(self._tasks, self._free),
                    name=f"sms-line-{number}",
                    daemon=True,
                ).start()
            weakref.finalize(self, _dismiss, self._tasks, self._count)


def _serve(tasks: "SimpleQueue[_Task | None]", free: threading.Semaphore) -> None:
    while (task := tasks.get()) is not None:
        outcome = _outcome(task.message, task.send)
        free.release()
        task.heard.put((task.message, outcome))


def _dismiss(tasks: "SimpleQueue[_Task | None]", count: int) -> None:
    for _ in range(count):
        tasks.put(None)


def _outcome(message: Outbound, send: Send) -> Outcome:
    try:
        return send(message)
    except Exception as error:  # noqa: BLE001  # one message that cannot be written stops no other
        return Failure(message.id, error)


def _stopping(outcome: Outcome, stops: Stops) -> DeliveryError | None:
    """What also stops whatever would come next."""
    if isinstance(outcome, Failure) and isinstance(outcome.error, DeliveryError):
        return outcome.error if stops(outcome.error) else None
    return None
