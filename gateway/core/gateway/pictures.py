"""Pictures: fetched one at a time with no transaction open, and shown to those who may see them."""

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core import groups, media
from gateway.core.errors import PermanentFailure, TemporaryFailure
from gateway.core.gateway.parts import Parts
from gateway.core.media import Claim
from gateway.core.models import Group, Media, Post
from gateway.core.ports import MediaSource, Picture

log = logging.getLogger(__name__)


class Pictures:
    """`ports.Album`, and the verb that fills it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def waiting(self) -> bool:
        """Whether there is a picture to fetch now."""
        if self._parts.redraw is None:
            return False
        with self._parts.database.read() as session:
            return media.waiting(session, self._parts.clock())

    def fetch_media(self) -> bool:
        """Fetch one picture whose time has come; False where there is none.

        Killed at any moment, it leaves a row that another takes up when the lease has ended.
        """
        source, redraw = self._parts.media, self._parts.redraw
        if redraw is None:
            return False
        with self._parts.database.write() as session:
            claimed = media.claim(session, self._parts.clock())
        if claimed is None:
            return False
        try:
            content = redraw(_brought(source, claimed))
        except PermanentFailure as failure:
            self._refuse(claimed, str(failure))
        except TemporaryFailure as failure:
            self._fail(claimed, str(failure), failure.retry_after)
        except Exception as error:  # a bug in reading one picture must not stop all others
            log.exception("media %s could not be read", claimed.id)
            self._fail(claimed, type(error).__name__)
        else:
            with self._parts.database.write() as session:
                media.kept(session, claimed, content)
        return True

    def linked(self, media_id: int, member_id: int) -> Picture | None:
        """`Album.linked`: whoever left the group has a link that shows nothing any more."""
        with self._parts.database.read() as session:
            found = _shown(session, media_id)
            if found is None or not groups.is_in(session, member_id, found[1].group_id):
                return None
            return _picture(found[0])

    def readable(self, media_id: int, member_id: int) -> Picture | None:
        """At a screen: wherever the member may read the post, as `Turn.may_see` has it."""
        with self._parts.database.read() as session:
            found = _shown(session, media_id)
            if found is None:
                return None
            group = session.get_one(Group, found[1].group_id)
            if group.kind == "closed" and not groups.is_in(session, member_id, group.id):
                return None
            return _picture(found[0])

    def _refuse(self, claimed: Claim, reason: str) -> None:
        log.info("media %s refused: %s", claimed.id, reason)
        with self._parts.database.write() as session:
            media.refused(session, claimed, reason)

    def _fail(self, claimed: Claim, reason: str, wait: float | None = None) -> None:
        with self._parts.database.write() as session:
            media.failed(session, claimed, reason, self._parts.clock(), wait)


def _brought(source: MediaSource | None, claimed: Claim) -> bytes:
    if claimed.content:
        return claimed.content
    if source is None:
        raise TemporaryFailure("no carrier")
    return source.fetch(claimed.url)


def _shown(session: Session, media_id: int) -> tuple[Media, Post] | None:
    """A picture and its post, while that stands."""
    row = session.execute(
        select(Media, Post)
        .join(Post, Post.id == Media.post_id)
        .where(Media.id == media_id, Post.state == "live")
    ).first()
    return None if row is None else (row[0], row[1])


def _picture(row: Media) -> Picture:
    return Picture(row.state, (row.content or b"") if row.state == "kept" else b"")
