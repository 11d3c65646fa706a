"""`gateway trace`: the whole way of one message, with the time of each step."""

import click

from gateway.cli.opening import opened
from gateway.cli.output import json_option, listing

COLUMNS = {
    "at": lambda step: step.at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] if step.at else "",
    "what": lambda step: step.what,
    "inbox": lambda step: step.inbox or "",
    "outbox": lambda step: step.outbox or "",
    "channel": lambda step: step.channel,
    "detail": lambda step: step.detail,
}


@click.command()
@click.argument("row", type=click.IntRange(1))
@click.option("--outbox", is_flag=True, help="ROW is of the outbox: one message that was owed.")
@json_option
def trace(row: int, outbox: bool, as_json: bool) -> None:
    """Show all that followed from what came in as ROW of the inbox; times are UTC.

    What came in, its post, each message owed for it, when it was on the wire, the carrier's id, and
    what the carrier said later. Nothing of what was written is shown. The log says the same of a
    process that runs with GATEWAY_LOG=json, under the same number.
    """
    with opened() as installation:
        watch = installation.gateway.watch
        steps = watch.way_out(row) if outbox else watch.way(row)
    listing(steps, COLUMNS, as_json=as_json)
