"""Which group was meant: sure, asked back, or refused. Never guessed."""

from dataclasses import replace

from sqlalchemy import select

from gateway.core import groups
from gateway.core.commands import Asked, Join, Leave, Post, Urgent
from gateway.core.errors import Refused
from gateway.core.handlers.turn import Turn
from gateway.core.models import Group, Member
from gateway.core.models import Post as PostRow

MOST_CHOICES = 5


def choose_group(turn: Turn, name: str, command: Post | Urgent | Join | Leave) -> Group | Asked:
    """The group called exactly `name`, else a question about those that it is near to.

    Raises `Refused("no_such_group")` where it is near to none.
    """
    found = groups.find(turn.session, name, turn.member.id)
    if found.exact:
        return found.exact
    near = found.near[:MOST_CHOICES]
    if not near:
        mine = tuple(group.slug for group in groups.own(turn.session, turn.member.id))
        raise Refused("no_such_group", name=name, near=mine[:MOST_CHOICES])
    if isinstance(command, Urgent) and len(near) == 1:
        return near[0]  # An alert is asked about in any case, and the question names the group.
    commands = [replace(command, group=group.slug) for group in near]
    choices = tuple(group.title for group in near) if len(near) > 1 else ()
    return turn.ask(Asked(commands[0], choices=choices, title=near[0].title), commands)


def read_group(turn: Turn, name: str) -> Group:
    """The group that `name` means for a look: the nearest will do where there is only one.

    Raises `Refused`: `no_such_group`, `ambiguous_group`.
    """
    found = groups.find(turn.session, name, turn.member.id)
    if found.exact:
        return found.exact
    if len(found.near) == 1:
        return found.near[0]
    if found.near:
        choices = tuple(group.slug for group in found.near[:MOST_CHOICES])
        raise Refused("ambiguous_group", name=name, choices=choices)
    mine = tuple(group.slug for group in groups.own(turn.session, turn.member.id))
    raise Refused("no_such_group", name=name, near=mine[:MOST_CHOICES])


def main_group(turn: Turn, mine: list[Group]) -> Group | None:
    """The member's main group: chosen, the only one, or the one they last wrote in."""
    member: Member = turn.member
    by_id = {group.id: group for group in mine if group.kind != "announce"}
    if member.main_group_id in by_id:
        return by_id[member.main_group_id]
    last = turn.session.scalar(
        select(PostRow.group_id)
        .where(PostRow.author_id == member.id, PostRow.group_id.in_(by_id))
        .order_by(PostRow.id.desc())
        .limit(1)
    )
    if last is not None:
        return by_id[last]
    return next(iter(by_id.values()), None)
