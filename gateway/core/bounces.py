"""Scores of mail that came back: a mailbox that keeps failing is closed, and one that failed once
is not.

What a message says against its mailbox is added to a score, which halves in `HALF_LIFE`:

| said | adds | closes |
| --- | --- | --- |
| `gone`: no such mailbox, no such domain | 2 | the second within a week |
| `hard`: failed for good, and not why | 1 | the third in a row, or the fourth in four days |
| `soft`: full, busy, given up | 0.5, at most twice a day | when it lasts for about a week |

At `CLOSED_AT` the mailbox is closed. That a server took a mail proves nothing; time heals. A
message counts once, by the worst that was said of it.

Many mailboxes of one domain that fail at once are not gone: their server refuses us, and that is an
operator's to mend. For `SPARED` nothing of it counts against anybody.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from gateway.core import members
from gateway.core.envelope import EMAIL, GONE, HARD, SOFT
from gateway.core.models import Address, DeliveryEvent, Member, Outbox

WEIGHTS = MappingProxyType({SOFT: 0.5, HARD: 1.0, GONE: 2.0})
CLOSED_AT = 3.0
HALF_LIFE = timedelta(days=7)
APART = timedelta(hours=12)
"""Soft ones that come closer together count as one: a mailbox is full for an evening."""

DAY = timedelta(days=1)
MANY, SHARE = 5, 0.1
"""As many mailboxes of a domain, and more than this share of its mails, came back in a day."""

ALL = 3
"""As many mailboxes of a domain, and every one that was written to, is a refusal as well."""

SPARED = timedelta(days=3)
LATELY = timedelta(days=7)
FOR_GOOD = (HARD, GONE)


def score(before: float, at: datetime | None, harm: str, now: datetime) -> float:
    """The score after one more message came back; `before` was the score at `at`. Pure."""
    left = decayed(before, at, now)
    if harm == SOFT and at is not None and now - at < APART:
        return left
    return left + WEIGHTS.get(harm, 0.0)


def decayed(before: float, at: datetime | None, now: datetime) -> float:
    """What is left of a score that was `before` at `at`. Pure."""
    passed = max(timedelta(), now - at) if at is not None else timedelta()
    return float(before * 0.5 ** (passed / HALF_LIFE))


def count(session: Session, row: Outbox, event_id: int, harm: str, now: datetime) -> bool:
    """Count what was said of a message against its mailbox; whether that is to be closed now."""
    address = session.get(Address, row.address_id) if row.address_id and harm in WEIGHTS else None
    if address is None or address.value != row.recipient:
        return False
    worst = max((WEIGHTS[said] for said in _said_before(session, row, event_id)), default=0.0)
    if WEIGHTS[harm] <= worst or _is_spared(session, address, now):
        return False
    after = score(address.bounce_score, address.bounced_at, harm, now)
    if worst >= WEIGHTS[HARD]:
        after -= worst  # it has counted already, as less
    if after > decayed(address.bounce_score, address.bounced_at, now):
        address.bounce_score, address.bounced_at = after, now
    return after >= CLOSED_AT


def refusing(session: Session, domain: str, now: datetime) -> bool:
    """Whether so many mails to a domain came back in a day that its server refuses us."""
    back = _came_back(session, now - DAY, Outbox.recipient.endswith(f"@{domain}", autoescape=True))
    return _refuses(session, domain, back)


def domains_refusing(session: Session, now: datetime) -> list[str]:
    """The domains whose servers refuse us."""
    by_domain: dict[str, list[tuple[int, str]]] = {}
    for row_id, recipient in _came_back(session, now - DAY):
        by_domain.setdefault(recipient.rpartition("@")[2], []).append((row_id, recipient))
    return sorted(name for name, back in by_domain.items() if _refuses(session, name, back))


def closed_lately(session: Session, now: datetime) -> int:
    """How many mailboxes were closed in the last days because mail came back, and still are."""
    closed = (Address.channel == EMAIL) & (Address.state == "failed")
    lately = Address.changed_at > now - LATELY
    return session.scalar(select(func.count()).select_from(Address).where(closed, lately)) or 0


def look(session: Session, now: datetime) -> list[tuple[Member, Address]]:
    """Mailboxes that were closed and whose owners do not know it yet; they are marked as told."""
    chosen = (
        select(Member, Address)
        .join(Address, Address.member_id == Member.id)
        .where(
            Address.channel == EMAIL,
            Address.state == literal("failed", literal_execute=True),  # it has an index
            Address.asked_at.is_(None),
            Address.changed_at > now - DAY,
        )
        .order_by(Address.id)
    )
    found = [(member, address) for member, address in session.execute(chosen)]
    for _, address in found:
        address.asked_at = now
    return found


def lost(session: Session, address: Address) -> list[Outbox]:
    """Posts and digests that lately came back from a mailbox: nobody has read them."""
    rows = select(Outbox).where(
        Outbox.address_id == address.id,
        Outbox.state == "failed",
        Outbox.settled_at > address.changed_at - LATELY,
        (Outbox.kind == "digest") | Outbox.post_id.is_not(None),
    )
    return list(session.scalars(rows))


def failed(rows: Iterable[Address]) -> tuple[str, ...]:
    """The mailboxes among `rows` that mail comes back from, masked."""
    return tuple(
        members.mask(row) for row in rows if row.channel == EMAIL and row.state == "failed"
    )


def _said_before(session: Session, row: Outbox, event_id: int) -> list[str]:
    return list(
        session.scalars(
            select(DeliveryEvent.harm).where(
                DeliveryEvent.outbound_id == row.id,
                DeliveryEvent.id != event_id,
                DeliveryEvent.harm.in_(list(WEIGHTS)),
            )
        )
    )


def _is_spared(session: Session, address: Address, now: datetime) -> bool:
    """Not this mailbox but the whole domain fails, and not for long enough to be believed."""
    if not refusing(session, address.value.rpartition("@")[2], now):
        return False
    since = now - LATELY - LATELY
    first = session.scalar(
        select(func.min(DeliveryEvent.received_at))
        .join(Outbox, Outbox.id == DeliveryEvent.outbound_id)
        .where(
            Outbox.address_id == address.id,
            DeliveryEvent.harm.in_(FOR_GOOD),
            DeliveryEvent.received_at > since,
        )
    )
    return first is None or now - first < SPARED


def _came_back(
    session: Session, since: datetime, *which: ColumnElement[bool]
) -> list[tuple[int, str]]:
    """The mails that came back for good since then: row and recipient."""
    rows = session.execute(
        select(Outbox.id, Outbox.recipient)
        .join(DeliveryEvent, DeliveryEvent.outbound_id == Outbox.id)
        .where(
            DeliveryEvent.channel == EMAIL,
            DeliveryEvent.harm.in_(FOR_GOOD),
            DeliveryEvent.received_at > since,
            *which,
        )
        .distinct()
    )
    return [(row_id, recipient) for row_id, recipient in rows]


def _refuses(session: Session, domain: str, back: list[tuple[int, str]]) -> bool:
    mailboxes = {recipient for _, recipient in back}
    if len(mailboxes) < min(MANY, ALL):
        return False
    # Since the first of them, by id: the table only grows, and has no index of domains.
    mails, written_to = session.execute(
        select(func.count(), func.count(Outbox.recipient.distinct())).where(
            Outbox.id >= min(row_id for row_id, _ in back),
            Outbox.channel == EMAIL,
            Outbox.attempts > 0,
            Outbox.recipient.endswith(f"@{domain}", autoescape=True),
        )
    ).one()
    is_much = len(mailboxes) >= MANY and len(back) > SHARE * mails
    return is_much or (len(mailboxes) >= ALL and len(mailboxes) >= written_to)
