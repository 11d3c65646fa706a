"""A person with neomutt: reads mail over IMAP in a terminal, and hands mail in with a password.

The editor is a script that writes the answer above the quote, where neomutt puts the cursor.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.stories.world import Terminal
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.postfix import Postfix
from tests.support.processes import plain_environment


@dataclass(frozen=True)
class Mutt:
    """Her settings and her words; `folder` is her home."""

    program: Path
    folder: Path
    name: str
    address: str

    def set_up(self, store: Dovecot, server: Postfix) -> "Mutt":
        self.folder.mkdir(exist_ok=True)
        editor = self.folder / "editor.py"
        editor.write_text(_EDITOR, encoding="utf-8")
        self._settings.write_text(
            _SETTINGS.format(
                user=quote(self.address, safe=""),
                name=self.name,
                address=self.address,
                domain=self.address.partition("@")[2],
                password=PASSWORD,
                imap=store.port,
                smtp=server.submission,
                editor=f"{sys.executable} {editor} {self._words}",
            ),
            encoding="utf-8",
        )
        return self

    def writes(self, to: str, subject: str, text: str) -> None:
        """Write a new mail and send it. Raises `CalledProcessError` where the server refuses."""
        command = [*self._command, "-s", subject, "--", *to.split()]
        subprocess.run(
            command,
            input=text,
            text=True,
            capture_output=True,
            check=True,
            timeout=60,
            cwd=self.folder,
            env={**plain_environment(), **self._environment},
        )

    @contextlib.contextmanager
    def reading(self, width: int = 80, height: int = 24) -> Iterator[Terminal]:
        """The mailbox on a screen."""
        environment = [f"{name}={value}" for name, value in self._environment.items()]
        terminal = Terminal(self.folder, ["env", *environment, *self._command], width, height)
        try:
            yield terminal
        finally:
            terminal.close()

    def will_say(self, text: str) -> None:
        """What the editor writes into the next answer."""
        self._words.write_text(text, encoding="utf-8")

    @property
    def _command(self) -> list[str]:
        return [str(self.program), "-n", "-F", str(self._settings)]

    @property
    def _settings(self) -> Path:
        return self.folder / "neomuttrc"

    @property
    def _words(self) -> Path:
        return self.folder / "words"

    @property
    def _environment(self) -> dict[str, str]:
        return {"HOME": str(self.folder), "LC_ALL": "C.UTF-8"}


_EDITOR = """
import sys
from pathlib import Path
words, draft = map(Path, sys.argv[1:])
draft.write_text(words.read_text("utf-8") + "\\n\\n" + draft.read_text("utf-8"), "utf-8")
"""

_SETTINGS = """
set folder = "imap://{user}@127.0.0.1:{imap}/"
set spoolfile = "+INBOX"
set imap_pass = "{password}"
set ssl_force_tls = no
set ssl_starttls = no
set imap_keepalive = 1
set timeout = 1
set mail_check = 1
set smtp_url = "smtp://{user}@127.0.0.1:{smtp}/"
set smtp_pass = "{password}"
set smtp_authenticators = "plain"
set from = "{address}"
set realname = "{name}"
set hostname = "{domain}"
set use_envelope_from = yes
set record = ""
set editor = "{editor}"
set fast_reply = yes
set include = yes
set reply_to = yes
set abort_unmodified = no
set abort_noattach = no
set recall = no
set quit = yes
set delete = no
set confirm_append = no
set wait_key = no
set sort = date-received
alternative_order text/plain text/html
ignore *
unignore from date subject to
set charset = "utf-8"
set send_charset = "us-ascii:utf-8"
"""
