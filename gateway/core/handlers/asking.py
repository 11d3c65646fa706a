"""Words without a command, near misses, and the answers to what we asked."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from gateway.core import codec, groups
from gateway.core.commands import (
    Admit,
    Asked,
    Command,
    Confirm,
    Decline,
    Declined,
    Explained,
    FreeText,
    Guess,
    Leave,
    Left,
    NotKnown,
    Pick,
    Post,
    Read,
    Reply,
    Reserved,
    Result,
    Thanks,
    Urgent,
    Usage,
)
from gateway.core.errors import Refused
from gateway.core.grammar import parse
from gateway.core.handlers import membership
from gateway.core.handlers.choosing import main_group
from gateway.core.handlers.posting import urgent
from gateway.core.handlers.turn import Turn
from gateway.core.models import Group, Inbox, Member, Question

_LONGEST_LEAVE = 60

Run = Callable[[Turn, Command], Result]


def free_text(turn: Turn, command: FreeText) -> Asked | NotKnown | Left:
    """Words without a command: asked once whether they are a post for the main group.

    `LEAVE velo` is written by somebody who is not in it: the grammar knows their own groups only.
    """
    mine = groups.own(turn.session, turn.member.id)
    text = command.text.strip()
    if other := _other_group_left(turn, text):
        return membership.leave(turn, Leave(other.slug))
    group = main_group(turn, mine)
    if group is None or not text:
        return NotKnown(text, tuple(group.slug for group in mine))
    return turn.ask(Asked(Post(group.slug, text), title=group.title))


def _other_group_left(turn: Turn, text: str) -> Group | None:
    """The group that somebody asks to leave who was never in it."""
    if len(text) > _LONGEST_LEAVE:
        return None
    command = parse(text, turn.language)
    if not isinstance(command, Leave):
        return None
    return groups.find(turn.session, command.group, turn.member.id).exact


def guess(turn: Turn, command: Guess) -> Result:
    """A near miss: what it probably meant is asked, not done.

    An alert is asked about in any case, and better: with those whom it wakes, and its cost.

    A near yes (`ok`, `shure`) is shown how it is written, and the question goes on waiting; where
    nothing was asked, it is words like any others.
    """
    if isinstance(command.command, Confirm | Decline):
        waits = bool(turn.questions())
        return Explained(command.command.name) if waits else free_text(turn, FreeText(turn.text))
    if isinstance(command.command, Urgent):
        return urgent(turn, command.command)
    group = getattr(command.command, "group", "")
    found = groups.find(turn.session, group, turn.member.id).exact if group else None
    return turn.ask(Asked(command.command, title=found.title if found else group))


def confirm(turn: Turn, run: Run) -> Result:
    """A yes: what was asked about is run now."""
    waiting = _meant(turn)
    commands = [command for question in waiting for command in _commands(question)]
    if len(commands) > 1:
        return _which(turn, commands)
    _settle(turn, waiting[0], "done")
    turn.confirmed, turn.asked_in = True, waiting[0].inbox_id
    return run(turn, commands[0])


def decline(turn: Turn, _command: Decline, run: Run) -> Result:
    """A no: nothing is done, and an animator's no turns the asker away."""
    waiting = _meant(turn)
    passing = [one for one in waiting if not one.standing or _disputed(turn, one)]
    if passing:
        _settle(turn, passing[-1], "refused")
        return Declined()
    away = [
        replace(command, away=True)
        for question in waiting
        for command in _commands(question)
        if isinstance(command, Admit)
    ]
    return run(turn, away[0]) if len(away) == 1 else _which(turn, away)


def pick(turn: Turn, command: Pick, run: Run) -> Result:
    """A number alone: the choice of a question that gave some, else a post to read."""
    if turn.items:
        return run(turn, Read(command.number))
    for question in reversed(turn.questions()):
        commands = _commands(question)
        if 1 <= command.number <= len(commands) and len(commands) > 1:
            turn.session.delete(question)
            chosen = commands[command.number - 1]
            # An alert is asked about once more, with the number of people it wakes.
            turn.confirmed = not isinstance(chosen, Urgent)
            turn.asked_in = question.inbox_id
            return run(turn, chosen)
    return run(turn, Read(command.number))


def usage(_turn: Turn, command: Usage) -> Explained:
    return Explained(command.verb)


def reserved(_turn: Turn, command: Reserved) -> Result:
    """A word that belongs to the carriers cannot be a yes of ours."""
    raise Refused("reserved_yes", word=command.word)


def _commands(question: Question) -> list[Command]:
    return [codec.decode(record) for record in json.loads(question.commands)]


def _meant(turn: Turn) -> list[Question]:
    """What a yes or a no may answer: what was asked last, where that was a passing question.

    Requests of others come at their own time: behind one of those, nobody knows which was meant.
    Whether something in one's name is one's own is answered where it was asked, or where nothing
    else waits: a yes to one message must never let another through.
    """
    waiting = turn.questions()
    if not waiting:
        raise Refused("nothing_asked")
    if not waiting[-1].standing:
        return waiting[-1:]
    if len(waiting) > 1 and any(_disputed(turn, one) for one in waiting):
        raise Refused("which_disputed")
    return waiting


def _disputed(turn: Turn, question: Question) -> bool:
    """Was it asked whether a message is the member's own?"""
    row = turn.session.get(Inbox, question.inbox_id) if question.inbox_id else None
    return question.standing and row is not None and row.state == "held"


def _settle(turn: Turn, question: Question, state: str) -> None:
    """The question is answered, and the message behind it, if it was held, has its end."""
    if _disputed(turn, question):
        row = turn.session.get_one(Inbox, question.inbox_id)
        row.state, row.reason = state, "confirmed" if state == "done" else "disowned"
    turn.session.delete(question)


def _which(turn: Turn, commands: Sequence[Command]) -> Asked:
    titles = tuple(_name(turn, command) for command in commands)
    return turn.ask(Asked(commands[0], choices=titles, title=titles[0]), commands)


def _name(turn: Turn, command: Command) -> str:
    if isinstance(command, Reply | Thanks):
        return str(command.number)
    slug = getattr(command, "group", "")
    group = groups.find(turn.session, slug, turn.member.id).exact
    title = group.title if group else slug
    if isinstance(command, Admit):
        return f"{turn.session.get_one(Member, command.member_id).name} ({title})"
    return title
