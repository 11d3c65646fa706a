"""Writes mail as people's mail programs do: a new mail, and answers with the quote around them.

Gmail answers above the quote, in plain and HTML; Thunderbird below it, in flowed plain text. Both
in French and English.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr, parsedate_to_datetime
from html import escape
from types import MappingProxyType

_DAYS = MappingProxyType(
    {
        "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
        "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    }
)
_FRENCH_MONTHS = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."
_ENGLISH_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_MONTHS = MappingProxyType({"fr": _FRENCH_MONTHS.split(" "), "en": _ENGLISH_MONTHS.split(" ")})
_QUOTE_STYLE = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"


_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, when, under which Message-ID, and in which language their program speaks."""

    address: str
    name: str
    now: datetime
    message_id: str
    language: str = "fr"


def new(writer: Writer, to: str, subject: str, text: str) -> EmailMessage:
    """A new mail."""
    letter = _letter(writer, to, subject)
    letter.set_content(text)
    return letter


def gmail(writer: Writer, answered: EmailMessage, text: str) -> EmailMessage:
    """An answer as Gmail writes it."""
    letter = _answer(writer, answered)
    introduction = _gmail_introduction(writer, answered)
    letter.set_content(f"{text}\n\n{_wrapped(introduction)}\n\n{_quoted(_text(answered))}\n")
    paragraphs = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))
    letter.add_alternative(
        f'<div dir="ltr">{paragraphs}</div><br>'
        '<div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{escape(introduction)}<br></div>'
        f'<blockquote class="gmail_quote" style="{_QUOTE_STYLE}">{_html(answered)}</blockquote>'
        "</div>\n",
        subtype="html",
    )
    return letter


def thunderbird(writer: Writer, answered: EmailMessage, text: str) -> EmailMessage:
    """An answer as Thunderbird writes it: below the quote."""
    letter = _answer(writer, answered)
    name = parseaddr(str(answered["From"]))[0] or parseaddr(str(answered["From"]))[1]
    sent = parsedate_to_datetime(str(answered["Date"]))
    introduction = (
        f"Le {sent:%d/%m/%Y à %H:%M}, {name} a écrit :"
        if writer.language == "fr"
        else f"On {sent:%d/%m/%Y %H:%M}, {name} wrote:"
    )
    letter.set_content(f"{introduction}\n{_quoted(_text(answered))}\n\n{text}\n")
    letter.set_param("format", "flowed")
    letter["User-Agent"] = "Mozilla Thunderbird"
    return letter


Program = Callable[[Writer, EmailMessage, str], EmailMessage]
PROGRAMS: Mapping[str, Program] = MappingProxyType({"gmail": gmail, "thunderbird": thunderbird})


def answered_to(answered: EmailMessage) -> str:
    """Where an answer to this mail goes: its Reply-To, else its From."""
    return parseaddr(str(answered["Reply-To"] or answered["From"]))[1]


def _letter(writer: Writer, to: str, subject: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address(writer.name, addr_spec=writer.address)
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = format_datetime(writer.now)
    letter["Message-ID"] = writer.message_id
    return letter


def _answer(writer: Writer, answered: EmailMessage) -> EmailMessage:
    subject = str(answered["Subject"] or "")
    if not subject.lower().startswith("re:"):
        subject = f"Re: {subject}"
    letter = _letter(writer, answered_to(answered), subject)
    parent = str(answered["Message-ID"])
    letter["In-Reply-To"] = parent
    letter["References"] = f"{answered['References'] or ''} {parent}".strip()
    return letter


def _gmail_introduction(writer: Writer, answered: EmailMessage) -> str:
    sent = parsedate_to_datetime(str(answered["Date"]))
    name, address = parseaddr(str(answered["From"]))
    day = _DAYS[writer.language][sent.weekday()]
    month = _MONTHS[writer.language][sent.month - 1]
    if writer.language == "fr":
        when = f"Le {day} {sent.day} {month} {sent.year} à {sent:%H:%M}"
        return f"{when}, {name} <{address}> a écrit :"
    return f"On {day}, {month} {sent.day}, {sent.year} at {sent:%I:%M %p} {name} <{address}> wrote:"


def _wrapped(line: str) -> str:
    """Gmail breaks its introduction before the last word that would pass column 78."""
    if len(line) <= 78:
        return line
    head, _, tail = line[:78].rpartition(" ")
    return f"{head}\n{tail}{line[78:]}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.rstrip("\n").split("\n"))


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _html(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    if part is not None:
        html = str(part.get_content())
        body = _BODY.search(html)
        return body[1].strip() if body else html
    return "<br>\n".join(escape(line) for line in _text(message).split("\n"))
