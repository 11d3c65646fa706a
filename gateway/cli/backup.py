"""`gateway backup`: the database and its secret in a folder, also while the gateway runs.

And `gateway restored`: what must be done once where such a database is put back.
"""

import os
import shlex
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
from sqlalchemy.engine import URL, make_url

from gateway.cli.opening import opened
from gateway.cli.progress import Progress
from gateway.config import Settings

PAGES = 256
"""Copied between two looks at how far it is: a megabyte, mostly."""

MB = 2**20


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """Save the database and the secret into FOLDER, which is made where it is not there.

    Of SQLite: the state of one moment, whole, also while `gateway run` writes; nobody waits for it.
    Of PostgreSQL: the secret, and the command of pg_dump on stdout that saves the tables. Nothing
    is overwritten, and no table is changed: do it before an upgrade. Settings are not part of it.
    """
    settings = Settings.load()
    secret = folder / settings.secret_path.name
    database = settings.database_path
    copy = folder / database.name if database is not None else None
    _refuse_to_overwrite([copy, secret] if copy is not None else [secret])
    with _told_of(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if database is not None and copy is not None:
            size = _copy(database, copy)
            click.echo(f"{copy}: {size / MB:,.1f} MB, checked")
        _save_secret(settings, secret)
    if database is None:
        _say_pg_dump(settings.database_url, folder)


@click.command()
@click.option(
    "--posts",
    type=click.IntRange(1, 10_000_000),
    default=1000,
    show_default=True,
    help="At least as many as were written since the backup.",
)
def restored(posts: int) -> None:
    """Go on from a backup that was put back: once, before anything is started.

    Posts written since the backup are gone, but their numbers are in phones and mailboxes: an
    answer to one must not join another post that got the same number. So many numbers are passed
    over. Kiosks take all news anew.
    """
    with opened() as installation:
        number = installation.gateway.office.restored(posts)
    click.echo(f"The next post is {number}; answers to posts that are gone are told so.")


def _refuse_to_overwrite(paths: list[Path]) -> None:
    for path in paths:
        if path.exists():
            raise click.ClickException(
                f"{path} is there already: name another folder, for nothing is overwritten."
            )


@contextmanager
def _told_of(folder: Path) -> Iterator[None]:
    """What a disk or a file does to a backup, in a sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise click.ClickException(
            f"The database could not be saved ({error}): see that {folder} can be written and has "
            "room, and `gateway doctor`. Nothing was kept."
        ) from None
    except OSError as error:
        raise click.ClickException(
            f"Cannot use {error.filename or folder} ({error.strerror}): run this as the gateway's "
            "user, and name a folder that this user may write to and that has room."
        ) from None


def _copy(database: Path, copy: Path) -> int:
    """The database as it is at one moment, in a file of its own; its size in bytes.

    Under another name until it is whole: a backup that was cut off is none.
    """
    if not database.exists():
        raise click.ClickException(
            f"There is no database {database} yet: run this in the gateway's own folder, with its "
            "settings."
        )
    part = copy.with_name(f"{copy.name}.part")
    _clear_away(part)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True)) as own:
            _copy_pages(own, part)
        size = part.stat().st_size
        part.rename(copy)
    finally:
        _clear_away(part)
    return size


def _clear_away(part: Path) -> None:
    """What was begun, with all that SQLite keeps beside it and would believe the next time."""
    for end in ("", "-journal", "-wal", "-shm"):
        part.with_name(f"{part.name}{end}").unlink(missing_ok=True)


def _copy_pages(own: sqlite3.Connection, part: Path) -> None:
    own.isolation_level = None
    # One transaction from the first page to the last: else each write of another process would
    # have all begun anew.
    own.execute("BEGIN")
    own.execute("SELECT count(*) FROM sqlite_master").fetchone()
    pages = own.execute("PRAGMA page_count").fetchone()[0]
    size = own.execute("PRAGMA page_size").fetchone()[0]
    with (
        closing(sqlite3.connect(part)) as copy,
        Progress("MB saved", pages * size // MB) as progress,
    ):
        own.backup(copy, pages=PAGES, progress=_reaching(progress, size))
        (said,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise click.ClickException(
            "The database is damaged, and no backup was made of it: keep older ones, stop the "
            "gateway, and restore the last that is whole (docs/operating.md)."
        )


def _reaching(progress: Progress, size: int) -> Callable[[int, int, int], None]:
    def reach(_status: int, remaining: int, total: int) -> None:
        progress.reach((total - remaining) * size // MB)

    return reach


def _save_secret(settings: Settings, path: Path) -> None:
    """The secret in use: whoever restores needs it for the addresses in mails sent before."""
    kept = settings.secret_path
    if not (settings.secret or kept.exists()):
        click.echo(f"There is no secret {kept}: nothing was signed yet.", err=True)
        return
    secret = settings.secret or kept.read_text("utf-8").strip()
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    click.echo(f"{path}: the secret, for nobody else's eyes", err=True)


def _say_pg_dump(url: str, folder: Path) -> None:
    """On stdout the command alone; without a password, which others would see in `ps`."""
    own = make_url(url).difference_update_query(["password"])
    there = URL.create(
        "postgresql", own.username, None, own.host, own.port, own.database, own.query
    )
    dump = folder / "gateway.dump"
    click.echo(
        "The tables are PostgreSQL's to save, by this command; it asks for the password, or takes "
        "it from ~/.pgpass:",
        err=True,
    )
    click.echo(
        f"pg_dump --format=custom --no-owner --file={shlex.quote(str(dump))} "
        f"{shlex.quote(there.render_as_string(hide_password=False))}"
    )
