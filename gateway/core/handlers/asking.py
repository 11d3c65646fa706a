"""Words without a command, near misses, and the answers to what we asked."""

import json
from collections.abc import Callable

from sqlalchemy import select

from gateway.core import codec, groups
from gateway.core.commands import (
    Asked,
    Command,
    Decline,
    Declined,
    Explained,
    FreeText,
    Guess,
    NotKnown,
    Pick,
    Post,
    Read,
    Reserved,
    Result,
    Usage,
)
from gateway.core.errors import Refused
from gateway.core.handlers.turn import Turn
from gateway.core.models import Group, Member, Question, Subscription
from gateway.core.models import Post as PostRow

Run = Callable[[Turn, Command], Result]


def free_text(turn: Turn, command: FreeText) -> Asked | NotKnown:
    """Words without a command: asked once whether they are a post for the main group."""
    mine = groups.own(turn.session, turn.member.id)
    text = command.text.strip()
    group = _main_group(turn, mine)
    if group is None or not text:
        return NotKnown(text, tuple(group.slug for group in mine))
    return turn.ask(Asked(Post(group.slug, text), title=group.title))


def guess(turn: Turn, command: Guess) -> Asked:
    """A near miss: what it probably meant is asked, not done."""
    group = getattr(command.command, "group", "")
    found = groups.find(turn.session, group, turn.member.id).exact if group else None
    return turn.ask(Asked(command.command, title=found.title if found else group))


def confirm(turn: Turn, run: Run) -> Result:
    """A yes: what was asked about is run now."""
    waiting = turn.questions()
    if not waiting:
        raise Refused("nothing_asked")
    commands = [command for question in waiting for command in _commands(question)]
    if len(commands) > 1:
        return _which(turn, [(_name(turn, command), command) for command in commands])
    turn.session.delete(waiting[0])
    turn.confirmed = True
    return run(turn, commands[0])


def decline(turn: Turn, _command: Decline) -> Declined:
    """A no: nothing is done, and an animator's no turns the asker away."""
    waiting = turn.questions()
    if not waiting:
        raise Refused("nothing_asked")
    passing = [question for question in waiting if not question.standing]
    question = (passing or waiting)[-1]
    for command in _commands(question):
        if command.name == "admit":
            _turn_away(turn, command)
    turn.session.delete(question)
    return Declined()


def pick(turn: Turn, command: Pick, run: Run) -> Result:
    """A number alone: the choice of a question that gave some, else a post to read."""
    for question in reversed(turn.questions()):
        commands = _commands(question)
        if 1 <= command.number <= len(commands) and len(commands) > 1:
            turn.session.delete(question)
            turn.confirmed = True
            return run(turn, commands[command.number - 1])
    return run(turn, Read(command.number))


def usage(_turn: Turn, command: Usage) -> Explained:
    return Explained(command.verb)


def reserved(_turn: Turn, command: Reserved) -> Result:
    """A word that belongs to the carriers cannot be a yes of ours."""
    raise Refused("reserved_yes", word=command.word)


def _commands(question: Question) -> list[Command]:
    return [codec.decode(record) for record in json.loads(question.commands)]


def _which(turn: Turn, named: list[tuple[str, Command]]) -> Asked:
    commands = [command for _, command in named]
    titles = tuple(title for title, _ in named)
    return turn.ask(Asked(commands[0], choices=titles, title=titles[0]), commands)


def _name(turn: Turn, command: Command) -> str:
    slug = getattr(command, "group", "")
    group = groups.find(turn.session, slug, turn.member.id).exact
    return group.title if group else slug


def _turn_away(turn: Turn, command: Command) -> None:
    slug, member_id = getattr(command, "group", ""), getattr(command, "member_id", 0)
    group = groups.find(turn.session, slug, turn.member.id).exact
    row = turn.session.get(Subscription, (member_id, group.id)) if group else None
    if row is not None and row.state == "asked":
        row.state = "out"


def _main_group(turn: Turn, mine: list[Group]) -> Group | None:
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
