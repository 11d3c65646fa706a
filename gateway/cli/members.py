"""`gateway members`: the operator's file of people, who is here, and letters of invitation."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import click

from gateway.cli import rights, roster
from gateway.cli.opening import opened, the_group, the_member
from gateway.cli.output import (
    counted,
    details,
    json_line,
    json_option,
    listing,
    plain,
    reveal_option,
    when,
)
from gateway.cli.progress import Progress
from gateway.core.envelope import SMS
from gateway.core.lists import MemberLine
from gateway.wiring import Installation

BATCH = 1000
"""Rows a transaction: a file of any length must not keep messages waiting."""

MOST_SHOWN = 20

COLUMNS = {
    "id": lambda line: line.id,
    "name": lambda line: line.name,
    "badge": lambda line: line.badge,
    "language": lambda line: line.language,
    "site": lambda line: line.site,
    "role": lambda line: line.role,
    "groups": lambda line: " ".join(line.groups),
    "addresses": lambda line: ", ".join(f"{a.value} {a.state}" for a in line.addresses),
}

DETAILS = {
    **COLUMNS,
    "animates": lambda line: " ".join(line.animates),
    "addresses": lambda line: ", ".join(
        f"{a.channel} {a.value} {a.state}{' (preferred)' if a.preferred else ''}"
        f"{f' heard {when(a.heard)} UTC' if a.heard else ''}"
        f"{f' came back {a.bounces:g}' if a.bounces else ''}"
        for a in line.addresses
    ),
    "timezone": lambda line: line.timezone,
    "rhythm": lambda line: line.rhythm,
    "created": lambda line: f"{when(line.created)} UTC",
    "consent": lambda line: ", ".join(
        f"{when(c.at)} UTC {c.channel} {'yes' if c.given else 'no'} ({c.cause})"
        for c in line.consent
    ),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter of invitation needs."""

    id: int
    name: str
    badge: str | None
    site: str
    language: str
    code: str


@click.group()
def members() -> None:
    """People: import them, see them, invite them; export and erase what is kept of one."""


members.add_command(rights.export)
members.add_command(rights.erase)


@members.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option(
    "--consented",
    is_flag=True,
    help="These people agreed to be written to: open their addresses at once.",
)
def import_(file: Path, dry_run: bool, consented: bool) -> None:
    """Add and change people from a CSV FILE.

    Its first line names the columns, in any order: name, phone, email, badge, language, site,
    timezone, groups, role. Cells are separated by `,` or `;`, groups by `|`. Nothing is imported
    while any row is wrong. Importing a file again changes nothing; what a person stopped or left
    stays so.
    """
    with opened() as installation:
        try:
            total = _check(installation, file)
            done = _take(installation, file, total, consented=consented, dry_run=dry_run)
        except roster.Unreadable as error:
            raise click.ClickException(str(error)) from None
    summary = ", ".join(f"{done[what]} {what}" for what in ("added", "changed", "unchanged"))
    click.echo(f"{summary} (dry run: nothing was kept)" if dry_run else summary)
    if done["added"] and not (consented or dry_run):
        click.echo(
            "They are written to once they activated: `gateway members invite --all-pending`.",
            err=True,
        )


@members.command("list")
@click.option("--group", default="", help="Only those who are in this group.")
@reveal_option
@json_option
def list_(group: str, reveal: bool, as_json: bool) -> None:
    """List the members."""
    with opened() as installation:
        slug = the_group(installation, group) if group else ""
        lines = installation.gateway.ledger.members(group=slug, reveal=reveal)
        listing(lines, COLUMNS, as_json=as_json)


@members.command()
@click.argument("member")
@reveal_option
@json_option
def show(member: str, reveal: bool, as_json: bool) -> None:
    """Show one MEMBER, by id, badge, phone, e-mail or exact name."""
    with opened() as installation:
        one = the_member(installation, member)
        line = installation.gateway.ledger.member(one, reveal=reveal)
        details(line, DETAILS, as_json=as_json)


@members.command()
@click.argument("member", nargs=-1)
@click.option("--all-pending", is_flag=True, help="Everybody who has not activated yet.")
@json_option
def invite(member: tuple[str, ...], all_pending: bool, as_json: bool) -> None:
    """Make an activation code for each MEMBER, and print them as CSV for the letters.

    A code is shown this once and holds 60 days; `ACTIVATE code`, sent by SMS or e-mail, ties the
    sender's number or address to the member, in place of the number that they had. The code of an
    earlier letter is void from now on.
    """
    if bool(member) == all_pending:
        raise click.UsageError("name one MEMBER or more, or give --all-pending")
    with opened() as installation:
        ledger = installation.gateway.ledger
        ids = [the_member(installation, one) for one in member] or ledger.pending_members()
        if ids:
            ids = list(dict.fromkeys(ids))
            with Progress("letters", len(ids), printing=True) as progress:
                _print(progress.each(_letters(installation, ids)), as_json=as_json)
        else:
            click.echo("Nobody waits for an invitation.", err=True)


@members.command()
@click.argument("member")
@json_option
def lost(member: str, as_json: bool) -> None:
    """Close the phone of MEMBER, who lost it or has it no more, and make a new activation code.

    Whoever has that number is a stranger from now on: neither START nor a file opens it, only an
    activation code does. Codes and sessions at kiosks end at once; mailboxes stay as they are.
    """
    with opened() as installation:
        one = the_member(installation, member)
        closed = installation.gateway.office.lose_phone(one)
        click.echo(f"{counted(closed, 'number')} closed.", err=True)
        _print(_letters(installation, [one]), as_json=as_json)


