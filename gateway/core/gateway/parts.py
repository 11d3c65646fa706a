"""What every verb works with: the database, the clock, the bell, and what fits a channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.core.database import Database
from gateway.core.house import House
from gateway.core.ports import Bell, Channel, Clock


@dataclass(frozen=True)
class Parts:
    """`channels` are the ways out, by name; one that is not set up is absent."""

    database: Database
    clock: Clock
    bell: Bell
    house: House
    channels: Mapping[str, Channel] = field(default_factory=dict)

    def fits(self, channel: str, text: str) -> bool:
        """Whether `text` may leave as one message; a channel without a limit takes any."""
        way = self.channels.get(channel)
        return way is None or way.fits(text)
