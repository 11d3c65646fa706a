"""`run`, and its parts `web`, `mail`, `worker`, `timer`: what stays up until it is told to stop."""

import gc
import logging
import sys
from collections.abc import Callable

import click

from gateway import logs, processes
from gateway.config import Settings
from gateway.kiosk import watchdog
from gateway.wiring import Installation, install

COLLECTED_EVERY = (20_000, 20, 20)
"""New objects between two looks for garbage. A batch of mails makes some tens of thousands that are
none; Python's own 700 has it look at them again and again, for a quarter of the CPU of a mail."""

SWITCH_SECONDS = 0.0005
"""So long waits a thread that has something to do while another is busy; CPython's own is 5 ms."""

Serve = Callable[[Installation, processes.Say], None]


@click.command()
def run() -> None:
    """Run one installation in one process: web, mail in, delivery, timers.

    Brings the database up to date first, and prints one `ready` line with the addresses.
    """
    _serve(processes.run)


@click.command()
def web() -> None:
    """Run the web part alone: webhooks, the kiosk's API, unsubscribe, health."""
    _serve(processes.web)


@click.command()
def mail() -> None:
    """Run the mail server alone: LMTP and SMTP in."""
    _serve(processes.mail)


@click.command()
def worker() -> None:
    """Deliver what is owed: any number of these, at the bell of Redis."""
    _serve(processes.worker)


@click.command()
def timer() -> None:
    """Digests and forgotten leases: one of any number of these is elected at a time."""
    _serve(processes.timer)


def settle_in() -> None:
    """Let the collector of garbage look at what is new, and not at all that was imported.

    And let a thread that heard from a wire go on soon.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_EVERY)


def _serve(serve: Serve) -> None:
    settings = Settings.load()
    logs.set_up(logging.INFO, settings.log)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    installation = install(settings)
    settle_in()
    try:
        serve(installation, _ready)
    except processes.CannotStart as trouble:
        raise click.ClickException(str(trouble)) from None
    finally:
        installation.close()


def _ready(line: str) -> None:
    """Say so on stdout, and to systemd, where that started us and waits for it."""
    click.echo(line)
    watchdog.begin(lambda *_: None)
