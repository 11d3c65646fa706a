"""Mail from machines is told from mail from people."""

import pytest

from gateway.channels.email import mime
from gateway.channels.email.automatic import automatic_reason
from tests.channels.email.support import DOMAIN, PAUL, mail


def reason(raw: bytes, envelope_sender: str = PAUL) -> str:
    return automatic_reason(mime.read(raw), envelope_sender, DOMAIN)


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"auto_submitted": "auto-replied"}, "auto-submitted"),
        ({"auto_submitted": "auto-generated; owner-email=x@y"}, "auto-submitted"),
        ({"auto_submitted": "Auto-Replied (vacation)"}, "auto-submitted"),
        ({"precedence": "Bulk"}, "precedence"),
        ({"precedence": "auto_reply"}, "precedence"),
        ({"list_id": "News <news.firm.example>"}, "list"),
        ({"list_unsubscribe": "<https://firm.example/x>"}, "list"),
        ({"x_autoreply": "yes"}, "autoreply"),
        ({"x_autorespond": "Away"}, "autoreply"),
        ({"return_path": "<>"}, "null-sender"),
        ({"content_type": "multipart/report; report-type=delivery-status"}, "report"),
        ({"x_gateway_loop": DOMAIN}, "loop"),
    ],
)
def test_machines_say_that_they_are(headers: dict[str, str], why: str) -> None:
    assert reason(mail(**headers)) == why


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@mx.example",
        "postmaster@mx.example",
        "no-reply@shop.example",
        "noreply@shop.example",
        "owner-list@x.example",
        "list-request@x.example",
        "bounces+77@x.example",
    ],
)
def test_some_senders_are_machines(sender: str) -> None:
    assert reason(mail(sender=f"Someone <{sender}>")) == "machine"


def test_the_null_sender_is_a_machine() -> None:
    assert reason(mail(), "<>") == "null-sender"


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: [Quai 3] Shift moved",
        "Réponse automatique : [Quai 3] Shift moved",
        "Absence du bureau",
        "Re: Absence : congés",
        "Out of Office: back on Monday",
        "I am out of the office",
        "Message d'absence",
        "Abwesenheitsnotiz: Schicht",
        "Automatische Antwort: Schicht",
        "Respuesta automática: turno",
        "Resposta automática: turno",
        "Risposta automatica: turno",
        "Automatisch antwoord: dienst",
        "Automatyczna odpowiedź: zmiana",
        "Autosvar: skift",
        "Auto: Re: shift",
        "=?utf-8?Q?R=C3=A9ponse_automatique_:_x?=",
    ],
)
def test_vacations_are_known_by_their_subject(subject: str) -> None:
    assert reason(mail(subject=subject)) == "subject"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"auto_submitted": "no"},
        {"auto_submitted": ""},
        {"x_auto_response_suppress": "All"},
        {"precedence": "normal"},
        {"x_autoreply": "no"},
        {"x_gateway_loop": "other.example"},
        {"subject": "Automatic doors at dock 2 are broken"},
        {"subject": "Absence de Marc demain, qui remplace ?"},
        {"subject": "Out of office supplies"},
        {"subject": "Auto en panne"},
        {"subject": "Re: [Quai 3] Shift moved"},
        {"sender": "Paul Reply <paul.noreply@home.example>"},
        {"return_path": "<paul@home.example>"},
    ],
)
def test_people_are_people(headers: dict[str, str]) -> None:
    assert reason(mail(**headers)) == ""


def test_a_mail_that_travels_in_circles_is_stopped() -> None:
    hops = b"Received: from a by b\r\n" * 41
    assert reason(hops + mail()) == "hops"
    assert reason(b"Received: from a by b\r\n" * 12 + mail()) == ""
