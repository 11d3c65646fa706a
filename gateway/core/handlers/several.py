"""Several answers in one message, and the question to which item of a digest one belongs."""

from collections.abc import Callable
from dataclasses import replace

from gateway.core import media
from gateway.core.commands import (
    Asked,
    Command,
    NotDone,
    NotKnown,
    Posted,
    Replied,
    Reply,
    Result,
    Several,
    SeveralDone,
    Thanks,
    WhichAsked,
    WhichItem,
)
from gateway.core.errors import Refused
from gateway.core.grammar import is_thanks
from gateway.core.handlers.turn import Turn
from gateway.core.models import Post
from gateway.core.numbers import number_of

Run = Callable[[Turn, Command], Result]

_NAMED = ("number", "group", "name", "limit")
"""The details of a refusal that tell what it has to do with."""


def several(turn: Turn, command: Several, run: Run) -> SeveralDone:
    """Run each on its own. What came with the message belongs to none of them: it is asked."""
    pictures = media.pictures_of(turn.session, turn.written_in)
    row_id = None if pictures else turn.inbox_id  # one post may name the message, and has its files
    results: list[Result] = []
    for one in command.commands:
        asks = isinstance(one, WhichItem)
        own = turn if asks else replace(turn, inbox_id=row_id, together=turn.inbox_id)
        results.append(_alone(own, one, run))
        if isinstance(results[-1], Replied | Posted):
            row_id = None
    if pictures and not isinstance(command.commands[-1], WhichItem):
        results.append(run(turn, WhichItem(media.WORD)))
    return SeveralDone(tuple(results))


def which_item(turn: Turn, command: WhichItem) -> Result:
    """Ask which item of the digest is meant. The text waits with the question, in no thread."""
    text = command.text.strip()
    if not text and media.pictures_of(turn.session, turn.written_in):
        text = media.WORD
    posts = [post for serial in turn.items if (post := turn.session.get(Post, serial))]
    if not posts or not text:
        return NotKnown(text)
    meant = [_meant(number_of(post.id), text) for post in posts]
    if len(posts) == 1:
        title = turn.view(posts[0].id).author
        return turn.ask(Asked(meant[0], title=title))
    turn.ask_lastingly(meant)
    return WhichAsked(text, tuple(turn.view(post.id) for post in posts))


def _meant(number: int, text: str) -> Command:
    return Thanks(number) if is_thanks(text) else Reply(number, text)


def _alone(turn: Turn, command: Command, run: Run) -> Result:
    try:
        with turn.session.begin_nested():
            result = run(turn, command)
            turn.session.flush()
            return result
    except Refused as refusal:
        about = next((refusal.details[name] for name in _NAMED if name in refusal.details), "")
        return NotDone(refusal.reason, str(about), str(getattr(command, "text", "")))
