"""What a carrier simply took, written for many messages together.

So a post to thousands costs a few statements, and not some for each of its readers. What is not
simple (a report came first, another row has the carrier's id, the price was another) is left to
`settling`, one by one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.orm import Session

from gateway.core.envelope import Failure, Receipt
from gateway.core.models import DeliveryEvent, Outbox

MOST_STATEMENTS = 4
"""A statement for each of so many different answers of a carrier; for more, one of many rows."""

_TABLE: Any = Outbox.__table__
_ROW = _TABLE.c
_EVENT = DeliveryEvent.__table__.c
_THESE = _ROW.id.in_(bindparam("ids", expanding=True))
_OURS = (_ROW.claim == bindparam("token"), _ROW.state == "claimed", _ROW.external_id.is_(None))
_TAKEN = {
    "state": "sent",
    "settled_at": bindparam("at"),
    "status": case((_ROW.status == "", "sent"), else_=_ROW.status),
    "code": "",
    "said": bindparam("words"),
}
_ALL_TAKEN = update(_TABLE).where(_THESE, *_OURS).values(_TAKEN).returning(_ROW.id, _ROW.channel)
_FREE = (
    select(_ROW.id, _ROW.channel, _ROW.reserved)
    .where(_THESE, *_OURS)
    .order_by(_ROW.id)
    .with_for_update()
)
_ONE_TAKEN = update(_TABLE).where(_ROW.id == bindparam("row")).values(_TAKEN)
_ONE_BOUND = _ONE_TAKEN.values(
    external_id=bindparam("known_as"),
    segments=case((bindparam("cost") == 0, _ROW.segments), else_=bindparam("cost")),
)
_KNOWN = (
    select(_ROW.external_id)
    .where(
        _ROW.channel == bindparam("way"), _ROW.external_id.in_(bindparam("names", expanding=True))
    )
    .union_all(
        select(_EVENT.external_id).where(
            _EVENT.channel == bindparam("way"),
            _EVENT.external_id.in_(bindparam("names", expanding=True)),
        )
    )
)


def settle_simple(
    session: Session, token: str, outcomes: Iterable[Receipt | Failure], now: datetime
) -> dict[int, str]:
    """Settle all that can be settled together; the channel of each, by its id."""
    receipts = [one for one in outcomes if isinstance(one, Receipt)]
    named = [one for one in receipts if one.external_id]
    nameless = [one for one in receipts if not one.external_id and not one.segments]
    return _nameless(session, token, nameless, now) | _named(session, token, named, now)


def _nameless(
    session: Session, token: str, receipts: Sequence[Receipt], now: datetime
) -> dict[int, str]:
    by_words: dict[str, list[int]] = defaultdict(list)
    for one in receipts:
        by_words[one.said].append(one.outbound_id)
    connection = session.connection()
    if len(by_words) > MOST_STATEMENTS:
        free = _free(session, token, receipts)
        rows = [
            {"row": one.outbound_id, "at": now, "words": one.said}
            for one in receipts
            if one.outbound_id in free
        ]
        if rows:
            connection.execute(_ONE_TAKEN, rows)
        return {row_id: channel for row_id, (channel, _) in free.items()}
    settled: dict[int, str] = {}
    for words, ids in by_words.items():
        values = {"ids": ids, "token": token, "at": now, "words": words}
        settled.update(connection.execute(_ALL_TAKEN, values).all())
    return settled


def _named(
    session: Session, token: str, receipts: Sequence[Receipt], now: datetime
) -> dict[int, str]:
    if not receipts:
        return {}
    free = _free(session, token, receipts)
    names = [one.external_id for one in receipts]
    known: set[str] = set()
    for way in {channel for channel, _ in free.values()}:
        known.update(session.scalars(_KNOWN, {"way": way, "names": names}))
    simple = [
        one
        for one in receipts
        if one.outbound_id in free
        and one.external_id not in known
        and free[one.outbound_id][1] in (0, one.segments)
    ]
    if len({one.external_id for one in simple}) != len(simple):
        return {}
    if simple:
        rows = [
            {
                "row": one.outbound_id,
                "at": now,
                "words": one.said,
                "known_as": one.external_id,
                "cost": one.segments,
            }
            for one in simple
        ]
        session.connection().execute(_ONE_BOUND, rows)
    return {one.outbound_id: free[one.outbound_id][0] for one in simple}


def _free(session: Session, token: str, receipts: Sequence[Receipt]) -> dict[int, tuple[str, int]]:
    """The channel and the reserved segments of those that are ours, and that nobody spoke of."""
    ids = [one.outbound_id for one in receipts]
    rows = session.connection().execute(_FREE, {"ids": ids, "token": token})
    return {row_id: (channel, reserved) for row_id, channel, reserved in rows}
