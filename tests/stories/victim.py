"""`gateway run` that is killed, and started again after each kill."""

import signal
import subprocess

from tests.stories.world import GATEWAY, PATIENCE, World
from tests.support.processes import plain_environment


class Victim:
    """`gateway run`, started again after each kill."""

    def __init__(self, made: World) -> None:
        self._made = made
        self._log = made.folder / "victim.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*GATEWAY, "run"],
                cwd=self._made.folder,
                env={**uncounted(), **self._made.environment},
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said.startswith(b"ready"), self._log.read_text("utf-8", "replace")[-2000:]

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.communicate()

    def stop(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(PATIENCE) == 0
        self._process.communicate()


def uncounted() -> dict[str, str]:
    """Coverage is written at a good end: a life that is killed would pay for it in vain."""
    kept = plain_environment()
    return {name: value for name, value in kept.items() if not name.startswith("COVERAGE_")}
