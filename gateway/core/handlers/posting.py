"""Post, reply, thank, alert, and take back."""

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from gateway.core import budget, changes, fanout, groups, headcount, inbox, media, repeats, views
from gateway.core.commands import (
    Asked,
    Posted,
    PostView,
    Replied,
    Reply,
    Thanked,
    Thanks,
    Undo,
    Undone,
    Urgent,
)
from gateway.core.commands import (
    Post as PostCommand,
)
from gateway.core.envelope import SMS, Notice, Outbound
from gateway.core.errors import Refused
from gateway.core.handlers.choosing import choose_group
from gateway.core.handlers.membership import forget_request
from gateway.core.handlers.turn import TOGETHER, Turn
from gateway.core.models import (
    Action,
    Group,
    Inbox,
    Member,
    Post,
    Subscription,
    ThankYou,
)
from gateway.core.numbers import number_of
from gateway.core.prepared import Prepared, inserted

LONGEST_BODY = 4000
UNDO_MINUTES = 10
ASKED_AND_ANSWERED = 2
"""Segments by SMS for the question before an alert and for what its yes is told: both go first."""


@dataclass(frozen=True, slots=True)
class Written:
    """A row of `Post` as it is written: no object of the session need follow what becomes of it."""

    id: int
    group_id: int
    author_id: int
    parent_id: int | None
    inbox_id: int | None
    channel: str
    body: str
    urgent: bool
    same_as: int | None
    created_at: datetime
    written_at: datetime | None
    version: int


_WRITTEN = tuple(field.name for field in fields(Written))
_WRITE = Prepared(insert(Post.__table__).values(inserted(Post.__table__, *_WRITTEN)))  # type: ignore[arg-type]  # it is a table


def post(turn: Turn, command: PostCommand) -> Posted | Asked:
    """Publish in a group. A group that is named inexactly is asked about first."""
    group = choose_group(turn, command.group, command)
    if isinstance(group, Asked):
        return group
    _may_post(turn, group)
    row = _write(turn, group.id, _body(turn, command.text, "post"))
    turn.did(command, str(row.id))
    return Posted(_view(turn, row, group), headcount.people(turn.session, group.id) - 1)


def urgent(turn: Turn, command: Urgent) -> Posted | Asked:
    """Alert a whole group, by its animators and by operators; always asked first."""
    group = choose_group(turn, command.group, command)
    if isinstance(group, Asked):
        return group
    own = groups.subscription(turn.session, turn.member.id, group.id)
    is_in = own is not None and own.state == "in"
    if not (own and is_in and own.animator) and turn.member.role != "operator":
        raise Refused("not_animator", group=group.title)
    body = _body(turn, command.text, "urgent")
    people = headcount.people(turn.session, group.id) - is_in
    if not turn.confirmed:
        sms, left = _forecast(turn, group, body)
        asked = Asked(Urgent(group.slug, body), (), people, title=group.title, sms=sms, left=left)
        return turn.ask(asked)
    row = _write(turn, group.id, body, urgent=True)
    turn.did(command, str(row.id))
    return Posted(_view(turn, row, group), people)


def _forecast(turn: Turn, group: Group, body: str) -> tuple[int, int | None]:
    """The segments that an alert will cost, and what is left of them where that is less."""
    serial = views.newest(turn.session) + 1
    post = PostView(
        number=number_of(serial),
        group=group.slug,
        group_name=group.title,
        author=turn.member.name,
        body=body,
        created=turn.now,
        channel=turn.channel,
        urgent=True,
    )
    texted = fanout.texted(turn.session, group.id, turn.member.id, turn.now)
    sms = sum(
        people * turn.price(Outbound(0, SMS, "", language, Notice(post, serial=serial)))
        for language, people in texted.items()
    )
    before = ASKED_AND_ANSWERED if turn.channel == SMS else 0
    left = budget.left_for_alert(turn.session, turn.house, group, turn.now, before)
    return sms, left if left is not None and left < sms else None


def reply(turn: Turn, command: Reply) -> Replied:
    """Answer a post. An answer to an answer joins its thread."""
    target = turn.find_post(command.number)
    if not groups.is_in(turn.session, turn.member.id, target.group_id):
        group = turn.session.get_one(Group, target.group_id)
        raise Refused("not_in_group", group=group.title)
    root = target.parent_id or target.id
    body = _body(turn, command.text, "reply")
    row = _write(turn, target.group_id, body, parent_id=root)
    turn.did(command, str(row.id))
    return Replied(turn.view(row.id), turn.view(target.id))


def thanks(turn: Turn, command: Thanks) -> Thanked:
    """Thank for a post, once a person."""
    target = turn.find_post(command.number)
    again = turn.session.get(ThankYou, (target.id, turn.member.id)) is not None
    if not again:
        turn.session.add(ThankYou(post_id=target.id, member_id=turn.member.id, at=turn.now))
        changes.touch(turn.session, target.id)
        turn.did(command, str(target.id))
    return Thanked(turn.view(target.id), again)


