"""What the core must know of the installation it runs in."""

from dataclasses import dataclass

SHIFTS = (5 * 60, 13 * 60, 21 * 60)
"""When shifts begin where nobody said otherwise, in minutes of the day."""


@dataclass(frozen=True, slots=True)
class House:
    """`secret` signs and hashes; the rest are what a member has who chose nothing else."""

    secret: bytes
    language: str = "fr"
    country: str = "FR"
    timezone: str = "Europe/Paris"
    organisation: str = ""
    sms_number: str = ""
    sms_budget: int | None = None
    """Segments a month for the whole organisation; none: no limit."""
    sms_rate: float | None = None
    """Segments a second that the sender passes on; none: as fast as the carrier takes them."""
    sms_reserve: int = 0
    """Segments of those that only alerts may use."""
    sms_countries: tuple[str, ...] = ()
    """Countries (ISO 3166) whose numbers may be written to; empty: the house's own."""
    keep_messages: int = 400
    """Days for which messages are kept that have ended; what people posted stays."""
    keep_originals: int = 90
    """Days for which what came in is kept as it came, once it has ended."""
    shifts: tuple[int, ...] = SHIFTS
    """When shifts begin, in minutes of the member's day, in their order."""
