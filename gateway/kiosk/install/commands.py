"""The programs that an installation asks: systemd's own, each with what it is for."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.kiosk.install.files import KERNEL, UNITS, USERS, File, Item
from gateway.kiosk.install.wishes import UNIT, Wishes

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Command:
    """A command line and what it is for; `must` where nothing goes on without it."""

    words: tuple[str, ...]
    why: str
    must: bool = True


def after_writing(root: Path) -> list[Command]:
    """What makes the machine know what was written; below a folder, only what works there."""
    if root != Path("/"):
        users = ("systemd-sysusers", f"--root={root}", Path(USERS).name)
        return [Command(users, "makes the kiosk's user in there", must=False)]
    return [
        Command(("systemd-sysusers", Path(USERS).name), "makes the kiosk's user"),
        Command(("sysctl", "-q", "-p", KERNEL), "shuts the kernel's doors now", must=False),
        Command(("systemctl", "daemon-reload"), "lets systemd read the units"),
    ]


def before_taking_away(root: Path) -> list[Command]:
    if root != Path("/"):
        return []
    return [Command(("systemctl", "disable", "--now", UNIT), "ends the kiosk", must=False)]


def after_taking_away(root: Path) -> list[Command]:
    if root != Path("/"):
        return []
    return [Command(("systemctl", "daemon-reload"), "lets systemd forget the units", must=False)]


def run(command: Command) -> str:
    """Run it; why it failed, in its own words, or nothing."""
    program = shutil.which(command.words[0])
    if program is None:
        return f"{command.words[0]} is not on this machine"
    try:
        done = subprocess.run(  # noqa: S603  # a list of ours, and no shell
            [program, *command.words[1:]],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    return "" if done.returncode == 0 else (done.stderr.strip() or f"exit {done.returncode}")


def doubts_of_systemd(items: Sequence[Item], wishes: Wishes, *, there: bool) -> str | None:
    """What `systemd-analyze verify` finds in the units; None where this machine has no such thing.

    `there`: the kiosk's programs are on this very machine, so one that is missing counts.
    """
    if shutil.which("systemd-analyze") is None:
        return None
    with tempfile.TemporaryDirectory(prefix="gateway-kiosk-") as folder:
        names = []
        for item in items:
            if isinstance(item, File) and item.path.startswith(f"{UNITS}/"):
                text = item.text if there else _elsewhere(item.text, wishes)
                name = Path(folder, Path(item.path).name)
                name.write_text(text, "utf-8")
                names.append(str(name))
        words = ("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *names)
        return run(Command(words, "")).replace(f"{folder}/", "")


def _elsewhere(text: str, wishes: Wishes) -> str:
    """The unit with programs that are here: those of an image may not be."""
    for program in (wishes.program, "/usr/bin/cage", "/usr/bin/foot"):
        text = text.replace(program, "/bin/true")
    for program in ("setfont", "loadkeys", "setleds"):
        text = text.replace(f"/usr/bin/{program}", "/bin/true")
    return text


def missing(wishes: Wishes, root: Path) -> list[str]:
    """Programs that the kiosk needs and that are not in `root`."""
    wanted = ["/usr/bin/cage", "/usr/bin/foot", "/usr/sbin/seatd"] if wishes.touch else []
    wanted += [] if wishes.touch else ["/usr/bin/setfont", "/usr/bin/loadkeys", "/usr/bin/setleds"]
    wanted.append(wishes.program)
    return [program for program in wanted if not (root / program.lstrip("/")).exists()]
