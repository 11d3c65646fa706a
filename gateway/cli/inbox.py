"""`gateway inbox`: what came in, what became of it, and running again what a fault parked."""

from collections import Counter

import click

from gateway.cli.opening import opened
from gateway.cli.output import counted, json_option, listing, reveal_option

STATES = ("received", "done", "refused", "held", "automatic", "failed")

COLUMNS = {
    "id": lambda line: line.id,
    "received": lambda line: line.received,
    "channel": lambda line: line.channel,
    "sender": lambda line: line.sender,
    "member": lambda line: line.member,
    "state": lambda line: line.state,
    "reason": lambda line: line.reason.strip().rsplit("\n", 1)[-1],
    "text": lambda line: line.text,
}


@click.group()
def inbox() -> None:
    """What came in and what became of it."""


@inbox.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only rows in this state.")
@reveal_option
@json_option
def list_(state: str | None, reveal: bool, as_json: bool) -> None:
    """List what came in, oldest first; times are UTC. `failed` rows are parked: see `replay`."""
    with opened() as installation:
        lines = installation.gateway.ledger.inbox(state=state or "", reveal=reveal)
        listing(lines, COLUMNS, as_json=as_json)


@inbox.command()
@click.argument("row", nargs=-1, type=click.IntRange(1))
def replay(row: tuple[int, ...]) -> None:
    """Run parked messages again: each ROW, or all of them.

    What has ended stays as it is, so nothing is ever done twice.
    """
    with opened() as installation:
        rows = row or installation.gateway.office.parked()
        done = Counter(installation.gateway.intake.replay(one).state for one in rows)
    states = ", ".join(f"{count} {state}" for state, count in sorted(done.items()))
    click.echo(f"{len(rows)} replayed{f': {states}' if states else ''}")
    if done["failed"]:
        raise click.ClickException(
            f"{counted(done['failed'], 'message')} failed again: the reason is in "
            "`gateway inbox list --state failed --json`."
        )
