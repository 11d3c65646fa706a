"""Mailman 3, set up by the bench itself: from PyPI in an environment of its own, one list, SQLite.

It is asked for by `--peers`: it has some forty packages. Where PyPI is not reached it is skipped.
Welcome and moderation are off; each copy is personal (VERP) or nothing is (500 recipients each).
"""

import contextlib
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench.installation import Sink, free_port, sink, wait_for
from bench.processes import cpu_of_group

WANTED = ("mailman==3.3.10", "sqlalchemy<2.1")
HOME = Path(tempfile.gettempdir()) / "gateway-bench-mailman"
"""Kept from one run to the next: installing takes longer than measuring."""

LIST = "hands@lists.example"

_SETTINGS = """
[mailman]
site_owner: owner@lists.example
layout: bench
[paths.bench]
var_dir: {folder}/var
bin_dir: {home}/bin
[database]
class: mailman.database.sqlite.SQLiteDatabase
url: sqlite:///{folder}/mailman.db
[mta]
incoming: mailman.mta.null.NullMTA
outgoing: mailman.mta.deliver.deliver
lmtp_host: 127.0.0.1
lmtp_port: {lmtp}
smtp_host: 127.0.0.1
smtp_port: {smtp}
verp_personalized_deliveries: {personal}
verp_delivery_interval: {interval}
max_recipients: 500
[webservice]
port: {web}
"""

_PEOPLE = """
from datetime import datetime
from mailman.database.transaction import transaction
from mailman.interfaces.action import Action
from mailman.interfaces.member import MemberRole
from mailman.interfaces.mailinglist import SubscriptionPolicy
from mailman.interfaces.usermanager import IUserManager
from zope.component import getUtility


def people(mlist):
    with transaction():
        for number in range({count}):
            address = getUtility(IUserManager).create_address("m%d@readers.example" % number)
            address.verified_on = datetime(2026, 1, 1)
            mlist.subscribe(address, MemberRole.member, send_welcome_message=False)
        mlist.send_welcome_message = False
        mlist.admin_notify_mchanges = False
        mlist.subscription_policy = SubscriptionPolicy.open
        mlist.default_member_action = mlist.default_nonmember_action = Action.accept
"""


class NotHere(Exception):
    """A peer cannot be measured on this machine; says why."""


@dataclass
class Mailman:
    """A running one."""

    lmtp: int
    sink: Sink
    master: subprocess.Popen[bytes]

    def send(self, recipient: str, *mails: tuple[str, str]) -> None:
        """Bring mails by LMTP over one connection, each by its sender and text."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as server:
            for sender, text in mails:
                mail = (
                    f"From: {sender}\r\nTo: {recipient}\r\nSubject: {text[:20]}\r\n"
                    f"Message-ID: <{time.monotonic_ns()}@readers.example>\r\n\r\n{text}\r\n"
                )
                server.sendmail(sender, [recipient], mail.encode())

    def join(self, numbers: range) -> None:
        name, host = LIST.split("@")
        people = [(f"new{number}@readers.example", "join") for number in numbers]
        self.send(f"{name}-join@{host}", *people)


def post(members: int, *, personal: bool) -> dict[str, float]:
    """Two posts to so many members: deliveries a second, and CPU of all its processes."""
    with _running(members, personal=personal) as mailman:
        copies, took = members if personal else -(-members // 500), list[float]()
        for number in (1, 2):
            before, taken = cpu_of_group(mailman.master.pid), mailman.sink.count()[0]
            mailman.send(LIST, ("m1@readers.example", f"Le camion {number} a du retard."))
            accepted = time.monotonic()
            took.append(wait_for(mailman.sink, taken + copies, 900) - accepted)
        cpu = cpu_of_group(mailman.master.pid) - before
        return {
            "deliveries_a_second": members / took[1],
            "deliveries_a_second_of_the_first_post": members / took[0],
            "cpu_us_each": 1e6 * cpu / members,
        }


def joins(count: int, connections: int) -> dict[str, float]:
    """Joins by mail, each with its answer, brought on so many connections at once."""
    with _running(1, personal=True) as mailman, ThreadPoolExecutor(connections) as pool:
        before, taken = cpu_of_group(mailman.master.pid), mailman.sink.count()[0]
        began = time.monotonic()
        numbers = [range(first, count, connections) for first in range(connections)]
        list(pool.map(mailman.join, numbers))
        seconds = wait_for(mailman.sink, taken + count, 900) - began
        cpu = cpu_of_group(mailman.master.pid) - before
        return {"joins_a_second": count / seconds, "cpu_us_each": 1e6 * cpu / count}


@contextlib.contextmanager
def _running(members: int, *, personal: bool) -> Iterator[Mailman]:
    _set_up()
    with tempfile.TemporaryDirectory() as name, sink("smtp") as outside:
        folder, lmtp = Path(name), free_port()
        settings = _SETTINGS.format(
            folder=folder,
            home=HOME,
            lmtp=lmtp,
            smtp=outside.port,
            web=free_port(),
            personal="yes" if personal else "no",
            interval=1 if personal else 0,
        )
        (folder / "mailman.cfg").write_text(settings)
        (folder / "bench_people.py").write_text(_PEOPLE.format(count=members))
        environment = {
            **os.environ,
            "MAILMAN_CONFIG_FILE": str(folder / "mailman.cfg"),
            "PYTHONPATH": name,
        }
        _mailman(environment, "create", LIST)
        _mailman(environment, "shell", "-l", LIST, "-r", "bench_people.people")
        master = subprocess.Popen(
            [HOME / "bin" / "master", "-C", folder / "mailman.cfg"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait_for_lmtp(lmtp)
            yield Mailman(lmtp, outside, master)
        finally:
            master.terminate()
            master.wait(60)


def _set_up() -> None:
    """Its environment, made once. Raises `NotHere`."""
    if (HOME / "bin" / "mailman").exists():
        return
    try:
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        subprocess.run([HOME / "bin" / "pip", "install", "-q", *WANTED], check=True, timeout=600)
    except (subprocess.SubprocessError, OSError) as error:
        raise NotHere(f"Mailman cannot be had from PyPI ({type(error).__name__})") from None


def _mailman(environment: dict[str, str], *arguments: str) -> None:
    root = ["--run-as-root"] if os.getuid() == 0 else []
    subprocess.run(
        [HOME / "bin" / "mailman", *root, *arguments],
        env=environment,
        check=True,
        timeout=600,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait_for_lmtp(port: int, seconds: float = 120) -> None:
    over = time.monotonic() + seconds
    while time.monotonic() < over:
        with contextlib.suppress(OSError, smtplib.SMTPException), smtplib.LMTP("127.0.0.1", port):
            return
        time.sleep(0.2)  # it says nowhere when it is ready
    raise TimeoutError("Mailman's LMTP does not listen")
