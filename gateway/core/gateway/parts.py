"""What every verb works with: the database, the clock, the bell, and what fits a channel."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.core.commands import Page
from gateway.core.database import Database
from gateway.core.envelope import SMS, Outbound
from gateway.core.house import House
from gateway.core.ports import (
    Bell,
    Channel,
    Clock,
    Destinations,
    FitsPages,
    MediaSource,
    Priced,
    Redraw,
)
from gateway.core.tally import Tally
from gateway.core.wording import words


@dataclass(frozen=True)
class Parts:
    """`channels` are the ways out, by name; one that is not set up is absent.

    `media` has what lies at a carrier, `redraw` makes a picture of ours of it; without them
    pictures wait. `destinations` tells the numbers that may not be written to. `process` is a name
    that no other process has.
    """

    database: Database
    clock: Clock
    bell: Bell
    house: House
    channels: Mapping[str, Channel] = field(default_factory=dict)
    media: MediaSource | None = None
    redraw: Redraw | None = None
    destinations: Destinations | None = None
    tally: Tally = field(default_factory=Tally)
    process: str = field(default_factory=lambda: secrets.token_hex(8))

    def fits(self, channel: str, text: str, pages: int = 1) -> bool:
        """Whether `text` may leave as one message; a channel without a limit takes any."""
        way = self.channels.get(channel)
        return way is None or way.fits(text, pages)

    def price(self, message: Outbound) -> int:
        """The segments that a message would be billed as; none where its channel costs nothing."""
        way = self.channels.get(message.channel)
        if way is None:
            return 0
        return way.cost(message) if isinstance(way, Priced) else 0

    def unwritable(self, channel: str, recipient: str) -> str:
        """Why an address may not be written to, whoever holds it; "" where it may."""
        if channel != SMS or self.destinations is None:
            return ""
        return self.destinations(recipient)

    def page_fits(self, channel: str, language: str, page: Page) -> bool:
        """Whether a digest of `page` may leave as one message, in the words that will leave."""
        way = self.channels.get(channel)
        if way is None:
            return True
        if isinstance(way, FitsPages):
            return way.fits_page(page)
        where = self.reply_to(channel)
        text = words(page, language, now=self.clock(), reply_to=where)
        return way.fits(text, page.segments)

    def reply_to(self, channel: str) -> str:
        """Where to write to, where messages of a channel cannot simply be answered; else ""."""
        way = self.channels.get(channel)
        # Not by isinstance of `AnsweredElsewhere`: every text asks this, and that is slow.
        where: str = getattr(way, "reply_to", "")
        return where
