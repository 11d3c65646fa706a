"""`gateway kiosk`: the terminal itself, a program of its own that knows only the HTTP API."""

from pathlib import Path

import click


@click.command()
@click.option("--server", required=True, metavar="URL", help="Where the gateway's web part is.")
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
def kiosk(server: str, device: str | None, device_file: Path | None, language: str) -> None:
    """Run the terminal until it is told to end."""
    if bool(device) == bool(device_file):
        raise click.UsageError("give --device TOKEN, or --device-file FILE")
    if not server.startswith(("http://", "https://")):
        raise click.BadParameter("write http:// or https:// and a host", param_hint="--server")
    token = device or _token(device_file)
    from gateway.kiosk.app import run

    code = run(server.rstrip("/"), token, language=language)
    if code:
        raise SystemExit(code)


def _token(file: Path | None) -> str:
    assert file is not None
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise click.ClickException(f"Cannot read {file}: it must hold the token.") from None
