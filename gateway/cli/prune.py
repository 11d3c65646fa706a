"""`gateway prune`: what is old goes now, and not when the timer comes to it."""

from itertools import groupby

import click

from gateway.cli.opening import opened
from gateway.cli.output import counted
from gateway.cli.progress import Progress

SAID = {
    "original": ("original of a message", "originals of messages"),
    "inbox": ("message that came in", "messages that came in"),
    "outbox": ("message that was owed", "messages that were owed"),
    "report": ("report of a carrier", "reports of carriers"),
}


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def prune(dry_run: bool) -> None:
    """Let go of messages older than GATEWAY_KEEP_MESSAGES and GATEWAY_KEEP_ORIGINALS.

    `gateway run` and `gateway timer` do this by themselves; here it is done at once. What is still
    owed, unknown, held or parked stays, and so does all that people posted. It may be cut off and
    run again; the gateway works on meanwhile.
    """
    with opened() as installation:
        batches = installation.gateway.pruning.batches(dry_run=dry_run)
        for name, of_table in groupby(batches, key=lambda batch: batch.name):
            gone = 0
            with Progress(f"looking through {name}") as progress:
                for batch in of_table:
                    gone = batch.gone
                    progress.reach(batch.seen)
            done = "would go" if dry_run else "went"
            click.echo(f"{counted(gone, *SAID[name])} {done}")
