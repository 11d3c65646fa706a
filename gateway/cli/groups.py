"""`gateway groups`: where people talk."""

import click

from gateway.cli.opening import opened, the_group
from gateway.cli.output import counted, details, json_option, listing, when
from gateway.core.lists import GroupLine

LONGEST_NAME = 40

COLUMNS = {
    "group": lambda line: line.group,
    "name": lambda line: line.name,
    "kind": lambda line: line.kind,
    "members": lambda line: line.members,
    "asking": lambda line: line.asking,
    "posts": lambda line: line.posts,
    "sms": lambda line: _sms(line),
    "animators": lambda line: ", ".join(line.animators),
}

UNLIMITED = -1


def _sms(line: GroupLine) -> str:
    """Segments spent this month, of how many."""
    return str(line.sms_spent) if line.sms_budget is None else f"{line.sms_spent}/{line.sms_budget}"


DETAILS = {**COLUMNS, "created": lambda line: f"{when(line.created)} UTC"}


@click.group()
def groups() -> None:
    """Groups: add, see and limit them."""


def _slug(_context: click.Context, _parameter: click.Parameter, given: str) -> str:
    slug = given.lower()
    if not any(letter.isalpha() for letter in slug):
        raise click.BadParameter("write at least one letter: digits alone are the number of a post")
    return slug


def _name(_context: click.Context, _parameter: click.Parameter, given: str) -> str:
    name = " ".join(given.split())
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
        raise click.BadParameter(f"write 1 to {LONGEST_NAME} characters")
    return name


@groups.command()
@click.argument("slug", callback=_slug)
@click.option("--name", required=True, callback=_name, help="What people call it.")
@click.option("--closed", is_flag=True, help="An animator accepts who wants to come in.")
@click.option("--announce", is_flag=True, help="Only animators post.")
def add(slug: str, name: str, closed: bool, announce: bool) -> None:
    """Add a group; SLUG is what people type and where they write to."""
    if closed and announce:
        raise click.UsageError("--closed or --announce, not both")
    kind = "closed" if closed else "announce" if announce else "open"
    with opened() as installation:
        installation.gateway.office.add_group(slug, name, kind)
    click.echo(f"{slug} added")


@groups.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the groups."""
    with opened() as installation:
        listing(installation.gateway.ledger.groups(), COLUMNS, as_json=as_json)


class _Segments(click.ParamType[int | None]):
    """A number of segments a month, or `none`."""

    name = "segments"

    def convert(
        self, value: object, _parameter: click.Parameter | None, _context: click.Context | None
    ) -> int:
        given = str(value).strip().lower()
        if given == "none":
            return UNLIMITED
        if not (given.isascii() and given.isdecimal() and len(given) < 10):
            self.fail("write a number of segments a month, or none")
        return int(given)


@groups.command()
@click.argument("slug")
@click.argument("segments", type=_Segments(), required=False, metavar="[SEGMENTS|none]")
def budget(slug: str, segments: int | None) -> None:
    """Limit what the posts and alerts of a group may cost a month, in segments of SMS.

    `none` takes the limit away. Without SEGMENTS: say what it is, and what is spent this month.
    """
    with opened() as installation:
        slug = the_group(installation, slug)
        if segments is not None:
            limit = None if segments == UNLIMITED else segments
            installation.gateway.office.set_budget(slug, limit)
        (line,) = installation.gateway.ledger.groups(slug)
    spent = f"{counted(line.sms_spent, 'segment')} spent this month"
    limit_is = "no limit" if line.sms_budget is None else f"{line.sms_budget} a month"
    click.echo(f"{slug}: {limit_is}, {spent}")


@groups.command()
@click.argument("slug")
@json_option
def show(slug: str, as_json: bool) -> None:
    """Show one group, by its SLUG."""
    with opened() as installation:
        for line in installation.gateway.ledger.groups(the_group(installation, slug)):
            details(line, DETAILS, as_json=as_json)
