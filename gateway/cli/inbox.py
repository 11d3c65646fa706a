"""`gateway inbox`: what came in, what became of it, running it again, and bringing in a mail."""

import sys
from collections import Counter
from collections.abc import Sequence

import click

from gateway.cli.opening import opened
from gateway.cli.output import counted, details, json_option, listing, plain, reveal_option
from gateway.cli.progress import Progress

LONGEST_MAIL = 30 * 2**20
"""Bytes: as much as is kept of any mail."""

STATES = ("received", "done", "waiting", "refused", "held", "automatic", "duplicate", "failed")

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


SHEET = {name: column for name, column in COLUMNS.items() if name != "text"}


@click.group()
def inbox() -> None:
    """What came in and what became of it."""


@inbox.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only rows in this state.")
@reveal_option
@json_option
def list_(state: str | None, reveal: bool, as_json: bool) -> None:
    """List what came in, oldest first; times are UTC.

    `failed` rows are parked: see `replay`. `waiting` rows run by themselves: their senders wrote
    too much at once. `held` rows are in doubt, or `flood`: far too much, for you to look at.
    """
    with opened() as installation:
        lines = installation.gateway.ledger.inbox(state=state or "", reveal=reveal)
        listing(lines, COLUMNS, as_json=as_json)


@inbox.command()
@click.argument("row", type=click.IntRange(1))
@reveal_option
@json_option
def show(row: int, reveal: bool, as_json: bool) -> None:
    """Show one ROW, and with --reveal its words, what was said back, and what was cut from it."""
    with opened() as installation:
        sheet = installation.gateway.ledger.message(row, reveal=reveal)
    if as_json:
        details(sheet, {}, as_json=True)
        return
    details(sheet, SHEET, as_json=False)
    for title, text in (("text", sheet.text), ("said back", sheet.words), ("cut", sheet.cut)):
        if text:
            click.echo("\n".join([f"{title}:", *(f"  {plain(line)}" for line in text.split("\n"))]))


@inbox.command()
@click.argument("row", nargs=-1, type=click.IntRange(1))
def replay(row: tuple[int, ...]) -> None:
    """Run parked messages again: each ROW, or all of them.

    A ROW may also be one that is held for `flood`. What has ended stays as it is, so nothing is
    ever done twice.
    """
    with opened() as installation:
        rows = row or installation.gateway.office.parked()
        with Progress("running again", len(rows)) as progress:
            became = [installation.gateway.intake.replay(one) for one in progress.each(rows)]
    done = Counter(one.state for one in became if not one.duplicate)
    left = Counter(one.state for one in became if one.duplicate)
    click.echo(f"{done.total()} replayed{f': {_counted(done)}' if done else ''}")
    if left:
        click.echo(
            f"{left.total()} left as before ({_counted(left)}): only what is `failed`, or `held` "
            "for `flood`, is run again.",
            err=True,
        )
    if done["failed"]:
        raise click.ClickException(
            f"{counted(done['failed'], 'message')} failed again: the reason is in "
            "`gateway inbox list --state failed --json`."
        )


def _counted(states: Counter[str]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(states.items()))


@inbox.command("add-mail")
@click.option(
    "--recipient",
    "recipients",
    multiple=True,
    metavar="ADDRESS",
    help="Whom the envelope names; give it once for each. Else: those of ours in the headers.",
)
@click.option(
    "--sender",
    metavar="ADDRESS",
    help="Who the envelope says it is from, `<>` for a machine. Else: the Return-Path.",
)
def add_mail(recipients: tuple[str, ...], sender: str | None) -> None:
    """Take one mail from the standard input, as LMTP would: for a mail server's pipe, or a test.

    Exit code 0: it is in the database. 1: it is not, and stderr says why; a mail that comes again
    is taken once, so whoever brings it may always try again.
    """
    if sys.stdin.isatty():
        raise click.UsageError("bring the mail on the standard input: add-mail < MESSAGE")
    raw = _without_mbox_line(sys.stdin.buffer.read(LONGEST_MAIL + 1))
    if not raw.strip():
        raise click.ClickException("No mail came: write `gateway inbox add-mail < MESSAGE`.")
    if len(raw) > LONGEST_MAIL:
        raise click.ClickException("The mail is longer than 30 MB: send it without its files.")
    with opened() as installation:
        door = installation.reception()
        if door is None:
            raise click.ClickException("Set GATEWAY_MAIL_DOMAIN first: no mail can come here yet.")
        from gateway.channels.email import mime
        from gateway.channels.email.recipients import envelope_sender
        from gateway.channels.email.recipients import recipients as named

        reception, addresses = door
        mail = mime.read(raw)
        to = list(dict.fromkeys(one.strip() for one in recipients)) or named(mail, addresses)
        statuses = reception.take(raw, envelope_sender(mail) if sender is None else sender, to)
    _say_taken(to, statuses)


def _without_mbox_line(raw: bytes) -> bytes:
    """Some mail servers put the line that stands between mails in a file before what they pipe."""
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw


def _say_taken(to: Sequence[str], statuses: Sequence[str]) -> None:
    """One line for each address; refused with what to do where any of them did not take it."""
    from gateway.channels.email.reception import OUR_FAULT, TAKEN, UNKNOWN

    because = {
        UNKNOWN: "there is no such address here: see `gateway groups list`, or the reply may be "
        "to a mail that was revoked.",
        OUR_FAULT: "the database or a fault of ours kept it out: see `gateway doctor`, then bring "
        "it again.",
    }
    left = []
    for address, status in zip(to, statuses, strict=True):
        if status == TAKEN:
            click.echo(f"{plain(address)}: taken")
        else:
            left.append(f"{plain(address)}: {because.get(status, 'this is no mail we can take.')}")
    if left:
        raise click.ClickException("\n".join(left))
