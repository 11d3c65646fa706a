"""`gateway status`: queues, rates and channels at a glance."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

import click

from gateway.cli.opening import opened
from gateway.cli.output import counted, json_line, plain
from gateway.core.figures import ChannelFigures, Figures, SmsBudget

CHANNEL = "{:<7}{:>7}{:>7}{:>8}{:>8}{:>7}{:>7}{:>11}{:>7}{:>7}{:>9}"
HEAD = ("", "due", "later", "sending", "unknown", "failed", "parked", "oldest due")
RATES = ("in/h", "out/h", "failed/h")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(as_json: bool) -> None:
    """Show queues, rates of the last hour, channels and kiosks."""
    with opened() as installation:
        now = installation.gateway.parts.clock()
        figures = installation.gateway.ledger.figures()
        set_up = {*installation.gateway.parts.channels, "kiosk"}
        paused = installation.paused()
        caught_up = installation.gateway.recall.caught_up()
        shut_out = installation.gateway.ledger.shut_out()
    if as_json:
        click.echo(_json(figures, set_up, paused, now, len(shut_out.names)))
        return
    for line in _lines(figures, set_up, now):
        click.echo(line)
    for one in figures.channels:
        if one.came_too_fast:
            said = counted(one.came_too_fast, "message waits", "messages wait")
            click.echo(f"{said} for a turn on {one.channel}: too much came at once")
    for row in caught_up:
        click.echo(
            f"all that came in by {row.channel} until {_age(row.until, now)} ago is here "
            f"({row.recovered} found by asking the carrier)"
        )
    if shut_out.names:
        said = counted(len(shut_out.names), "badge is", "badges are")
        click.echo(f"{said} locked by wrong PINs: see `gateway doctor`")
    for channel, why in paused.items():
        click.echo(f"{channel} is paused, and its messages wait: {plain(why)}")


def _json(
    figures: Figures,
    set_up: set[str],
    paused: Mapping[str, str],
    now: datetime,
    badges_locked: int,
) -> str:
    channels = {
        one.channel: {"set_up": one.channel in set_up, **asdict(one)} for one in figures.channels
    }
    whole = {
        **asdict(figures),
        "timer_running": _is_running(figures, now),
        "channels": channels,
        "paused": dict(paused),
        "badges_locked": badges_locked,
    }
    return json_line(whole)


def _lines(figures: Figures, set_up: set[str], now: datetime) -> list[str]:
    timer = (
        "the timer runs"
        if _is_running(figures, now)
        else "no timer runs: start `gateway run`, or `gateway timer`"
    )
    return [
        f"{counted(figures.members, 'member')} ({figures.reachable} reachable), "
        f"{counted(figures.groups, 'group')}, {counted(figures.posts, 'post')} "
        f"({figures.posts_last_hour} in the last hour)",
        f"{counted(figures.kiosks, 'kiosk')} ({figures.signed_in} signed in), {timer}",
        "",
        CHANNEL.format(*HEAD, *RATES),
        *[_channel(one, one.channel in set_up, now) for one in figures.channels],
        "",
        _sms(figures.sms),
    ]


def _sms(sms: SmsBudget) -> str:
    """What texts cost this month, and what waits for money."""
    spent = f"SMS in {sms.month}: {counted(sms.spent, 'segment')}"
    if sms.budget is not None:
        spent += f" of {sms.budget}"
    if sms.reserve:
        spent += f" ({sms.reserve} for alerts only)"
    return f"{spent}, {counted(sms.held, 'message')} held for lack of budget" if sms.held else spent


def _channel(one: ChannelFigures, is_set_up: bool, now: datetime) -> str:
    row = CHANNEL.format(
        one.channel,
        one.due,
        one.waiting,
        one.claimed,
        one.unknown,
        one.failed,
        one.parked,
        _age(one.oldest_due, now),
        one.came_last_hour,
        one.left_last_hour,
        one.failed_last_hour,
    )
    return row if is_set_up else f"{row}  not set up"


def _age(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "-"
    seconds = max(0, int((now - at).total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _is_running(figures: Figures, now: datetime) -> bool:
    return figures.timer_until is not None and figures.timer_until > now
