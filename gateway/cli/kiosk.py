"""`gateway kiosk`: the terminal itself, a program of its own that knows only the HTTP API."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from gateway.kiosk import litter, terminal

NAME = "gateway-kiosk"
_FOLDER = click.Path(file_okay=False, path_type=Path)


_PARTS = {"install": "kiosk_install", "uninstall": "kiosk_install", "serve": "kiosk_serve"}
"""Commands in files of their own: the terminal itself must start quickly, and needs none."""


class _Parts(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*super().list_commands(context), *_PARTS})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _PARTS:
            return super().get_command(context, name)
        command: click.Command = getattr(import_module(f"gateway.cli.{_PARTS[name]}"), name)
        return command


@click.group(cls=_Parts, invoke_without_command=True)
@click.option("--server", metavar="URL", help="Where the gateway's web part is.")
@click.option("--device", metavar="TOKEN", help="The token that `gateway kiosks add` printed.")
@click.option(
    "--device-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that holds the token: nobody sees it in the list of processes.",
)
@click.option(
    "--language",
    type=click.Choice(("fr", "en")),
    default="fr",
    show_default=True,
    help="Of the screen while nobody is signed in.",
)
@click.option(
    "--look",
    type=click.Choice(("vt", "contrast", "light")),
    default="vt",
    show_default=True,
    help="Colours while nobody is signed in: white on black as a console has them, yellow on "
    "black, black on white.",
)
@click.option(
    "--keys/--no-keys",
    default=False,
    help="Draw a keyboard wherever something is written: for a terminal with only digits. A touch "
    "screen needs no option.",
)
@click.option(
    "--shaping/--no-shaping",
    default=True,
    help="Join Arabic letters and put them right to left; --no-shaping where the terminal does "
    "it (GNOME Terminal, Konsole).",
)
@click.option(
    "--state",
    type=_FOLDER,
    envvar="STATE_DIRECTORY",
    help="Where texts wait until the gateway has them: a folder that outlives a power cut, on an"
    " encrypted disk. systemd's STATE_DIRECTORY, else ~/.local/state/gateway-kiosk.",
)
@click.option(
    "--runtime",
    type=_FOLDER,
    envvar=["RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR"],
    help="Where copies to read without a network lie: a folder in memory. systemd's"
    " RUNTIME_DIRECTORY, else XDG_RUNTIME_DIR, else only this program's own memory.",
)
@click.option(
    "--plain/--screens",
    default=None,
    help="Plain lines and numbered questions, for screen readers and braille. Without either: lines"
    " where the terminal shows no screens (TERM=dumb, a pipe).",
)
@click.option(
    "--printer",
    type=click.Path(path_type=Path),
    envvar="GATEWAY_PRINTER",
    help="A receipt printer that takes ESC/POS, as /dev/usb/lp0: people may ask for a slip with"
    " the number of a post. Also GATEWAY_PRINTER.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Say what is wrong with this kiosk and what to do (network, token, clock, disk, screen,"
    " scanner, printer, unit), instead of running it. What is not given is the installed unit's.",
)
@click.option("--site", default="", help="With --check: the place that the token must be of.")
@click.pass_context
def kiosk(
    context: click.Context,
    server: str | None,
    device: str | None,
    device_file: Path | None,
    language: str,
    look: str,
    keys: bool,
    shaping: bool,
    state: Path | None,
    runtime: Path | None,
    plain: bool | None,
    printer: Path | None,
    check: bool,
    site: str,
) -> None:
    """Run the terminal until it is told to end."""
    if context.invoked_subcommand is not None:
        return
    if check:
        _check(server or "", device or "", device_file, state, runtime, printer, site)
        return
    if not server:
        raise click.UsageError("give --server URL")
    by_itself = plain is None and not terminal.shows_screens()
    terminal.prepare()
    litter.wait()
    token = _shown(server, device, device_file)
    state = state or Path.home() / ".local" / "state" / NAME
    runtime = runtime and runtime / NAME
    server = server.rstrip("/")
    if plain or by_itself:
        from gateway.kiosk.plain.start import run as run_plain

        code = run_plain(
            server,
            token,
            language=language,
            state=state,
            runtime=runtime,
            printer=printer,
            by_itself=by_itself,
        )
    else:
        from gateway.kiosk.start import run

        code = run(
            server,
            token,
            language=language,
            theme=look,
            draws_keys=keys,
            shaping=shaping,
            state=state,
            runtime=runtime,
            printer=printer,
        )
    if code:
        raise SystemExit(code)


@kiosk.command()
def wipe() -> None:
    """Wipe this terminal, after a kiosk that ended badly: its screen and what scrolls back."""
    terminal.wipe()


def _check(*given: Any) -> None:
    """What is given, in the order of `kiosk_check.Asked`."""
    from gateway.cli import kiosk_check

    kiosk_check.check(kiosk_check.Asked(*given))


def _shown(server: str, device: str | None, device_file: Path | None) -> str:
    """The token to show at `server`."""
    if bool(device) == bool(device_file):
        raise click.UsageError("give --device TOKEN, or --device-file FILE")
    if not server.startswith(("http://", "https://")):
        raise click.BadParameter("write http:// or https:// and a host", param_hint="--server")
    return device or _token(device_file)


def _token(file: Path | None) -> str:
    assert file is not None
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise click.ClickException(f"Cannot read {file}: it must hold the token.") from None
