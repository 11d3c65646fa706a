"""Builds the parts of an installation from its settings, and hands them to each other.

One file knows all the parts. What carries a framework of its own is imported where it is built, so
that a command that needs none of it starts quickly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from gateway import troubles
from gateway.config import Settings
from gateway.core.database import Database
from gateway.core.gateway import Gateway, Parts
from gateway.core.house import House
from gateway.core.ports import Bell, Channel, Clock, Destinations, KeepsOpen, MediaSource
from gateway.queue import EmbeddedBell, RqBell
from gateway.secret import secret_in_use
from gateway.settings_error import SettingsError

if TYPE_CHECKING:
    from flask import Blueprint, Flask
    from redis import Redis

    from gateway.channels.email.addresses import Addresses
    from gateway.channels.email.certificate import Certificate
    from gateway.channels.email.dkim_signing import Signer
    from gateway.channels.email.mailbox import Mailbox
    from gateway.channels.email.proof import Prover
    from gateway.channels.email.reception import Reception
    from gateway.channels.email.smarthost import Security
    from gateway.channels.email.smtpd import MailServer
    from gateway.channels.email.tokens import Tokens
    from gateway.web.health import Family
    from gateway.web.server import WebServer

WEB_THREADS = 16

BELL_UP = "gateway_bell_up"
SPARED = frozenset({"redis"})
"""Parts without which all that comes in is still taken: Redis is a bell, and carries nothing."""

_SECURITY: "dict[str, Security]" = {"none": "smtp", "starttls": "smtp+starttls", "tls": "smtps"}


@dataclass(frozen=True)
class Installation:
    """One installation: its settings, its rooms, and the bell between its processes."""

    settings: Settings
    gateway: Gateway
    tokens: "Tokens"
    bell: Bell
    redis: "Redis | None" = None

    def web_server(self) -> "WebServer":
        """The web part, not yet listening."""
        from gateway.web.server import WebServer

        http = self.settings.http
        return WebServer(self.app(), http.host, http.port, threads=WEB_THREADS)

    def app(self) -> "Flask":
        """Webhooks, the kiosk's API, unsubscribe, health."""
        from gateway.web import api, health, photos, unsubscribe
        from gateway.web.app import create_app
        from gateway.web.clocked import Clocked

        clocked = Clocked()

        blueprints = [
            api.blueprint(
                self.gateway.desk,
                organisation=self.gateway.parts.house.organisation,
                sms_number=self.settings.reply_number or "",
                clock=self.gateway.parts.clock,
            ),
            health.blueprint(
                self.probe,
                lambda: {**self.measures(), **clocked.measures(), **self.bell_up()},
                self.paused,
                spared=SPARED,
            ),
            unsubscribe.blueprint(
                self.gateway.directory, self.tokens.read_unsubscribe, self.settings.language
            ),
        ]
        blueprints.append(
            photos.blueprint(self.gateway.pictures, self.tokens.read_photo, self.settings.language)
        )
        carrier = self._sms_blueprint()
        app = create_app([*blueprints, carrier] if carrier else blueprints)
        clocked.watch(app)
        return app

    def mail_server(self) -> "MailServer | None":
        """The way in for mail, not yet listening; None where no domain is set."""
        if not self.settings.mail_domain:
            return None
        from gateway.channels.email.smtpd import MailServer

        lmtp, smtp = self.settings.lmtp, self.settings.smtp_in
        return MailServer(
            self.gateway.intake,
            self.gateway.directory,
            self.tokens,
            self.settings.mail_domain,
            self._prover(),
            lmtp=(lmtp.host, lmtp.port) if lmtp else None,
            smtp=(smtp.host, smtp.port) if smtp else None,
            proxies=self.settings.mail_proxies,
            certificate=_certificate(self.settings),
        )

    def mailbox(self) -> "Mailbox | None":
        """The mailbox that mail is fetched from; None where none is set."""
        if self.settings.imap is None or not self.settings.mail_domain:
            return None
        from gateway.channels.email.mailbox import Account, Mailbox

        imap = self.settings.imap
        account = Account(
            imap.host, imap.port, imap.user, imap.password, imap.folder, imap.security
        )
        reception, addresses = self._reception(self.settings.mail_domain)
        return Mailbox(account, reception, addresses, self.gateway.postbag)

    def reception(self) -> "tuple[Reception, Addresses] | None":
        """The door for one mail at a time, with the addresses behind it; None without a domain."""
        domain = self.settings.mail_domain
        return self._reception(domain) if domain else None

    def _reception(self, domain: str) -> "tuple[Reception, Addresses]":
        from gateway.channels.email.addresses import Addresses
        from gateway.channels.email.inbound import Reader
        from gateway.channels.email.reception import Reception

        directory = self.gateway.directory
        addresses = Addresses(domain, directory, self.tokens)
        reader = Reader(addresses, directory, self._prover())
        return Reception(self.gateway.intake, addresses, reader), addresses

    def probe(self) -> Mapping[str, str]:
        """What is wrong with each part; an empty text where nothing is."""
        found = {"database": troubles.of_database(self.gateway.parts.database)}
        if self.redis is not None:
            found["redis"] = troubles.of_redis(self.redis)
        return found

    def measures(self) -> "Mapping[str, Family]":
        """What Prometheus is told of the whole installation, whichever process is asked."""
        return self.gateway.watch.measures(version("gateway"))

    def bell_up(self) -> "Mapping[str, Family]":
        """What Prometheus is told of Redis as this process sees it; nothing where none is set."""
        if self.redis is None:
            return {}
        up = float(not troubles.of_redis(self.redis))
        return {BELL_UP: ("Whether Redis answers the process that is asked", "gauge", [({}, up)])}

    def paused(self) -> Mapping[str, str]:
        """The channels on which nothing leaves until somebody has mended something, and why."""
        return {
            pause.channel: f"{pause.code} {pause.reason}".strip()
            for pause in self.gateway.ledger.pauses()
        }

    def close(self) -> None:
        """Hang up, and leave the database."""
        for channel in self.gateway.parts.channels.values():
            if isinstance(channel, KeepsOpen):
                channel.close()
        self.gateway.parts.database.close()
        if self.redis is not None:
            self.redis.close()

    def _prover(self) -> "Prover":
        """Who says whether a mail is from whom it names."""
        from gateway.channels.email.names import Names, from_server
        from gateway.channels.email.proof import Prover

        server, own = self.settings.dns, self.settings.mail_authserv_id or ""
        names = Names(from_server(server.host, server.port)) if server else Names()
        forwarders = self.settings.mail_forwarders
        return Prover(names, self.gateway.parts.clock, own, forwarders)

    def _sms_blueprint(self) -> "Blueprint | None":
        """Where the SMS carrier calls; None where there is none."""
        settings = self.settings
        if settings.twilio_account_sid:
            from gateway.channels.sms.webhook import Webhook
            from gateway.web import sms

            webhook = Webhook(settings.public_url, settings.twilio_auth_tokens)
            return sms.blueprint(self.gateway.intake, webhook)
        if settings.kannel:
            from gateway.channels.sms.kannel.webhook import KannelWebhook
            from gateway.web import kannel

            calls = KannelWebhook(settings.kannel_secrets, settings.kannel_networks)
            return kannel.blueprint(self.gateway.intake, calls)
        return None


