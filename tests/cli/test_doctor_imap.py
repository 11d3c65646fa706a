"""The doctor says what this version does not do yet."""

from datetime import UTC, datetime

from gateway.cli.checkup import carriers
from gateway.config import Settings
from gateway.formats import Mailbox

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_a_mailbox_that_nobody_fetches_from_is_to_be_mended() -> None:
    settings = Settings(imap=Mailbox("mail.example.com", 993, "ann", "secret"))
    found = {finding.check: finding.state for finding in carriers(settings, NOW)}
    assert found["imap"] == "mend"
