"""The doctor asks the name system for the key of our signatures, and says what to publish."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from gateway.cli.checkup import Finding, carriers
from gateway.config import Settings
from gateway.formats import Listen
from tests.support.dns import NameServer, name_server
from tests.support.keys import key

NAME = "s1._domainkey.gateway.example"


@pytest.fixture
def dns() -> Iterator[NameServer]:
    with name_server() as server:
        yield server


def found(dns: NameServer) -> Finding:
    settings = Settings(
        mail_domain="gateway.example",
        dkim_key=key().private.decode(),
        dkim_selector="s1",
        dns=Listen("127.0.0.1", dns.port),
    )
    now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    return next(one for one in carriers(settings, now) if one.check == "dkim")


def test_a_key_that_is_published_is_well(dns: NameServer) -> None:
    dns.texts[NAME] = key().record.replace("; ", ";")
    assert found(dns).state == "ok"


@pytest.mark.parametrize("published", [None, key(2).record, "v=DKIM1; p="])
def test_what_to_publish_is_told(published: str | None, dns: NameServer) -> None:
    if published:
        dns.texts[NAME] = published
    finding = found(dns)
    assert finding.state == "mend"
    assert NAME in finding.words
    assert key().record in finding.words


def test_a_name_server_in_trouble_is_no_reason_to_mend_anything(dns: NameServer) -> None:
    dns.broken = True
    assert found(dns).state == "warn"
