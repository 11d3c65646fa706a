"""Mail programs that answer a digest of ours: above, below, or between its lines.

`between` is what is typed under which line of the digest, by the words that the line holds.
"""

import html
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP

from tests.channels.email.clients.layouts import CLIENTS
from tests.channels.email.clients.samples import message as built
from tests.channels.email.clients.setting import Setting
from tests.channels.email.digests.room import NADIA, Letter

INTRODUCED = {
    "fr": "Le mar. 3 mars 2026 à 19:00, Gateway <{a}> a écrit :",
    "en": "On Tue, Mar 3, 2026 at 7:00 PM Gateway <{a}> wrote:",
    "de": "Am Di., 3. März 2026 um 19:00 Uhr schrieb Gateway <{a}>:",
    "es": "El mar, 3 mar 2026 a las 19:00, Gateway (<{a}>) escribió:",
    "pt": "Em ter., 3 de mar. de 2026 às 19:00, Gateway <{a}> escreveu:",
    "pl": "wt., 3 mar 2026 o 19:00 Gateway <{a}> napisał(a):",
    "ar": "في الثلاثاء، 3 مارس 2026 في 7:00 م تمت كتابة ما يلي بواسطة Gateway <{a}>:",
}
LANGUAGES = tuple(INTRODUCED)
HEADED = {
    "fr": ("De", "Envoyé", "À", "Objet"),
    "en": ("From", "Sent", "To", "Subject"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "es": ("De", "Enviado", "Para", "Asunto"),
    "pt": ("De", "Enviado", "Para", "Assunto"),
    "pl": ("Od", "Wysłano", "Do", "Temat"),
    "ar": ("من", "تم الإرسال", "إلى", "الموضوع"),
}
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_BLOCK = re.compile(r"(</p>|</a></p>)")


@dataclass(frozen=True)
class Written:
    """What somebody does with a digest: words above, below, and between its lines."""

    above: str = ""
    below: str = ""
    between: Mapping[str, str] = field(default_factory=dict)
    language: str = "fr"
    kept: tuple[str, ...] = ()
    """The quote is cut down to the lines that hold one of these; all of it where there is none."""


def _mail(letter: Letter, name: str, plain: str, page: str, *, flowed: bool = False) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Nadia <{NADIA}>"
    mail["To"] = letter.to
    mail["Subject"] = f"Re: {letter.message['Subject']}"
    mail["Message-ID"] = name
    mail["In-Reply-To"] = str(letter.message["Message-ID"])
    mail["References"] = str(letter.message["Message-ID"])
    if plain:
        mail.set_content(plain)
        if flowed:
            mail.set_param("format", "flowed")
    if page and plain:
        mail.add_alternative(page, subtype="html")
    elif page:
        mail.set_content(page, subtype="html")
    return mail.as_bytes()


def _introduced(letter: Letter, written: Written) -> str:
    return INTRODUCED[written.language].replace("{a}", letter.to)


def _headed(letter: Letter, written: Written) -> list[str]:
    sender, sent, to, subject = HEADED[written.language]
    return [
        f"{sender}: Gateway <{letter.to}>",
        f"{sent}: 03/03/2026 19:00",
        f"{to}: Nadia <{NADIA}>",
        f"{subject}: {letter.message['Subject']}",
    ]


def _quoted(letter: Letter, written: Written, mark: str, *, footed: bool = True) -> str:
    """The plain digest with the answers typed under its lines."""
    text = letter.plain if footed else letter.plain.partition("\n-- \n")[0]
    rows = []
    for row in text.rstrip("\n").split("\n"):
        if written.kept and not any(word in row for word in written.kept):
            continue
        rows.append(f"{mark}{row}".rstrip())
        rows += [f"\n{said}\n" for word, said in written.between.items() if word in row]
    return "\n".join(rows)


def _page(letter: Letter, written: Written, opening: str, closing: str) -> str:
    """The HTML digest; where something is typed into the quote, it ends there and begins anew."""
    found = _BODY.search(letter.html)
    assert found is not None
    # Programs close what they open: only what is inside the page's own division is quoted.
    blocks = _BLOCK.split(found[1].strip().partition(">")[2].rpartition("</div>")[0])
    made = []
    for block in (one + two for one, two in zip(blocks[::2], [*blocks[1::2], ""], strict=True)):
        text = html.unescape(block)
        if written.kept and not any(word in text for word in written.kept):
            continue
        made.append(block)
        for word, said in written.between.items():
            if word in text and "<title" not in text:
                made.append(f"{closing}{_divs(said)}{opening}")
    return f"{opening}{''.join(made)}{closing}"


def _divs(text: str, tag: str = "div") -> str:
    return "".join(
        f"<{tag}>{html.escape(row, quote=False) or '<br>'}</{tag}>" for row in text.split("\n")
    )


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def gmail(letter: Letter, name: str, written: Written, *, alone: bool = False) -> bytes:
    introduced = _introduced(letter, written)
    plain = _joined(written.above, introduced, _quoted(letter, written, "> "), written.below)
    opening = (
        '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid">'
    )
    quote = _page(letter, written, opening, "</blockquote>")
    page = (
        f'<div dir="ltr">{_divs(written.above)}</div><br><div class="gmail_quote '
        f'gmail_quote_container"><div dir="ltr" class="gmail_attr">{html.escape(introduced)}<br>'
        f"</div>{quote}</div>{_divs(written.below) if written.below else ''}"
    )
    return _mail(letter, name, "" if alone else plain, page)


def gmail_page(letter: Letter, name: str, written: Written) -> bytes:
    """As some phones send it: no plain part at all."""
    return gmail(letter, name, written, alone=True)


def thunderbird(letter: Letter, name: str, written: Written) -> bytes:
    """Flowed plain text; it leaves the signature out of what it quotes."""
    quote = _quoted(letter, written, "> ", footed=False)
    plain = _joined(written.above, f"{_introduced(letter, written)}\n{quote}", written.below)
    return _mail(letter, name, plain, "", flowed=True)


def mutt(letter: Letter, name: str, written: Written) -> bytes:
    quote = _quoted(letter, written, "> ")
    plain = _joined(written.above, f"{_introduced(letter, written)}\n{quote}", written.below)
    return _mail(letter, name, plain, "")


def k9(letter: Letter, name: str, written: Written) -> bytes:
    quote = _quoted(letter, written, ">")
    return _mail(
        letter, name, _joined(_introduced(letter, written), quote, written.above, written.below), ""
    )


def outlook(letter: Letter, name: str, written: Written) -> bytes:
    """No mark at all before what is quoted."""
    block = "\n".join(_headed(letter, written))
    plain = _joined(written.above, f"{block}\n\n{_quoted(letter, written, '')}", written.below)
    return _mail(letter, name, plain, "")


def outlook_page(letter: Letter, name: str, written: Written) -> bytes:
    rows = "<br>".join(html.escape(row) for row in _headed(letter, written))
    quote = _page(letter, written, "<div>", "</div>")
    page = (
        f'<html><body><div class="WordSection1">{_divs(written.above, "p")}<div><div style="border:'
        f'none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">'
        f"{rows}</p></div></div>{quote}"
        f"{_divs(written.below, 'p') if written.below else ''}</div></body></html>"
    )
    return _mail(letter, name, "", page)


def apple(letter: Letter, name: str, written: Written) -> bytes:
    introduced = _introduced(letter, written)
    plain = _joined(written.above, f"> {introduced}\n>", _quoted(letter, written, "> "))
    quote = _page(letter, written, '<blockquote type="cite">', "</blockquote>")
    page = (
        f'<html><body dir="auto">{_divs(written.above)}<div dir="ltr"><br><blockquote type="cite">'
        f"{html.escape(introduced)}<br><br></blockquote></div>{quote}"
        f"{_divs(written.below) if written.below else ''}</body></html>"
    )
    return _mail(letter, name, "" if written.below else plain, page)


OWN = {
    program.__name__: program
    for program in (gmail, gmail_page, thunderbird, mutt, k9, outlook, outlook_page, apple)
}
"""Programs that are told where to put what."""


def layout(letter: Letter, name: str, written: Written, program: str) -> bytes:
    """One of the many imitated clients, which writes above its quote."""
    setting = Setting(
        written.language,
        written.above,
        name="Gateway",
        address=letter.to,
        day=3,
        quote=tuple(letter.plain.rstrip("\n").split("\n")),
        me="Nadia Ben",
        mine=NADIA,
        subject=str(letter.message["Subject"]),
    )
    raw = built(random.Random(name), setting, CLIENTS[program](setting), anonymous=False)
    return f"Message-ID: {name}\r\n".encode() + raw