def install(
    settings: Settings, clock: Clock | None = None, *, only_looking: bool = False
) -> Installation:
    """All parts of an installation. Nothing listens, and no table is touched yet.

    Who is `only_looking` makes no secret where none is kept yet.
    """
    from gateway.channels.email.render import sent_text
    from gateway.channels.email.tokens import Tokens

    secret = secret_in_use(settings.secret, settings.secret_path, only_looking=only_looking)
    tokens = Tokens(secret)
    now = clock or _now
    channels = _channels(settings, tokens, now)
    redis = _redis(settings)
    bell: Bell = RqBell(redis) if redis is not None else EmbeddedBell(channels)
    house = House(
        secret=secret,
        language=settings.language,
        country=settings.country,
        timezone=settings.timezone,
        organisation="",
        sms_number=settings.reply_number or "",
        sms_budget=settings.sms_budget,
        sms_rate=settings.sms_rate,
        sms_reserve=settings.sms_reserve,
        sms_countries=_countries(settings),
        shifts=settings.shifts,
        keep_messages=settings.keep_messages,
        keep_originals=settings.keep_originals,
    )
    parts = Parts(
        Database(settings.database_url),
        now,
        bell,
        house,
        channels,
        media=_media(settings),
        redraw=_redrawn,
        destinations=_destinations(house.sms_countries),
    )
    sent = partial(sent_text, domain=settings.mail_domain or "")
    return Installation(settings, Gateway.build(parts, sent), tokens, bell, redis)


