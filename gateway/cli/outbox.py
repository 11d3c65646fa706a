"""`gateway outbox`: what is owed, what became of it, and owing again what was refused."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import click

from gateway.cli.opening import opened
from gateway.cli.output import json_option, listing, reveal_option
from gateway.cli.progress import Progress
from gateway.core.envelope import EMAIL, SMS

BATCH = 500
"""Rows a transaction: any number of them must not keep messages waiting."""

MOST_NAMED = 10

LEFT = {
    "none": "there is no such row, see `gateway outbox list`",
    "second": "owed once more already, in a row of its own",
    "erased": "its reader is erased",
    "stopped": "its reader sent STOP there, or the address was closed",
    "doubted": "the number may be another's by now: its holder is asked first (`gateway doctor`)",
    "lost": "its reader lost that phone: `gateway members invite` ties another",
    "answered": "it asks what was answered meanwhile",
}
"""Why a row is not owed again; of what did not fail the reason is its state."""

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
    What could not leave now is left as it is, and said, with the reason.
    """
    with opened() as installation:
        rows = row or tuple(installation.gateway.ledger.failed())
        left: dict[int, str] = {}
        with Progress("owing again", len(rows)) as progress:
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                left |= installation.gateway.office.owe_again(batch)
                progress.add(len(batch))
    click.echo(f"{len(set(rows)) - len(left)} owed again")
    told = "\n".join(_left(left))
    if left and row:
        raise click.ClickException(told)
    if left:
        click.echo(told, err=True)


def _left(left: Mapping[int, str]) -> Iterator[str]:
    """A line for each reason, with the rows that it holds for."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, why in sorted(left.items()):
        rows[why].append(row)
    for why, ones in rows.items():
        some = ", ".join(str(one) for one in ones[:MOST_NAMED])
        more = len(ones) - MOST_NAMED
        named = f"{some} and {more} more" if more > 0 else some
        words = LEFT.get(why, f"did not fail, for the state is `{why}`")
        yield f"{'rows' if len(ones) > 1 else 'row'} {named} left alone: {words}"
