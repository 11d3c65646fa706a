"""`gateway digests`: send what is due at a time, look at what a member would get, print a sheet."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from gateway.cli.board import Sheet, as_html, as_text
from gateway.cli.opening import opened, the_group, the_member
from gateway.cli.output import counted, plain
from gateway.cli.progress import Progress
from gateway.config import Settings
from gateway.core.envelope import EMAIL, Digest, Outbound
from gateway.core.lists import masked
from gateway.formats import answerable


class Moment(click.ParamType[datetime]):
    """A time in ISO 8601."""

    name = "time"

    def convert(self, value: Any, parameter: Any, context: Any) -> datetime:
        try:
            return value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail("write it as 2026-03-02T18:00, or with an offset", parameter, context)


@click.group()
def digests() -> None:
    """Digests: send, preview, and print for the notice board."""


@digests.command()
@click.option(
    "--now",
    type=Moment(),
    help="As if it were this time: ISO 8601, in GATEWAY_TIMEZONE where it has no offset.",
)
def send(now: datetime | None) -> None:
    """Owe every digest that is due; doing it twice owes nothing twice."""
    with opened() as installation:
        delivery, ledger = installation.gateway.delivery, installation.gateway.ledger
        if now is not None and now.tzinfo is None:
            now = now.replace(tzinfo=ZoneInfo(installation.settings.timezone))
        before = ledger.newest_owed()
        with Progress("digests", ledger.digests_due(now)) as progress:
            due = delivery.send_digests(now, progress.add)
        owed = ledger.digests_owed(before)
    click.echo(f"{counted(owed, 'digest')} owed ({counted(due, 'member was', 'members were')} due)")


@digests.command()
@click.argument("member")
def preview(member: str) -> None:
    """Print the digest that MEMBER would get now; nothing is sent, nothing counts as read."""
    with opened() as installation:
        member_id = the_member(installation, member)
        outbound = installation.gateway.ledger.preview(member_id)
        if outbound is None:
            click.echo("Nothing: no unread post, or no open address.", err=True)
            return
        click.echo(_head(outbound), err=True)
        click.echo(_shown(_text(outbound, installation.settings)))


@digests.command("print")
@click.argument("group")
@click.option(
    "--days", type=click.IntRange(1, 366), default=7, show_default=True, help="How far back."
)
@click.option("--html", "as_page", is_flag=True, help="A page to print, in big type.")
def print_(group: str, days: int, as_page: bool) -> None:
    """Print what was posted in GROUP lately, for the notice board, and how to answer.

    Plain text as wide as a sheet of A4, or with --html a page for a browser's printer. It holds
    names and what people wrote, and no phone number but yours.
    """
    with opened() as installation:
        settings = installation.settings
        board = installation.gateway.ledger.board(the_group(installation, group), days)
        sheet = Sheet(
            board,
            settings.language,
            settings.timezone,
            sms=settings.reply_number or "",
            mailbox=f"gateway@{settings.mail_domain}" if settings.mail_domain else "",
        )
    if board.kind == "closed":
        click.echo(f"{board.group} is a closed group: hang this where only it comes.", err=True)
    click.echo(as_html(sheet) if as_page else as_text(sheet))


def _head(outbound: Outbound) -> str:
    assert isinstance(outbound.content, Digest)
    page = outbound.content.page
    to = masked(outbound.channel, outbound.recipient, reveal=False)
    return plain(
        f"To {outbound.member} by {outbound.channel} ({to}): "
        f"{counted(len(page.items), 'post')}, {page.remaining} more"
    )


def _text(outbound: Outbound, settings: Settings) -> str:
    """What the channel would write."""
    if outbound.channel == EMAIL:
        from gateway.channels.email.render import sent_text

        return sent_text(
            outbound.content,
            outbound.language,
            outbound.timezone,
            settings.mail_domain or "",
            both=False,
        )
    from gateway.channels.sms.render import text

    sender = settings.sms_sender
    answered = sender is None or answerable(sender)
    return text(outbound, "" if answered else settings.reply_number or "")


def _shown(text: str) -> str:
    """Line by line, without what a terminal would obey."""
    lines = ("".join(c if c.isprintable() else "?" for c in line) for line in text.splitlines())
    return "\n".join(lines)
