"""The kiosk's own words: the English sentence is the key, a .po file a language gives the others.

What the gateway itself answers comes in the member's language already; these are the words on
the screens around it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

import polib

LANGUAGES = {"fr": "Français", "en": "English"}
LOCALE = Path(__file__).parent / "locale"

READY = (
    "I will be late.",
    "Machine down, I need help.",
    "Area clear, all is well.",
    "Please call me back.",
)
"""Sentences that nobody has to type."""

READY_ANSWERS = (
    "OK, understood.",
    "I am on my way.",
    "I cannot, sorry.",
    "It is done.",
)
"""The same for answers."""


def mark(sentence: str) -> str:
    """Names a sentence for the catalogue where it stands in a table."""
    return sentence


@cache
def _catalogue(language: str) -> NullTranslations:
    path = LOCALE / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    return GNUTranslations(BytesIO(polib.pofile(str(path)).to_binary()))


class Texts:
    """Words in one language: `t("Hello {name}.", name=...)`."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"
        self._catalogue = _catalogue(self.language)

    def __call__(self, sentence: str, **values: object) -> str:
        return self._catalogue.gettext(sentence).format(**values)

    def many(self, one: str, several: str, count: int, **values: object) -> str:
        return self._catalogue.ngettext(one, several, count).format(count=count, **values)

    def when(self, moment: datetime, now: datetime, local: Callable[[datetime], datetime]) -> str:
        """A time as people say it: today, yesterday, or the day."""
        there, today = local(moment), local(now).date()
        clock = f"{there:%H:%M}"
        match (today - there.date()).days:
            case 0:
                return self("today {time}", time=clock)
            case 1:
                return self("yesterday {time}", time=clock)
            case _:
                return f"{there:%d/%m} {clock}"
