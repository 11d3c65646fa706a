"""The pulse of a process: it shows that the process is alive, and writes what it has counted."""

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from gateway.core.presence import BEAT_SECONDS
from gateway.queue import Loop
from gateway.wiring import Installation

log = logging.getLogger(__name__)


def pulse(installation: Installation, part: str, left: Callable[[], float]) -> Callable[[], None]:
    """Start it; what is given back ends it, and is to be called when all the rest has ended.

    `left` are the seconds to end in.
    """
    name, watch = installation.gateway.parts.process, installation.gateway.watch

    def turn(stopped: threading.Event) -> None:
        try:
            watch.beat(name, part)
        except SQLAlchemyError:
            # Others say so, louder; what was counted is kept for the next time.
            log.debug("the database does not answer: nobody hears the pulse")
        stopped.wait(BEAT_SECONDS)

    loop = Loop("pulse", turn)

    def end() -> None:
        loop.stop(left())
        try:
            watch.end(name)
        except SQLAlchemyError:
            log.warning("the database does not answer: what was counted last is lost")

    loop.start()
    return end
