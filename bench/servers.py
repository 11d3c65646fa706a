"""WSGI servers side by side: our door and the bare handler behind each, as in `bench.inbound`.

Ours is waitress. The others come from PyPI into a folder of their own, and are none of our
dependencies; each serves by one process with as many threads as ours. `bench.door` runs them here.
"""

import contextlib
import http.client
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from bench import inbound
from bench.installation import Installation, free_port, installation, started
from bench.mailman import NotHere
from bench.processes import cpu_of_group

OURS = "waitress"
OTHERS = ("cheroot", "gunicorn", "granian")
TURNS = 3
READY_SECONDS = 60

Figures = dict[str, list[float]]


def measure(messages: int) -> dict[str, float]:
    """Texts a second and CPU for each, behind each server, in turns; and our p99.

    Raises `NotHere`.
    """
    people = ["name,phone,groups"]
    people += [
        f"P {phone[-4:]},{phone},{inbound.GROUPS[place % len(inbound.GROUPS)]}"
        for place, phone in enumerate(inbound.PHONES)
    ]
    found: Figures = {}
    with installation(people, inbound.GROUPS) as running:
        running.process.terminate()
        running.process.wait()
        packages = running.folder / "packages"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(packages)]
        try:
            subprocess.run([*pip, *OTHERS], check=True, stdout=subprocess.DEVNULL)
        except subprocess.CalledProcessError:
            raise NotHere(f"{', '.join(OTHERS)} cannot be had from PyPI") from None
        for turn in range(TURNS):
            for server in (OURS, *OTHERS):
                for kind in ("bare", "gateway"):
                    _turn(running, packages, server, kind, turn, messages // TURNS, found)
    return {name: statistics.median(values) for name, values in found.items()}


def _turn(  # what is measured, and where
    running: Installation,
    packages: Path,
    server: str,
    kind: str,
    turn: int,
    messages: int,
    found: Figures,
) -> None:
    # Twilio signs the address at which our door is said to be; the bare one takes any.
    port = running.port if kind == "gateway" else free_port()
    name = "bare" if kind == "bare" else "door"
    with _served(running, packages, server, kind, port, turn) as process:
        inbound.post_all(port, inbound.texts(port, messages // 10))
        before = cpu_of_group(process.pid)
        waits, seconds = inbound.post_all(port, inbound.texts(port, messages))
        cpu = cpu_of_group(process.pid) - before
    figures = {"a second": messages / seconds, "cpu ms each": 1000 * cpu / messages}
    figures["posted again"] = messages - len(waits)
    if kind == "gateway":
        figures["p99 ms"] = 1000 * statistics.quantiles(waits, n=100)[98]
    for figure, value in figures.items():
        found.setdefault(f"{server}: {name} {figure}", []).append(value)


@contextmanager
def _served(
    running: Installation, packages: Path, server: str, kind: str, port: int, turn: int
) -> Iterator[subprocess.Popen[bytes]]:
    database = f"sqlite:///{running.folder}/bare-{server}-{turn}.db"
    command = [sys.executable, "-m", "bench.door", kind, str(port), database]
    environment = {**running.environment, "PYTHONPATH": str(packages)}
    other = [] if server == OURS else [server]
    with ExitStack() as stack:
        yield stack.enter_context(started([*command, *other], running.folder, environment))


def serve(server: str, app: Callable[[], Flask], port: int, threads: int) -> None:
    """Serve on 127.0.0.1 until told to end; says `ready` once it answers."""
    threading.Thread(target=_say_ready, args=(port,), daemon=True).start()
    {"cheroot": _cheroot, "gunicorn": _gunicorn, "granian": _granian}[server](app, port, threads)


def _cheroot(app: Callable[[], Flask], port: int, threads: int) -> None:
    from cheroot.wsgi import Server  # type: ignore[import-not-found]  # none of our dependencies

    Server(("127.0.0.1", port), app(), numthreads=threads, max=threads).start()


def _gunicorn(app: Callable[[], Flask], port: int, threads: int) -> None:
    from gunicorn.app.base import BaseApplication  # type: ignore[import-not-found]  # as above

    class Served(BaseApplication):  # type: ignore[misc]  # it has no types
        def load_config(self) -> None:
            chosen = {"bind": f"127.0.0.1:{port}", "worker_class": "gthread", "threads": threads}
            for name, value in (chosen | {"keepalive": 60, "loglevel": "error"}).items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return app()

    Served().run()


def _granian(app: Callable[[], Flask], port: int, threads: int) -> None:
    from granian.constants import Interfaces  # type: ignore[import-not-found]  # as above
    from granian.server import Server  # type: ignore[import-not-found]  # as above

    Server(
        "app",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=threads,
        log_enabled=False,
    ).serve(target_loader=lambda *_: app(), wrap_loader=False)


def _say_ready(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection: Any = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            connection.getresponse().read()
            connection.close()
            os.write(1, b"ready\n")
            return
        time.sleep(0.05)  # it says nothing when it listens
