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
        "Otomatik Yanıt: vardiya",
        "Ofis dışında",
        "Răspuns automat: tura",
        "رد تلقائي: المناوبة",
        "Automatiskt svar: skift",
        "Frånvaro",
        "Fraværsmelding: skift",
        "Automaattinen vastaus: vuoro",
        "Nieobecność w biurze",
        "Automatikus válasz: műszak",
        "Автоматический ответ: смена",
        "Αυτόματη απάντηση: βάρδια",
        "自動応答：シフト",
        "自动回复: 班次",
        "[Auto-Reply]",
        "Vacation reply",
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
        {"subject": "Absence de Paul demain"},
        {"subject": "Nieobecność Pawła jutro"},
        {"subject": "Ausência do João"},
        {"subject": "Vacation planning for July"},
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


AWAY = [
    "Hello, I am out of the office until Monday.",
    "Bonjour, je suis actuellement absent jusqu'au 5 mai.",
    "Ich bin bis 3. Mai nicht im Büro.",
    "Estoy fuera de la oficina.",
    "Estou de férias até segunda.",
    "Sono in ferie fino al 10.",
    "Ik ben momenteel afwezig.",
    "Jestem poza biurem do piątku.",
    "Ofis dışındayım.",
    "Sunt în concediu.",
    "Jag är på semester.",
    "Jeg er på ferie.",
    "أنا خارج المكتب",
]


@pytest.mark.parametrize("text", AWAY)
def test_a_short_notice_counts_beside_a_machines_header(text: str) -> None:
    hint = {"x_auto_response_suppress": "All"}
    assert reason(mail(text, subject="Re: [Quai 3] Shift moved", **hint)) == "notice"
    assert reason(mail(text, **hint)) == "notice"
    # A person says the same, and is heard: no header, a subject of their own, or more to say.
    assert reason(mail(text)) == ""
    assert reason(mail(text, subject="Planning de mai", **hint)) == ""
    assert reason(mail(f"{text} {'Qui peut me remplacer ? ' * 30}", **hint)) == ""


def test_our_own_list_coming_back_is_a_loop() -> None:
    assert reason(mail(list_id=f"Quai 3 <quai3.{DOMAIN}>")) == "loop"
    assert reason(mail(list_id="Other <quai3.other.example>")) == "list"
