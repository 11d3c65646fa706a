"""Settings: what an operator decides, read from the environment once and checked as a whole.

The only file that reads the environment. `Settings.load()` takes `GATEWAY_X`, or the file that
`GATEWAY_X_FILE` names, from the environment and else from `.env`, and names everything that is
missing or malformed in one `SettingsError`. docs/settings.md is written from the fields below.
"""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Self, get_type_hints
from urllib.parse import urlsplit

from gateway import formats, sources
from gateway.formats import Listen, Mailbox, Network, SendSms, SmtpOut

PREFIX = "GATEWAY_"
_HTTP = Listen("127.0.0.1", 8080)
_LMTP = Listen("127.0.0.1", 8024)


class SettingsError(ValueError):
    """Everything that is wrong with the settings, one line each, with what to do."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a field is given: its name without the prefix, its reader, its line in the documents."""

    name: str
    read: Callable[[str], Any]
    meaning: str
    default: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Settings:
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
    imap: Annotated[
        Mailbox | None,
        Setting(
            "IMAP_URL",
            formats.mailbox,
            "where mail is to be fetched: `imaps://USER:PASSWORD@HOST/INBOX` (`imap://`: in the "
            "clear); this version only checks it and fetches nothing yet: deliver by LMTP",
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
        given, values = _read_all(both, problems)
        settings = cls(**values)
        problems += _conflicts(given, settings)
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
    """Each field of `Settings` and how it is given, in their order."""
    hints = get_type_hints(Settings, include_extras=True)
    return {field.name: hints[field.name].__metadata__[0] for field in fields(Settings)}


def kept_secret(path: Path) -> str:
    """The secret in `path`, made on first use, for its owner's eyes only.

    Processes that start together get the same one: each writes its own apart, whole, and only one
    can link it to the name.
    """
    if not path.exists():
        made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(made)
        finally:
            made.unlink(missing_ok=True)
    try:
        return formats.secret(path.read_text("utf-8").strip())
    except ValueError as error:
        raise SettingsError([f"{path}: {error}"]) from None


def _read_all(
    places: Sequence[Mapping[str, str]], problems: list[str]
) -> tuple[dict[str, str], dict[str, Any]]:
    """What was given, by field; and the values of all that could be read."""
    given: dict[str, str] = {}
    values: dict[str, Any] = {}
    for field, setting in described().items():
        name = _variable(field)
        try:
            place = next((place for place in places if sources.names(place, name)), None)
            if place is not None:
                given[field] = ""
                given[field] = sources.text(place, name)
                values[field] = setting.read(given[field])
        except ValueError as error:
            problems.append(f"{name}: {error}")
    return given, values


def _variable(field: str) -> str:
    return PREFIX + described()[field].name


def _conflicts(given: Mapping[str, str], settings: Settings) -> Iterator[str]:
    """What each value allows, but not all of them together."""
    twilio = ("twilio_account_sid", "twilio_auth_tokens", "twilio_sender")
    yield from _all_or_none(given, twilio, "or none of the three, to go without SMS")
    kannel = ("kannel", "kannel_sender", "kannel_secrets")
    yield from _all_or_none(given, kannel, "or none of the three")
    if given.keys() & set(twilio) and given.keys() & set(kannel):
        yield f"{PREFIX}KANNEL_URL: texts leave by one carrier: set up Twilio or Kannel, not both"
    if "smtp_out" in given and "mail_domain" not in given:
        yield f"{PREFIX}MAIL_DOMAIN: not set, but {PREFIX}SMTP_URL is: set where mail comes from"
    if "imap" in given and not given.keys() & {"smtp_out", "mail_domain"}:
        yield f"{PREFIX}MAIL_DOMAIN: not set, but {PREFIX}IMAP_URL is: set it and {PREFIX}SMTP_URL"
    if "redis_url" in given and "secret" not in given:
        yield (
            f"{PREFIX}SECRET: not set, but with Redis every process must have the same: "
            "set it on each (openssl rand -hex 32)"
        )
    listening = {"HTTP": settings.http, "LMTP": settings.lmtp, "SMTP_IN": settings.smtp_in}
    for one, other in combinations(listening, 2):
        if listening[one] is not None and listening[one] == listening[other]:
            yield f"{PREFIX}{other}: {PREFIX}{one} has {listening[one]}: choose another port"


def _all_or_none(given: Mapping[str, str], together: Sequence[str], else_: str) -> Iterator[str]:
    names = {field: _variable(field) for field in together}
    there = [names[field] for field in together if field in given]
    for field in together:
        if there and field not in given:
            yield f"{names[field]}: not set, but {there[0]} is: set it, {else_}"
