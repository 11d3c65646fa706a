"""What `gateway doctor` looks at on the wires: carriers, mail, listen ports, the public address.

Each check asks once, with a short patience, changes nothing, and never shows a password.
"""

import errno
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit

import httpx

from gateway.cli.output import counted
from gateway.config import PREFIX, Settings
from gateway.formats import Listen, Mailbox, SendSms, SmtpOut, within

PATIENCE = 5.0
MOST_SKEW = timedelta(minutes=1)
HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Finding:
    """`ok`, `warn` (it works, but), `mend`, or `skip`; `words` say what is, or what to do."""

    check: str
    state: Literal["ok", "warn", "mend", "skip"]
    words: str


def carriers(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The carrier of texts and the smarthost, as far as they are set up."""
    if settings.kannel is not None:
        yield _kannel(settings.kannel)
    elif settings.twilio_account_sid is None:
        yield Finding("sms", "ok", "not set up: no text messages")
    else:
        yield from _twilio(settings, settings.twilio_account_sid, now)
    if settings.imap is not None:
        yield _imap(settings.imap)
    if settings.smtp_out is None and settings.mail_domain:
        yield Finding("smtp", "warn", f"mail comes in, but none can leave: set {PREFIX}SMTP_URL")
    elif settings.smtp_out is None:
        yield Finding("smtp", "ok", "not set up: no mail is sent")
    else:
        yield _smtp(settings.smtp_out)
    if settings.dkim_key and settings.dkim_selector and settings.mail_domain:
        name = f"{settings.dkim_selector}._domainkey.{settings.mail_domain}"
        yield _dkim(settings.dkim_key, name, settings.dns)


def doors(settings: Settings) -> Iterator[Finding]:
    """The listen addresses, and the way to them from outside."""
    up = _answers(f"http://{_reachable(settings.http)}/health/live")
    yield _door("HTTP", settings.http, is_ours=up)
    if settings.mail_domain:
        for name, listen in (("LMTP", settings.lmtp), ("SMTP_IN", settings.smtp_in)):
            if listen is not None:
                yield _door(name, listen, is_ours=_greets(listen, settings))
    yield _public(settings, is_up=up)


def _twilio(settings: Settings, account: str, now: datetime) -> Iterator[Finding]:
    url = f"{settings.twilio_api_url}/2010-04-01/Accounts/{account}/Messages.json?PageSize=1"
    try:
        answer = httpx.get(
            url,
            auth=(account, settings.twilio_auth_tokens[0]),
            timeout=PATIENCE,
            trust_env=urlsplit(url).hostname not in HERE,
        )
    except httpx.HTTPError as error:
        yield Finding(
            "twilio", "mend", f"does not answer ({type(error).__name__}): check the way out to it"
        )
        return
    yield _twilio_says(answer.status_code)
    yield from _skew(answer.headers.get("Date", ""), now)


def _kannel(kannel: SendSms) -> Finding:
    """Asks for a message without a recipient: Kannel checks the login, and sends nothing."""
    who = {"username": kannel.user, "password": kannel.password}
    try:
        code = httpx.get(kannel.url, params=who, timeout=PATIENCE, trust_env=False).status_code
    except httpx.HTTPError as error:
        return Finding(
            "kannel", "mend", f"does not answer ({type(error).__name__}): is smsbox running?"
        )
    if code in (401, 403):
        return Finding("kannel", "mend", "refuses the login: check the user and password in it")
    return Finding("kannel", "ok", "smsbox takes our login")


def _twilio_says(code: int) -> Finding:
    if code == 200:
        return Finding("twilio", "ok", "the account answers")
    if code in (401, 403, 404):
        return Finding(
            "twilio",
            "mend",
            f"refuses the account ({code}): copy {PREFIX}TWILIO_ACCOUNT_SID and "
            f"{PREFIX}TWILIO_AUTH_TOKEN again from Twilio's console",
        )
    return Finding("twilio", "mend", f"answers {code}: ask again later, or see status.twilio.com")


def _skew(date: str, now: datetime) -> Iterator[Finding]:
    """Our clock against the carrier's: signatures, leases and digests depend on it."""
    try:
        theirs = parsedate_to_datetime(date).astimezone(UTC)
    except ValueError:
        return
    skew = abs(now - theirs)
    if skew > MOST_SKEW:
        seconds = int(skew.total_seconds())
        yield Finding("clock", "mend", f"{seconds} s off the carrier's: let NTP set it")


def _smtp(out: SmtpOut) -> Finding:
    try:
        with _connected(out) as server:
            server.ehlo_or_helo_if_needed()
            if out.security == "starttls":
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if out.user:
                server.login(out.user, out.password)
    except smtplib.SMTPAuthenticationError as error:
        words = f"refuses the login ({error.smtp_code}): mend user and password in {PREFIX}SMTP_URL"
        return Finding("smtp", "mend", words)
    except ssl.SSLCertVerificationError:
        words = f"its certificate is not trusted: name the host in {PREFIX}SMTP_URL as it does"
        return Finding("smtp", "mend", words)
    except (OSError, smtplib.SMTPException) as error:
        words = f"does not answer as it should ({type(error).__name__}): check {PREFIX}SMTP_URL"
        return Finding("smtp", "mend", words)
    if out.security == "none" and out.user and out.host not in HERE:
        return Finding("smtp", "warn", "the password goes in the clear: use smtp+starttls://")
    return Finding("smtp", "ok", f"{out.host}:{out.port} takes mail from us")


def _imap(mailbox: Mailbox) -> Finding:
    from imapclient.exceptions import LoginError

    from gateway.channels.email.mailbox import TROUBLE, Account, waiting

    account = Account(
        mailbox.host,
        mailbox.port,
        mailbox.user,
        mailbox.password,
        mailbox.folder,
        mailbox.security,
    )
    try:
        count = waiting(account, PATIENCE)
    except LoginError:
        words = f"refuses the login: mend user and password in {PREFIX}IMAP_URL"
        return Finding("imap", "mend", words)
    except ssl.SSLCertVerificationError:
        words = f"its certificate is not trusted: name the host in {PREFIX}IMAP_URL as it does"
        return Finding("imap", "mend", words)
    except TROUBLE as error:
        words = (
            f"does not answer as it should ({type(error).__name__}): check host and folder in "
            f"{PREFIX}IMAP_URL"
        )
        return Finding("imap", "mend", words)
    if mailbox.security == "none" and mailbox.host not in HERE:
        return Finding("imap", "warn", "the password goes in the clear: use imaps://")
    return Finding("imap", "ok", f"{mailbox.host} lets us in, {counted(count, 'mail')} to take")


def _dkim(key: str, name: str, server: Listen | None) -> Finding:
    """Whether receivers find the key that our signatures are checked with."""
    from gateway.channels.email.dkim_signing import public_record, publishes
    from gateway.channels.email.names import Names, Unreachable, from_server

    names = Names(from_server(server.host, server.port)) if server else Names()
    record = public_record(key)
    try:
        texts = names.texts(name)
    except Unreachable as error:
        return Finding("dkim", "warn", f"nobody knows now whether {name} has our key ({error})")
    if publishes(texts, record):
        return Finding("dkim", "ok", f"{name} has the key that we sign with")
    why = "has another key" if texts else "has none"
    return Finding("dkim", "mend", f'{name} {why}: publish this TXT record there: "{record}"')


def _connected(out: SmtpOut) -> smtplib.SMTP:
    if out.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(out.host, out.port, timeout=PATIENCE, context=context)
    return smtplib.SMTP(out.host, out.port, timeout=PATIENCE)


def _door(name: str, listen: Listen, *, is_ours: bool) -> Finding:
    check = name.lower()
    if is_ours:
        return Finding(check, "ok", f"the gateway listens on {listen}")
    trouble = _bind(listen)
    if trouble is None:
        return Finding(check, "ok", f"{listen} is free")
    words = {
        errno.EADDRINUSE: f"another program has {listen}: stop it",
        errno.EACCES: f"this user may not listen on {listen}: take a port above 1023",
        errno.EADDRNOTAVAIL: f"{listen.host} is no address of this machine: take one",
    }.get(trouble, f"cannot listen on {listen}: choose another")
    return Finding(check, "mend", f"{words}, or set {PREFIX}{name}")


def _bind(listen: Listen) -> int | None:
    """Why one cannot listen there, as an errno; None where one can."""
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listen.host, listen.port))
        except socket.gaierror:
            return errno.EADDRNOTAVAIL
        except OSError as error:
            return error.errno or 0
    return None


