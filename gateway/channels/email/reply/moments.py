"""Dates and times as mail clients write them, in any language: the digits tell, not the words."""

import re

_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}(?:[:.]| ?[hu] ?)\d{2}(?!\d)"
    r"|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d年|\d월|[٠-٩۰-۹]{4}|25\d\d"
)
_DAY = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|[٠-٩۰-۹]{4}|(?<!\d)25\d\d(?!\d)"
)
_CLOCK = re.compile(r"(?<!\d)\d{1,2} ?[:.hu時点시] ?\d{2}(?!\d)|[٠-٩۰-۹]{1,2}:[٠-٩۰-۹]{2}")
_ZONE = re.compile(
    r"\d{1,2}[:.]\d{2}(?::\d{2})?\s?(?:[AP]M\s)?[(\[]?(?:(?:GMT|UTC)(?:[+-]\d|\b)|CES?T\b|[+-]\d{2}:?\d{2}\b)"
)


def dated(text: str) -> bool:
    """Does it hold a date or a time?"""
    return _DATE.search(text) is not None


def day(text: str) -> bool:
    """Does it hold a date with its year?"""
    return _DAY.search(text) is not None


def moment(text: str) -> bool:
    """Does it hold a date with its year, and a time of day?"""
    return _DAY.search(text) is not None and _CLOCK.search(text) is not None


def zoned(text: str) -> bool:
    """Does it hold a time of day with its zone?"""
    return _ZONE.search(text) is not None
