"""In which order what is due leaves: the most urgent first, and of those what waits longest.

Each urgency is looked at by itself: so the index leads to the first rows that are due, and however
many wait for the end of a night, they are not even passed. The state is written out, because a
partial index serves only a statement that names it: nothing depends on what PostgreSQL knows of the
table.
"""

from datetime import datetime

from sqlalchemy import Integer, String, bindparam, literal_column, select, text
from sqlalchemy.orm import Session

from gateway.core.models import Outbox, UtcTime
from gateway.core.prepared import Prepared

PRIORITIES = range(4)
"""From an answer to a digest; see `fanout`."""


def first_due(session: Session, channel: str, limit: int, now: datetime) -> list[int]:
    """The first `limit` rows of a channel that are due, and that nobody else is taking."""
    found: list[int] = []
    for priority in PRIORITIES:
        most = limit - len(found)
        rows = _FIRST.rows(session, way=channel, urgency=priority, now=now, most=most)
        found += [row[0] for row in rows]
        if len(found) >= limit:
            break
    return found


def is_due_before(session: Session, channel: str, urgency: int, now: datetime) -> bool:
    """Whether anything is due on a channel that is more urgent."""
    return any(
        _ANY.first(session, way=channel, urgency=priority, now=now, most=1)
        for priority in PRIORITIES
        if priority < urgency
    )


def due_channels(session: Session, now: datetime) -> list[str]:
    """The channels on which something is due now."""
    return list(session.scalars(_DUE_CHANNELS, {"now": now}))


_DUE = (
    select(Outbox.id)
    .where(
        Outbox.state == literal_column("'due'"),
        Outbox.channel == bindparam("way"),
        Outbox.priority == bindparam("urgency"),
        Outbox.not_before <= bindparam("now", type_=UtcTime),
    )
    .order_by(Outbox.not_before, Outbox.id)
    .limit(bindparam("most", type_=Integer))
)
_ANY = Prepared(_DUE)
_FIRST = Prepared(
    lambda dialect: _DUE.with_for_update(skip_locked=True) if dialect == "postgresql" else _DUE
)


# From one channel to the next by the index, which begins with them. Each question has an order and
# ends at its first row, so that no plan reads all rows to answer it.
_DUE_CHANNELS = (
    text(
        """
        WITH RECURSIVE way (channel) AS (
            SELECT (SELECT channel FROM outbox WHERE state = 'due' ORDER BY channel LIMIT 1)
            UNION ALL
            SELECT (
                SELECT outbox.channel FROM outbox
                WHERE state = 'due' AND outbox.channel > way.channel
                ORDER BY outbox.channel LIMIT 1
            ) FROM way WHERE way.channel IS NOT NULL
        ),
        urgency (priority) AS (VALUES (0), (1), (2), (3))
        SELECT DISTINCT channel FROM way CROSS JOIN urgency
        WHERE way.channel IS NOT NULL AND (
            SELECT outbox.id FROM outbox
            WHERE state = 'due' AND outbox.channel = way.channel
            AND outbox.priority = urgency.priority AND not_before <= :now
            ORDER BY not_before LIMIT 1
        ) IS NOT NULL
        """
    )
    .bindparams(bindparam("now", type_=UtcTime))
    .columns(channel=String)
)
