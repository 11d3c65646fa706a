"""What is true about the network: since when it is there, or not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.kiosk.texts import Texts


@dataclass(slots=True)
class Link:
    """The last word from the gateway, and the first silence after it."""

    last: datetime | None = None
    since: datetime | None = None
    skew: timedelta = field(default_factory=timedelta)

    def heard(self, now: datetime, *, down: bool) -> None:
        if not down:
            self.last, self.since = now, None
        elif self.since is None:
            self.since = now

    def truth(self, texts: "Texts", clock: Callable[[datetime], str]) -> str:
        if self.since is not None:
            return texts("OFFLINE since {time} · nothing leaves now", time=clock(self.since))
        if self.last is None:
            return texts("Looking for the gateway...")
        return texts("ONLINE   last contact {time}", time=clock(self.last))
