"""Settings: what an operator decides, read from the environment once and checked as a whole.

The only file that reads the environment. `Settings.load()` takes `GATEWAY_X`, or the file that
`GATEWAY_X_FILE` names, from the environment and else from `.env`, and names everything that is
missing or malformed in one `SettingsError`. docs/settings.md is written from the fields below.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Self, get_type_hints
from urllib.parse import urlsplit

from gateway import formats, sources
from gateway.conflicts import conflicts
from gateway.core.house import SHIFTS
from gateway.formats import Listen, Mailbox, Network, SendSms, SmtpOut
from gateway.settings_error import SettingsError
from gateway.sources import Setting
from gateway.upkeep import Upkeep

PREFIX = "GATEWAY_"
_HTTP = Listen("127.0.0.1", 8080)
_LMTP = Listen("127.0.0.1", 8024)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Settings(Upkeep):
    """The settings of one installation."""

    database_url: Annotated[
        str,
        Setting(
            "DATABASE_URL",
            formats.database,
            "SQLite, or PostgreSQL (`postgresql+psycopg://USER:PASSWORD@HOST/DATABASE`)",
            "`sqlite:///gateway.db`",
        ),
    ] = "sqlite:///gateway.db"
    redis_url: Annotated[
        str | None,
        Setting(
            "REDIS_URL",
            formats.redis,
            "none: embedded, one process does everything; else RQ (`redis://HOST:PORT/NUMBER`)",
        ),
    ] = None
    secret: Annotated[
        str | None,
        Setting(
            "SECRET",
            formats.secret,
            "signs tokens; at least 8 characters, better 64 made by chance; the same on every "
            "machine, and must be given with Redis",
            "made on first run and kept beside the SQLite file, else in `gateway-secret`",
        ),
    ] = None
    http: Annotated[
        Listen, Setting("HTTP", formats.listen, "where the web part listens", "`127.0.0.1:8080`")
    ] = _HTTP
    public_url: Annotated[
        str,
        Setting(
            "PUBLIC_URL",
            formats.web_address,
            "how carriers and readers of mail see the web part",
            "`http://` and `HTTP`",
        ),
    ] = ""
    lmtp: Annotated[
        Listen | None,
        Setting(
            "LMTP",
            formats.listen_or_none,
            "where mail comes in by LMTP; `none`: nowhere",
            "`127.0.0.1:8024`",
        ),
    ] = _LMTP
    smtp_in: Annotated[
        Listen | None,
        Setting("SMTP_IN", formats.listen_or_none, "where mail comes in by SMTP; `none`: nowhere"),
    ] = None
    mail_certificate: Annotated[
        Path | None,
        Setting(
            "MAIL_CERT",
            formats.readable_file,
            "the file of the certificate that mail coming in is secured by (STARTTLS), its chain "
            "behind it, in PEM; read again when it is renewed",
            "none: not secured here",
        ),
    ] = None
    mail_certificate_key: Annotated[
        Path | None,
        Setting("MAIL_KEY", formats.readable_file, "the file of its key", "the one of `MAIL_CERT`"),
    ] = None
    mail_proxies: Annotated[
        tuple[Network, ...],
        Setting(
            "MAIL_PROXIES",
            formats.networks,
            "proxies before `LMTP` and `SMTP_IN` that say for whom they speak (PROXY protocol, 1 "
            "or 2), as `10.0.0.5,10.1.0.0/16`; from there every connection must begin so, from "
            "elsewhere none may",
        ),
    ] = ()
    imap: Annotated[
        Mailbox | None,
        Setting(
            "IMAP_URL",
            formats.mailbox,
            "where mail is fetched: `imaps://USER:PASSWORD@HOST/INBOX` (`imap://`: in the clear); "
            "all mail to `MAIL_DOMAIN` must arrive there, and nothing else should",
        ),
    ] = None
    smtp_out: Annotated[
        SmtpOut | None,
        Setting(
            "SMTP_URL",
            formats.smtp_out,
            "who takes our mail: `smtp+starttls://USER:PASSWORD@HOST:PORT`, `smtps://`, `smtp://`",
        ),
    ] = None
    mail_domain: Annotated[
        str | None,
        Setting(
            "MAIL_DOMAIN",
            formats.mail_domain,
            "the domain of `group@`, `reply+TOKEN@` and `bounces+TOKEN@`",
        ),
    ] = None
    mail_authserv_id: Annotated[
        str | None,
        Setting(
            "MAIL_AUTHSERV_ID",
            formats.mail_domain,
            "the name under which your own mail server writes `Authentication-Results`, where it "
            "checks DMARC and removes such headers from what comes in",
            "none: signatures (DKIM) are checked here",
        ),
    ] = None
    mail_forwarders: Annotated[
        tuple[str, ...],
        Setting(
            "MAIL_FORWARDERS",
            formats.domains,
            "domains of lists and mail services that forward to us and are believed about what "
            "they saw (ARC), as `google.com,lists.example.com`",
        ),
    ] = ()
    dkim_key: Annotated[
        str | None,
        Setting(
            "DKIM_KEY",
            formats.dkim_key,
            "a private key (RSA or Ed25519, in PEM, or the path of its file) to sign our mails "
            "with, where the server behind `SMTP_URL` signs none; RSA costs some milliseconds of "
            "CPU a mail, and Ed25519 is not looked for everywhere yet",
            "none: not signed here",
        ),
    ] = None
    dkim_selector: Annotated[
        str | None,
        Setting(
            "DKIM_SELECTOR",
            formats.dkim_selector,
            "the name of that key: what to publish in DNS is told by `gateway doctor`",
        ),
    ] = None
    dns: Annotated[
        Listen | None,
        Setting(
            "DNS",
            formats.listen,
            "the name server that is asked for keys and policies of senders, `ADDRESS:PORT`",
            "the system's",
        ),
    ] = None
    twilio_account_sid: Annotated[
        str | None,
        Setting("TWILIO_ACCOUNT_SID", formats.account_sid, "the account at Twilio, `AC...`"),
    ] = None
    twilio_auth_tokens: Annotated[
        tuple[str, ...],
        Setting(
            "TWILIO_AUTH_TOKEN",
            formats.auth_tokens,
            "its token; while rotating several, with commas between, the one to send with first",
        ),
    ] = ()
    twilio_sender: Annotated[
        str | None,
        Setting(
            "TWILIO_SENDER",
            formats.sender,
            "who texts come from: a number (`+33...`), a short code, a name of at most 11 "
            "letters and digits, or a messaging service (`MG...`)",
        ),
    ] = None
    twilio_reply_number: Annotated[
        str | None,
        Setting(
            "TWILIO_REPLY_NUMBER",
            formats.reply_number,
            "the number that workers write to",
            "the sender, if it can receive",
        ),
    ] = None
    twilio_api_url: Annotated[
        str,
        Setting(
            "TWILIO_API_URL",
            formats.web_address,
            "where texts are handed over; for a proxy or a carrier to test with",
            "`https://api.twilio.com`",
        ),
    ] = "https://api.twilio.com"
    kannel: Annotated[
        SendSms | None,
        Setting(
            "KANNEL_URL",
            formats.sendsms,
            "Kannel instead of Twilio: `http://USER:PASSWORD@HOST:13013/cgi-bin/sendsms`; "
            "[docs/kannel.md](kannel.md) has its side",
        ),
    ] = None
    kannel_sender: Annotated[
        str | None,
        Setting(
            "KANNEL_SENDER",
            formats.own_sender,
            "who texts come from: a number, a short code, or a name",
        ),
    ] = None
    kannel_secrets: Annotated[
        tuple[str, ...],
        Setting(
            "KANNEL_SECRET",
            formats.path_secrets,
            "what Kannel shows in the path of its calls, for it signs nothing; while rotating "
            "several, with commas between, the one to give out first",
        ),
    ] = ()
    kannel_networks: Annotated[
        tuple[Network, ...],
        Setting(
            "KANNEL_NETWORKS",
            formats.networks,
            "from where Kannel may call, as `10.0.0.0/8,::1`, with commas between",
            "anywhere",
        ),
    ] = ()
    kannel_reply_number: Annotated[
        str | None,
        Setting(
            "KANNEL_REPLY_NUMBER",
            formats.reply_number,
            "the number that workers write to",
            "the sender, if it can receive",
        ),
    ] = None
    sms_lines: Annotated[
        int,
        Setting("SMS_LINES", formats.lines, "texts of one process on the wire at once", "`4`"),
    ] = 4
    sms_rate: Annotated[
        float | None,
        Setting(
            "SMS_RATE",
            formats.rate,
            "segments a second that your sender passes on, for all processes together",
            "as fast as the carrier takes them",
        ),
    ] = None
    sms_budget: Annotated[
        int | None,
        Setting(
            "SMS_BUDGET",
            formats.segments,
            "segments a month that texts may cost; what is more waits (`gateway status`)",
            "no limit",
        ),
    ] = None
    sms_reserve: Annotated[
        int,
        Setting("SMS_RESERVE", formats.segments, "segments of it kept for alerts alone", "`0`"),
    ] = 0
    sms_countries: Annotated[
        tuple[str, ...],
        Setting(
            "SMS_COUNTRIES",
            formats.countries,
            "countries whose mobile numbers may be written to (ISO 3166), with commas between",
            "`COUNTRY`",
        ),
    ] = ()
    language: Annotated[
        str,
        Setting("LANGUAGE", formats.language, "of members who chose none: `fr` or `en`", "`fr`"),
    ] = "fr"
    country: Annotated[
        str,
        Setting(
            "COUNTRY",
            formats.country,
            "of phone numbers that are written without one (ISO 3166)",
            "`FR`",
        ),
    ] = "FR"
    timezone: Annotated[
        str,
        Setting(
            "TIMEZONE",
            formats.timezone,
            "of members who chose none (a name of the tz database)",
            "`Europe/Paris`",
        ),
    ] = "Europe/Paris"

    shifts: Annotated[
        tuple[int, ...],
        Setting(
            "SHIFTS",
            formats.shifts,
            "when shifts begin, in each member's own time, for who wants news then",
            "`05:00,13:00,21:00`",
        ),
    ] = SHIFTS

    def __post_init__(self) -> None:
        if not self.public_url:
            object.__setattr__(self, "public_url", f"http://{self.http}")

    def __repr__(self) -> str:
        """Names alone: nearly every value is a secret or somebody's address."""
        made = [field.name for field in fields(self) if getattr(self, field.name) != field.default]
        return f"<Settings: {', '.join(made)}>"

    @classmethod
    def load(
        cls, environ: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")
    ) -> Self:
        """The settings of this process, from `environ` (else its own) and a `.env` file.

        The environment wins over the file, name by name.
        """
        problems: list[str] = []
        both = [os.environ if environ is None else environ, sources.dotenv(dotenv, problems)]
        given, values = sources.read(both, described(), PREFIX, problems)
        settings = cls(**values)
        problems += conflicts(given, settings, _variable)
        problems += sources.misspelt(both, PREFIX, map(_variable, described()))
        if problems:
            raise SettingsError(problems)
        return settings

    @property
    def embedded(self) -> bool:
        """Whether one process does everything, without Redis."""
        return self.redis_url is None

    @property
    def sms_sender(self) -> str | None:
        """Who texts come from, whichever carrier takes them."""
        return self.twilio_sender or self.kannel_sender

    @property
    def reply_number(self) -> str | None:
        """The number that workers write to; none where the sender cannot receive."""
        sender = self.sms_sender
        other = self.kannel_reply_number if self.kannel else self.twilio_reply_number
        return other or (sender if sender and formats.answerable(sender) else None)

    @property
    def secret_path(self) -> Path:
        """Where an embedded installation keeps the secret it made.

        Beside its SQLite file, or in the folder it is run in where the database is a server.
        """
        path = self.database_path
        return path.with_name(f"{path.name}-secret") if path else Path("gateway-secret")

    @property
    def database_path(self) -> Path | None:
        """The SQLite file; none where the database is a server, or in memory."""
        parts = urlsplit(self.database_url)
        name = parts.path[1:]
        return Path(name) if parts.scheme == "sqlite" and name else None


def described() -> dict[str, Setting]:
    """Each field of `Settings` and how it is given, in their order; the upkeep stands last."""
    hints = get_type_hints(Settings, include_extras=True)
    names = sorted(hints, key=lambda name: name in Upkeep.__annotations__)
    return {name: hints[name].__metadata__[0] for name in names}


def _variable(field: str) -> str:
    return PREFIX + described()[field].name
