"""`gateway kiosk install` and `uninstall`: a machine becomes a kiosk, and an ordinary one again."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from gateway.cli.output import plain
from gateway.kiosk.install import commands
from gateway.kiosk.install.commands import Command
from gateway.kiosk.install.files import DEBIANS_KEYBOARD, File, Item, items
from gateway.kiosk.install.place import CannotPlace, Done, Place, There
from gateway.kiosk.install.wishes import HOME, KEYMAPS, STATE, TOKEN, UNIT, Wishes

LONGEST_TOKEN = 200
ROOT = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("/"),
    help="Write below this folder instead: the files of a machine that is being made.",
)
DRY = click.option("--dry-run", is_flag=True, help="Show every file and command, and do nothing.")


@click.command()
@click.option("--server", metavar="URL", required=True, help="Where the gateway's web part is.")
@click.option(
    "--device-file",
    type=click.File("r", encoding="utf-8", lazy=True),
    help="A file with the token that `gateway kiosks add` printed, or - for standard input. Needed"
    " once; without it, it is asked for.",
)
@click.option("--touch", is_flag=True, help="A touch screen: cage and foot instead of a console.")
@click.option("--tty", default="tty1", show_default=True, help="The console that it stands on.")
@click.option("--language", type=click.Choice(("fr", "en")), default="fr", show_default=True)
@click.option(
    "--look", type=click.Choice(("vt", "contrast", "light")), default="vt", show_default=True
)
@click.option("--keys", is_flag=True, help="Draw a keyboard wherever something is written.")
@click.option(
    "--keymap", type=click.Choice(tuple(KEYMAPS)), default="fr", show_default=True,
    help="The keyboard's.",
)  # fmt: skip
@click.option(
    "--font",
    default="Uni2-TerminusBold32x16",
    show_default=True,
    help="Of the console: a larger one makes large type.",
)
@click.option(
    "--letters", type=click.IntRange(8, 60), default=20, show_default=True,
    help="Of a touch screen, in points.",
)  # fmt: skip
@click.option("--printer", default="", help="A receipt printer, as /dev/usb/lp0.")
@click.option("--user", default="gateway-kiosk", show_default=True, help="Whom it runs as.")
@click.option("--program", help="Where `gateway` will be on that machine. [default: this one]")
@ROOT
@DRY
def install(device_file: Any, root: Path, dry_run: bool, **wanted: Any) -> None:
    """Make this machine a kiosk: its units, user, token, keyboard, letters and locks.

    Run it again after a change of mind: it does what differs. `uninstall` takes all of it back.
    """
    wanted["program"] = wanted["program"] or _this_program()
    try:
        wishes = Wishes(**wanted)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from None
    _as_root(root, dry_run=dry_run)
    try:
        place = Place(root)
        token = _token(device_file, place)
        wished = items(wishes, token, debian=place.holds(DEBIANS_KEYBOARD))
        _verified(wished, wishes, root)
        if dry_run:
            _would(wished, place, commands.after_writing(root))
            return
        _write(wished, place)
        # What only an earlier installation wanted: another console, no touch.
        _take(place.take_away(but={TOKEN, *(item.path for item in wished)}))
    except CannotPlace as problem:
        raise click.ClickException(str(problem)) from None
    _run(commands.after_writing(root))
    _farewell(wishes, root)


@click.command()
@ROOT
@DRY
def uninstall(root: Path, dry_run: bool) -> None:
    """Take away what `install` wrote, and put back what was there before.

    What people wrote and is still on its way is left where it is, and so is the kiosk's user.
    """
    _as_root(root, dry_run=dry_run)
    try:
        place = Place(root)
        if not place.written():
            raise click.ClickException(f"Nothing was installed here: there is no list in {HOME}.")
        if dry_run:
            _shown(commands.before_taking_away(root))
            for path in place.written():
                click.echo(f"would remove    {path}")
            _shown(commands.after_taking_away(root))
            return
        _run(commands.before_taking_away(root))
        _take(place.take_away())
    except CannotPlace as problem:
        raise click.ClickException(str(problem)) from None
    _run(commands.after_taking_away(root))
    click.echo(
        f"Left: {STATE}, where texts may wait for the gateway (rm -r it if not), and the user "
        "(userdel gateway-kiosk).\nRestart the machine, and it has its prompt to log in again."
    )


def _take(taken: Iterable[Done]) -> None:
    for done in taken:
        aside = f" ({done.aside})" if done.aside else ""
        click.echo(f"{done.path}: {done.what}{aside}")


def _this_program() -> str:
    return str(Path(sys.argv[0]).absolute()) if Path(sys.argv[0]).name == "gateway" else (
        str(Path(sys.executable).with_name("gateway"))
    )  # fmt: skip


def _as_root(root: Path, *, dry_run: bool) -> None:
    if root == Path("/") and os.geteuid() != 0 and not dry_run:
        raise click.ClickException(
            "Only root may do that: sudo gateway kiosk install, or see it first by --dry-run."
        )


def _token(given: Any, place: Place) -> str | None:
    """The token, bare; None where it lies there already and no other was given."""
    if given is None and place.holds(TOKEN):
        return None
    if given is not None:
        try:
            token = given.read(LONGEST_TOKEN + 2).strip()
        except UnicodeDecodeError:
            token = ""
    elif sys.stdin.isatty():
        token = click.prompt("Device token (gateway kiosks add)", hide_input=True).strip()
    else:
        raise click.UsageError("give --device-file FILE with the token, or - and the token")
    if not token or len(token) > LONGEST_TOKEN or not token.isprintable() or " " in token:
        raise click.UsageError("that is no device token: `gateway kiosks add` prints one")
    return str(token)


def _verified(wished: list[Item], wishes: Wishes, root: Path) -> None:
    doubts = commands.doubts_of_systemd(wished, wishes, there=root == Path("/"))
    if doubts is None:
        click.echo("systemd-analyze is not here: the units are not checked.", err=True)
    elif doubts:
        raise click.ClickException(
            f"systemd does not take these units, so nothing was written:\n{doubts}\n"
            f"Where a program is missing, install it; {_packages(wishes)}"
        )


def _would(wished: list[Item], place: Place, then: Iterable[Command]) -> None:
    words = {
        There.NOTHING: "would write",
        There.SAME: "is there already",
        There.OURS: "would renew",
        There.FOREIGN: "would REPLACE, and keep what is there aside",
    }
    for item in wished:
        click.echo(f"{words[place.look(item)]}: {item.path}   # {item.why}")
        if not isinstance(item, File):
            click.echo(f"    -> {item.target}")
        elif item.secret:
            click.echo("    (the token)")
        else:
            for line in item.text.splitlines():
                click.echo(f"    {line}")
    _shown(then)


def _shown(then: Iterable[Command]) -> None:
    for command in then:
        click.echo(f"would run: {' '.join(command.words)}   # {command.why}")


def _write(wished: list[Item], place: Place) -> None:
    for item in wished:
        done = place.put(item)
        click.echo(f"{done.what:<10} {done.path}   # {item.why}")
        if done.aside:
            click.echo(f"           not ours: what was there is now {done.aside}")


def _run(then: Iterable[Command]) -> None:
    for command in then:
        trouble = commands.run(command)
        line = " ".join(command.words)
        if not trouble:
            click.echo(f"ran        {line}   # {command.why}")
        elif command.must:
            raise click.ClickException(f"{line}: {plain(trouble)}. Mend that, and install again.")
        else:
            click.echo(f"not done   {line}: {plain(trouble)}", err=True)


def _packages(wishes: Wishes) -> str:
    names = "cage foot seatd xwayland" if wishes.touch else "kbd console-setup-linux"
    return f"on Debian: apt install {names}"


def _farewell(wishes: Wishes, root: Path) -> None:
    lacking = commands.missing(wishes, root)
    if lacking:
        click.echo(f"Still missing on that machine: {', '.join(lacking)}", err=True)
        click.echo(f"Install them first; {_packages(wishes)}", err=True)
    click.echo(
        f"\nDone. This screen ({wishes.tty}) will have no prompt to log in any more: see that you "
        "can come in by SSH.\n"
        f"Next: restart the machine, or systemctl start {UNIT}\n"
        f"Then: {wishes.program} kiosk --check --server {wishes.server} --device-file {TOKEN}\n"
        "Undo: gateway kiosk uninstall"
    )
