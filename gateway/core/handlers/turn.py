"""One turn of one member: all that a handler may look at while it runs a command."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from gateway.core import codec, groups, views
from gateway.core.commands import Asked, Command, Page, PostView, Result
from gateway.core.envelope import Outbound
from gateway.core.errors import Refused
from gateway.core.house import House
from gateway.core.models import Action, Group, Member, Post, Question, Shown
from gateway.core.numbers import FIRST_SERIAL, number_of, serial_of
from gateway.core.prepared import Prepared, inserted

TOGETHER = "together"
"""Names, among what was before a write, the message that it was made with."""

QUESTION_MINUTES = 10
LASTING = timedelta(days=14)
"""How long a text that was kept out of a thread waits for its writer to say into which."""
LARGEST_SERIAL = 2**31 - 1
"""What a column of integers holds on every database; nobody has written more posts."""

ABBREVIATION = 100
"""Below this, a number is the last digits of one that was just shown."""

_ACTION: Any = Action.__table__
_DID = Prepared(
    insert(_ACTION).values(inserted(_ACTION, "member_id", "what", "about", "before", "at"))
)


@dataclass
class Turn:
    """`text` is what was written, in the person's own words.

    `fits` tells whether a page may leave as one message on this channel.

    `items` are the serials of the digest that is answered, in the order in which it numbered them.
    `language` is that of the words back. `confirmed` is set while what was asked about runs.
    """

    session: Session
    text: str
    member: Member
    channel: str
    now: datetime
    house: House
    inbox_id: int | None
    fits: Callable[[Result], bool]
    page_limit: int
    language: str
    segments: int = 1
    """How many SMS the member lets a page take."""
    price: Callable[[Outbound], int] = lambda _message: 0
    """How many segments a message will be billed as; none where its channel costs nothing."""
    items: tuple[int, ...] = ()
    confirmed: bool = False
    brings_media: bool = False
    """Whether anything came with the message."""
    address_id: int | None = None
    """The address that wrote; None at the kiosk."""
    asked_in: int | None = None
    """The message that led to the question which is answered: what came with it goes on."""
    answering: int | None = None
    """The message to which we said what is answered now: its question is the one that is meant."""
    together: int | None = None
    """The message whose several writes are taken back as one."""
    written: datetime | None = None
    """What its writer's clock said, where it came in later."""
    said_at: datetime | None = None
    """When it was said, which is long before `now` where an operator runs it again."""

    def find_post(self, number: int) -> Post:
        """The live post that `number` names to this member.

        Raises `Refused`: `no_such_post` (also for one that the member may not see: nobody learns
        of a closed group by counting), `ambiguous_number`, `withdrawn_post`.
        """
        serial = self._serial(number)
        post = self.session.get(Post, serial) if serial is not None else None
        if post is None or not self.may_see(post):
            raise Refused("no_such_post", number=number)
        if post.state != "live":
            raise Refused("withdrawn_post", number=number)
        return post

    def knows_number(self, number: int) -> bool:
        """Whether a short number names something that was just shown."""
        return bool(self._abbreviated(number)) or 1 <= number <= len(self.items)

    def may_see(self, post: Post) -> bool:
        group = self.session.get_one(Group, post.group_id)
        return group.kind != "closed" or groups.is_in(self.session, self.member.id, group.id)

    @property
    def written_in(self) -> tuple[int, ...]:
        """The messages whose pictures, where any came with them, are about to be written."""
        own = self.inbox_id if self.brings_media else None
        return tuple(row for row in (self.asked_in, own) if row is not None)

    def show(self, page: Page, serials: Sequence[int], more: dict[str, object] | None) -> None:
        """Remember what was shown on this channel, and how to go on from there."""
        row = self.shown()
        row.serials = json.dumps(list(serials))
        row.more = json.dumps(more) if more and page.remaining else ""

    def shown(self) -> Shown:
        row = self.session.get(Shown, (self.member.id, self.channel))
        if row is None:
            row = Shown(member_id=self.member.id, channel=self.channel, serials="[]", more="")
            self.session.add(row)
        return row

    def ask(self, asked: Asked, commands: Sequence[Command] = ()) -> Asked:
        """Keep a question for ten minutes; an older one on this channel gives way to it."""
        self.session.execute(
            delete(Question).where(
                Question.member_id == self.member.id,
                Question.channel == self.channel,
                ~Question.standing,
                Question.expires_at <= self.now + timedelta(minutes=QUESTION_MINUTES),
            )
        )
        self._keep(asked.title, commands or (asked.about,), timedelta(minutes=QUESTION_MINUTES))
        return asked

    def ask_lastingly(self, commands: Sequence[Command]) -> None:
        """Keep a question for days; behind the first ten minutes only an answer to it is meant."""
        self._keep("", commands, LASTING)

    def _keep(self, title: str, commands: Sequence[Command], time: timedelta) -> None:
        self.session.add(
            Question(
                member_id=self.member.id,
                channel=self.channel,
                asked_at=self.now,
                title=title,
                commands=json.dumps([codec.encode(command) for command in commands]),
                inbox_id=self.asked_in or self.inbox_id,
                expires_at=self.now + time,
            )
        )

    def questions(self) -> list[Question]:
        """The questions that what was said may answer, the newest last.

        One that was asked on another channel, or only after it was said, it cannot mean.
        """
        said_at = self.said_at or self.now
        waiting = list(
            self.session.scalars(
                select(Question)
                .where(
                    Question.member_id == self.member.id,
                    Question.standing | (Question.channel == self.channel),
                    Question.asked_at <= said_at,
                    Question.expires_at > said_at,
                )
                .order_by(Question.id)
            )
        )
        meant = [question for question in waiting if self._answers(question)]
        if meant:
            return meant
        passing = said_at - timedelta(minutes=QUESTION_MINUTES)
        return [
            question for question in waiting if question.standing or question.asked_at > passing
        ]

    def _answers(self, question: Question) -> bool:
        """Whether what we said of this question is what is answered."""
        return self.answering is not None and question.inbox_id == self.answering

    def did(self, command: Command, about: str, **before: object) -> None:
        """Note a write so that it can be taken back."""
        if self.together is not None:
            before[TOGETHER] = self.together
        _DID.run(
            self.session,
            new_member_id=self.member.id,
            new_what=command.name,
            new_about=about,
            new_before=json.dumps(before),
            new_at=self.now,
        )

    def view(self, serial: int) -> PostView:
        return views.view(self.session, serial)

    def _serial(self, number: int) -> int | None:
        if number >= 10 * FIRST_SERIAL:
            serial = serial_of(number)
            return serial if serial is not None and serial <= LARGEST_SERIAL else None
        if 1 <= number <= len(self.items):
            return self.items[number - 1]
        found = self._abbreviated(number)
        if len(found) > 1:
            raise Refused("ambiguous_number", number=number)
        return found[0] if found else None

    def _abbreviated(self, number: int) -> list[int]:
        if not 0 <= number < ABBREVIATION:
            return []
        shown: list[int] = json.loads(self.shown().serials)
        known = dict.fromkeys([*self.items, *shown])
        return [serial for serial in known if number_of(serial) % ABBREVIATION == number]
