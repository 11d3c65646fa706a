"""The operator's commands: one file a noun, each builds the gateway, calls one verb, says a line.

A noun's file is imported when its command is called, so that `gateway --help` is quick.
"""

import os
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

from gateway.cli.refusals import sentence
from gateway.core.errors import Refused
from gateway.settings_error import SettingsError

NOUNS = {
    "demo": ("demo", "Play with a made-up company: throwaway data, simulated carriers."),
    "run": ("serve", "Run one installation in one process."),
    "web": ("serve", "The web part alone: webhooks, the kiosk's API, health."),
    "mail": ("serve", "The mail server alone."),
    "worker": ("serve", "A worker alone: it delivers what is owed."),
    "timer": ("serve", "The timer alone: digests, and what comes back by itself."),
    "kiosk": ("kiosk", "The shared terminal."),
    "members": ("members", "People: import, list, show, invite, export, erase."),
    "groups": ("groups", "Groups: add, list, show."),
    "posts": ("posts", "Posts: list."),
    "inbox": ("inbox", "What came in and what became of it."),
    "outbox": ("outbox", "What is owed and what became of it."),
    "trace": ("trace", "The whole way of one message, with times."),
    "digests": ("digests", "Digests: send, preview, print."),
    "kiosks": ("kiosks", "Kiosks: add, list, revoke."),
    "status": ("status", "Queues and channels at a glance."),
    "prune": ("prune", "Let go of messages that are old: what `gateway timer` does by itself."),
    "backup": ("backup", "Save the database and the secret, also while the gateway runs."),
    "restored": ("backup", "Go on from a backup that was put back."),
    "reach": ("reach", "Who can be reached, who was, who took part: counted."),
    "doctor": ("doctor", "Check the installation, and say what to mend."),
}
"""Each command, its file in this folder, and its line in `gateway --help`."""

DONE, NOT_DONE, WRONG_USAGE = 0, 1, 2


class Nouns(click.Group):
    """The table above as a group of commands, each imported when it is called."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(NOUNS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in NOUNS:
            return None
        command: click.Command = getattr(import_module(f"gateway.cli.{NOUNS[name][0]}"), name)
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in NOUNS.items()])


@click.command(cls=Nouns)
@click.version_option(package_name="gateway", message="%(prog)s %(version)s")
def gateway() -> None:
    """SMS, e-mail and a shared terminal as full members of the company's conversations."""


def main(arguments: list[str] | None = None) -> None:
    """Exit code 0 done, 1 refused with a sentence on stderr, 2 wrong usage."""
    _let_any_letter_out()
    try:
        gateway.main(arguments, prog_name="gateway", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        sys.exit(WRONG_USAGE)
    except (SettingsError, click.ClickException) as error:
        _complain(error)
    except Refused as refusal:
        _complain(sentence(refusal))
    except BrokenPipeError:
        # Whoever read has read enough (`| head`); nothing may be flushed to them at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (click.Abort, KeyboardInterrupt):
        _complain("stopped")


def _let_any_letter_out() -> None:
    """A terminal that has no é shows \\xe9; it is no reason to stop half way through a list."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _complain(problem: Any) -> None:
    text = problem.format_message() if isinstance(problem, click.ClickException) else str(problem)
    click.echo(text, err=True)
    sys.exit(NOT_DONE)
