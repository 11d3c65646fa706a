"""The real Dovecot (IMAP), private to a test: it can be killed and started again over its mail.

Any name signs in with `PASSWORD` and has a mailbox of its own, a Maildir that others may fill. It
also says whose password is right, to a Postfix that takes mail from people who sign in.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.processes import (
    Ended,
    accepts,
    account,
    free_port,
    private_folder,
    serving,
    wait_until,
)
from tests.support.servers import Missing, find

PASSWORD = "secret"
_PACKAGE = "dovecot-imapd"
_ATTEMPTS = 3


class Dovecot:
    """One Dovecot: its folder and ports stay the same from one start to the next."""

    def __init__(self, folder: Path) -> None:
        self._binary = find("Dovecot", _PACKAGE, "dovecot", "/usr/sbin/dovecot")
        find("Dovecot's IMAP part", _PACKAGE, "/usr/lib*/dovecot/imap")
        version = subprocess.run(
            [self._binary, "--version"], capture_output=True, text=True, check=True
        )
        if not version.stdout.startswith("2.3."):
            raise Missing("Dovecot 2.3 (the settings of 2.4 are others)", f"Debian 12's {_PACKAGE}")
        self._folder = folder
        self.port, self.sasl_port = free_port(), free_port()
        self._running = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve. Ports are changed only where somebody took them before the first start."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._process = self._running.enter_context(self._serving())
                return
            except Ended:
                if attempt == _ATTEMPTS:
                    raise
                self.port, self.sasl_port = free_port(), free_port()

    def kill(self) -> None:
        """As a power cut does it: the server and all that serve for it, without a word."""
        assert self._process is not None
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        for one in (pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self._process.wait()
        self._running.close()
        wait_until(lambda: not accepts(self.port), 30, "Dovecot to be gone")

    def stop(self) -> None:
        self._running.close()

    def maildir(self, user: str) -> Path:
        """Where mail for `user` is to be put."""
        return self._folder / "mail" / user / "Maildir"

    def _serving(self) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
        owner = account()
        settings = self._folder / "dovecot.conf"
        settings.write_text(
            _SETTINGS.format(
                folder=self._folder,
                port=self.port,
                sasl_port=self.sasl_port,
                password=PASSWORD,
                user=owner.name,
                group=owner.group,
                uid=owner.uid,
                gid=owner.gid,
            )
        )
        return serving(
            [self._binary, "-F", "-c", settings], self._folder, lambda: accepts(self.port)
        )


@contextlib.contextmanager
def dovecot() -> Iterator[Dovecot]:
    """One of its own, running."""
    with private_folder() as folder:
        server = Dovecot(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def imap_server() -> Iterator[int]:
    """One that nobody kills; yields its port."""
    with dovecot() as server:
        yield server.port


_SETTINGS = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
mail_location = maildir:~/Maildir
mailbox_idle_check_interval = 2 secs
first_valid_uid = 1
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {sasl_port}
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""
