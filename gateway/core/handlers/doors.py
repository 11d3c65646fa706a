"""Stop and start: consent to a channel, at once and from any channel's own address."""

from gateway.core import members
from gateway.core.commands import Start, Started, Stop, Stopped
from gateway.core.handlers.turn import Turn
from gateway.core.models import Address


def stop(turn: Turn, _command: Stop) -> Stopped:
    """Close this channel: nothing leaves on it any more until START.

    At the kiosk there is nothing to stop but the channel that notices go to.
    """
    for address in _meant(turn):
        if address.state != "stopped":
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
    """Open this channel again: the only thing that undoes a stop."""
    for address in _meant(turn):
        if address.state != "active":
            members.consent(
                turn.session, address, given=True, cause=f"start:{turn.channel}", now=turn.now
            )
    return Started()


def _meant(turn: Turn) -> list[Address]:
    rows = members.addresses(turn.session, turn.member.id)
    here = [row for row in rows if row.channel == turn.channel]
    return here or [row for row in rows if row.preferred]
