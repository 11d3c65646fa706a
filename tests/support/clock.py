"""Time as a test wants it: `now` stands still until the test moves it."""

from datetime import UTC, datetime, timedelta


class Clock:
    """A callable that says what time it is, in UTC; a Monday morning unless told otherwise."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)) -> None:
        self.set(now)

    def __call__(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a time without a zone is no time")
        self._now = now.astimezone(UTC)

    def advance(self, by: timedelta | None = None, **parts: float) -> datetime:
        """Later by a timedelta or its parts, as in `advance(hours=2)`."""
        self._now += (by or timedelta()) + timedelta(**parts)
        return self._now
