"""The doctor looks at the certificate for mail coming in, and knocks as the proxy that it is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from gateway.channels.email.smtpd import MailServer
from gateway.cli.checkup import Finding, doors
from gateway.cli.secured import certificates
from gateway.config import Settings
from gateway.formats import Listen
from gateway.settings_error import SettingsError
from gateway.wiring import install
from tests.channels.email.support import DOMAIN, PROVED, TOKENS, Directory, Inbox
from tests.support.certificates import Pair, made

HERE = (ip_network("127.0.0.0/8"),)


def found(pair: Pair, key: Path | None) -> Finding:
    settings = Settings(
        mail_domain=DOMAIN, mail_certificate=pair.certificate, mail_certificate_key=key
    )
    [finding] = certificates(settings, datetime.now(UTC))
    return finding


@pytest.mark.parametrize(
    ("days", "state", "words"),
    [(60, "ok", "as mx.example"), (5, "warn", "renew it"), (-1, "mend", "expired")],
)
def test_it_says_until_when(days: int, state: str, words: str, tmp_path: Path) -> None:
    pair = made(tmp_path, "mx.example", days)
    finding = found(pair, pair.key)
    assert finding.state == state
    assert words in finding.words


def test_a_key_of_another_is_to_be_mended(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    finding = found(one, other.key)
    assert (finding.state, "GATEWAY_MAIL_KEY" in finding.words) == ("mend", True)


def test_without_one_nothing_is_said() -> None:
    assert list(certificates(Settings(mail_domain=DOMAIN), datetime.now(UTC))) == []


def test_a_wrong_one_is_told_before_anything_listens(tmp_path: Path) -> None:
    one = made(tmp_path)
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/gateway.db",
        secret="a secret of the tests",
        mail_domain=DOMAIN,
        mail_certificate=one.certificate,
    )
    installation = install(settings)
    try:
        with pytest.raises(SettingsError, match="GATEWAY_MAIL_CERT"):
            installation.mail_server()
    finally:
        installation.close()


def test_settings_say_which_files_and_who_are_proxies(tmp_path: Path) -> None:
    one = made(tmp_path)
    read = {
        "GATEWAY_MAIL_CERT": str(one.certificate),
        "GATEWAY_MAIL_KEY": str(one.key),
        "GATEWAY_MAIL_PROXIES": "127.0.0.0/8",
    }
    settings = Settings.load(read, None)
    assert (settings.mail_certificate, settings.mail_certificate_key) == (one.certificate, one.key)
    assert settings.mail_proxies == HERE
    with pytest.raises(SettingsError, match="MAIL_CERT: not set"):
        Settings.load({"GATEWAY_MAIL_KEY": str(one.key)}, None)
    with pytest.raises(SettingsError, match="MAIL_CERT: no file"):
        Settings.load({"GATEWAY_MAIL_CERT": str(tmp_path / "nowhere")}, None)


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer(
        Inbox(), Directory(), TOKENS, DOMAIN, PROVED, lmtp=("127.0.0.1", 0), proxies=HERE
    )
    server.start()
    yield server
    server.stop()


def test_our_own_server_is_known_behind_the_header_too(server: MailServer) -> None:
    assert server.lmtp_address is not None
    settings = Settings(
        mail_domain=DOMAIN,
        lmtp=Listen(*server.lmtp_address),
        mail_proxies=HERE,
        http=Listen("127.0.0.1", 1),
    )
    said = {one.check: one.words for one in doors(settings)}
    assert "the gateway listens" in said["lmtp"]
