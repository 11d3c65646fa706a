"""The languages that we speak, and the catalogue of words of each.

English is the msgid. Another language is one `locale/CODE.po`, read as it is: there is no compiled
file that could be older than its source.
"""

import gettext
import io
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import polib

LANGUAGES: Final = ("fr", "en")
OWN_NAMES: Final = {"fr": "français", "en": "English"}
SOURCE: Final = "en"

N_: Final = str
"""Marks a msgid in a table, for the test that looks for msgids without words."""


class Translator(Protocol):
    """Words of one language, by their msgid."""

    def gettext(self, message: str, /) -> str: ...

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str: ...

    def pgettext(self, context: str, message: str, /) -> str: ...


def known_language(language: str) -> str:
    """The code among `LANGUAGES` for `language` (`fr`, `FR`, `fr-CA`); English for any other."""
    code = language.replace("_", "-").partition("-")[0].strip().lower()
    return code if code in LANGUAGES else SOURCE


def translator(language: str) -> Translator:
    """The words of `language`; English where we do not speak it."""
    return _catalogue(known_language(language))


def when(moment: datetime, now: datetime, timezone: str, language: str) -> str:
    """When it was, as briefly as one would say it: `today 13:50`, `yesterday`, `Monday`, `12 Nov`.

    `moment` and `now` are aware; `timezone` is the reader's.
    """
    t = translator(language)
    local, today = _local(moment, timezone), _local(now, timezone).date()
    if local.date() == today:
        return t.gettext("today {time}").format(time=f"{local:%H:%M}")
    return _day(t, local.date(), today)


def until(moment: datetime, now: datetime | None, timezone: str, language: str) -> str:
    """Until when, to the minute: `21:50`, `tomorrow 06:00`, `Monday 06:00`, `12 Nov 06:00`.

    The day and month are named where nobody says what time it is now.
    """
    t = translator(language)
    local = _local(moment, timezone)
    time = f"{local:%H:%M}"
    if now is None:
        return f"{_dated(t, local.date())} {time}"
    today = _local(now, timezone).date()
    return time if local.date() == today else f"{_day(t, local.date(), today)} {time}"


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    if code == SOURCE:
        return gettext.NullTranslations()
    source = files("gateway.core.wording") / "locale" / f"{code}.po"
    po = polib.pofile(source.read_text(encoding="utf-8"))
    return gettext.GNUTranslations(io.BytesIO(po.to_binary()))


def _local(moment: datetime, timezone: str) -> datetime:
    return moment.astimezone(_zone(timezone))


@cache
def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):  # a name that is none, or that leads out of the folder
        return ZoneInfo("UTC")


def _day(t: Translator, day: date, today: date) -> str:
    ahead = (day - today).days
    if ahead == -1:
        return t.gettext("yesterday")
    if ahead == 1:
        return t.gettext("tomorrow")
    if abs(ahead) < 7:
        return t.gettext(_WEEKDAYS[day.weekday()])
    return _dated(t, day) if day.year == today.year else f"{_dated(t, day)} {day.year}"


def _dated(t: Translator, day: date) -> str:
    return t.gettext("{day} {month}").format(day=day.day, month=t.gettext(_MONTHS[day.month - 1]))


_WEEKDAYS: Final = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
_MONTHS: Final = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)
