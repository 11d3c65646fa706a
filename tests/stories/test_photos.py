"""A photo of a phone, from an MMS to the screen of somebody who only has a mailbox."""

import http.client
import io
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from sqlalchemy import update

from gateway import processes
from gateway.config import Settings
from gateway.core.models import Subscription
from gateway.core.people import Person
from gateway.demo.mailbox import Mailbox
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.wiring import Installation, install
from tests.support.processes import free_port, wait_until

ANA, PAUL = "+33639980001", "paul@bureau.example"
GPS = 0x8825


class House:
    """An installation in threads of this process, with a carrier and a mailbox around it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.carrier = stack.enter_context(
            FakeTwilio(webhook=f"{self.url}/sms/inbound#rc=5&rp=all")
        )
        self.mailbox = Mailbox()
        self.mailbox.start()
        stack.callback(self.mailbox.stop)
        environment = {
            "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
            "GATEWAY_SECRET": "a secret of the tests, long enough",
            "GATEWAY_HTTP": self.url.removeprefix("http://"),
            "GATEWAY_LMTP": "none",
            "GATEWAY_SMTP_URL": "smtp://{}:{}".format(*self.mailbox.address),
            "GATEWAY_MAIL_DOMAIN": "depot.example",
            "GATEWAY_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "GATEWAY_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "GATEWAY_TWILIO_SENDER": NUMBER,
            "GATEWAY_TWILIO_API_URL": self.carrier.url,
        }
        self.installation: Installation = install(Settings.load(environment, None))
        stack.callback(self.installation.close)
        processes.prepare(self.installation)
        office = self.installation.gateway.office
        office.add_group("quai3", "Quai 3")
        people = [
            Person("Ana", phone=ANA, groups=("quai3",), role="animator"),
            Person("Paul", email=PAUL, groups=("quai3",), language="en"),
        ]
        office.import_members(people, consented=True)
        processes.start_all(self.installation, stack, lambda _: None)

    def texts(
        self, words: str, *, media: tuple[str, ...] = (), files: tuple[bytes, ...] = ()
    ) -> str:
        """What Ana is told after sending this."""
        before = len(self.carrier.to(ANA))
        self.carrier.phone_sends(ANA, words, media=media, files=files)
        return self.carrier.wait_for(ANA, skip=before).body

    def looks_at(self, link: str) -> tuple[int, bytes]:
        parts = urlsplit(link)
        connection = http.client.HTTPConnection(parts.netloc, timeout=5)
        try:
            connection.request("GET", parts.path, headers={"Accept-Language": "en"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(processes, "TICK_SECONDS", 0.05)
    with ExitStack() as stack:
        yield House(tmp_path, stack)


def photo() -> bytes:
    """As a phone takes it: it tells where."""
    exif = Image.Exif()
    exif.get_ifd(GPS)[1] = "N"
    into = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(into, "JPEG", exif=exif, comment=b"the phone of Ana")
    return into.getvalue()


def test_a_photo_of_an_alert_is_seen_from_a_mailbox(house: House) -> None:
    asked = house.texts("URGENT quai3 fuite au quai", media=("image/jpeg",), files=(photo(),))
    assert "OUI" in asked
    assert house.carrier.shelf.asked == []
    house.texts("OUI")
    (mail,) = house.mailbox.wait(PAUL)
    plain, html = mail.text, mail.html
    assert "fuite au quai [photo]" in plain
    (link,) = re.findall(r"^Photo: (\S+)$", plain, re.MULTILINE)
    assert f'<a href="{link}"' in html
    assert "<img" not in html
    wait_until(lambda: house.looks_at(link)[0] == 200, 30, "the photo")
    shown = house.looks_at(link)[1]
    assert b"Exif" not in shown
    assert b"the phone of Ana" not in shown
    assert Image.open(io.BytesIO(shown)).size == (64, 48)
    assert len(house.carrier.shelf.asked) == 2
    assert house.carrier.shelf.told_too_much == []
    with house.installation.gateway.parts.database.write() as session:
        session.execute(update(Subscription).values(state="out"))
    assert house.looks_at(link)[0] == 404, "Paul has left"


def test_what_only_claims_to_be_a_photo_is_said_to_be_none(house: House) -> None:
    hostile = b"<html><script>alert(1)</script></html>"
    house.texts("URGENT quai3 regardez cette image", media=("image/jpeg",), files=(hostile,))
    house.texts("OUI")
    link = f"{house.url}/photo/{house.installation.tokens.photo(1, 2)}"
    wait_until(lambda: house.looks_at(link)[0] == 410, 30, "a word about the photo")
    assert b"script" not in house.looks_at(link)[1]
