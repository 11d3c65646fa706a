"""Taking turns: a post to thousands does not keep those of other groups waiting until all has left.

Messages of the same urgency leave in the order of `not_before`. Of one post each stands a
microsecond behind the other; and a new post begins beside what leaves next, and not behind all that
waits, but behind what still waits of the same group, whose posts keep their order. So groups leave
message by message in turn, and a post to twenty people is through when twenty of each other group
have left. (Start-time fair queueing, Goyal, Vin and Cheng 1996, with a group as the flow and one
message as the unit; its time is the one that stands in the index anyway.)

All turns of a post lie within one second that is over, so that it is due at once.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Interval,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session

from gateway.core.envelope import EMAIL, SMS
from gateway.core.models import Outbox, Post, UtcTime
from gateway.core.prepared import Prepared

_LAST = 999_999
"""Of the microseconds of a second. A reader beyond them shares the last turn."""

_SECOND, _TURN = timedelta(seconds=1), timedelta(microseconds=1)
_UP_TO_SECONDS = len("2026-03-02 09:00:00.")
"""Of a time as SQLite keeps it."""


def _next(channel: str) -> Any:
    """When the first of those that are due was to leave."""
    return (
        select(Outbox.not_before)
        .where(
            literal_column("outbox.state") == literal_column("'due'"),
            Outbox.channel == channel,
            Outbox.priority == bindparam("urgency", type_=Integer),
            Outbox.not_before <= bindparam("now", type_=UtcTime),
        )
        .order_by(Outbox.not_before)
        .limit(1)
        .scalar_subquery()
    )


_BEFORE = (
    select(Post.id)
    .where(Post.group_id == bindparam("group"), Post.id < bindparam("post"))
    .order_by(Post.id.desc())
    .limit(1)
    .scalar_subquery()
)
_LAST_OF_GROUP = (
    select(Outbox.channel, Outbox.not_before, Outbox.priority, Outbox.state, Outbox.attempts)
    .where(Outbox.post_id == _BEFORE)
    .order_by(Outbox.member_id.desc())
    .limit(1)
    .subquery()
)
"""Of the group's post before: that to the last of its readers, who had the last turn."""

_ANYWHERE = select(_next(SMS).label(SMS), _next(EMAIL).label(EMAIL)).subquery()
_NEXT = Prepared(
    select(_ANYWHERE.c.sms, _ANYWHERE.c.email, _LAST_OF_GROUP).select_from(
        _ANYWHERE.outerjoin(_LAST_OF_GROUP, true())
    )
)


def begin(session: Session, post: int, group: int, urgency: int, now: datetime) -> dict[str, Any]:
    """Where a new post begins, by channel: what `turn` is to be run with.

    Readers who were tried in vain come later, and hold nobody's turn.
    """
    found: Any = _NEXT.first(session, post=post, group=group, urgency=urgency, now=now)
    over = now.replace(microsecond=0) - _SECOND
    sms, mail, channel, last, *still = found
    places = {way: _beside(first, over) for way, first in ((SMS, sms), (EMAIL, mail))}
    if channel in places and still == [urgency, "due", 0] and last < over + _SECOND - _TURN:
        places[channel] = max(places[channel], last + _TURN)
    return {
        "sms_from": places[SMS],
        "sms_gone": places[SMS].microsecond,
        "mail_from": places[EMAIL],
        "mail_gone": places[EMAIL].microsecond,
    }


def _beside(first: datetime | None, over: datetime) -> datetime:
    """So early in any case that a whole second of turns is over."""
    return over if first is None or first >= over + _SECOND else first


def turn(dialect: str, channel: Any) -> ColumnElement[datetime]:
    """The turn of each row of a SELECT, in its order, on that channel."""
    begins = case(
        (channel == SMS, bindparam("sms_from", type_=UtcTime)),
        else_=bindparam("mail_from", type_=UtcTime),
    )
    gone = case(
        (channel == SMS, bindparam("sms_gone", type_=Integer)),
        else_=bindparam("mail_gone", type_=Integer),
    )
    return _moved(dialect, begins, gone + func.row_number().over() - 1)


def after(dialect: str, until: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """That time for all rows of the outbox, each in its turn as before."""
    own = Outbox.__table__.c.not_before
    if dialect == "sqlite":
        return _joined(func.substr(until, 1, _UP_TO_SECONDS), func.substr(own, _UP_TO_SECONDS + 1))
    return until + (own - func.date_trunc("second", own))


def owed_since() -> ColumnElement[datetime]:
    """Since when a row that is due could have left: its turn may be older than it is itself."""
    return case((Outbox.not_before < Outbox.created_at, Outbox.created_at), else_=Outbox.not_before)


def _moved(dialect: str, time: Any, microseconds: Any) -> ColumnElement[datetime]:
    """A time, with that as its microseconds."""
    if dialect == "sqlite":
        digits = func.substr(cast(func.min(microseconds, _LAST) + _LAST + 1, String), 2)
        return _joined(func.substr(time, 1, _UP_TO_SECONDS), digits)
    most: Any = func.least(microseconds, _LAST)
    turned: ColumnElement[datetime] = func.date_trunc("second", time) + most * literal(
        _TURN, Interval
    )
    return turned


def _joined(seconds: Any, digits: Any) -> ColumnElement[datetime]:
    return type_coerce(type_coerce(seconds, String) + type_coerce(digits, String), UtcTime)
