"""A flood through the carrier's own door: signed, accepted, put in line, run, and never abroad."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from twilio.request_validator import (  # type: ignore[import-untyped]  # it has no types
    RequestValidator,
)

from gateway.config import Settings
from gateway.core.migrations import upgrade
from gateway.core.models import Inbox, Outbox, Post
from gateway.core.people import Person
from gateway.wiring import Installation, install
from tests.support.clock import Clock

SID, TOKEN, NUMBER, URL = "AC" + "1" * 32, "secret-token", "+33756796123", "https://sms.example"
NADIA = "+33639980001"


@pytest.fixture
def installation(tmp_path: Path, clock: Clock) -> Iterator[Installation]:
    settings = Settings.load(
        {
            "GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'gateway.db'}",
            "GATEWAY_SECRET": "a secret of the tests, long enough",
            "GATEWAY_PUBLIC_URL": URL,
            "GATEWAY_TWILIO_ACCOUNT_SID": SID,
            "GATEWAY_TWILIO_AUTH_TOKEN": TOKEN,
            "GATEWAY_TWILIO_SENDER": NUMBER,
        },
        tmp_path / "none.env",
    )
    made = install(settings, clock)
    upgrade(made.gateway.parts.database)
    made.gateway.office.add_group("quai3", "Quai 3")
    nadia = Person("Nadia", phone=NADIA, groups=("quai3",))
    made.gateway.office.import_members([nadia], consented=True)
    yield made
    made.close()


def text(web: FlaskClient, sender: str, body: str, number: int) -> int:
    form = {"MessageSid": f"SM{number:032x}", "AccountSid": SID, "From": sender, "To": NUMBER}
    form |= {"Body": body, "NumMedia": "0"}
    signature = RequestValidator(TOKEN).compute_signature(f"{URL}/sms/inbound", form)
    return web.post(
        "/sms/inbound", data=form, headers={"X-Twilio-Signature": signature}
    ).status_code


def test_a_flood_is_taken_put_in_line_and_run_in_its_order(
    installation: Installation, clock: Clock
) -> None:
    web = installation.app().test_client()
    codes = {text(web, NADIA, f"P quai3 palette {n:02}", n) for n in range(26)}
    assert codes == {200}
    assert text(web, NADIA, "P quai3 palette 25", 25) == 200  # the carrier brings it again
    database = installation.gateway.parts.database
    with database.read() as session:
        states = list(session.scalars(select(Inbox.state).order_by(Inbox.id)))
    assert states == ["done"] * 20 + ["waiting"] * 6
    clock.advance(minutes=1)
    assert installation.gateway.intake.run_waiting() == 6
    with database.read() as session:
        posts = list(session.scalars(select(Post.body).order_by(Post.id)))
        answers = list(session.scalars(select(Outbox.recipient)))
    assert posts == [f"palette {n:02}" for n in range(26)]
    assert answers == [NADIA] * 27  # one each, and that it takes a while


@pytest.mark.parametrize("sender", ["+32470123456", "+33899123456", "+19005550100"])
def test_no_sender_makes_us_write_abroad_or_to_a_premium_number(
    installation: Installation, sender: str
) -> None:
    web = installation.app().test_client()
    code = installation.gateway.office.invite(1)
    assert text(web, sender, "bonjour", 1) == 200
    assert text(web, sender, f"ACTIVER {code}", 2) == 200
    with installation.gateway.parts.database.read() as session:
        assert list(session.scalars(select(Inbox.state))) == ["refused", "refused"]
        assert list(session.scalars(select(Outbox.id))) == []
