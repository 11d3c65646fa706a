"""Stop and start: consent to a channel, at once and from any channel's own address."""

from gateway.core import doubts, fanout, members
from gateway.core.commands import Start, Started, Stop, Stopped
from gateway.core.handlers.turn import Turn
from gateway.core.models import Address

CLOSABLE = ("active", *doubts.IN_DOUBT)
"""One that was never activated, or is lost, is closed already, and START must not find it."""


def stop(turn: Turn, _command: Stop) -> Stopped:
    """Close this channel: nothing leaves on it any more until START.

    At the kiosk there is nothing to stop but the channel that notices go to.
    """
    for address in _to_close(turn):
        if address.state in CLOSABLE:
            members.consent(
                turn.session, address, given=False, cause=f"stop:{turn.channel}", now=turn.now
            )
    others = [
        row.channel
        for row in members.addresses(turn.session, turn.member.id)
        if row.state == "active"
    ]
    return Stopped(tuple(dict.fromkeys(others)))


def start(turn: Turn, _command: Start) -> Started:
    """Open this very address again, and write to it: the only thing that undoes a stop.

    No other is opened with it: its holder may have said stop, or never activated it. At the kiosk
    it is the address that was stopped last, or else a mailbox that mail came back from; a phone
    that was not heard of for long is asked first.
    """
    address = _to_open(turn)
    if address is None:
        return Started()
    if doubts.in_doubt(address, turn.now):
        if doubts.ask_at_start(turn.session, address, f"start:{turn.channel}", turn.now):
            fanout.owe_question(turn.session, turn.member, address, turn.now)
        return Started(asked=True)
    if address.state != "active":
        members.consent(
            turn.session, address, given=True, cause=f"start:{turn.channel}", now=turn.now
        )
    members.put_first(members.addresses(turn.session, turn.member.id), address)
    return Started()


def _to_close(turn: Turn) -> list[Address]:
    rows = members.addresses(turn.session, turn.member.id)
    here = [row for row in rows if row.channel == turn.channel]
    return here or [row for row in rows if row.preferred]


def _to_open(turn: Turn) -> Address | None:
    rows = members.addresses(turn.session, turn.member.id)
    here = [row for row in rows if row.id == turn.address_id]
    closed = [row for row in rows if row.state == "stopped" or doubts.in_doubt(row, turn.now)]

    def latest(row: Address) -> tuple[bool, bool, object]:
        return row.state == "stopped", not doubts.in_doubt(row, turn.now), row.changed_at

    if here or closed:
        return here[0] if here else max(closed, key=latest)
    failed = (row for row in rows if row.state == "failed")
    return max(failed, key=lambda row: row.changed_at, default=None)
