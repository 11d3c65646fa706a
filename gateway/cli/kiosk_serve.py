"""`gateway kiosk serve`: the kiosk in browsers, for sites that have no terminal."""

import asyncio
import logging
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from gateway.cli.checkup import HERE
from gateway.formats import Listen
from gateway.formats import listen as listen_address


def _listen(_context: click.Context, _parameter: click.Parameter, given: str) -> Listen:
    try:
        return listen_address(given)
    except ValueError as problem:
        raise click.BadParameter(str(problem)) from None


@click.command()
@click.option("--server", metavar="URL", required=True, help="Where the gateway's web part is.")
@click.option(
    "--listen",
    default="127.0.0.1:8090",
    show_default=True,
    callback=_listen,
    help="Where it listens: for a proxy that speaks HTTPS, or for a browser on this machine.",
)
@click.option(
    "--origin",
    metavar="URL",
    help="How browsers see it, as https://kiosk.example: a name of its own."
    " [default: as it listens]",
)
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="STATE_DIRECTORY",
    help="Where texts wait until the gateway has them. [default:"
    " ~/.local/state/gateway-kiosk-browser]",
)
@click.option(
    "--most", type=click.IntRange(1, 200), default=8, show_default=True,
    help="Kiosks at a time: each is a process, of about 50 MB.",
)  # fmt: skip
@click.option("--language", type=click.Choice(("fr", "en")), default="fr", show_default=True)
@click.option(
    "--look", type=click.Choice(("vt", "contrast", "light")), default="vt", show_default=True
)
def serve(
    server: str,
    listen: Listen,
    origin: str | None,
    state: Path | None,
    most: int,
    language: str,
    look: str,
) -> None:
    """Show the kiosk in browsers: the real program for each page, until it is told to stop.

    A browser is asked once for the device token of its kiosk.
    """
    from gateway.kiosk.browser import door

    seen_as = (origin or f"http://{listen}").rstrip("/")
    _judge(server, seen_as)
    kept = state or Path.home() / ".local" / "state" / "gateway-kiosk-browser"
    words = [sys.executable, "-m", "gateway", "kiosk", "--server", server.rstrip("/")]
    wanted = door.Wanted(
        server=server.rstrip("/"),
        origin=seen_as,
        command=[*words, "--look", look],
        state=kept,
        language=language,
        most=most,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    try:
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        asyncio.run(_until_told(wanted, listen))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise click.ClickException(
            f"Cannot listen on {listen}, or write {kept} ({why}): choose another --listen or "
            "--state, or stop who is there."
        ) from None


def _judge(server: str, origin: str) -> None:
    if not server.startswith(("http://", "https://")):
        raise click.BadParameter("write http:// or https:// and a host", param_hint="--server")
    split = urlsplit(origin)
    if split.scheme not in ("http", "https") or not split.hostname or split.path or split.query:
        raise click.BadParameter("write https:// and a host, no more", param_hint="--origin")
    if split.scheme == "http" and split.hostname not in HERE:
        raise click.UsageError(
            "badges, PINs and posts would cross the network for all to read: put a proxy with "
            "HTTPS before it, and give --origin https://..."
        )


async def _until_told(wanted: object, listen: Listen) -> None:
    from gateway.kiosk.browser import door

    assert isinstance(wanted, door.Wanted)
    over = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, over.set)
    await door.serve(
        wanted, listen.host, listen.port, lambda: click.echo(f"ready {wanted.origin}"), over
    )
