"""When, how often and in which language a member is written to; what is kept about them."""

from datetime import timedelta

from sqlalchemy import select

from gateway.core import bounces, doubts, fanout, groups, members
from gateway.core.commands import (
    CodeGiven,
    KioskCode,
    Language,
    LanguageSet,
    Me,
    PageLength,
    PageSet,
    Pause,
    Paused,
    Profile,
    Resume,
    Resumed,
    Rhythm,
    RhythmSet,
    Time,
    TimeSet,
)
from gateway.core.errors import Refused
from gateway.core.handlers.turn import Turn
from gateway.core.models import Subscription
from gateway.core.views import count_unread

LONGEST_PAUSE_HOURS = 24 * 30
DELIVERIES = {
    "each": "once",
    "shift": "digest",
    "day": "digest",
    "week": "digest",
    "never": "none",
}
LANGUAGES = ("fr", "en")
LONGEST_PAGE = 5
"""In segments: beyond this a page is no page, and costs as much as it says."""


def pause(turn: Turn, command: Pause) -> Paused:
    """Silence for some hours; alerts still come, and what came in the meantime waits."""
    if not 1 <= command.hours <= LONGEST_PAUSE_HOURS:
        raise Refused("bad_hours", most=LONGEST_PAUSE_HOURS)
    turn.did(command, "", paused_until=_iso(turn.member.paused_until))
    until = turn.now + timedelta(hours=command.hours)
    turn.member.paused_until = until
    return Paused(until, command.hours)


def resume(turn: Turn, command: Resume) -> Resumed:
    """End a pause now."""
    turn.did(command, "", paused_until=_iso(turn.member.paused_until))
    turn.member.paused_until = None
    fanout.wake(turn.session, turn.member, turn.now, turn.house.shifts)
    return Resumed(count_unread(turn.session, turn.member.id))


def time(turn: Turn, command: Time) -> TimeSet:
    """The time of day of the digest, in the member's own time zone."""
    if not (0 <= command.hour < 24 and 0 <= command.minute < 60):  # a clock
        raise Refused("bad_time")
    member = turn.member
    turn.did(
        command, "", digest_minute=member.digest_minute, next_digest_at=_iso(member.next_digest_at)
    )
    member.digest_minute = command.hour * 60 + command.minute
    member.next_digest_at = members.next_digest(member, turn.now, turn.house.shifts)
    return TimeSet(command.hour, command.minute)


def rhythm(turn: Turn, command: Rhythm) -> RhythmSet:
    """How often: each post at once, a digest a shift, a day or a week, or only answers."""
    if command.rhythm not in DELIVERIES:
        raise Refused("bad_rhythm")
    member = turn.member
    rows = list(
        turn.session.scalars(select(Subscription).where(Subscription.member_id == member.id))
    )
    turn.did(
        command,
        "",
        rhythm=member.rhythm,
        next_digest_at=_iso(member.next_digest_at),
        deliveries={str(row.group_id): row.delivery for row in rows},
    )
    member.rhythm = command.rhythm
    for row in rows:
        row.delivery = DELIVERIES[command.rhythm]
    member.next_digest_at = members.next_digest(member, turn.now, turn.house.shifts)
    return RhythmSet(command.rhythm, *divmod(member.digest_minute, 60))


def page(turn: Turn, command: PageLength) -> PageSet:
    """How many SMS a page of news may take, before SUITE is asked for the rest."""
    if not 1 <= command.segments <= LONGEST_PAGE:
        raise Refused("bad_page", most=LONGEST_PAGE)
    turn.did(command, "", page=turn.member.page)
    turn.member.page = command.segments
    return PageSet(command.segments)


def language(turn: Turn, command: Language) -> LanguageSet:
    if command.code not in LANGUAGES:
        raise Refused("no_such_language")
    turn.did(command, "", language=turn.member.language)
    turn.member.language = command.code
    return LanguageSet(command.code)


def me(turn: Turn, _command: Me) -> Profile:
    """All that is kept and set about the member, addresses masked."""
    member = turn.member
    rows = members.addresses(turn.session, member.id)
    return Profile(
        member=member.name,
        site=member.site,
        language=member.language,
        timezone=member.timezone,
        groups=tuple(
            groups.view(turn.session, group, member.id)
            for group in groups.own(turn.session, member.id)
        ),
        addresses=tuple(members.mask(row) for row in rows if row.state != "lost"),
        doubted=tuple(members.mask(row) for row in doubts.of(rows, turn.now)),
        failed=bounces.failed(rows),
        rhythm=member.rhythm,
        hour=member.digest_minute // 60,
        minute=member.digest_minute % 60,
        paused_until=member.paused_until
        if member.paused_until and member.paused_until > turn.now
        else None,
        page=member.page,
    )


def code(turn: Turn, _command: KioskCode) -> CodeGiven:
    """A one-time code with which the member signs in at a kiosk."""
    given, minutes = members.new_code(
        turn.session, turn.member.id, "kiosk", turn.house.secret, turn.now
    )
    return CodeGiven(given, minutes)


def _iso(value: object) -> str | None:
    return value.isoformat() if hasattr(value, "isoformat") else None
