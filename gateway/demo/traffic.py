"""Two weeks of what the made-up company wrote, as it stands in `two_weeks.txt`, with its times."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from gateway.core.envelope import EMAIL, KIOSK, SMS
from gateway.demo import company

_CHANNELS = {"sms": SMS, "mail": EMAIL, "kiosk": KIOSK}
_POST = re.compile(r"(?P<at>[\d:]+) (?P<who>\w+) (?P<channel>\w+) (?P<group>\w+) \| (?P<text>.+)")
_REPLY = re.compile(r"> (?P<at>[\d:]+) (?P<who>\w+) (?P<channel>\w+) \| (?P<text>.+)")
_THANKS = re.compile(r"\+ (?P<who>\w+) (?P<channel>\w+)")
_LATER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Item:
    """Something that somebody wrote. `thread` is the place of the post that is answered."""

    at: datetime
    who: str
    channel: str
    kind: str
    """post, reply or thanks"""
    group: str = ""
    text: str = ""
    thread: int | None = None


def two_weeks(now: datetime) -> list[Item]:
    """All items, as the file has them. Their times are up to `now`; sort by them to play."""
    items: list[Item] = []
    day: datetime | None = None
    thread = 0
    for line in _lines():
        if line.isdigit() or line == "now":
            day = _day(line, now)
            continue
        item = _item(line, day, now, items[-1].at if items else now, thread)
        if item.kind == "post":
            thread = len(items)
        items.append(item)
    return items


def read(line: str) -> tuple[str, dict[str, str]]:
    """What kind of item a line is, and its words by name. Raises `ValueError` of none."""
    for kind, form in (("post", _POST), ("reply", _REPLY), ("thanks", _THANKS)):
        if found := form.fullmatch(line):
            return kind, found.groupdict()
    raise ValueError(f"two_weeks.txt: {line}")


def _lines() -> list[str]:
    text = Path(__file__).with_name("two_weeks.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _day(line: str, now: datetime) -> datetime | None:
    """The midnight, there, from which a day's times count; None where they are minutes ago."""
    if line == "now":
        return None
    local = now.astimezone(ZoneInfo(company.ZONE)) - timedelta(days=int(line))
    return datetime.combine(local.date(), time(), local.tzinfo)


def _item(line: str, day: datetime | None, now: datetime, before: datetime, thread: int) -> Item:
    kind, said = read(line)
    return Item(
        at=_at(said["at"], day, now) if "at" in said else min(before + _LATER, now),
        who=said["who"],
        channel=_CHANNELS[said["channel"]],
        kind=kind,
        group=said.get("group", ""),
        text=said.get("text", ""),
        thread=None if kind == "post" else thread,
    )


def _at(text: str, day: datetime | None, now: datetime) -> datetime:
    if day is None:
        return now - timedelta(minutes=int(text))
    hour, _, minute = text.partition(":")
    return day.replace(hour=int(hour), minute=int(minute)).astimezone(now.tzinfo)
