"""Changes of posts, numbered in the order of their commits, so that a feed can say what is new.

A post gets the number of its last change. Where names changed, all that was told is stale at once:
that is a new edition, and every feed is told whole again.
"""

from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from gateway.core.models import CHANGE, EDITION, SERIAL, Counter, Post
from gateway.core.prepared import Prepared

_RAISE = Prepared(
    update(Counter.__table__)  # type: ignore[arg-type]  # it is a table
    .where(Counter.name == bindparam("counter"))
    .values(value=Counter.value + 1)
    .returning(Counter.value)
)


def _raise_both(dialect: str) -> Any:
    """Both rows are locked in one order: two that write a post at a time must not wait for each
    other, each with one of them.
    """
    both = or_(Counter.name == SERIAL, Counter.name == CHANGE)
    if dialect == "postgresql":
        mine = select(Counter.name).where(both).order_by(Counter.name).with_for_update().subquery()
        both = Counter.name == mine.c.name
    return (
        update(Counter.__table__)  # type: ignore[arg-type]  # it is a table
        .where(both)
        .values(value=Counter.value + 1)
        .returning(Counter.name, Counter.value)
    )


_RAISE_BOTH = Prepared(_raise_both)


def next_one(session: Session) -> int:
    """The number of a change. Until this transaction ends, others who change posts wait."""
    return _raise(session, CHANGE)


def next_post(session: Session) -> tuple[int, int]:
    """The running number of a new post, and that of the change which it is.

    Until this transaction ends, others who write or change posts wait.
    """
    raised = {row[0]: row[1] for row in _RAISE_BOTH.rows(session)}
    assert len(raised) == len((SERIAL, CHANGE)), "a migration writes the counters"
    return raised[SERIAL], raised[CHANGE]


def touch(session: Session, post_id: int) -> None:
    """Readers of this post shall be told of it again."""
    session.execute(
        update(Post)
        .where(Post.id == post_id)
        .values(version=next_one(session))
        .execution_options(synchronize_session=False)
    )


def new_edition(session: Session) -> None:
    """All that was told so far is stale: somebody has another name, or none any more."""
    _raise(session, EDITION)


def pass_over(session: Session, posts: int) -> int:
    """Give the numbers of so many posts to none; the running number of the next one.

    Nor those of so many changes and editions: a reader may know of some that are gone.
    """
    counters = Counter.name.in_((SERIAL, CHANGE, EDITION))
    # Locked in the order in which a post locks them.
    session.execute(select(Counter).where(counters).order_by(Counter.name).with_for_update())
    session.execute(update(Counter).where(counters).values(value=Counter.value + posts))
    newest: int = session.execute(select(Counter.value).where(Counter.name == SERIAL)).scalar_one()
    return newest + 1


def state(session: Session) -> tuple[int, int]:
    """The number of the last change, and of the edition.

    Read before the posts: what is committed in between is then told twice, and never missed.
    """
    rows = session.execute(
        select(Counter.name, Counter.value).where(Counter.name.in_((CHANGE, EDITION)))
    )
    values = dict(rows.all())
    return values[CHANGE], values[EDITION]


def _raise(session: Session, name: str) -> int:
    value: int | None = _RAISE.scalar(session, counter=name)
    assert value is not None, "a migration writes the counter"
    return value
