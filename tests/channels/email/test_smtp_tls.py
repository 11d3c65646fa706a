"""Mail out over TLS, with a password: never in the clear, and never to a stranger."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from gateway.channels.email.render import Letters
from gateway.channels.email.smarthost import Security, Smarthost
from gateway.channels.email.smtp import SmtpMail
from gateway.core.envelope import Failure, Receipt
from gateway.core.errors import ChannelShut, TemporaryFailure
from tests.channels.email.support import DOMAIN, TOKENS, answer, clock, outbound
from tests.support.certificates import made

LETTERS = Letters(DOMAIN, "https://gateway.example", TOKENS, clock)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its certificate for `localhost`, in one file."""
    return made(tmp_path_factory.mktemp("tls")).both


class Provider:
    """Takes mail of those who know the password."""

    def __init__(self) -> None:
        self.taken = 0
        self.logins: list[bytes] = []

    def __call__(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth: object
    ) -> AuthResult:
        assert isinstance(auth, LoginPassword)
        self.logins.append(auth.login)
        return AuthResult(success=auth.password == b"s3cret", handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        self.taken += 1
        return "250 taken"


@contextmanager
def serving(provider: Provider, security: Security, pem: Path) -> Iterator[int]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tls = security == "smtps"
    controller = Controller(
        provider,
        "127.0.0.1",
        port,
        ssl_context=context if tls else None,
        tls_context=None if tls else context,
        authenticator=provider,
        auth_required=True,
        auth_require_tls=not tls,
        server_hostname="localhost",
    )
    controller.start()
    yield port
    controller.stop()


def outcome(port: int, security: Security, password: str, trusted: Path | None) -> object:
    context = ssl.create_default_context(cafile=trusted)
    smarthost = Smarthost("localhost", port, "gateway", password, security)
    channel = SmtpMail(smarthost, LETTERS, TOKENS, timeout=5, tls=context)
    [result] = channel.send([outbound(answer())])
    channel.close()
    return result


@pytest.mark.parametrize("security", ["smtps", "smtp+starttls"])
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
class TestTls:
    def test_a_mail_goes_with_the_password(self, security: Security, certificate: Path) -> None:
        provider = Provider()
        with serving(provider, security, certificate) as port:
            assert isinstance(outcome(port, security, "s3cret", certificate), Receipt)
        assert (provider.taken, provider.logins) == (1, [b"gateway"])

    def test_a_wrong_password_keeps_the_mail(self, security: Security, certificate: Path) -> None:
        provider = Provider()
        with serving(provider, security, certificate) as port:
            failed = outcome(port, security, "guess", certificate)
        assert isinstance(failed, Failure)
        assert type(failed.error) is ChannelShut  # until the operator has mended it
        assert provider.taken == 0

    def test_a_stranger_never_hears_the_password(
        self, security: Security, certificate: Path
    ) -> None:
        provider = Provider()
        with serving(provider, security, certificate) as port:
            failed = outcome(port, security, "s3cret", None)
        assert isinstance(failed, Failure)
        assert type(failed.error) is TemporaryFailure
        assert provider.logins == []


def test_without_tls_there_is_no_login(certificate: Path) -> None:
    provider = Provider()
    with serving(provider, "smtp+starttls", certificate) as port:
        failed = outcome(port, "smtp", "s3cret", certificate)
    assert isinstance(failed, Failure)
    assert type(failed.error) is TemporaryFailure
    assert provider.logins == []
