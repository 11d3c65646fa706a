"""What a carrier simply took, written for many messages together.

So a post to thousands costs a few statements, and not some for each of its readers. What is not
simple (a report came first, another row has the carrier's id, the price was another) is left to
`settling`, one by one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    Text,
    bindparam,
    case,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session

from gateway.core.envelope import Failure, Receipt
from gateway.core.many import among, given, packed
from gateway.core.models import DeliveryEvent, Outbox, UtcTime
from gateway.core.prepared import Prepared

_TABLE: Any = Outbox.__table__
_ROW = _TABLE.c
_EVENT = DeliveryEvent.__table__.c
_TAKEN = {
    "state": "sent",
    "settled_at": bindparam("at", type_=UtcTime),
    "status": case((_ROW.status == "", "sent"), else_=_ROW.status),
    "code": "",
}


def ours(dialect: str) -> tuple[ColumnElement[bool], ...]:
    """Rows that are claimed under `token`, to be found by their ids."""
    # SQLite would go by the claim, which has thousands of rows where some are wanted.
    claim = literal_column("+outbox.claim") if dialect == "sqlite" else _ROW.claim
    return claim == bindparam("token", type_=String), _ROW.state == "claimed"


def _all_taken(dialect: str) -> Any:
    said = given(dialect, row=BigInteger, words=Text)
    return (
        update(_TABLE)
        .where(_ROW.id == said.c.row, *ours(dialect), _ROW.external_id.is_(None))
        .values({**_TAKEN, "said": said.c.words})
        .returning(_ROW.id, _ROW.channel)
    )


_ALL_TAKEN = Prepared(_all_taken)
_FREE = Prepared(
    lambda dialect: (
        select(_ROW.id, _ROW.channel, _ROW.reserved)
        .where(among(_ROW.id, "ids"), *ours(dialect), _ROW.external_id.is_(None))
        .order_by(_ROW.id)
        .with_for_update()
    )
)
_ONE_TAKEN = (
    update(_TABLE).where(_ROW.id == bindparam("row")).values({**_TAKEN, "said": bindparam("words")})
)
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
    if not receipts:
        return {}
    rows = packed({"row": one.outbound_id, "words": one.said} for one in receipts)
    settled = _ALL_TAKEN.rows(session, rows=rows, token=token, at=now)
    return {row_id: channel for row_id, channel in settled}  # noqa: C416  # columns of any type


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
    found = _FREE.rows(session, ids=[one.outbound_id for one in receipts], token=token)
    return {row_id: (channel, reserved) for row_id, channel, reserved in found}
