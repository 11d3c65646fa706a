"""The table that the phones and the mailbox lie on: who has what, and what is done with it.

Every act here ends on a real wire: a text at the made-up carrier, which signs it and calls our
webhook; a mail at our LMTP server. Nothing is handed to the gateway past them.
"""

import smtplib
from dataclasses import dataclass

from aiohttp import web

from gateway.channels.sms.segments import GSM_BASIC, GSM_EXTENSION
from gateway.core.people import Person
from gateway.demo import company
from gateway.demo.inboxes import Json, Phones, line, whole
from gateway.demo.mailbox import Mailbox
from gateway.demo.mailbox_programs import PROGRAMS
from gateway.demo.twilio import FakeTwilio

LONGEST_TEXT = 1600
LONGEST_MAIL = 20_000


@dataclass(frozen=True)
class Table:
    """What the page shows and does. Raises aiohttp's answers where it is asked for nonsense."""

    phones: Phones
    carrier: FakeTwilio
    mailbox: Mailbox

    def state(self) -> Json:
        """What does not change while the demo runs."""
        staff = company.employees()
        site, walks_up = company.KIOSK
        return {
            "company": company.NAME,
            "domain": company.DOMAIN,
            "people": [
                {
                    "badge": badge,
                    "name": employee.person.name,
                    "job": employee.job,
                    "site": employee.person.site,
                    "language": employee.person.language,
                    "number": employee.person.phone,
                    "mail": employee.person.email,
                    "pin": company.PINS.get(badge, ""),
                }
                for badge, employee in staff.items()
            ],
            "groups": [{"slug": s, "title": t, "kind": k} for s, t, k in company.GROUPS],
            "phones": company.PHONES,
            "mailbox": company.MAILBOX,
            "kiosk": {"site": site, "badge": walks_up, "pin": company.PINS[walks_up]},
            "gsm": {
                "basic": "".join(sorted(GSM_BASIC)),
                "extension": "".join(sorted(GSM_EXTENSION)),
            },
        }

    def texts(self, badge: str) -> list[Json]:
        return self.phones.texts(_with(badge, "phone"))

    def text(self, badge: str, body: str) -> Json:
        """Send a text from somebody's phone; whether the gateway thanked for it."""
        number = _with(badge, "phone")
        if not body.strip() or len(body) > LONGEST_TEXT:
            raise web.HTTPBadRequest(text="write something, and not a book")
        sid = self.carrier.phone_sends(number, body)
        return {"acknowledged": self.carrier.message(sid).acknowledged}

    def mails(self, badge: str) -> list[Json]:
        """A mailbox, the newest mail first."""
        return [line(mail) for mail in reversed(self.mailbox.mails(_with(badge, "email")))]

    def mail(self, number: int) -> Json:
        mail = self.mailbox.mail(number)
        if mail is None:
            raise web.HTTPNotFound
        return whole(mail)

    def answer(self, number: int, text: str, program: str) -> Json:
        """Answer a mail as a mail program does, with what it quotes."""
        mail = self.mailbox.mail(number)
        person = next((p for p in _people() if mail and p.email == mail.recipient), None)
        if mail is None or person is None or program not in PROGRAMS:
            raise web.HTTPNotFound
        _check_mail(text)
        try:
            self.mailbox.reply(
                mail, text, program=program, language=person.language, name=person.name
            )
        except smtplib.SMTPException as error:
            return _not_taken(error)
        return {"taken": True}

    def write(self, badge: str, to: str, subject: str, text: str) -> Json:
        """Write a new mail to the gateway: to a group, or to its help."""
        sender = _with(badge, "email")
        name, _, domain = to.strip().lower().rpartition("@")
        if domain != company.DOMAIN or not name or "\n" in f"{to.strip()}{subject}":
            raise web.HTTPBadRequest(text=f"write to somebody@{company.DOMAIN}")
        _check_mail(text)
        person = company.employees()[badge].person
        try:
            self.mailbox.write(sender, f"{name}@{domain}", subject, text, name=person.name)
        except smtplib.SMTPException as error:
            return _not_taken(error)
        return {"taken": True}

    def badge(self, badge: str) -> str:
        """A badge that there is."""
        if badge not in company.employees():
            raise web.HTTPNotFound
        return badge


def _people() -> list[Person]:
    return [employee.person for employee in company.employees().values()]


def _with(badge: str, what: str) -> str:
    """The address of the person with a badge."""
    employee = company.employees().get(badge)
    found: str = getattr(employee.person, what) if employee else ""
    if not found:
        raise web.HTTPNotFound
    return found


def _check_mail(text: str) -> None:
    if not text.strip() or len(text) > LONGEST_MAIL:
        raise web.HTTPBadRequest(text="write something, and not a book")


def _not_taken(error: smtplib.SMTPException) -> Json:
    return {"taken": False, "said": str(error)[:300]}
