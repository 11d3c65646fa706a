"""Which mails of a mailbox were taken, for servers that keep no marks; and which cannot be."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from gateway.core.database import insert_once
from gateway.core.gateway.parts import Parts
from gateway.core.models import Fetched

KEPT = timedelta(days=60)
"""A mail that comes up again later is still known by its Message-ID."""


class Postbag:
    """`ports.FetchedMail`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def known(self, mailbox: str, uid_validity: int) -> dict[int, int | None]:
        with self._parts.database.read() as session:
            rows = session.execute(
                select(Fetched.uid, Fetched.state, Fetched.tries).where(
                    Fetched.mailbox == mailbox, Fetched.uid_validity == uid_validity
                )
            )
            return {uid: None if state == "taken" else tries for uid, state, tries in rows}

    def taken(self, mailbox: str, uid_validity: int, uid: int) -> None:
        self._write(mailbox, uid_validity, uid, "taken")

    def failed(self, mailbox: str, uid_validity: int, uid: int) -> int:
        return self._write(mailbox, uid_validity, uid, "failed")

    def parked(self) -> int:
        """How many mails nobody could take, and are left in their mailbox."""
        with self._parts.database.read() as session:
            return len(session.scalars(select(Fetched.uid).where(Fetched.state == "failed")).all())

    def _write(self, mailbox: str, uid_validity: int, uid: int, state: str) -> int:
        now = self._parts.clock()
        which = (
            Fetched.mailbox == mailbox,
            Fetched.uid_validity == uid_validity,
            Fetched.uid == uid,
        )
        with self._parts.database.write() as session:
            session.execute(
                insert_once(session, Fetched).values(
                    mailbox=mailbox,
                    uid_validity=uid_validity,
                    uid=uid,
                    state=state,
                    tries=0,
                    at=now,
                )
            )
            tries = session.scalar(
                update(Fetched)
                .where(*which)
                .values(state=state, tries=Fetched.tries + (state == "failed"), at=now)
                .returning(Fetched.tries)
            )
            session.execute(delete(Fetched).where(Fetched.at < now - KEPT))
        return tries or 0
