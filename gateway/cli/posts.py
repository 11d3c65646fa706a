"""`gateway posts`: what people wrote."""

import click

from gateway.cli.opening import opened, the_group
from gateway.cli.output import json_option, listing

COLUMNS = {
    "number": lambda line: line.number,
    "group": lambda line: line.group,
    "author": lambda line: line.author,
    "channel": lambda line: line.channel,
    "parent": lambda line: line.parent,
    "state": lambda line: line.state,
    "created": lambda line: line.created,
    "body": lambda line: line.body,
}


@click.group()
def posts() -> None:
    """Posts: see them."""


@posts.command("list")
@click.option("--group", default="", help="Only those of this group.")
@json_option
def list_(group: str, as_json: bool) -> None:
    """List the posts, oldest first; times are UTC."""
    with opened() as installation:
        slug = the_group(installation, group) if group else ""
        listing(installation.gateway.ledger.posts(slug), COLUMNS, as_json=as_json)