def undo(turn: Turn, _command: Undo) -> Undone:
    """Take back the last write of the last ten minutes."""
    action = turn.session.scalar(
        select(Action)
        .where(Action.member_id == turn.member.id, ~Action.undone)
        .order_by(Action.id.desc())
        .limit(1)
    )
    if action is None:
        raise Refused("nothing_to_undo")
    if turn.now - action.at > timedelta(minutes=UNDO_MINUTES):
        raise Refused("undo_too_late")
    together = json.loads(action.before).get(TOGETHER)
    if together is not None:
        return _take_back_all(turn, together)
    action.undone = True
    about = _take_back(turn, action)
    return Undone(action.what, about)


def _take_back_all(turn: Turn, together: int) -> Undone:
    """What one message wrote into several threads is taken back as it was written: at once."""
    own = select(Action).where(Action.member_id == turn.member.id, ~Action.undone)
    rows = [
        row
        for row in turn.session.scalars(own.order_by(Action.id))
        if json.loads(row.before).get(TOGETHER) == together
    ]
    for row in rows:
        row.undone = True
        _take_back(turn, row)
    return Undone("several", str(len(rows)))


def _take_back(turn: Turn, action: Action) -> str:
    session = turn.session
    if action.what in ("post", "reply", "urgent"):
        row = session.get_one(Post, int(action.about))
        row.state, row.version = "withdrawn", changes.next_one(session)
        fanout.withdraw(session, row)
        media.drop(session, row.id)
        return row.body
    if action.what == "thanks":
        target = session.get_one(Post, int(action.about))
        session.delete(session.get_one(ThankYou, (target.id, turn.member.id)))
        changes.touch(session, target.id)
        return str(turn.view(target.id).number)
    before = json.loads(action.before)
    if action.what in ("join", "leave"):
        _as_before(turn, before)
        return action.about
    _restore(turn.member, session, before)
    if "paused_until" in before:
        fanout.wake(session, turn.member, turn.now, turn.house.shifts)
    return action.about


def _as_before(turn: Turn, before: dict[str, Any]) -> None:
    """In the group, or out of it, as before."""
    row = turn.session.get_one(Subscription, (turn.member.id, before["group_id"]))
    if row.state == "asked":
        forget_request(turn, turn.member.id, turn.session.get_one(Group, row.group_id))
    row.state, row.animator = before["state"], before.get("animator", row.animator)


def _restore(member: Member, session: Session, before: dict[str, object]) -> None:
    """Settings as they were; times were noted as ISO 8601."""
    for name, value in before.items():
        if name == "deliveries" and isinstance(value, dict):
            for group_id, delivery in value.items():
                row = session.get(Subscription, (member.id, int(group_id)))
                if row is not None:
                    row.delivery = delivery
        elif name.endswith(("_at", "_until")) and isinstance(value, str):
            setattr(member, name, datetime.fromisoformat(value))
        else:
            setattr(member, name, value)


def _may_post(turn: Turn, group: Group) -> None:
    state, is_animator = groups.standing(turn.session, turn.member.id, group.id)
    if state != "in":
        raise Refused("not_in_group", group=group.title)
    if group.kind == "announce" and not is_animator:
        raise Refused("announce_only", group=group.title)


def _body(turn: Turn, text: str, verb: str) -> str:
    """The words of a post. Where a picture came with them they say so, on every channel."""
    body = text.strip()
    if media.WORD not in body and media.pictures_of(turn.session, turn.written_in):
        body = f"{body} {media.WORD}".strip()
    if not body:
        raise Refused("empty_text", verb=verb)
    if len(body) > LONGEST_BODY:
        raise Refused("too_long", limit=LONGEST_BODY)
    return body


def _write(
    turn: Turn, group_id: int, body: str, *, parent_id: int | None = None, urgent: bool = False
) -> Written:
    serial, version = changes.next_post(turn.session)
    row = Written(
        id=serial,
        group_id=group_id,
        author_id=turn.member.id,
        parent_id=parent_id,
        inbox_id=turn.inbox_id,
        channel=turn.channel,
        body=body,
        urgent=urgent,
        same_as=None if parent_id else _said_elsewhere(turn, group_id, body, urgent=urgent),
        created_at=turn.now,
        written_at=_written(turn),
        version=version,
    )
    _WRITE.run(turn.session, **{f"new_{name}": getattr(row, name) for name in _WRITTEN})
    media.tie(turn.session, turn.written_in, row.id)
    fanout.owe_post(turn.session, row, turn.now)
    return row


def _view(turn: Turn, row: Written, group: Group) -> PostView:
    """A post that was written just now; it is read back only for what may have come with it."""
    if turn.written_in:
        return turn.view(row.id)
    return PostView(
        number=number_of(row.id),
        group=group.slug,
        group_name=group.title,
        author=turn.member.name,
        body=row.body,
        created=row.created_at,
        channel=row.channel,
        urgent=row.urgent,
        written=row.written_at,
    )


def _said_elsewhere(turn: Turn, group_id: int, body: str, *, urgent: bool) -> int | None:
    return repeats.first_of(
        turn.session, turn.member.id, group_id, body, urgent=urgent, now=turn.now
    )


def _written(turn: Turn) -> datetime | None:
    """What the clock of the writer said, also where they were asked first. No later than now."""
    asked_in = turn.session.get(Inbox, turn.asked_in) if turn.asked_in is not None else None
    written = inbox.inbound_of(asked_in).written if asked_in is not None else turn.written
    return written.astimezone(UTC) if written is not None and written < turn.now else None
