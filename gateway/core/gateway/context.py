"""What a text means as the answer to something that we sent."""

import json

from sqlalchemy.orm import Session

from gateway.core.commands import (
    Activate,
    Command,
    Confirm,
    Decline,
    FreeText,
    Guess,
    Help,
    KioskCode,
    Me,
    News,
    Pick,
    Reply,
    Reserved,
    Start,
    Stop,
    Thanks,
    Undo,
    Usage,
    WhichItem,
)
from gateway.core.envelope import Inbound
from gateway.core.handlers.turn import Turn
from gateway.core.models import Member, Outbox, Post, Question
from gateway.core.numbers import number_of

MEANT_IN_A_REPLY = (Stop, Start, Undo, Help, Me, KioskCode, Thanks, Activate)
"""Commands that stay commands inside the answer to a post; anything else there is the answer."""

WORDS = (FreeText, Guess, Usage, Reserved, Confirm, Decline)
"""What the answer to a digest of several posts is asked about, where no question of ours waits."""


def in_context(turn: Turn, command: Command, inbound: Inbound) -> Command:
    """To a post, or a digest of one, a text is mostly a reply; to one of several it is asked."""
    if inbound.command is not None:
        return command
    kind, _, serial = inbound.about.partition(":")
    if kind == "digest" and len(turn.items) > 1:
        return _to_several(turn, command)
    if kind == "digest" and turn.items:
        return _to_one(turn, command, turn.items[0])
    return _to_one(turn, command, int(serial)) if kind == "post" else command


def items(session: Session, inbound: Inbound, member: Member) -> tuple[int, ...]:
    """The serials of the digest that is answered, as it numbered them."""
    row = _answered(session, inbound, member, "digest")
    return tuple(json.loads(row.payload).get("digest", ())) if row and row.payload else ()


def answering(session: Session, inbound: Inbound, member: Member) -> int | None:
    """The message of the member to which we said what they answer now."""
    kind, _, question_id = inbound.about.partition(":")
    if kind == "question":
        question = session.get(Question, int(question_id))
        return question.inbox_id if question and question.member_id == member.id else None
    row = _answered(session, inbound, member, "answer")
    name, _, row_id = row.key.partition(":") if row else ("", "", "")
    row_id = row_id.partition(":")[0]
    return int(row_id) if name == "answer" and row_id.isdigit() else None


def _answered(session: Session, inbound: Inbound, member: Member, wanted: str) -> Outbox | None:
    kind, _, row_id = inbound.about.partition(":")
    row = session.get(Outbox, int(row_id)) if kind == wanted else None
    return row if row is not None and row.member_id == member.id else None


def _to_one(turn: Turn, command: Command, serial: int) -> Command:
    if isinstance(command, MEANT_IN_A_REPLY) or _is_meant(turn, command):
        return command
    if isinstance(command, Reply) and command.explicit:
        return command
    if isinstance(command, News) and not command.group:
        return command
    post = turn.session.get(Post, serial)
    return Reply(number_of(post.id) if post is not None else 0, turn.text)


def _to_several(turn: Turn, command: Command) -> Command:
    if not isinstance(command, WORDS) or _is_meant(turn, command) or not turn.text.strip():
        return command
    return WhichItem(turn.text)


def _is_meant(turn: Turn, command: Command) -> bool:
    """Whether it answers a question of ours, or asks for silence."""
    if isinstance(command, Guess):
        return isinstance(command.command, Stop)
    return isinstance(command, Confirm | Decline | Pick) and bool(turn.questions())