def _now() -> datetime:
    return datetime.now(UTC)


def _countries(settings: Settings) -> tuple[str, ...]:
    """Where texts may go to."""
    return settings.sms_countries or (settings.country,)


def _destinations(countries: tuple[str, ...]) -> Destinations:
    def unwritable(number: str) -> str:
        # Here, because most commands of the operator look at no number.
        from gateway.channels.sms.destinations import refusal

        return refusal(number, countries)

    return unwritable


def _channels(settings: Settings, tokens: "Tokens", clock: Clock) -> dict[str, Channel]:
    channels: dict[str, Channel] = {}
    sms = _sms(settings)
    if sms is not None:
        channels[sms.name] = sms
    if settings.smtp_out and settings.mail_domain:
        from gateway.channels.email.render import Letters
        from gateway.channels.email.smarthost import Smarthost
        from gateway.channels.email.smtp import SmtpMail

        out = settings.smtp_out
        smarthost = Smarthost(out.host, out.port, out.user, out.password, _SECURITY[out.security])
        letters = Letters(settings.mail_domain, settings.public_url, tokens, clock)
        channels["email"] = SmtpMail(smarthost, letters, tokens, sign=_signer(settings))
    return channels


def _certificate(settings: Settings) -> "Certificate | None":
    """What mail coming in is secured by; None where it is not, here."""
    if settings.mail_certificate is None:
        return None
    from gateway.channels.email.certificate import Certificate, NoCertificate

    try:
        return Certificate(settings.mail_certificate, settings.mail_certificate_key)
    except NoCertificate as error:
        advice = "name its file, and the key's in GATEWAY_MAIL_KEY"
        raise SettingsError([f"GATEWAY_MAIL_CERT: {error}: {advice}"]) from None


def _signer(settings: Settings) -> "Signer | None":
    """Who signs our mails; None where the server behind us does, or nobody."""
    if not (settings.dkim_key and settings.dkim_selector and settings.mail_domain):
        return None
    from gateway.channels.email.dkim_signing import NoKey, Signer

    try:
        return Signer(settings.dkim_key, settings.dkim_selector, settings.mail_domain)
    except NoKey as error:
        advice = "make one by `openssl genrsa -out dkim.pem 2048`"
        raise SettingsError([f"GATEWAY_DKIM_KEY: {error}: {advice}"]) from None


def _sms(settings: Settings) -> Channel | None:
    """Texts leave by one carrier: the settings allow no second."""
    if settings.twilio_account_sid and settings.twilio_sender:
        from gateway.channels.sms.twilio import TwilioSms

        return TwilioSms(
            settings.twilio_account_sid,
            settings.twilio_auth_tokens[0],
            settings.twilio_sender,
            settings.public_url,
            api_url=settings.twilio_api_url,
            reply_to=_other_number(settings),
            countries=_countries(settings),
            lines=settings.sms_lines,
        )
    if settings.kannel and settings.kannel_sender:
        from gateway.channels.sms.kannel.sendsms import KannelSms

        return KannelSms(
            settings.kannel.url,
            settings.kannel.user,
            settings.kannel.password,
            settings.kannel_sender,
            settings.public_url,
            settings.kannel_secrets[0],
            reply_to=_other_number(settings),
            countries=_countries(settings),
            lines=settings.sms_lines,
        )
    return None


def _media(settings: Settings) -> MediaSource | None:
    """Where the pictures of texts lie; only Twilio brings such."""
    if not settings.twilio_account_sid:
        return None
    from gateway.channels.sms.media import TwilioMedia

    return TwilioMedia(
        settings.twilio_account_sid, settings.twilio_auth_tokens[0], settings.twilio_api_url
    )


def _redrawn(content: bytes) -> bytes:
    # Here, because a command line that shows no picture need not wait for Pillow.
    from gateway.pictures import redraw

    return redraw(content)


def _other_number(settings: Settings) -> str:
    """Where to write to, where a text cannot simply be answered."""
    number = settings.reply_number or ""
    return "" if number == settings.sms_sender else number


def _redis(settings: Settings) -> "Redis | None":
    if settings.redis_url is None:
        return None
    from redis import Redis

    # Short, for who brings a text waits for the bell; and longer than `rq_worker.LISTEN_SECONDS`.
    return Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=1)
