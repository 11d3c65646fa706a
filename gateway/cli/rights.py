"""`gateway members export` and `erase`: what a person may ask of whoever keeps them on file."""

import json
from collections.abc import Iterator

import click

from gateway.cli.opening import opened, the_member
from gateway.cli.output import counted, json_line, plain
from gateway.cli.progress import Progress
from gateway.core.gateway.rights import Erased
from gateway.wiring import Installation


@click.command()
@click.argument("member")
@click.option(
    "--originals", is_flag=True, help="Messages and pictures as they came, too, in base64."
)
def export(member: str, originals: bool) -> None:
    """Print all that is kept about one MEMBER as JSON, for that person: addresses are whole.

    A PIN, codes and tokens are left out: whoever has the file must not be able to act as them.
    """
    with opened() as installation:
        member_id = the_member(installation, member)
        with Progress("writing lines", printing=True) as progress:
            for piece in progress.each(_document(installation, member_id, originals=originals)):
                click.echo(piece)


@click.command()
@click.argument("member")
@click.option("--posts", is_flag=True, help="Empty what they posted, too.")
@click.option("--yes", is_flag=True, help="Do not ask for the name.")
def erase(member: str, posts: bool, yes: bool) -> None:
    """Forget one MEMBER for good: there is no way back.

    Their name, addresses, badge, PIN, codes, sessions, messages and pictures go, and what is still
    owed to them is dropped. Their posts stay in their threads, by a former member; with --posts
    they are emptied. Run it again if it was cut off. Backups of yours still hold them.
    """
    with opened() as installation:
        member_id = the_member(installation, member)
        name = str(installation.gateway.rights.profile(member_id)["name"])
        if not yes:
            _ask(name)
        with Progress("emptying messages") as progress:
            rights = installation.gateway.rights
            done = rights.erase(member_id, posts=posts, told=progress.add)
    click.echo("\n".join(_said(done, emptied=posts)))
    if done.without_animator:
        groups = ", ".join(done.without_animator)
        click.echo(f"Nobody animates {groups} any more: name somebody with a file.", err=True)


def _document(installation: Installation, member_id: int, *, originals: bool) -> Iterator[str]:
    """One JSON object, a line for each row, written as it is read."""
    rights = installation.gateway.rights
    yield f'{{"profile": {json_line(rights.profile(member_id))}'
    for name, rows in rights.sections(member_id, originals=originals):
        yield f", {json.dumps(name)}: ["
        before = ""
        for row in rows:
            yield f"{before}{json_line(row)}"
            before = ","
        yield "]"
    yield "}"


def _ask(name: str) -> None:
    click.echo(f"This erases {plain(name)}, and cannot be undone.", err=True)
    try:
        typed = click.prompt("Type the name", err=True)
    except click.Abort:
        raise click.ClickException("Nothing was erased: type the name, or give --yes.") from None
    if " ".join(typed.split()) != " ".join(name.split()):
        raise click.ClickException("Nothing was erased: that is another name.")


def _said(done: Erased, *, emptied: bool) -> Iterator[str]:
    yield f"erased: {counted(done.addresses, 'address', 'addresses')}"
    yield f"  {counted(done.messages, 'message')} of theirs emptied"
    yield f"  {counted(done.sent, 'message')} to them emptied, {done.dropped} of these still owed"
    yield f"  {counted(done.named, 'message')} to others without the name now"
    yield f"  {counted(done.groups, 'group')} left"
    posts = counted(done.posts, "post")
    yield f"  {posts} emptied" if emptied else f"  {posts} left as a former member's"
