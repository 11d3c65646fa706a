"""`gateway kiosks`: the tokens of the terminals."""

import click

from gateway.cli.opening import opened
from gateway.cli.output import json_option, listing
from gateway.core.lists import KioskLine

LONGEST_SITE = 60

COLUMNS = {
    "id": lambda line: line.id,
    "site": lambda line: line.site,
    "signed in": lambda line: line.signed_in,
    "created": lambda line: line.created,
    "revoked": lambda line: line.revoked,
}


@click.group()
def kiosks() -> None:
    """Kiosks: add, see and revoke them."""


def _site(_context: click.Context, _parameter: click.Parameter, given: str) -> str:
    site = " ".join(given.split())
    if not (0 < len(site) <= LONGEST_SITE and site.isprintable()):
        raise click.BadParameter(f"write 1 to {LONGEST_SITE} characters")
    return site


@kiosks.command()
@click.argument("site", callback=_site)
def add(site: str) -> None:
    """Add a kiosk that stands at SITE, and print its device token: this once, it is kept hashed."""
    with opened() as installation:
        token = installation.gateway.office.add_kiosk(site)
        server = installation.settings.public_url
    click.echo(token)
    click.echo(f"On the terminal: gateway kiosk --server {server} --device TOKEN", err=True)


@kiosks.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the kiosks; times are UTC."""
    with opened() as installation:
        listing(installation.gateway.ledger.kiosks(), COLUMNS, as_json=as_json)


@kiosks.command()
@click.argument("kiosk")
def revoke(kiosk: str) -> None:
    """Take the token of KIOSK away, by id or site, and sign everybody out there."""
    with opened() as installation:
        one = _the_kiosk(installation.gateway.ledger.kiosks(), kiosk)
        installation.gateway.office.revoke_kiosk(one.id)
    click.echo(f"kiosk {one.id} revoked")


def _the_kiosk(lines: list[KioskLine], wanted: str) -> KioskLine:
    found = [line for line in lines if wanted in (str(line.id), line.site)]
    # A place keeps its name when its terminal is replaced.
    live = [line for line in found if line.revoked is None] or found[-1:]
    if not live:
        raise click.ClickException(f'There is no kiosk "{wanted}": see `gateway kiosks list`.')
    if len(live) > 1:
        ids = " or ".join(str(line.id) for line in live)
        raise click.ClickException(f'"{wanted}" may be several kiosks: write {ids}.')
    return live[0]
