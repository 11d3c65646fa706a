"""What a member of the fake depot sets or asks for: silence, rhythm, language, code."""

from datetime import timedelta

from gateway.core import commands as c
from gateway.core.errors import Refused
from tests.support.depot import Depot, Member


def pause(depot: Depot, member: Member, command: c.Pause) -> c.Result:
    if not 1 <= command.hours <= 72:
        raise Refused("bad_hours", most=72)
    member.paused_until = depot.clock() + timedelta(hours=command.hours)
    return c.Paused(member.paused_until, command.hours)


def resume(depot: Depot, member: Member, command: c.Resume) -> c.Result:
    member.paused_until = None
    return c.Resumed(len(depot.unread(member)))


def time(depot: Depot, member: Member, command: c.Time) -> c.Result:
    if not (0 <= command.hour <= 23 and 0 <= command.minute <= 59):
        raise Refused("bad_time")
    member.hour, member.minute = command.hour, command.minute
    return c.TimeSet(command.hour, command.minute)


def rhythm(depot: Depot, member: Member, command: c.Rhythm) -> c.Result:
    if command.rhythm not in ("each", "shift", "day", "week", "never"):
        raise Refused("bad_rhythm")
    member.rhythm = command.rhythm
    return c.RhythmSet(command.rhythm, member.hour, member.minute)


def page(depot: Depot, member: Member, command: c.PageLength) -> c.Result:
    if not 1 <= command.segments <= 5:
        raise Refused("bad_page", most=5)
    member.page = command.segments
    return c.PageSet(command.segments)


def language(depot: Depot, member: Member, command: c.Language) -> c.Result:
    if command.code not in ("fr", "en"):
        raise Refused("no_such_language")
    member.language = command.code
    return c.LanguageSet(command.code)


def me(depot: Depot, member: Member, command: c.Me) -> c.Result:
    views = (depot.view(group, member) for group in depot.groups.values())
    return c.Profile(
        member=member.name,
        site="Gennevilliers",
        language=member.language,
        timezone="Europe/Paris",
        groups=tuple(view for view in views if view.state == "in"),
        addresses=("+33 6 ** ** ** 12",),
        rhythm=member.rhythm,
        hour=member.hour,
        minute=member.minute,
        paused_until=member.paused_until,
        page=member.page,
    )


def code(depot: Depot, member: Member, command: c.KioskCode) -> c.Result:
    code = f"{200000 + len(depot.codes)}"
    depot.codes[code] = member.id
    return c.CodeGiven(code, 10)
