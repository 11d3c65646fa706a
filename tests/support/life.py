"""The life of one person that leaves rows wherever somebody's can be: Nadia Durand's.

Whatever tells of her is looked for in every column of every table, so that nobody need think of it.
"""

import re
from datetime import UTC, datetime

from sqlalchemy import select

from gateway.core import kiosks, throttle
from gateway.core.database import Database
from gateway.core.desk import Asking
from gateway.core.envelope import SMS, DeliveryReport, Inbound, MediaRef
from gateway.core.models import Base, Outbox, Subscription
from gateway.core.numbers import number_of
from tests.support.town import Town

PHONE, MAIL, BADGE = "+33600000077", "nadia.d@maison.example", "B4711"
NAME = "Nadia Durand"
HERS = number_of(101)
"""Her first post's number."""

TRACES = re.compile(rf"Nadia|Durand|{re.escape(PHONE)}|600000077|nadia\.d|{BADGE}", re.IGNORECASE)
SECRET_WORDS = re.compile(r"mon mot à moi|mot a moi|moi \\u00e0|quittance", re.IGNORECASE)


def live(town: Town) -> None:
    """A life that leaves rows in every table that can hold somebody's."""
    town.person(
        NAME,
        phone=PHONE,
        email=MAIL,
        badge=BADGE,
        groups=("quai3",),
        site="Nord",
        role="animator",
    )
    nadia = town.id_of(NAME)
    town.sms("Ana", "P quai3 palette 12")  # 1007
    town.sms(NAME, "P quai3 bonjour tout le monde")
    town.sms("Leo", f"R{HERS} hello")
    town.sms(NAME, "1007 +")
    town.sms(NAME, "JOIN secu")  # asks Ana, by name
    town.sms(NAME, "mon mot à moi")  # a question that waits
    town.sms(NAME, "CODE")
    town.sms("Leo", "NEWS")  # Leo is told what Nadia wrote
    town.kiosk("Zoe", "NEUF")
    photo = Inbound(
        SMS,
        "SMphoto",
        PHONE,
        "P quai3 regardez",
        raw=b"From=%2B33600000077",
        media=(MediaRef("image/jpeg", "https://api.example/nadia.jpg"),),
    )
    town.gateway.intake.receive(photo)
    town.mail("Nadia", "la quittance", sender=MAIL, raw=b"From: nadia.d@maison.example\n\nx")
    town.mail("Paul", "de Nadia", sender=MAIL, held="unproved")  # somebody in her name
    _kiosk(town, nadia)
    with town.database.write() as session:
        throttle.attempt(session, kiosks.subject(BADGE), town.clock())
        session.get_one(Subscription, (nadia, 1)).delivery = "once"
    town.settle()
    with town.database.read() as session:
        row = session.scalars(select(Outbox).where(Outbox.member_id == nadia)).first()
    assert row is not None
    town.gateway.intake.report(DeliveryReport(row.channel, "delivered", outbound_id=row.id))
    town.sms("Ana", "P quai3 encore une palette")  # what Nadia is still owed


def _kiosk(town: Town, member_id: int) -> None:
    device = town.gateway.desk.device(town.gateway.office.add_kiosk("Nord"))
    assert device is not None
    code = town.gateway.office.invite(member_id)
    signed = town.gateway.desk.sign_in(device, badge="", pin="", code=code)
    session = town.gateway.desk.session(device, signed.token)
    assert session is not None
    town.gateway.desk.choose_pin(session, "582931")
    town.gateway.desk.run(device, session, Asking("k1", "NEUF", "fr"))


def traces(database: Database, pattern: re.Pattern[str] = TRACES) -> dict[str, list[str]]:
    """Where it is found: by table and column."""
    found: dict[str, list[str]] = {}
    with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for column, value in row.items():
                    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
                    if pattern.search(str(text)):
                        found.setdefault(f"{table.name}.{column}", []).append(str(text)[:200])
    return found


def row_of(number: int, member_id: int, now: datetime) -> dict[str, object]:
    return {
        "channel": SMS,
        "external_id": f"SMmany{number}",
        "sender": PHONE,
        "member_id": member_id,
        "text": f"Nadia {number}",
        "envelope": "{}",
        "raw": b"Nadia",
        "received_at": now.astimezone(UTC),
        "state": "done",
        "reason": "post",
        "result": "",
        "words": "",
        "cut": "",
    }
