"""What comes back from a worker: the outcome of something slow, for the loop to take."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message

from gateway.kiosk.session import Session

if TYPE_CHECKING:
    from gateway.kiosk.screens.base import KioskScreen


class Done(Message):
    """A worker is done: `take` gets what came of it, on the loop."""

    def __init__(
        self,
        asker: "KioskScreen | None",
        session: Session | None,
        outcome: object,
        take: Callable[[], None],
    ) -> None:
        super().__init__()
        self.asker = asker
        self.session = session
        self.outcome = outcome
        self.take = take