@members.command()
@click.argument("member")
@click.argument("role", type=click.Choice(roster.ROLES))
@click.option("--group", default="", help="Of which group: animator or member.")
def role(member: str, role: str, group: str) -> None:
    """Give MEMBER the ROLE of an operator or take it away, or with --group that of an animator.

    A file of people gives roles and takes none away; this does. It holds from the next message on.
    An operator need animate no group: they may alert all of them.
    """
    if (role == "animator" and not group) or (role == "operator" and group):
        raise click.UsageError("an animator is one of a --group, an operator of none")
    with opened() as installation:
        office = installation.gateway.office
        one = the_member(installation, member)
        slug = the_group(installation, group) if group else ""
        if slug:
            changed = office.set_animator(one, slug, animates=role == "animator")
            (line,) = installation.gateway.ledger.groups(slug)
            if line.kind != "open" and not line.animators:
                click.echo(f"Nobody animates {slug} now: operators are asked.", err=True)
        else:
            changed = office.set_role(one, role)
    of_group = f" of {slug}" if slug else ""
    click.echo(f"{role}{of_group}" if changed else f"unchanged: {role}{of_group} before")


@members.command()
@click.argument("member")
def revoke(member: str) -> None:
    """Make the reply addresses in all mails that MEMBER was sent so far worth nothing.

    For a mailbox that others could read. Mails from now on carry new ones; an answer to an old one
    is refused by the mail system of whoever sends it.
    """
    with opened() as installation:
        installation.gateway.office.revoke_tokens(the_member(installation, member))
    click.echo("Revoked. Answers to older mails are refused.")


@members.command()
@click.argument("member")
def unlock(member: str) -> None:
    """Let the badge of MEMBER in again, which is locked by wrong PINs.

    After nine wrong PINs a badge opens nothing until this is done. Make sure first that it was its
    owner: whoever found a badge tries PINs, too. A one-time code by SMS unlocks it as well.
    """
    with opened() as installation:
        was = installation.gateway.office.let_in(the_member(installation, member))
    click.echo("Unlocked." if was else "This badge was not locked, and no PIN was wrong.")


def _check(installation: Installation, file: Path) -> int:
    """How many rows the file has; refused, with all that is wrong, where anything is."""
    shown: list[roster.Problem] = []
    wrong = rows = 0
    progress = Progress("rows looked at")
    for batch in progress.batches(_batches(installation, file)):
        good = [one for one in batch if isinstance(one, roster.Row)]
        found = [one for one in batch if isinstance(one, roster.Problem)]
        clashes = installation.gateway.ledger.clashes([row.person for row in good])
        found += [roster.Problem(good[place].line, words) for place, words in clashes]
        rows, wrong = rows + len(good), wrong + len(found)
        shown += sorted(found, key=lambda one: one.line)[: MOST_SHOWN - len(shown)]
    if wrong:
        more = [f"and {counted(wrong - len(shown), 'more problem')}"] if wrong > len(shown) else []
        said = [f"line {one.line}: {one.words}" for one in shown]
        raise click.ClickException(
            "\n".join([*said, *more, "Nothing was imported: mend this and import again."])
        )
    return rows


def _take(
    installation: Installation, file: Path, total: int, *, consented: bool, dry_run: bool
) -> Counter[str]:
    done: Counter[str] = Counter(added=0, changed=0, unchanged=0)
    progress = Progress("people taken", total)
    for batch in progress.batches(_batches(installation, file)):
        people = [one.person for one in batch if isinstance(one, roster.Row)]
        took = installation.gateway.office.import_members(
            people, consented=consented, dry_run=dry_run
        )
        done.update(added=len(took.added), changed=len(took.changed), unchanged=took.unchanged)
        for problem in took.problems:  # somebody else took the address since it was checked
            click.echo(plain(problem), err=True)
    return done


def _batches(installation: Installation, file: Path) -> Iterator[list[roster.Row | roster.Problem]]:
    groups = {line.group for line in installation.gateway.ledger.groups()}
    unwritable = partial(installation.gateway.parts.unwritable, SMS)
    rows = roster.read(file, installation.settings.country, groups, unwritable)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _print(letters: Iterator[Letter], *, as_json: bool) -> None:
    if as_json:
        for letter in letters:
            click.echo(json_line(asdict(letter)))
        return
    click.echo(_csv(["name", "badge", "site", "language", "code"]))
    for one in letters:
        click.echo(_csv([one.name, one.badge or "", one.site, one.language, one.code]))


def _letters(installation: Installation, ids: list[int]) -> Iterator[Letter]:
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        codes = installation.gateway.office.invite_all(batch)
        for line in _in_order(installation, batch):
            yield Letter(line.id, line.name, line.badge, line.site, line.language, codes[line.id])


def _in_order(installation: Installation, ids: list[int]) -> list[MemberLine]:
    lines = {line.id: line for line in installation.gateway.ledger.members(only=ids)}
    return [lines[one] for one in ids if one in lines]


def _csv(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow([plain(cell) for cell in cells])
    return written.getvalue()
