"""`gateway kiosk --check`: what is wrong with this kiosk, a line for each thing, and what to do."""

import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import click

from gateway.cli import kiosk_machine, kiosk_network, kiosk_screen
from gateway.cli.checkup import Finding
from gateway.cli.output import counted, plain
from gateway.kiosk.install.files import UNITS
from gateway.kiosk.install.wishes import STATE, TOKEN, UNIT

RUNTIME = "/run/gateway-kiosk"
BADGE_SECONDS = 15.0
_LONGEST_TOKEN = 4096


@dataclass(frozen=True, slots=True)
class Asked:
    """What a kiosk is started with, as far as it is known."""

    server: str = ""
    token: str = ""
    token_file: Path | None = None
    state: Path | None = None
    runtime: Path | None = None
    printer: Path | None = None
    site: str = ""


def check(asked: Asked, root: Path = Path("/")) -> None:
    """Say it all; ends with 1 where something must be mended. What is not given is the unit's."""
    to_mend = 0
    for finding in _findings(asked, root):
        to_mend += finding.state == "mend"
        click.echo(f"{finding.check:<9} {finding.state}: {plain(finding.words)}")
    if to_mend:
        raise click.ClickException(f"{counted(to_mend, 'thing')} to mend: see above.")


def _findings(asked: Asked, root: Path) -> Iterator[Finding]:
    unit = _unit(root)
    asked = _completed(asked, unit)
    if not asked.server:
        yield Finding("server", "mend", f"give --server URL: there is no {UNIT} that names it")
    else:
        token, finding = _token(asked)
        if finding is not None:
            yield finding
        yield from kiosk_network.network(asked.server, token, asked.site)
    state = asked.state or Path.home() / ".local" / "state" / "gateway-kiosk"
    yield from kiosk_machine.machine(
        state, asked.runtime, asked.printer, installed=unit is not None
    )
    yield from _terminal()


def _terminal() -> Iterator[Finding]:
    stream = sys.stdin
    name = os.environ.get("TERM", "")  # noqa: TID251  # the terminal's name, no setting of ours
    if not (stream.isatty() and sys.stdout.isatty()):
        yield from kiosk_screen.nowhere("it")
        return
    terminal = stream.fileno()
    yield from kiosk_screen.screen(terminal, name)
    click.echo(f"Scan a badge now, within {BADGE_SECONDS:.0f} s (Enter: go on without).", err=True)
    yield kiosk_screen.scanner(terminal, BADGE_SECONDS)


def _token(asked: Asked) -> tuple[str, Finding | None]:
    if asked.token:
        return asked.token, None
    if asked.token_file is None:
        return "", Finding("token", "mend", "give --device-file FILE with the token")
    try:
        with asked.token_file.open("rb") as file:
            token = file.read(_LONGEST_TOKEN).decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "no text"
        words = f"cannot read {asked.token_file} ({why}): run this as root (sudo)"
        return "", Finding("token", "mend", words)
    if asked.token_file.stat().st_mode & 0o077:
        words = f"others may read {asked.token_file}: chmod 600 {asked.token_file}"
        return token, Finding("token", "warn", words)
    return token, None


def _unit(root: Path) -> list[str] | None:
    """The words that the installed unit starts the kiosk by; None where none is installed."""
    try:
        text = (root / UNITS.lstrip("/") / UNIT).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    for line in text.splitlines():
        if line.startswith("ExecStart="):
            return shlex.split(line.removeprefix("ExecStart=").replace("%%", "%"))
    return []


def _completed(asked: Asked, words: list[str] | None) -> Asked:
    """What the technician did not say, as the unit says it."""
    if words is None:
        return asked
    named = dict(pairwise(words))
    printer = named.get("--printer")
    return replace(
        asked,
        server=asked.server or named.get("--server", ""),
        token_file=asked.token_file or Path(TOKEN),
        state=asked.state or Path(STATE),
        runtime=asked.runtime or Path(RUNTIME),
        printer=asked.printer or (Path(printer) if printer else None),
    )
