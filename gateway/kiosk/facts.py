"""What screens tell about the world: the time, the place, the network, and what went wrong."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from gateway.kiosk.api import Site
from gateway.kiosk.session import Trouble
from gateway.kiosk.texts import LANGUAGES, Texts


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
        self._last: datetime | None = None
        self._since: datetime | None = None

    @property
    def online(self) -> bool:
        return self._last is not None and self._since is None

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

    def when(self, moment: datetime) -> str:
        return self.texts.when(moment, self.now(), self._local)

    def heading(self, member: str, place: str) -> str:
        """Who, or which kiosk, and where."""
        site = self.site
        if site is None:
            name = self.texts("KIOSK")
        else:
            name = " · ".join(part for part in (site.organisation, site.site) if part)
        return f"{member or name}   {place}"

    def truth(self) -> str:
        """The network, as it is."""
        if self._since is not None:
            return self.texts(
                "OFFLINE since {time} · nothing leaves now", time=self._told(self._since)
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
                return t("! Too many tries. Wait {seconds} s.", seconds=trouble.seconds)
            case "unknown-device":
                return t("! This kiosk is not known to the gateway. Tell your team leader.")
            case _:
                return t("! That did not work. Try again, or tell your team leader.")

    def _told(self, moment: datetime) -> str:
        return f"{self._local(moment):%H:%M}"
