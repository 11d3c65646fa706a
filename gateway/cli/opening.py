"""Opens the installation for one command: its database up to date, its troubles in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from gateway import logs
from gateway.cli.roster import e164
from gateway.config import Settings
from gateway.core import sqlite_errors
from gateway.core.migrations import is_current
from gateway.processes import CannotStart, prepare
from gateway.wiring import Installation, install


@contextmanager
def opened() -> Iterator[Installation]:
    """The installation of the settings; its tables are made where they are not there yet."""
    try:
        installation = install(Settings.load())
    except OSError as error:
        raise _no_folder(error) from None
    try:
        with logs.in_short():
            # Only where it must: it waits for whoever writes.
            if not is_current(installation.gateway.parts.database):
                prepare(installation)
            yield installation
    except CannotStart as error:
        raise click.ClickException(str(error)) from None
    except (DataError, IntegrityError, ProgrammingError):
        raise  # A bug of ours, and no word about it should be lost.
    except DBAPIError as error:
        raise click.ClickException(
            f"GATEWAY_DATABASE_URL: {sqlite_errors.trouble(error)}; see `gateway doctor`."
        ) from error
    finally:
        installation.close()


def the_member(installation: Installation, wanted: str) -> int:
    """The one member that an operator means; refused where there is none, or several."""
    phone = e164(wanted, installation.settings.country) or ""
    found = installation.gateway.ledger.find_members(wanted.strip(), phone)
    if not found:
        raise click.ClickException(f'There is no member "{wanted}": see `gateway members list`.')
    if len(found) > 1:
        choices = " or ".join(f"id:{one}" for one in found[:5])
        raise click.ClickException(f'"{wanted}" may be several members: write {choices}.')
    return found[0]


def the_group(installation: Installation, slug: str) -> str:
    """The slug of a group that exists."""
    wanted = slug.strip().lower()
    if not installation.gateway.ledger.groups(wanted):
        raise click.ClickException(f'There is no group "{slug}": see `gateway groups list`.')
    return wanted


def _no_folder(error: OSError) -> click.ClickException:
    return click.ClickException(
        f"Cannot write {error.filename} ({error.strerror}): run this where the gateway may write, "
        "or set GATEWAY_DATABASE_URL."
    )
