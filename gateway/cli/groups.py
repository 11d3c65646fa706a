"""`gateway groups`: where people talk."""

import click

from gateway.cli.opening import opened, the_group
from gateway.cli.output import details, json_option, listing, when

LONGEST_NAME = 40

COLUMNS = {
    "group": lambda line: line.group,
    "name": lambda line: line.name,
    "kind": lambda line: line.kind,
    "members": lambda line: line.members,
    "asking": lambda line: line.asking,
    "posts": lambda line: line.posts,
    "animators": lambda line: ", ".join(line.animators),
}

DETAILS = {**COLUMNS, "created": lambda line: when(line.created)}


@click.group()
def groups() -> None:
    """Groups: add and see them."""


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


@groups.command()
@click.argument("slug")
@json_option
def show(slug: str, as_json: bool) -> None:
    """Show one group, by its SLUG."""
    with opened() as installation:
        for line in installation.gateway.ledger.groups(the_group(installation, slug)):
            details(line, DETAILS, as_json=as_json)
