"""Starts the whole demo in this process: carriers, the gateway, its past, the page, the kiosk.

The gateway is a real installation with real settings; that its carriers are made up is known to
its addresses alone.
"""

import contextlib
import secrets
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from gateway import processes
from gateway.channels.email.render import sent_text
from gateway.config import Settings
from gateway.core.gateway import Gateway
from gateway.demo import company, history
from gateway.demo.history import Kept
from gateway.demo.inboxes import Json, Phones, line
from gateway.demo.mailbox import KeptMail, Mailbox, Wire
from gateway.demo.table import Table
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.demo.window import Window
from gateway.formats import Listen, SmtpOut
from gateway.wiring import Installation, install

HOST = "127.0.0.1"
PORT = 8080
_PORTS_TRIED = 50


@dataclass(frozen=True)
class Stage:
    """A demo that runs: where to look, and what it is made of."""

    url: str
    installation: Installation
    carrier: FakeTwilio
    mailbox: Mailbox
    folder: Path


class NoPort(OSError):
    """The port that was asked for is taken."""


@contextlib.contextmanager
def running(port: int | None = None) -> Iterator[Stage]:
    """The demo, until the block ends; then nothing is left of it.

    Without `port`, the page is at 8080 or at the next port that is free. Raises `NoPort`.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway-demo-")))
        carrier = stack.enter_context(FakeTwilio(steps=("delivered",)))
        mailbox = Mailbox()
        mailbox.start()
        stack.callback(mailbox.stop)
        installation = _named(install(_settings(folder, carrier, mailbox)))
        stack.callback(installation.close)
        processes.prepare(installation)
        kept = history.play(installation, datetime.now(UTC))
        _fill(mailbox, kept)
        _join(carrier, mailbox, installation)
        processes.start_all(installation, stack, lambda _ready: None)
        window = _open_window(stack, _table(carrier, mailbox, kept), installation, folder, port)
        yield Stage(window.url, installation, carrier, mailbox, folder)


def _settings(folder: Path, carrier: FakeTwilio, mailbox: Mailbox) -> Settings:
    """What an operator would set, with the made-up carriers' addresses."""
    web, lmtp = _free_ports(2)
    return Settings(
        database_url=f"sqlite:///{folder / 'demo.db'}",
        secret=secrets.token_urlsafe(48),
        http=Listen(HOST, web),
        lmtp=Listen(HOST, lmtp),
        smtp_out=SmtpOut(*mailbox.address),
        mail_domain=company.DOMAIN,
        mail_authserv_id=company.DOMAIN,
        twilio_account_sid=ACCOUNT_SID,
        twilio_auth_tokens=(AUTH_TOKEN,),
        twilio_sender=NUMBER,
        twilio_api_url=carrier.url,
    )


def _named(installation: Installation) -> Installation:
    """The installation under the company's name."""
    parts = installation.gateway.parts
    house = replace(parts.house, organisation=company.NAME)
    sent = partial(sent_text, domain=installation.settings.mail_domain or "")
    return replace(installation, gateway=Gateway.build(replace(parts, house=house), sent))


def _join(carrier: FakeTwilio, mailbox: Mailbox, installation: Installation) -> None:
    """Tell the carriers where the gateway is; `rc` and `rt` as Twilio repeats what failed."""
    settings = installation.settings
    carrier.webhook = f"{settings.public_url}/sms/inbound#rc=5&rp=all"
    assert settings.lmtp is not None
    mailbox.wire = Wire(
        settings.lmtp.host, settings.lmtp.port, lmtp=True, authserv_id=company.DOMAIN
    )


def _fill(mailbox: Mailbox, kept: Kept) -> None:
    for mail in kept.mails:
        mailbox.keep(mail.raw, f"bounces@{company.DOMAIN}", [mail.recipient])


def _table(carrier: FakeTwilio, mailbox: Mailbox, kept: Kept) -> Table:
    return Table(Phones(kept.texts), carrier, mailbox)


def _open_window(
    stack: ExitStack, table: Table, installation: Installation, folder: Path, port: int | None
) -> Window:
    site, _ = company.KIOSK
    device = folder / "device"
    device.write_text(installation.gateway.office.add_kiosk(site), "utf-8")
    server = installation.settings.public_url
    words = [sys.executable, "-m", "gateway", "kiosk"]
    words += ["--server", server, "--device-file", str(device)]
    words += ["--state", str(device.parent / "kiosk-state")]
    window = _listening(table, words, port)
    stack.callback(window.stop)
    _show(table, window)
    return window


def _show(table: Table, window: Window) -> None:
    """From here on the page is told of all that comes."""

    def mail_came(mail: KeptMail) -> None:
        happened: Json = {"kind": "mail", "mail": line(mail)}
        window.tell(happened)

    table.phones.tell = window.tell
    table.carrier.subscribe(table.phones.heard)
    table.mailbox.listen(mail_came)


def _listening(table: Table, command: list[str], port: int | None) -> Window:
    wanted = [port] if port is not None else range(PORT, PORT + _PORTS_TRIED)
    for number in wanted:
        window = Window(table, command, number)
        try:
            window.start()
        except OSError:
            continue
        return window
    raise NoPort(f"port {wanted[0]} is taken: give another one with --port")


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on: settings must name them before anybody listens."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]
