"""A channel that is shut: its messages wait, one is tried now and then, and the first opens it."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from gateway.core.database import insert_once
from gateway.core.errors import ChannelShut
from gateway.core.models import ChannelPause
from gateway.core.prepared import Prepared

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=1)

_OPENED = Prepared(
    delete(ChannelPause.__table__).where(ChannelPause.channel == bindparam("channel"))  # type: ignore[arg-type]  # it is a table
)


def of(session: Session, channel: str) -> ChannelPause | None:
    return session.get(ChannelPause, channel)


def every(session: Session) -> list[ChannelPause]:
    return list(session.scalars(select(ChannelPause).order_by(ChannelPause.channel)))


def shut(session: Session, channel: str, error: ChannelShut, now: datetime) -> None:
    """Nothing leaves for a while, each time twice as long; a batch that meets it counts once."""
    session.execute(
        insert_once(session, ChannelPause).values(
            channel=channel, code="", reason="", since=now, until=now, tries=0
        )
    )
    pause = session.get_one(ChannelPause, channel, with_for_update=True)
    pause.code, pause.reason = error.code, error.detail
    if pause.until <= now:
        pause.until = now + min(LONGEST, FIRST * 2.0**pause.tries)
        pause.tries = min(pause.tries + 1, 10)


def opened(session: Session, channel: str) -> None:
    """Something has left."""
    if _OPENED.run(session, channel=channel):
        session.expire_all()  # what was read of it is no more