def _public(settings: Settings, *, is_up: bool) -> Finding:
    url, check = settings.public_url, "public_url"
    if not _answers(f"{url}/health/live"):
        if not is_up:
            return Finding(check, "warn", f"{url}: ask again while `gateway run` is up")
        return Finding(
            check, "mend", f"{url} does not lead here: mend the proxy, or set {PREFIX}PUBLIC_URL"
        )
    if not url.startswith("https://"):
        return Finding(
            check, "warn", f"{url} is not https: carriers and kiosks elsewhere should use https"
        )
    return Finding(check, "ok", f"{url} leads here")


def _answers(url: str) -> bool:
    """Whether a gateway is alive there."""
    try:
        answer = httpx.get(url, timeout=PATIENCE, trust_env=urlsplit(url).hostname not in HERE)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200


def _greets(listen: Listen, settings: Settings) -> bool:
    """Whether a mail server of ours greets there; where we are a proxy to it, we begin as one."""
    try:
        with socket.create_connection((_host(listen), listen.port), PATIENCE) as connection:
            if within(connection.getsockname()[0], settings.mail_proxies):
                connection.sendall(b"PROXY UNKNOWN\r\n")
            greeting = connection.recv(512)
            connection.sendall(b"QUIT\r\n")
    except OSError:
        return False
    return greeting.startswith(f"220 {settings.mail_domain} ".encode())


def _reachable(listen: Listen) -> Listen:
    return Listen(_host(listen), listen.port)


def _host(listen: Listen) -> str:
    """Where to knock at a listener on every address."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listen.host, listen.host)  # noqa: S104  # nothing is bound
