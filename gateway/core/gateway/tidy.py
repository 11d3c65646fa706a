"""What is of no more use to anybody goes, so that these tables stay as small as the house.

What people wrote, and what became of every message, stays.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from gateway.core import flow, kiosks, media, presence, throttle
from gateway.core.models import Action, Code, Question, SessionRow

KEPT = timedelta(days=1)
"""Longer than any of these is good for, so that a message run again late still finds its own."""


def tidy(session: Session, now: datetime) -> None:
    """Forget questions, codes, sessions, tries and undo notes whose time is over."""
    for expired in (
        delete(Question).where(Question.expires_at < now - KEPT),
        delete(Code).where(Code.expires_at < now - KEPT),
        delete(SessionRow).where(SessionRow.expires_at < now),
        delete(Action).where(Action.at < now - KEPT),
    ):
        session.execute(expired.execution_options(synchronize_session=False))
    throttle.forget_old(session, now)
    kiosks.forget_made_up(session, now)
    flow.forget_old(session, now)
    media.forget(session, now)
    presence.forget_old(session, now)
