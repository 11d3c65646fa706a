"""Post, reply, thank, alert, and take back."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gateway.core import fanout, groups
from gateway.core.commands import (
    Asked,
    Posted,
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
from gateway.core.errors import Refused
from gateway.core.handlers.choosing import choose_group
from gateway.core.handlers.membership import forget_request
from gateway.core.handlers.turn import Turn
from gateway.core.models import SERIAL, Action, Counter, Group, Member, Post, Subscription, ThankYou

LONGEST_BODY = 4000
UNDO_MINUTES = 10


def post(turn: Turn, command: PostCommand) -> Posted | Asked:
    """Publish in a group. A group that is named inexactly is asked about first."""
    group = choose_group(turn, command.group, command)
    if isinstance(group, Asked):
        return group
    _may_post(turn, group)
    row = _write(turn, group.id, _body(command.text, "post"))
    turn.did(command, str(row.id))
    return Posted(turn.view(row), groups.people(turn.session, group.id) - 1)


def urgent(turn: Turn, command: Urgent) -> Posted | Asked:
    """Alert a whole group, by its animators and by operators; always asked first."""
    group = choose_group(turn, command.group, command)
    if isinstance(group, Asked):
        return group
    own = groups.subscription(turn.session, turn.member.id, group.id)
    is_in = own is not None and own.state == "in"
    if not (own and is_in and own.animator) and turn.member.role != "operator":
        raise Refused("not_animator", group=group.title)
    body = _body(command.text, "urgent")
    people = groups.people(turn.session, group.id) - is_in
    if not turn.confirmed:
        return turn.ask(Asked(Urgent(group.slug, body), people=people, title=group.title))
    row = _write(turn, group.id, body, urgent=True)
    turn.did(command, str(row.id))
    return Posted(turn.view(row), people)


def reply(turn: Turn, command: Reply) -> Replied:
    """Answer a post. An answer to an answer joins its thread."""
    target = turn.find_post(command.number)
    if not groups.is_in(turn.session, turn.member.id, target.group_id):
        group = turn.session.get_one(Group, target.group_id)
        raise Refused("not_in_group", group=group.title)
    root = target.parent_id or target.id
    row = _write(turn, target.group_id, _body(command.text, "reply"), parent_id=root)
    turn.did(command, str(row.id))
    return Replied(turn.view(row), turn.view(target))


def thanks(turn: Turn, command: Thanks) -> Thanked:
    """Thank for a post, once a person."""
    target = turn.find_post(command.number)
    again = turn.session.get(ThankYou, (target.id, turn.member.id)) is not None
    if not again:
        turn.session.add(ThankYou(post_id=target.id, member_id=turn.member.id, at=turn.now))
        turn.did(command, str(target.id))
    return Thanked(turn.view(target), again)


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
    action.undone = True
    about = _take_back(turn, action)
    return Undone(action.what, about)


def _take_back(turn: Turn, action: Action) -> str:
    session = turn.session
    if action.what in ("post", "reply", "urgent"):
        row = session.get_one(Post, int(action.about))
        row.state = "withdrawn"
        fanout.withdraw(session, row)
        return row.body
    if action.what == "thanks":
        target = session.get_one(Post, int(action.about))
        session.delete(session.get_one(ThankYou, (target.id, turn.member.id)))
        return str(turn.view(target).number)
    before = json.loads(action.before)
    if action.what in ("join", "leave"):
        _as_before(turn, before)
        return action.about
    _restore(turn.member, session, before)
    if "paused_until" in before:
        fanout.wake(session, turn.member, turn.now)
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
    own = groups.subscription(turn.session, turn.member.id, group.id)
    if own is None or own.state != "in":
        raise Refused("not_in_group", group=group.title)
    if group.kind == "announce" and not own.animator:
        raise Refused("announce_only", group=group.title)


def _body(text: str, verb: str) -> str:
    body = text.strip()
    if not body:
        raise Refused("empty_text", verb=verb)
    if len(body) > LONGEST_BODY:
        raise Refused("too_long", limit=LONGEST_BODY)
    return body


def _write(
    turn: Turn, group_id: int, body: str, *, parent_id: int | None = None, urgent: bool = False
) -> Post:
    row = Post(
        id=_next_serial(turn.session),
        group_id=group_id,
        author_id=turn.member.id,
        parent_id=parent_id,
        inbox_id=turn.inbox_id,
        channel=turn.channel,
        body=body,
        urgent=urgent,
        state="live",
        created_at=turn.now,
    )
    turn.session.add(row)
    fanout.owe_post(turn.session, row, turn.now)
    return row


def _next_serial(session: Session) -> int:
    """The next running number. Until this transaction ends, other writers of posts wait."""
    serial: int | None = session.scalar(
        update(Counter)
        .where(Counter.name == SERIAL)
        .values(value=Counter.value + 1)
        .returning(Counter.value)
    )
    assert serial is not None, "the first migration writes the counter"
    return serial
