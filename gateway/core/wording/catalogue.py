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


def until(moment: datetime, now: datetime, timezone: str, language: str) -> str:
    """Until when, to the minute: `today 21:50`, `tomorrow 06:00`, `Monday 06:00`."""
    t = translator(language)
    local, today = _local(moment, timezone), _local(now, timezone).date()
    if local.date() == today:
        return t.gettext("today {time}").format(time=f"{local:%H:%M}")
    return f"{_day(t, local.date(), today)} {local:%H:%M}"


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
    spoken = t.gettext("{day} {month}").format(day=day.day, month=t.gettext(_MONTHS[day.month - 1]))
    return spoken if day.year == today.year else f"{spoken} {day.year}"


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
