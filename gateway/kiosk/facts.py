"""What screens tell about the world: the time, the place, the network, and what went wrong."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from gateway.kiosk.api import Site
from gateway.kiosk.safe import name
from gateway.kiosk.session import Trouble
from gateway.kiosk.texts import LANGUAGES, Texts

LONG = 120
"""Seconds to wait that are told in minutes."""


class Facts:
    """Said in the language of whoever stands there."""

    def __init__(
        self,
        texts: Texts,
        clock: Callable[[], datetime],
        local: Callable[[datetime], datetime],
    ) -> None:
        self.texts = texts
        self.site: Site | None = None
        self._clock, self._local = clock, local
        self._skew = timedelta()
        self.waiting = 0
        """Texts that the gateway does not have yet."""
        self.synced: float | None = None
        """When the kiosk's own copy was last known to be so."""
        self._last: datetime | None = None
        self._since: datetime | None = None

    @property
    def online(self) -> bool:
        return self.state == "online"

    @property
    def state(self) -> str:
        """`looking`, `online` or `offline`."""
        if self._since is not None:
            return "offline"
        return "looking" if self._last is None else "online"

    def found(self, site: Site) -> None:
        """The gateway told where we are, and what time it is: a kiosk may start with no clock."""
        self.site = site
        with suppress(ValueError):
            moment = datetime.fromisoformat(site.time)
            if moment.tzinfo is not None:
                skew = moment - self._clock()
                # Some seconds of travel are no news; a kiosk without a clock is off by years.
                self._skew = skew if abs(skew) > timedelta(seconds=30) else timedelta()
        self.heard(down=False)

    def heard(self, *, down: bool) -> None:
        """The gateway answered, or did not."""
        if not down:
            self._last, self._since = self.now(), None
        elif self._since is None:
            self._since = self.now()

    def now(self) -> datetime:
        return self._clock() + self._skew

    def time(self) -> str:
        return self._told(self.now())

    def day(self) -> str:
        """The time with its day, for paper."""
        return f"{self._local(self.now()):%d/%m/%Y %H:%M}"

    def when(self, moment: datetime, *, short: bool = False) -> str:
        """As people say it; `short` leaves out that it was today."""
        now = self.now()
        if short and self._local(moment).date() == self._local(now).date():
            return self._told(moment)
        return self.texts.when(moment, now, self._local)

    def heading(self, member: str, place: str) -> str:
        """Who, or which kiosk, and where."""
        return f"{name(member) if member else self.here()}   {place}"

    def here(self) -> str:
        """Which kiosk this is: the organisation, the site."""
        site = self.site
        if site is None:
            return self.texts("KIOSK")
        return " · ".join(name(part) for part in (site.organisation, site.site) if part)

    def truth(self) -> str:
        """The network, as it is, and what waits for it."""
        told = self._network()
        if self.waiting:
            told += " · " + self.texts.many("{count} kept", "{count} kept", self.waiting)
        return told

    def of_copy(self) -> str:
        """What is shown is the kiosk's own copy."""
        return self.texts("No network: this is what was here at {time}.", time=self._copied())

    def _copied(self) -> str:
        if self.synced is None:
            return "?"
        return self._told(datetime.fromtimestamp(self.synced, UTC))

    def _network(self) -> str:
        if self._since is not None:
            since = self._told(self._since)
            if self.synced is None:
                return self.texts("OFFLINE since {time} · nothing leaves now", time=since)
            # The time of the copy stands where 40 columns still show it.
            return self.texts(
                "OFFLINE since {time} · copy {copied}", time=since, copied=self._copied()
            )
        if self._last is None:
            return self.texts("Looking for the gateway...")
        return self.texts("ONLINE   last contact {time}", time=self._told(self._last))

    def sms_number(self) -> str:
        return self.site.sms_number if self.site is not None else ""

    def languages(self) -> tuple[str, ...]:
        """Those that the gateway speaks and the kiosk too."""
        spoken = self.site.languages if self.site is not None else ()
        return tuple(code for code in LANGUAGES if code in spoken) or tuple(LANGUAGES)

    def excuse(self, trouble: Trouble) -> str:
        """Why there is no answer, and what to do."""
        t = self.texts
        match trouble.kind:
            case "network":
                return t("! No network. Try again in a moment.")
            case "locked" | "too-many-requests":
                return self._wait(trouble.seconds)
            case "shut-out":
                return t("! This badge is locked. Ask your team leader, or text CODE.")
            case "not-kept":
                return t("! NOT KEPT: this kiosk's disk is full. Tell your team leader.")
            case "unknown-device":
                return t("! This kiosk is not known to the gateway. Tell your team leader.")
            case _:
                return t("! That did not work. Try again, or tell your team leader.")

    def _wait(self, seconds: int) -> str:
        if seconds <= LONG:
            return self.texts("! Too many tries. Wait {seconds} s.", seconds=seconds)
        minutes = -(-seconds // 60)
        return self.texts("! Too many tries. Wait {minutes} minutes.", minutes=minutes)

    def _told(self, moment: datetime) -> str:
        return f"{self._local(moment):%H:%M}"
