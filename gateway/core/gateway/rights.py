"""What a person may ask of us: all that we keep about them, and that we forget it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from gateway.core import erasure, export, kiosks, members, throttle
from gateway.core.errors import Refused
from gateway.core.gateway import strangers
from gateway.core.gateway.parts import Parts
from gateway.core.ports import Told, untold


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done. `posts` stay by nobody, or are empty where that was asked for.

    `named` are what others were told, where the name stood; `dropped`, what was still owed.
    """

    messages: int
    sent: int
    dropped: int
    named: int
    addresses: int
    groups: int
    posts: int
    without_animator: tuple[str, ...]
    """Groups that nobody animates any more."""


class Rights:
    """An export reads a page a transaction; an erasure writes a batch a transaction."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def profile(self, member_id: int) -> export.Record:
        """Who somebody is here, and what they set. Raises `Refused("no_such_member")`."""
        with self._parts.database.read() as session:
            self._person(session, member_id)
            return export.profile(session, member_id)

    def sections(
        self, member_id: int, *, originals: bool = False
    ) -> Iterator[tuple[str, Iterator[export.Record]]]:
        """The rest of what is kept about somebody, by section; each is read as it is asked for."""
        for section in export.sections(member_id, originals=originals):
            yield section.name, section.pages(self._parts.database.read)

    def erase(self, member_id: int, *, posts: bool = False, told: Told = untold) -> Erased:
        """Forget a member, and with `posts` what they posted; there is no way back.

        `told` hears of the messages that were emptied, or freed of the name.

        Cut off anywhere, it can be asked for again. Raises `Refused("no_such_member")`.
        """
        with self._parts.database.read() as session:
            one = self._person(session, member_id)
        done: Counter[str] = Counter()
        for step in erasure.STEPS:
            self._empty(step, one, done, told)
        house, now = self._parts.house, self._parts.clock()
        with self._parts.database.write() as session:
            if members.locked(session, member_id) is None:
                raise Refused("no_such_member", number=member_id)
            erasure.wait_for_posts(session)
            for step in erasure.STEPS:  # what came meanwhile
                self._pass(step, one, done, session)
            self._forget_tries(session, member_id)
            if posts:
                erasure.empty_posts(session, member_id)
            ended = erasure.finish(session, one, house, now)
        for step in erasure.STEPS:  # what was being taken in, or sent, at that moment
            self._empty(step, one, done, told)
        return Erased(
            messages=done["messages"],
            sent=done["sent"],
            dropped=done["dropped"],
            named=done["told"] + done["owed"],
            addresses=ended.addresses,
            groups=ended.groups,
            posts=ended.posts,
            without_animator=ended.without_animator,
        )

    def _person(self, session: Session, member_id: int) -> erasure.Person:
        one = erasure.person(session, member_id, self._parts.house)
        if one is None:
            raise Refused("no_such_member", number=member_id)
        return one

    def _empty(self, step: str, one: erasure.Person, done: Counter[str], told: Told) -> None:
        """Run a step over all rows, then wait for those that somebody was at work on."""
        with self._parts.database.read() as session:
            upto = erasure.newest(session)
        for patient in (False, True):
            after: int | None = 0
            while after is not None:
                batch, before = erasure.Batch(after, upto, patient), done[step]
                with self._parts.database.write() as session:
                    after = _done(step, one, batch, done, session)
                told(done[step] - before)

    def _pass(self, step: str, one: erasure.Person, done: Counter[str], session: Session) -> None:
        after: int | None = 0
        while after is not None:
            after = _done(step, one, erasure.Batch(after), done, session)

    def _forget_tries(self, session: Session, member_id: int) -> None:
        badge = export.profile(session, member_id)["badge"]
        if badge:
            throttle.passed(session, kiosks.subject(badge))
        for row in members.addresses(session, member_id):
            tries = strangers.tries_of(self._parts.house, row.channel, row.value)
            throttle.passed(session, tries)


def _done(
    step: str,
    one: erasure.Person,
    batch: erasure.Batch,
    done: Counter[str],
    session: Session,
) -> int | None:
    emptied = erasure.STEPS[step](session, one, batch)
    done.update({step: emptied.found, "dropped": emptied.dropped})
    return emptied.after
