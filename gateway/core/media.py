"""Pictures that came with messages: listed with the message, tied to its post, fetched, forgotten.

A row is written in the transaction that takes the message in, and tied in the one that writes the
post, which is later where the person was asked first. Only what is tied is ever fetched. No
transaction is open while a picture is: a claim is a conditional update, and its lease is
`not_before`, so that a dead worker's picture is tried again by another.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, exists, select, update
from sqlalchemy.orm import Session

from gateway.core import changes
from gateway.core.database import insert_once
from gateway.core.envelope import MediaRef
from gateway.core.many import among
from gateway.core.models import Inbox, Media

MOST = 10
LONGEST_URL = 2_048
LONGEST_KIND = 128
LARGEST = 16 * 2**20
"""Bytes of a picture that came inside a mail; what lies elsewhere is bounded by who fetches it."""

LEASE = timedelta(minutes=2)
"""Longer than any fetch takes."""

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=15),
    timedelta(hours=2),
    timedelta(hours=20),
)
"""Between five tries: a carrier that is away for a day loses nobody's picture."""

UNPOSTED = timedelta(days=2)
"""Long after the last question about a post has expired."""

WORD = "[photo]"
_ENDED = ("done", "refused", "duplicate", "automatic")
_WANTED, _KEPT, _REFUSED = "wanted", "kept", "refused"

_LOOSE = among(Media.inbox_id, "messages"), Media.post_id.is_(None)
_ANY_PICTURE = select(select(Media.id).where(*_LOOSE, Media.state != _REFUSED).exists())
_TIE = (
    update(Media)
    .where(*_LOOSE)
    .values(post_id=bindparam("post"))
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A picture to fetch now, or (`content`) to read; nobody else has it until the lease ends."""

    id: int
    tries: int
    url: str = ""
    content: bytes = field(default=b"", repr=False)


def keep(session: Session, inbox_id: int, refs: Sequence[MediaRef], now: datetime) -> None:
    """List what came with a message, `bounded`, once. What is no picture is listed as refused."""
    for place, ref in enumerate(refs):
        reason = _no_picture(ref)
        session.execute(
            insert_once(session, Media).values(
                inbox_id=inbox_id,
                place=place,
                url=ref.url,
                kind=ref.kind,
                state=_REFUSED if reason else _WANTED,
                reason=reason,
                tries=0,
                not_before=now,
                content=None if reason else ref.content or None,
                created_at=now,
            )
        )


def pictures_of(session: Session, inbox_ids: Collection[int]) -> bool:
    """Whether a picture came with one of these messages, and is in no post yet."""
    return bool(inbox_ids) and bool(session.scalar(_ANY_PICTURE, {"messages": list(inbox_ids)}))


def tie(session: Session, inbox_ids: Collection[int], post_id: int) -> None:
    """What came with these messages belongs to this post now, unless it is in one already."""
    if inbox_ids:
        session.execute(_TIE, {"messages": list(inbox_ids), "post": post_id})


def drop(session: Session, post_id: int) -> None:
    """Delete the pictures of a post that was taken back."""
    session.execute(
        delete(Media).where(Media.post_id == post_id).execution_options(synchronize_session=False)
    )


def waiting(session: Session, now: datetime) -> bool:
    """Whether the time of a picture has come."""
    return session.scalar(select(Media.id).where(*_due(now)).limit(1)) is not None


def claim(session: Session, now: datetime) -> Claim | None:
    """One picture whose time has come; None where there is none, or another took it just now."""
    row = session.execute(
        select(Media.id, Media.url, Media.tries)
        .where(*_due(now))
        .order_by(Media.not_before, Media.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    mine = session.execute(
        update(Media)
        .where(Media.id == row.id, Media.state == _WANTED, Media.tries == row.tries)
        .values(tries=row.tries + 1, not_before=now + LEASE)
        .returning(Media.content)
        .execution_options(synchronize_session=False)
    ).first()
    if mine is None:
        return None
    return Claim(row.id, row.tries + 1, row.url, mine.content or b"")


def kept(session: Session, claimed: Claim, content: bytes) -> bool:
    """Write a picture of our own making; False where the claim was lost, or the post is gone."""
    return _settle(session, claimed, state=_KEPT, kind="image/jpeg", url="", content=content)


def refused(session: Session, claimed: Claim, reason: str) -> bool:
    """Give up, and forget what came."""
    return _settle(session, claimed, state=_REFUSED, reason=reason, url="", content=None)


def failed(
    session: Session, claimed: Claim, reason: str, now: datetime, wait: float | None = None
) -> bool:
    """Try again later, at most five times in all; `wait` is what the other side asked for."""
    if claimed.tries > len(WAITS):
        return refused(session, claimed, reason)
    later = max(WAITS[claimed.tries - 1], timedelta(seconds=min(wait or 0, 86_400)))
    return _settle(session, claimed, reason=reason, not_before=now + later)


def forget(session: Session, now: datetime) -> None:
    """Forget what came with messages that became no post, once these have ended.

    One that is parked, held or waits may still become one.
    """
    ended = exists().where(Inbox.id == Media.inbox_id, Inbox.state.in_(_ENDED))
    session.execute(
        delete(Media)
        .where(Media.post_id.is_(None), Media.created_at < now - UNPOSTED, ended)
        .execution_options(synchronize_session=False)
    )


def bounded(refs: Iterable[MediaRef]) -> tuple[MediaRef, ...]:
    """What came with a message, as far as we list it. A URL is whole, or nothing."""
    return tuple(
        MediaRef(
            ref.kind[:LONGEST_KIND] if ref.kind.isprintable() else "",
            ref.url if len(ref.url) <= LONGEST_URL and ref.url.isprintable() else "",
            ref.content,
        )
        for ref in list(refs)[:MOST]
    )


def _no_picture(ref: MediaRef) -> str:
    if not ref.kind.lower().startswith("image/"):
        return "no picture"
    if len(ref.content) > LARGEST:
        return "too large"
    return "" if ref.url or ref.content else "nothing to fetch"


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Media.state == _WANTED, Media.not_before <= now, Media.post_id.is_not(None)


def _settle(session: Session, claimed: Claim, **values: object) -> bool:
    """Only whoever claimed it last may write it."""
    mine = (Media.id == claimed.id, Media.state == _WANTED, Media.tries == claimed.tries)
    done = session.execute(
        update(Media)
        .where(*mine)
        .values(**values)
        .returning(Media.post_id)
        .execution_options(synchronize_session=False)
    ).first()
    if done is not None and done.post_id is not None and "state" in values:
        changes.touch(session, done.post_id)
    return done is not None
