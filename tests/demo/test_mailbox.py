"""The mail provider of the demo: keeps mail, tells its listeners, fails on demand, takes orders."""

import json
import re
import signal
import smtplib
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from gateway.demo import mailbox_http, mailbox_programs
from gateway.demo.mailbox import KeptMail, Mailbox, Wire

ANA = "ana@home.example"
MIA = "mia@home.example"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A provider whose people write to each other: its wire leads to itself."""
    mailbox = Mailbox()
    mailbox.start()
    mailbox.wire = Wire(*mailbox.address)
    yield mailbox
    mailbox.stop()


def test_mail_is_kept_by_address(mailbox: Mailbox) -> None:
    mailbox.write(ANA, MIA, "Été", "à demain", name="Ana")
    mailbox.write(MIA, ANA, "Re", "oui")
    [mail] = mailbox.mails(MIA.upper())
    assert (mail.subject, mail.text, mail.html, mail.sender) == ("Été", "à demain\n", "", ANA)
    assert mail.message["From"] == f"Ana <{ANA}>"
    assert len(mailbox.mails()) == 2
    assert mailbox.mail(1) == mail
    assert mailbox.mail(3) is None


def test_listeners_hear_of_each_mail_until_they_stop(mailbox: Mailbox) -> None:
    heard: list[KeptMail] = []
    stop = mailbox.listen(heard.append)
    mailbox.write(ANA, MIA, "one", "1")
    stop()
    mailbox.write(ANA, MIA, "two", "2")
    assert [mail.subject for mail in heard] == ["one"]


def test_waiting_ends_with_the_mail_or_the_time(mailbox: Mailbox) -> None:
    mailbox.write(ANA, MIA, "one", "1")
    assert len(mailbox.wait(MIA)) == 1
    with pytest.raises(TimeoutError, match="1 of 2"):
        mailbox.wait(MIA, 2, timeout=0.01)


def test_faults_come_as_often_as_asked(mailbox: Mailbox) -> None:
    mailbox.fail(MIA, "450 later", times=2)
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            mailbox.write(ANA, MIA, "s", "t")
    mailbox.fail(MIA, "554 no", at="data")
    with pytest.raises(smtplib.SMTPDataError):
        mailbox.write(ANA, MIA, "s", "t")
    mailbox.fail(MIA, "", at="data")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        mailbox.write(ANA, MIA, "s", "t")
    mailbox.write(ANA, MIA, "s", "t")
    assert len(mailbox.mails(MIA)) == 1


@pytest.mark.parametrize("program", mailbox_programs.PROGRAMS)
@pytest.mark.parametrize(("language", "wrote"), [("fr", "a écrit"), ("en", "wrote")])
def test_an_answer_goes_back_with_the_quote(
    program: str, language: str, wrote: str, mailbox: Mailbox
) -> None:
    first = mailbox.write(ANA, MIA, "Quai 3", "la relève\npasse à 6 h", name="Ana")
    [mail] = mailbox.mails(MIA)
    mailbox.reply(mail, "d'accord", program=program, language=language, name="Mia")
    [answer] = mailbox.mails(ANA)
    assert answer.subject == "Re: Quai 3"
    assert answer.message["In-Reply-To"] == answer.message["References"] == first
    assert "d'accord" in answer.text
    assert wrote in answer.text
    assert "> la relève\n> passe à 6 h" in answer.text
    assert bool(answer.html) == (program == "gmail")


def test_gmail_answers_above_and_thunderbird_below(mailbox: Mailbox) -> None:
    mailbox.write(ANA, MIA, "Quai 3", "la relève")
    [mail] = mailbox.mails(MIA)
    for program in ("gmail", "thunderbird"):
        mailbox.reply(mail, "d'accord", program=program)
    gmail, thunderbird = (answer.text for answer in mailbox.mails(ANA))
    assert gmail.index("d'accord") < gmail.index("> la relève")
    assert thunderbird.index("d'accord") > thunderbird.index("> la relève")


def test_gmail_quotes_the_html_without_its_page(mailbox: Mailbox) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = ANA, MIA, "Quai 3"
    letter["Date"] = "Fri, 20 Nov 2026 12:00:00 +0000"
    letter["Message-ID"] = "<1@home.example>"
    letter["Reply-To"] = "other@home.example"
    letter.set_content("plain")
    letter.add_alternative(
        "<html><head><title>t</title></head><body><p>rich</p></body></html>", "html"
    )
    mailbox.post(letter, ANA, [MIA])
    mailbox.reply(mailbox.mails(MIA)[0], "ok <b>")
    [answer] = mailbox.mails("other@home.example")
    assert '<blockquote class="gmail_quote"' in answer.html
    assert "<p>rich</p></blockquote>" in answer.html
    assert "<title>" not in answer.html
    assert "ok &lt;b&gt;" in answer.html


def test_without_a_wire_nothing_is_written() -> None:
    with pytest.raises(RuntimeError, match="where to send"):
        Mailbox().write(ANA, MIA, "s", "t")
    with pytest.raises(RuntimeError, match="not started"):
        _ = Mailbox().address


@pytest.mark.parametrize(
    ("url", "wire"),
    [
        ("", None),
        ("lmtp://127.0.0.1:8024", Wire("127.0.0.1", 8024, lmtp=True)),
        ("smtp://mx.example", Wire("mx.example", 25)),
    ],
)
def test_a_wire_is_a_url(url: str, wire: Wire | None) -> None:
    assert mailbox_http.wire_of(url) == wire


def test_another_url_is_no_wire() -> None:
    with pytest.raises(ValueError, match="lmtp"):
        mailbox_http.wire_of("http://mx.example")


class TestHttp:
    @pytest.fixture
    def browser(self, mailbox: Mailbox) -> Any:
        return mailbox_http.app(mailbox).test_client()

    def test_writes_lists_and_answers(self, browser: Any) -> None:
        letter = {"from": ANA, "to": MIA, "subject": "Quai 3", "text": "la relève", "name": "Ana"}
        written = browser.post("/write", json=letter).json
        [mail] = browser.get("/mails", query_string={"to": MIA}).json
        assert (mail["subject"], mail["text"]) == ("Quai 3", "la relève\n")
        assert mail["message_id"] == written["message_id"]
        browser.post("/reply", json={"id": mail["id"], "text": "ok", "program": "thunderbird"})
        [answer] = browser.get("/mails", query_string={"to": ANA}).json
        assert answer["from"] == MIA
        assert "Thunderbird" in answer["raw"]

    def test_fails_on_demand_and_says_what_the_server_said(self, browser: Any) -> None:
        browser.post("/fail", json={"to": MIA, "reply": "550 5.1.1 unknown"})
        letter = {"from": ANA, "to": MIA, "subject": "s", "text": "t"}
        refused = browser.post("/write", json=letter)
        assert (refused.status_code, "5.1.1" in refused.json["said"]) == (502, True)

    @pytest.mark.parametrize(
        ("path", "asked", "status"),
        [
            ("/write", {"from": ANA}, 400),
            ("/write", None, 400),
            ("/reply", {"id": 9, "text": "x"}, 404),
        ],
    )
    def test_says_what_is_wrong(self, path: str, asked: Any, status: int, browser: Any) -> None:
        assert browser.post(path, json=asked).status_code == status


def test_it_is_a_process_too() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "gateway.demo.mailbox"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            ready = re.fullmatch(r"ready smtp=(\d+) http=(\d+)\n", process.stdout.readline())
            assert ready is not None
            with smtplib.SMTP("127.0.0.1", int(ready[1])) as sender:
                sender.sendmail(ANA, [MIA], b"Subject: from outside\r\n\r\nhello\r\n")
            url = f"http://127.0.0.1:{ready[2]}/mails?to={MIA}"
            with urllib.request.urlopen(url, timeout=5) as answer:
                assert [mail["subject"] for mail in json.load(answer)] == ["from outside"]
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
