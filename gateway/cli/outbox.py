"""`gateway outbox`: what is owed, what became of it, and owing again what was refused."""

import click

from gateway.cli.opening import opened
from gateway.cli.output import json_option, listing, reveal_option
from gateway.cli.progress import Progress
from gateway.core.envelope import EMAIL, SMS

BATCH = 500
"""Rows a transaction: any number of them must not keep messages waiting."""

STATES = ("due", "claimed", "held", "sent", "unknown", "failed", "dropped")

COLUMNS = {
    "id": lambda line: line.id,
    "created": lambda line: line.created,
    "channel": lambda line: line.channel,
    "kind": lambda line: line.kind,
    "to": lambda line: line.recipient,
    "member": lambda line: line.member,
    "post": lambda line: line.post,
    "state": lambda line: line.state,
    "carrier": lambda line: f"{line.status} {line.code}".strip(),
    "tries": lambda line: line.attempts,
}


@click.group()
def outbox() -> None:
    """What is owed and what became of it."""


@outbox.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only rows in this state.")
@click.option("--channel", type=click.Choice((SMS, EMAIL)), help="Only this channel.")
@reveal_option
@json_option
def list_(state: str | None, channel: str | None, reveal: bool, as_json: bool) -> None:
    """List what is or was owed, oldest first; times are UTC."""
    with opened() as installation:
        lines = installation.gateway.ledger.outbox(
            state=state or "", channel=channel or "", reveal=reveal
        )
        listing(lines, COLUMNS, as_json=as_json)


@outbox.command()
@click.argument("row", nargs=-1, type=click.IntRange(1))
def replay(row: tuple[int, ...]) -> None:
    """Owe again what a carrier refused: each ROW, or all that failed.

    A row whose outcome is unknown may have arrived: it is sent again only where its ROW is named.
    """
    with opened() as installation:
        rows = row or tuple(installation.gateway.ledger.failed())
        count = 0
        with Progress("owing again", len(rows)) as progress:
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                count += installation.gateway.office.owe_again(batch)
                progress.add(len(batch))
    click.echo(f"{count} owed again")
    if count < len(set(row)):
        raise click.ClickException(
            f"{len(set(row)) - count} of these rows did not fail and are left as they are: "
            "see `gateway outbox list`."
        )
