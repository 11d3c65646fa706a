"""Join and leave; a closed group asks its animators."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from gateway.core import codec, fanout, groups, members, wording
from gateway.core.commands import (
    Admit,
    Admitted,
    Asked,
    Declined,
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
from gateway.core.prepared import Prepared, inserted

ADMISSION_DAYS = 7

_NEWEST = Prepared(select(Counter.value).where(Counter.name == bindparam("name")))
_SUBSCRIBED: Any = Subscription.__table__
_ENTER = Prepared(
    insert(_SUBSCRIBED).values(
        inserted(_SUBSCRIBED, "member_id", "group_id", "state", "since", "delivery", "cursor")
    )
)


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
    enter(turn, group, turn.member, row)
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
    if row.state == "asked":
        forget_request(turn, turn.member.id, group)
    else:
        turn.did(command, group.title, group_id=group.id, state=row.state, animator=row.animator)
    row.state = "out"
    # Whoever leaves hands the role back: coming back to an open group asks nobody.
    row.animator = False
    return Left(_view(turn, group))


def admit(turn: Turn, command: Admit) -> Admitted | Declined:
    """An animator lets somebody into a closed group, or turns them away."""
    group = groups.find(turn.session, command.group, turn.member.id).exact
    if group is None or not _may_admit(turn, group):
        raise Refused("not_animator", group=command.group)
    newcomer = turn.session.get_one(Member, command.member_id)
    # Locked: another animator may be answering the same question.
    row = turn.session.get(Subscription, (newcomer.id, group.id), with_for_update=True)
    if row is None or row.state == "out":
        raise Refused("nothing_asked")
    forget_request(turn, newcomer.id, group)
    if command.away:
        row.state = "out" if row.state == "asked" else row.state
        return Declined()
    if row.state == "asked":
        enter(turn, group, newcomer, row)
        welcome = Joined(groups.view(turn.session, group, newcomer.id))
        _tell(turn, newcomer, wording.words(welcome, newcomer.language))
    return Admitted(newcomer.name, _view(turn, group))


def forget_request(turn: Turn, member_id: int, group: Group) -> None:
    """Nobody need answer any more whether this member may come in."""
    turn.session.execute(
        delete(Question).where(
            Question.standing, Question.commands == _request(member_id, group.slug)
        )
    )


def enter(turn: Turn, group: Group, member: Member, row: Subscription | None) -> None:
    """Put a member into a group: what was written there before is not news to them.

    `row` is how they stood to it.
    """
    newest = _NEWEST.scalar(turn.session, name=SERIAL) or 0
    delivery = {"each": "once", "never": "none"}.get(member.rhythm, "digest")
    if row is None:
        _ENTER.run(
            turn.session,
            new_member_id=member.id,
            new_group_id=group.id,
            new_state="in",
            new_since=turn.now,
            new_delivery=delivery,
            new_cursor=newest,
        )
        return
    row.state, row.since, row.delivery = "in", turn.now, delivery
    row.cursor = max(row.cursor, newest)


def _ask_to_join(turn: Turn, group: Group, state: str) -> JoinAsked:
    if state == "asked" and _is_waiting(turn, group):
        raise Refused("already_asked", group=group.title)
    row = groups.subscription(turn.session, turn.member.id, group.id)
    if row is None:
        row = Subscription(member_id=turn.member.id, group_id=group.id, cursor=0, since=turn.now)
        turn.session.add(row)
    row.state = "asked"
    turn.did(Join(group.slug), group.title, group_id=group.id, state=state)
    for animator in _animators(turn, group):
        _ask_animator(turn, animator, group)
    return JoinAsked(_view(turn, group))


def _is_waiting(turn: Turn, group: Group) -> bool:
    """Whether somebody can still answer the member's request: after a week nobody can."""
    asked = select(Question.id).where(
        Question.standing,
        Question.commands == _request(turn.member.id, group.slug),
        Question.expires_at > turn.now,
    )
    return turn.session.scalar(asked.limit(1)) is not None


def _animators(turn: Turn, group: Group) -> list[Member]:
    """Those who let people in; the operators where all of them are gone."""
    rows = turn.session.scalars(
        select(Member)
        .join(Subscription, Subscription.member_id == Member.id)
        .where(
            Subscription.group_id == group.id,
            Subscription.animator,
            Subscription.state == "in",
        )
    )
    operators = select(Member).where(Member.role == "operator", Member.id != turn.member.id)
    return list(rows) or list(turn.session.scalars(operators))


def _may_admit(turn: Turn, group: Group) -> bool:
    own = groups.subscription(turn.session, turn.member.id, group.id)
    is_animator = own is not None and own.state == "in" and own.animator
    return is_animator or turn.member.role == "operator"


def _request(member_id: int, slug: str) -> str:
    return json.dumps([codec.encode(Admit(member_id, slug))])


def _ask_animator(turn: Turn, animator: Member, group: Group) -> None:
    command = Admit(turn.member.id, group.slug)
    asked = Asked(command, member=turn.member.name, title=group.title)
    turn.session.add(
        Question(
            member_id=animator.id,
            standing=True,
            title=wording.words(asked, animator.language),
            commands=_request(turn.member.id, group.slug),
            asked_at=turn.now,
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
        kind="post",
    )


def _view(turn: Turn, group: Group) -> GroupView:
    turn.session.flush()
    return groups.view(turn.session, group, turn.member.id)
