"""The real Postfix, private to a test: its own settings, queue and ports, no service, set up with
the very lines of docs/postfix.md.

It starts as root and drops its rights to Debian's user `postfix`, as everywhere; without root there
is none. It brings our mail by LMTP, takes mail from people who sign in (Dovecot says whether their
password is right), puts mail for them into their Maildirs, and hands other domains on.
"""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.dovecot import Dovecot
from tests.support.processes import (
    Ended,
    accepts,
    account,
    free_port,
    ourselves,
    plain_environment,
    private_folder,
    serving,
)
from tests.support.servers import find

_DOCS = Path(__file__).parents[2] / "docs" / "postfix.md"
_BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ATTEMPTS = 3
SERVER = "mail.example.com"
"""Its name on the page, under which it writes Authentication-Results; here too."""


def program() -> Path:
    return find("Postfix", "postfix", "postfix", "/usr/sbin/postfix")


@dataclass(frozen=True)
class Ours:
    """The gateway, as Postfix sees it."""

    domain: str
    lmtp: int


@dataclass(frozen=True)
class Houses:
    """Whose mail it takes besides: people of ours by address, and the ports of other servers.

    At least one of each: Postfix knows no empty table.
    """

    people: tuple[str, ...]
    others: Mapping[str, int]


class Postfix:
    """A running one: `port` for the world, `submission` for people who sign in."""

    def __init__(self, folder: Path, ours: Ours, houses: Houses, store: Dovecot) -> None:
        self._folder = folder
        self._ours, self._houses, self._store = ours, houses, store
        self._program = program()
        self.port = self.submission = 0
        self._lay_out()

    @property
    def log(self) -> str:
        return (self._folder / "log" / "maillog").read_text("utf-8", "replace")

    def serving(self) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
        self.port, self.submission = free_port(), free_port()
        self._write_settings()
        settings = self._folder / "etc"
        subprocess.run(
            [self._program, "-c", settings, "check"],
            env=plain_environment(),
            check=True,
            capture_output=True,
            timeout=30,
        )
        master = find("Postfix", "postfix", "/usr/lib/postfix/sbin/master")
        return serving(
            [master, "-c", settings, "-s"],
            self._folder,
            lambda: accepts(self.port) and accepts(self.submission),
            owner=ourselves(),
        )

    def flush(self) -> None:
        """Try at once whatever waits."""
        queue = find("Postfix", "postfix", "postqueue", "/usr/sbin/postqueue")
        subprocess.run(
            [queue, "-c", self._folder / "etc", "-f"], env=plain_environment(), check=True
        )

    def _lay_out(self) -> None:
        self._folder.chmod(0o755)  # its user must get in
        os.chown(self._folder, 0, 0)
        for name in ("etc", "queue", "data", "log"):
            (self._folder / name).mkdir(mode=0o755)
        shutil.chown(self._folder / "data", "postfix")

    def _write_settings(self) -> None:
        etc = self._folder / "etc"
        main, signed_in, headers, outside, outside_headers = self._documented()
        values = {
            "folder": self._folder,
            "server": SERVER,
            "sasl_port": self._store.sasl_port,
            "uid": account().uid,
            "gid": account().gid,
            "maildirs": self._store.maildir("x").parents[1],
            "domains": " ".join({one.partition("@")[2] for one in self._houses.people}),
            "mailboxes": _inline({one: f"{one}/Maildir/" for one in self._houses.people}),
            "transports": _inline(
                {name: f"smtp:[127.0.0.1]:{port}" for name, port in self._houses.others.items()}
            ),
        }
        # The page's transport_maps stand first; ours are read after them.
        page = main.replace("lmtp:inet:127.0.0.1:8024}", f"lmtp:inet:127.0.0.1:{self._ours.lmtp}}}")
        page = re.sub(r"(?m)^(transport_maps = .*)$", rf"\1 {values['transports']}", page)
        (etc / "main.cf").write_text(_MAIN.format(**values) + page + outside)
        services = signed_in.replace("submission inet", f"127.0.0.1:{self.submission} inet")
        (etc / "master.cf").write_text(_MASTER.format(port=self.port) + services)
        (etc / "signed_in_headers").write_text(headers)
        (etc / "outside_headers").write_text(outside_headers)

    def _documented(self) -> list[str]:
        """The page's blocks behind the gateway's own, with our names and folder in them."""
        blocks = _BLOCK.findall(_DOCS.read_text("utf-8"))[1:]
        names = {"gateway.example.com": self._ours.domain, "/etc/postfix": f"{self._folder}/etc"}
        for name, here in names.items():
            blocks = [block.replace(name, here) for block in blocks]
        return blocks


@contextlib.contextmanager
def postfix(ours: Ours, houses: Houses, store: Dovecot) -> Iterator[Postfix]:
    """One of its own, running."""
    with private_folder() as folder, contextlib.ExitStack() as stack:
        server = Postfix(folder, ours, houses, store)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                stack.enter_context(server.serving())
                break
            except Ended:
                if attempt == _ATTEMPTS:
                    raise
        yield server


def _inline(pairs: Mapping[str, str]) -> str:
    return "inline:{" + ", ".join(f"{{{key}={value}}}" for key, value in pairs.items()) + "}"


_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/maillog
maillog_file_prefixes = {folder}
myhostname = {server}
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
smtputf8_enable = yes
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = {mailboxes}
virtual_mailbox_base = {maildirs}
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl_port}
"""

_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""
