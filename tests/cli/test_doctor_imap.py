"""What the doctor says of the mailbox that mail is fetched from."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.cli.checkup import carriers
from gateway.config import Settings
from gateway.formats import Mailbox, mailbox

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def found(imap: Mailbox) -> tuple[str, str]:
    [one] = [finding for finding in carriers(Settings(imap=imap), NOW) if finding.check == "imap"]
    return one.state, one.words


def test_a_mailbox_that_lets_us_in_is_well(imap_url: str) -> None:
    state, words = found(mailbox(imap_url))
    assert state == "ok"
    assert "0 mails to take" in words


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "wrong"}, "refuses the login"),
        ({"folder": "Nowhere"}, "check host and folder"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_mend(
    imap_url: str, change: dict[str, str], said: str
) -> None:
    state, words = found(replace(mailbox(imap_url), **change))  # type: ignore[arg-type]  # by name
    assert state == "mend"
    assert said in words
    assert "GATEWAY_IMAP_URL" in words


def test_a_host_that_does_not_answer_is_named() -> None:
    state, words = found(Mailbox("127.0.0.1", 1, "ann", "secret", security="none"))
    assert state == "mend"
    assert "does not answer" in words
    assert "secret" not in words
