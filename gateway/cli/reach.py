"""`gateway reach`: who can be reached, who was, who took part; counted, and never by person."""

import click

from gateway.cli.opening import opened
from gateway.cli.output import json_option, listing
from gateway.core.reach import FEWEST, STEP

PERIODS = click.IntRange(7, 366)
"""From a week on: what one day changes says too much about one person."""

COLUMNS = {
    "site": lambda line: line.site,
    "channel": lambda line: line.channel,
    "members": lambda line: _told(line.members),
    "reachable": lambda line: _told(line.reachable),
    "reached": lambda line: _told(line.reached),
    "took part": lambda line: _told(line.took_part),
}


@click.command(
    help=f"""Count whom the gateway can reach, by site and channel; nobody is named.

    REACHABLE: an open address whose holder is heard of, or a PIN for the kiosk. REACHED: something
    was sent to them, or they came to a kiosk, in the last days. TOOK PART: they posted, answered
    or thanked in the last days. `any` counts whoever is so on several channels once.

    So that nobody is found in it, fewer than {FEWEST} is not told (in JSON: null), sites of fewer
    are counted together, and other figures are rounded down to a multiple of {STEP}.
    """
)
@click.option("--days", type=PERIODS, default=30, show_default=True, help="How far to look back.")
@json_option
def reach(days: int, as_json: bool) -> None:
    with opened() as installation:
        listing(installation.gateway.ledger.reach(days), COLUMNS, as_json=as_json)


def _told(count: int | None) -> str:
    return f"<{FEWEST}" if count is None else str(count)
