"""What Prometheus is told of the whole installation, whichever process is asked.

Every look is bounded: it reads what waits, by indexes that hold nothing else, and never history. A
queue is counted up to `MOST_COUNTED`. What has happened is read from the tallies of all processes.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select, text
from sqlalchemy.orm import Session

from gateway.core import budget, figures, pauses, presence, turns
from gateway.core.envelope import EMAIL, SMS
from gateway.core.house import House
from gateway.core.models import CaughtUp, Inbox, Lease, Media, Outbox
from gateway.core.outbox.poison import PARKED
from gateway.core.prepared import dialect_of
from gateway.core.tally import Buckets

MOST_COUNTED = 100_000
PRIORITIES = range(4)
WAITING = ("due", "claimed", "held", "unknown", "failed")
CAME = ("received", "waiting", "held", "failed")


Value = float | Buckets
Families = dict[str, tuple[str, str, list[tuple[dict[str, str], Value]]]]
"""For Prometheus: help, kind and values by label, under each name."""


def measures(session: Session, now: datetime, house: House, version: str = "") -> Families:
    """All of it, as of now."""
    return {
        **_queues(session, now),
        **_came(session, now),
        **_counted(session),
        **_money(session, now, house),
        **_running(session, now),
        "gateway_database_bytes": (
            "Size of the database",
            "gauge",
            [({}, float(_bytes(session)))],
        ),
        "gateway_build_info": ("The version that answers", "gauge", [({"version": version}, 1.0)]),
    }


def _queues(session: Session, now: datetime) -> Families:
    shut = pauses.every(session)
    return {
        "gateway_outbox": (
            f"Messages owed, by channel and state; counted up to {MOST_COUNTED}",
            "gauge",
            [({"channel": c, "state": s}, float(n)) for c, s, n in _depths(session) if n],
        ),
        "gateway_outbox_oldest_seconds": (
            "Since when the oldest message that is due waits to leave, by channel and priority",
            "gauge",
            [
                ({"channel": c, "priority": str(p)}, (now - at).total_seconds())
                for c, p, at in _oldest(session, now)
            ],
        ),
        "gateway_channel_paused": (
            "Channels on which nothing leaves until somebody mends something, by the reason",
            "gauge",
            [({"channel": one.channel, "code": one.code}, 1.0) for one in shut],
        ),
        "gateway_photos": (
            "Photos of posts that wait to be fetched",
            "gauge",
            [({"state": "wanted"}, float(_photos(session)))],
        ),
    }


def _depths(session: Session) -> list[tuple[str, str, int]]:
    """A partial index holds each of these states, and is read no further than the limit."""
    found = []
    for channel in (SMS, EMAIL):
        for state in WAITING:
            # Written out, for a planner does not know that a parameter is `due`.
            bounded = (
                select(literal(1))
                .select_from(Outbox)
                .where(Outbox.channel == channel, text(f"outbox.state = '{state}'"))
                .limit(MOST_COUNTED)
                .subquery()
            )
            found.append(
                (channel, state, session.scalar(select(func.count()).select_from(bounded)) or 0)
            )
    return found


def _oldest(session: Session, now: datetime) -> list[tuple[str, int, datetime]]:
    found = []
    for channel in (SMS, EMAIL):
        for priority in PRIORITIES:
            first = (
                select(turns.owed_since())
                .where(
                    Outbox.channel == channel,
                    Outbox.priority == priority,
                    text("outbox.state = 'due'"),
                    Outbox.not_before <= now,
                )
                .order_by(Outbox.not_before)
                .limit(1)
            )
            at = session.scalar(first)
            if at is not None:
                found.append((channel, priority, at))
    return found


def _photos(session: Session) -> int:
    wanted = select(func.count()).select_from(Media)
    return session.scalar(wanted.where(text("media.state = 'wanted'"))) or 0


def _came(session: Session, now: datetime) -> Families:
    rows = session.execute(
        select(Inbox.channel, Inbox.state, func.count())
        .where(Inbox.state.in_(CAME))
        .group_by(Inbox.channel, Inbox.state)
    ).all()
    silent = figures.unanswered_since(session, now - timedelta(hours=1))
    asked = session.scalars(select(CaughtUp).order_by(CaughtUp.channel)).all()
    return {
        "gateway_inbox": (
            "Messages that came in and have not ended: parked (failed), held, waiting for a turn",
            "gauge",
            [({"channel": c, "state": s}, float(n)) for c, s, n in rows],
        ),
        "gateway_inbox_unanswered": (
            "Messages of the last hour that were answered by nobody on purpose, by the reason",
            "gauge",
            [({"reason": why}, float(n)) for why, n in silent.items()],
        ),
        **_recalled(asked, now),
    }


def _recalled(rows: Sequence[CaughtUp], now: datetime) -> Families:
    """What is known of the way in, by channel."""
    return {
        "gateway_caught_up_age_seconds": (
            "Since when texts may have come in at a carrier that are not here",
            "gauge",
            [({"channel": row.channel}, (now - row.until).total_seconds()) for row in rows],
        ),
        "gateway_recovered_total": (
            "Messages that came in and were found only by asking the carrier",
            "counter",
            [({"channel": row.channel}, float(row.recovered)) for row in rows],
        ),
    }


def _counted(session: Session) -> Families:
    told = {
        "gateway_inbound_total": "Messages that came in, by channel and what became of them",
        "gateway_outbound_total": "Tries to hand a message over, by channel, kind and outcome",
        "gateway_reports_total": "What carriers said later, by channel and status",
        "gateway_segments_total": "Segments of SMS that carriers took",
        "gateway_pruned_total": "Rows that were deleted for their age, by table",
    }
    families: Families = {
        name: (
            help_,
            "counter",
            [(labels, value) for labels, value in presence.tallies(session, name)],
        )
        for name, help_ in told.items()
    }
    parked = {labels["channel"]: value for labels, value in presence.tallies(session, PARKED)}
    families[PARKED] = (
        "Messages owed that met a fault of ours and were set aside, by channel",
        "counter",
        # Also where there was none: what begins at one has not risen, for Prometheus.
        [({"channel": channel}, parked.get(channel, 0.0)) for channel in (SMS, EMAIL)],
    )
    families["gateway_delivery_seconds"] = (
        "From when a message was owed until a carrier had it; of an answer: since its question",
        "histogram",
        _histogram(session, "gateway_delivery_seconds"),
    )
    return families


def _histogram(session: Session, name: str) -> list[tuple[dict[str, str], Value]]:
    found: dict[tuple[tuple[str, str], ...], dict[str, float]] = defaultdict(dict)
    for labels, value in presence.tallies(session, name):
        end = labels.pop("le")
        found[tuple(labels.items())][end] = value
    return [(dict(labels), Buckets(ends, ends.pop("sum", 0.0))) for labels, ends in found.items()]


def _money(session: Session, now: datetime, house: House) -> Families:
    room = budget.of_house(session, house, now)
    month = budget.month(now, house)
    return {
        "gateway_sms_segments": (
            "Segments of SMS taken out of the organisation's budget, by month",
            "gauge",
            [({"month": month}, float(room.spent))],
        ),
        "gateway_sms_budget": (
            "Segments of SMS that a month may cost, and how many of those only alerts may use",
            "gauge",
            [({"of": "all"}, float(room.cap)), ({"of": "alerts"}, float(room.reserve))]
            if room.cap is not None
            else [],
        ),
        "gateway_sms_budget_left": (
            "Segments of SMS that may still leave this month",
            "gauge",
            [({}, float(left))] if (left := room.left(alert=True)) is not None else [],
        ),
    }


def _running(session: Session, now: datetime) -> Families:
    parts = presence.parts(session, now)
    until = session.scalar(select(Lease.until).where(Lease.name == "timer"))
    return {
        "gateway_processes": (
            "Processes that run, by the command that started them",
            "gauge",
            [({"part": one.part}, float(one.alive)) for one in parts],
        ),
        "gateway_last_seen_seconds": (
            "Since when no process of a part was seen",
            "gauge",
            [({"part": one.part}, (now - one.seen_at).total_seconds()) for one in parts],
        ),
        "gateway_timer_running": (
            "Whether somebody holds the timer's office",
            "gauge",
            [({}, float(until is not None and until > now))],
        ),
    }


def _bytes(session: Session) -> int:
    if dialect_of(session) == "postgresql":
        size = "SELECT pg_database_size(current_database())"
    else:
        size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    return int(session.scalar(text(size)) or 0)
