"""The one short answer to each inbound: to whom, under which key, in which form, and how often.

Two machines that answer each other would do so for ever, at our cost, and whoever can make up a
sender can make us write to anybody. So answers are counted, by what they say and to whom.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.core import fanout, flow, members
from gateway.core.commands import Asked, Disputed, Page, Posted, PostView, Urgent
from gateway.core.envelope import EMAIL, KIOSK, Inbound
from gateway.core.gateway.flood import FLOOD, TOLD_AGAIN
from gateway.core.gateway.parts import Parts
from gateway.core.groups import fold
from gateway.core.house import House
from gateway.core.inbox import Outcome
from gateway.core.models import Address, Member
from gateway.core.numbers import serial_of
from gateway.core.wording import own_text

LOOP = timedelta(minutes=10)
MOST_ALIKE = 3
MOST_REFUSALS = 5
MOST_ANSWERS = 30
"""Answers to one address in any ten minutes: in the same words, of what went wrong, and all."""

ALWAYS_ANSWERED = ("stop", "start", "activate")
"""Commands whose answers count among those in the same words, and no others."""

DAY = timedelta(days=1)
STRANGERS_HOUR = timedelta(hours=1)
MOST_STRANGERS = 50
"""Unknown numbers that are answered in any hour, of all that write."""

LONGEST_COMMAND = 2
"""Words that nobody misses when they were not understood."""

SHORTEST_OF_OURS = 15
"""Letters and digits: whoever writes less than that did not get it from us."""


def owe(  # each tells one thing about the answer
    session: Session,
    parts: Parts,
    row_id: int,
    inbound: Inbound,
    outcome: Outcome,
    now: datetime,
    *,
    replayed: bool = False,
) -> str:
    """One answer to each inbound, but to a machine, and where the carrier gave one.

    What an operator ran again is told once more: the first answer said only that it was kept. Gives
    back why nobody is told, where that is not as usual.
    """
    if not outcome.words or inbound.carrier_answered:
        return ""
    if inbound.channel == KIOSK and not _is_doubt(outcome):
        return ""  # the screen says it
    channel, recipient, not_before = inbound.channel, inbound.sender, None
    if _is_doubt(outcome):
        address = _owners(session, inbound, outcome)
        if address is None:
            return ""
        if channel == KIOSK:
            # Unlike an answer it may come hours later: it wakes nobody.
            owner = session.get_one(Member, address.member_id)
            not_before = members.quiet_until(owner, now)
        channel, recipient = address.channel, address.value
    why = (
        outcome.unanswered
        or parts.unwritable(channel, recipient)
        or _told_already(session, parts.house, channel, recipient, outcome, now)
        or _loop(session, parts.house, recipient, channel, outcome, now)
    )
    if why:
        return why
    fanout.owe_answer(
        session,
        key=_key(row_id, outcome, replayed=replayed),
        channel=channel,
        recipient=recipient,
        payload=_payload(inbound, outcome, channel),
        now=now,
        member_id=outcome.member_id,
        not_before=not_before,
    )
    return ""


def is_ours(session: Session, house: House, inbound: Inbound, now: datetime) -> bool:
    """Whether these are the words that we have just answered its sender with."""
    plain = fold(inbound.text)
    if len(plain) < SHORTEST_OF_OURS:
        return False
    alike = _alike(house, inbound.channel, inbound.sender, plain)
    return flow.counted(session, alike, MOST_ALIKE, LOOP, now) > 0


def _told_already(  # one answer's whole context
    session: Session,
    house: House,
    channel: str,
    recipient: str,
    outcome: Outcome,
    now: datetime,
) -> str:
    """Whether what is told once in a while has been told."""
    kind = _once(outcome)
    if not kind:
        return ""
    if kind == FLOOD and not _is_active(session, channel, recipient):
        return "a stranger"
    told = flow.subject(f"told-{kind}", house.secret, channel, recipient)
    again_after = TOLD_AGAIN if kind == FLOOD else DAY
    if flow.counted(session, told, 1, again_after, now):
        return "told already"
    # In this order: who finds no room among the strangers may be told the next time.
    strangers = (f"strangers:{channel}", MOST_STRANGERS, STRANGERS_HOUR)
    if kind == "stranger" and not flow.within(session, *strangers, now):
        return "too many strangers"
    return "" if flow.within(session, told, 1, again_after, now) else "told already"


def _loop(  # one answer's whole context
    session: Session,
    house: House,
    recipient: str,
    channel: str,
    outcome: Outcome,
    now: datetime,
) -> str:
    """Whether this looks like two machines that answer each other."""
    counts = [(_alike(house, channel, recipient, fold(outcome.words)), MOST_ALIKE)]
    if outcome.reason not in ALWAYS_ANSWERED:
        if outcome.state in ("refused", "failed"):
            counts.append(
                (flow.subject("refusals", house.secret, channel, recipient), MOST_REFUSALS)
            )
        counts.append((flow.subject("answers", house.secret, channel, recipient), MOST_ANSWERS))
    return "" if flow.all_within(session, counts, LOOP, now) else "loop"


def _alike(house: House, channel: str, recipient: str, plain: str) -> str:
    return flow.subject("alike", house.secret, channel, recipient, plain)


def _once(outcome: Outcome) -> str:
    """What is told once in a while only; "" for what is told each time."""
    if outcome.reason == FLOOD:
        return FLOOD
    if not outcome.once_a_day:
        return ""
    if _is_doubt(outcome):
        return "doubt"
    return "locked" if outcome.reason == "activate" else "stranger"


def _is_doubt(outcome: Outcome) -> bool:
    """Whether it is held because somebody else may have written it: its owner is told, not they.

    From a number in doubt one is asked, and answered there.
    """
    return outcome.state == "held" and (outcome.once_a_day or isinstance(outcome.result, Disputed))


def _key(row_id: int, outcome: Outcome, *, replayed: bool) -> str:
    if outcome.reason == FLOOD:
        return f"flood:{row_id}"  # the answer itself follows when it has run
    again = replayed and outcome.state != "failed"
    return f"answer:{row_id}:again" if again else f"answer:{row_id}"


def _is_active(session: Session, channel: str, value: str) -> bool:
    address = members.at_address(session, channel, value)
    return address is not None and address.state == "active"


def _owners(session: Session, inbound: Inbound, outcome: Outcome) -> Address | None:
    """Where the supposed owner of what is in doubt is told: an open address of theirs."""
    if outcome.member_id is None:
        return None
    if inbound.channel == KIOSK:
        return members.preferred(session, outcome.member_id)
    rows = members.addresses(session, outcome.member_id)
    ours = [row for row in rows if row.channel == inbound.channel and row.state == "active"]
    return next(iter(ours), None)


def _is_of_alert(outcome: Outcome) -> bool:
    """What is said of an alert on its way may use what a budget reserves for alerts."""
    match outcome.result:
        case Asked(about=Urgent()) | Posted(post=PostView(urgent=True)):
            return True
        case _:
            return False


def _given_back(inbound: Inbound, outcome: Outcome) -> str:
    """What a member wrote, below the words that it was not posted: to be sent again as it was.

    Never to who may be somebody else, nor where it was no more than a command.
    """
    posted_not = outcome.state in ("refused", "failed") and outcome.member_id is not None
    if not posted_not or len(inbound.text.split()) <= LONGEST_COMMAND:
        return ""
    return f"\n\n{own_text(inbound.text)}"


def _payload(inbound: Inbound, outcome: Outcome, channel: str) -> dict[str, object]:
    page = outcome.result
    news = page if isinstance(page, Page) and page.about == "news" else None
    shown = [serial_of(item.number) for item in news.items] if news else []
    if channel != EMAIL:
        aside = {"alert": True} if _is_of_alert(outcome) else {}
        return {"text": outcome.words, **({"shown": shown} if shown else {}), **aside}
    if news and shown:
        return {"digest": shown, "remaining": news.remaining}
    return {
        "text": f"{outcome.words}{_given_back(inbound, outcome)}",
        "subject": inbound.subject,
        "message_id": inbound.message_id,
        "references": inbound.references,
    }
