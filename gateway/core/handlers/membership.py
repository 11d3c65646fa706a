"""Join and leave; a closed group asks its animators."""

import json
from datetime import timedelta

from sqlalchemy import delete, select

from gateway.core import codec, fanout, groups, members, wording
from gateway.core.commands import (
    Admit,
    Admitted,
    Asked,
    GroupView,
    Join,
    JoinAsked,
    Joined,
    Leave,
    Left,
)
from gateway.core.errors import Refused
from gateway.core.handlers.choosing import choose_group
from gateway.core.handlers.turn import Turn
from gateway.core.models import SERIAL, Counter, Group, Member, Question, Subscription

ADMISSION_DAYS = 7


def join(turn: Turn, command: Join) -> Joined | JoinAsked | Asked:
    """Join an open group, or ask to be let into a closed one."""
    group = choose_group(turn, command.group, command)
    if isinstance(group, Asked):
        return group
    row = groups.subscription(turn.session, turn.member.id, group.id)
    state = row.state if row else "out"
    if state == "in":
        return Joined(_view(turn, group), again=True)
    if group.kind == "closed":
        return _ask_to_join(turn, group, state)
    enter(turn, group, turn.member)
    turn.did(command, group.title, group_id=group.id, state=state)
    return Joined(_view(turn, group))


def leave(turn: Turn, command: Leave) -> Left | Asked:
    """Leave a group. What was written there stays."""
    group = choose_group(turn, command.group, command)
    if isinstance(group, Asked):
        return group
    row = groups.subscription(turn.session, turn.member.id, group.id)
    if row is None or row.state == "out":
        return Left(_view(turn, group), again=True)
    turn.did(command, group.title, group_id=group.id, state=row.state)
    row.state = "out"
    return Left(_view(turn, group))


def admit(turn: Turn, command: Admit) -> Admitted:
    """An animator lets somebody into a closed group."""
    group = groups.find(turn.session, command.group, turn.member.id).exact
    own = groups.subscription(turn.session, turn.member.id, group.id) if group else None
    if group is None or own is None or not own.animator:
        raise Refused("not_animator", group=command.group)
    newcomer = turn.session.get_one(Member, command.member_id)
    row = groups.subscription(turn.session, newcomer.id, group.id)
    if row is not None and row.state == "asked":
        enter(turn, group, newcomer)
        turn.session.execute(
            delete(Question).where(Question.commands == json.dumps([codec.encode(command)]))
        )
        _tell(turn, newcomer, wording.words(Joined(_view(turn, group)), newcomer.language))
    return Admitted(newcomer.name, _view(turn, group))


def enter(turn: Turn, group: Group, member: Member) -> None:
    """Put a member into a group: what was written there before is not news to them."""
    row = groups.subscription(turn.session, member.id, group.id)
    if row is None:
        row = Subscription(member_id=member.id, group_id=group.id, animator=False, cursor=0)
    newest = turn.session.get(Counter, SERIAL)
    row.state = "in"
    row.since = turn.now
    row.delivery = {"each": "once", "never": "none"}.get(member.rhythm, "digest")
    row.cursor = max(row.cursor, newest.value if newest else 0)
    turn.session.add(row)
    turn.session.flush()


def _ask_to_join(turn: Turn, group: Group, state: str) -> JoinAsked:
    if state == "asked":
        raise Refused("already_asked", group=group.title)
    row = groups.subscription(turn.session, turn.member.id, group.id)
    if row is None:
        row = Subscription(member_id=turn.member.id, group_id=group.id, cursor=0, since=turn.now)
        turn.session.add(row)
    row.state = "asked"
    turn.did(Join(group.slug), group.title, group_id=group.id, state=state)
    animators = turn.session.scalars(
        select(Member)
        .join(Subscription, Subscription.member_id == Member.id)
        .where(
            Subscription.group_id == group.id,
            Subscription.animator,
            Subscription.state == "in",
        )
    )
    for animator in animators:
        _ask_animator(turn, animator, group)
    return JoinAsked(_view(turn, group))


def _ask_animator(turn: Turn, animator: Member, group: Group) -> None:
    command = Admit(turn.member.id, group.slug)
    asked = Asked(command, member=turn.member.name, title=group.title)
    turn.session.add(
        Question(
            member_id=animator.id,
            standing=True,
            title=wording.words(asked, animator.language),
            commands=json.dumps([codec.encode(command)]),
            expires_at=turn.now + timedelta(days=ADMISSION_DAYS),
        )
    )
    _tell(turn, animator, wording.words(asked, animator.language))


def _tell(turn: Turn, member: Member, text: str) -> None:
    """Owe words to somebody else than the one who wrote, where they may be written to."""
    address = members.preferred(turn.session, member.id)
    if address is None:
        return
    fanout.owe_answer(
        turn.session,
        key=f"tell:{turn.inbox_id}:{member.id}",
        channel=address.channel,
        recipient=address.value,
        payload={"text": text},
        now=turn.now,
        member_id=member.id,
        address_id=address.id,
        kind="post",
    )


def _view(turn: Turn, group: Group) -> GroupView:
    turn.session.flush()
    return groups.view(turn.session, group, turn.member.id)
