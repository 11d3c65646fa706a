"""Words without a command, near misses, and the answers to what we asked."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from gateway.core import codec, groups
from gateway.core.commands import (
    Admit,
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
    Urgent,
    Usage,
)
from gateway.core.errors import Refused
from gateway.core.handlers.choosing import main_group
from gateway.core.handlers.turn import Turn
from gateway.core.models import Member, Question

Run = Callable[[Turn, Command], Result]


def free_text(turn: Turn, command: FreeText) -> Asked | NotKnown:
    """Words without a command: asked once whether they are a post for the main group."""
    mine = groups.own(turn.session, turn.member.id)
    text = command.text.strip()
    group = main_group(turn, mine)
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
    waiting = _meant(turn)
    commands = [command for question in waiting for command in _commands(question)]
    if len(commands) > 1:
        return _which(turn, commands)
    turn.session.delete(waiting[0])
    turn.confirmed = True
    return run(turn, commands[0])


def decline(turn: Turn, _command: Decline, run: Run) -> Result:
    """A no: nothing is done, and an animator's no turns the asker away."""
    waiting = _meant(turn)
    passing = [question for question in waiting if not question.standing]
    if passing:
        turn.session.delete(passing[-1])
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
    """
    waiting = turn.questions()
    if not waiting:
        raise Refused("nothing_asked")
    return waiting if waiting[-1].standing else waiting[-1:]


def _which(turn: Turn, commands: Sequence[Command]) -> Asked:
    titles = tuple(_name(turn, command) for command in commands)
    return turn.ask(Asked(commands[0], choices=titles, title=titles[0]), commands)


def _name(turn: Turn, command: Command) -> str:
    slug = getattr(command, "group", "")
    group = groups.find(turn.session, slug, turn.member.id).exact
    title = group.title if group else slug
    if isinstance(command, Admit):
        return f"{turn.session.get_one(Member, command.member_id).name} ({title})"
    return title
