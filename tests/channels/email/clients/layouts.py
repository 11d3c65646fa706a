"""Each client's reply: `CLIENTS[name](setting)`.

A client that localises its header takes it from the tables, in the language of the setting where
it has that language, else in English, as clients do.
"""

from collections.abc import Callable

from tests.channels.email.clients import attributions, labels, pages
from tests.channels.email.clients.setting import Sent, Setting, around, result, wrapped

Client = Callable[[Setting], Sent]


def _line(table: dict[str, str], m: Setting) -> str:
    return m.fill(table.get(m.language, table["en"]))


def _top(m: Setting, header: str, *, tail: str = "", quote: str = "") -> str:
    """Clients that quote without a mark are written above, whatever the person would like."""
    tail = tail and f"\n{tail}\n"
    body = "\n".join(m.quote)
    return f"{m.spoken()}\n{tail}\n{header}\n\n{quote or body}\n"


def top(m: Setting, plain: str, html: str = "", *, crlf: bool = False) -> Sent:
    return result(Setting(**{**m.__dict__, "place": "top"}), plain, html, crlf=crlf)


def header_block(
    m: Setting, *, style: str = "{}", sender: str = "", order: str = "fsto", dated: bool = False
) -> str:
    names = m.labels
    sent = labels.DATE.get(m.language, "Date:") if dated else names.sent
    rows = {
        "f": (names.sender, sender or f"{m.name} <{m.address}>"),
        "s": (sent, m.date),
        "t": (names.to, f"{m.me} <{m.mine}>"),
        "o": (names.subject, f"Re: {m.subject}"),
    }
    return "\n".join(f"{style.format(rows[key][0])} {rows[key][1]}" for key in order)


def gmail(m: Setting) -> Sent:
    header = _line(attributions.GMAIL, m)
    plain = around(m, wrapped(header))
    html = pages.gmail(m, header) if m.place == "top" else ""
    return result(m, plain, html)


def gmail_nbsp(m: Setting) -> Sent:
    """Since 2023 a narrow no-break space stands before AM and PM; French has one before a colon."""
    header = _line(attributions.GMAIL, m).replace(" AM", "\u202fAM").replace(" :", "\xa0:")
    return result(m, around(m, wrapped(header)))


def gmail_android(m: Setting) -> Sent:
    header = _line(attributions.GMAIL, m)
    return top(m, _top(m, header), pages.gmail(m, header, auto=True))


def apple(m: Setting) -> Sent:
    header = _line(attributions.APPLE, m)
    return result(m, around(m, header), pages.apple_desk(m, header) if m.place == "top" else "")


def apple_marked(m: Setting) -> Sent:
    """The attribution stands inside the quote."""
    header = "> " + _line(attributions.APPLE, m) + "\n>"
    return result(m, around(m, header, gap=""))


def iphone(m: Setting) -> Sent:
    header = _line(attributions.APPLE, m)
    plain = around(m, f"> {header}\n>", gap="", tail=m.phone)
    return result(m, plain, pages.apple(m, header) if m.place == "top" else "")


def iphone_unmarked(m: Setting) -> Sent:
    """Through Exchange the marks are lost."""
    return top(m, _top(m, _line(attributions.APPLE, m), tail=m.phone))


def thunderbird(m: Setting) -> Sent:
    header = _line(attributions.THUNDERBIRD, m)
    sent = result(
        m, around(m, header, gap=""), pages.cite(m, header) if m.place != "between" else ""
    )
    return Sent(sent.plain, sent.html, sent.said, sent.kept, flowed=True)


def yahoo(m: Setting) -> Sent:
    header = _line(attributions.YAHOO, m)
    plain = _top(m, f"    {header}  \n ")
    opening = '<div id="ydp1ab2cyahoo_quoted_0123456789" class="ydp1ab2cyahoo_quoted">'
    return top(m, plain, pages.named(m, header, opening, cited=False))


def outlook(m: Setting) -> Sent:
    return top(m, _top(m, header_block(m)), pages.outlook(m), crlf=True)


def outlook_2010(m: Setting) -> Sent:
    sender = f"{m.name} [mailto:{m.address}]"
    return top(m, _top(m, header_block(m, sender=sender)), crlf=True)


def outlook_original(m: Setting) -> Sent:
    rule = f"-----{labels.ORIGINAL.get(m.language, 'Original Message')}-----"
    return top(m, _top(m, f"{rule}\n{header_block(m)}"), crlf=True)


def outlook_bold(m: Setting) -> Sent:
    """HTML made plain by a list or a tracker: stars for bold, links beside addresses."""
    sender = f"{m.name} <{m.address}<mailto:{m.address}>>"
    return top(m, _top(m, header_block(m, style="*{}*", sender=sender)))


def outlook_marked(m: Setting) -> Sent:
    plain = _top(m, header_block(m), quote="\n".join("> " + row for row in m.quote))
    return top(m, plain)


def outlook_web(m: Setting) -> Sent:
    return top(m, _top(m, "_" * 32 + "\n" + header_block(m)), pages.outlook_web(m), crlf=True)


def outlook_mac(m: Setting) -> Sent:
    block = header_block(m, style="{}", dated=True)
    return top(m, _top(m, block), pages.outlook(m, "solid #B5C4DF 1.0pt"), crlf=True)


def outlook_phone(m: Setting) -> Sent:
    header = "_" * 32 + "\n" + header_block(m)
    plain = _top(m, header, tail=f"{m.app}<https://aka.ms/AAb9ysg>")
    return top(m, plain, pages.outlook_phone(m), crlf=True)


def windows_mail(m: Setting) -> Sent:
    return top(m, _top(m, header_block(m, order="fsto")), pages.bare_block(m), crlf=True)


def samsung(m: Setting) -> Sent:
    rule = f"-------- {labels.ORIGINAL.get(m.language, 'Original message')} --------"
    date = m.fill("{d}/02/2025  {t}  (GMT+01:00)")
    names = m.labels
    when = labels.DATE.get(m.language, "Date:")
    block = (
        f"{rule}\n{names.sender} {m.name} <{m.address}> \n{when} {date} \n{names.to} {m.mine} \n"
        f"{names.subject} Re: {m.subject} "
    )
    phone = m.phone.replace("iPhone", "Samsung Galaxy smartphone")
    return top(m, _top(m, block, tail=phone))


def aol(m: Setting) -> Sent:
    rule = f"-----{labels.ORIGINAL.get(m.language, 'Original Message')}-----"
    return top(m, _top(m, f"\n{rule}\n{header_block(m, order='ftso')}"))


def zimbra(m: Setting) -> Sent:
    rule = "----- Mail original -----" if m.language == "fr" else "----- Original Message -----"
    return top(m, _top(m, f"{rule}\n{header_block(m, order='ftso')}"))


def zimbra_marked(m: Setting) -> Sent:
    header = header_block(m)
    rows = [*header.split("\n"), "", *m.quote]
    plain = "\n".join(f"> {row}".rstrip() for row in rows)
    return top(m, f"{m.spoken()}\n\n{plain}\n")


def orange(m: Setting) -> Sent:
    rows = [
        m.fill("Message du {d}/02/25 {t}"),
        f'De : "{m.name}" <{m.address}>',
        f"A : {m.mine}",
        "Copie à : ",
        f"Objet : Re: {m.subject}",
        "",
        *m.quote,
    ]
    quote = "\n".join(f"> {row}".rstrip() for row in rows)
    return top(m, f"{m.spoken()}\n\n\n\n\n{quote}\n")


def gmx(m: Setting) -> Sent:
    names = m.labels
    rows = (
        (names.sent, m.fill("Montag, {d}. Februar 2025 um {t} Uhr")),
        (names.sender, f'"{m.name}" <{m.address}>'),
        (names.to, m.mine),
        (names.subject, f"Re: {m.subject}"),
    )
    return top(m, _top(m, " \n\n" + "\n".join(f"{label} {value}" for label, value in rows)))


def notes(m: Setting) -> Sent:
    verb = {
        "fr": "a écrit",
        "de": "schrieb",
        "es": "escribió",
        "it": "ha scritto",
        "pt": "escreveu",
    }
    who = f"{m.name}/Paris/ACME"
    rule = f"-----{who} {verb.get(m.language, 'wrote')}: -----"
    block = f"{rule}\nTo: {m.mine}\nFrom: {who}\nDate: {m.day}/02/2025 {m.time}\nSubject: Re: x"
    return top(m, _top(m, block))


def groupwise(m: Setting) -> Sent:
    return top(m, _top(m, m.fill(">>> {n} <{a}> {d}/02/2025 {t} >>>")))


def blackberry(m: Setting) -> Sent:
    block = m.fill("-----Original Message-----\nFrom: {n} <{a}>\nDate: Mon, {d} Feb 2025 {t}:33 \n")
    block += f"To: {m.me}<{m.mine}>\nReply-To: {m.address}\nSubject: Re: {m.subject}"
    return top(m, _top(m, block, tail="Sent from my BlackBerry® wireless device"))


def em_client(m: Setting) -> Sent:
    rule = f"------ {labels.ORIGINAL.get(m.language, 'Original Message')} ------"
    quote = "\n".join(f">{row}" for row in m.quote)
    return top(m, _top(m, f"{rule}\n{header_block(m, order='ftso')}", quote=quote))


def qq(m: Setting) -> Sent:
    block = m.fill(
        '------------------ 原始邮件 ------------------\n发件人: "{n}" <{a}>;\n'
        "发送时间: 2025年2月{d}日(星期一) 上午{t}\n"
    )
    block += f'收件人: "{m.me}"<{m.mine}>;\n主题: Re: {m.subject}'
    return top(m, _top(m, block))


def seznam(m: Setting) -> Sent:
    block = m.fill("---------- Původní e-mail ----------\nOd: {n} <{a}>\n")
    block += f"Komu: {m.mine}\nDatum: {m.day}. 2. 2025 {m.time}:33\nPředmět: Re: {m.subject}"
    return top(m, _top(m, block))


def gmail_below(m: Setting) -> Sent:
    header = _line(attributions.GMAIL, m)
    return result(
        Setting(**{**m.__dict__, "place": "bottom"}),
        around(Setting(**{**m.__dict__, "place": "bottom"}), wrapped(header)),
    )


def unmarked(m: Setting) -> Sent:
    """An attribution with no mark below and no empty line above."""
    header = _line(attributions.GMAIL, m)
    body = "\n".join(m.quote)
    return top(m, f"{m.spoken()}\n{header}\n{body}\n")


def bare_page(m: Setting) -> Sent:
    return top(m, "", pages.bare_line(m, _line(attributions.GMAIL, m)))


def bare_block_page(m: Setting) -> Sent:
    return top(m, "", pages.bare_block(m))


def worded(template: str, mark: str = "> ") -> Client:
    """A client that is no more than its attribution."""

    def client(m: Setting) -> Sent:
        return result(m, around(m, m.fill(template), mark=mark))

    return client


def worded_top(template: str) -> Client:
    def client(m: Setting) -> Sent:
        return top(m, _top(m, wrapped(m.fill(template), 70)))

    return client


CLIENTS: dict[str, Client] = {
    "gmail": gmail, "gmail-nbsp": gmail_nbsp, "gmail-android": gmail_android,
    "gmail-below": gmail_below, "apple": apple, "apple-marked": apple_marked, "iphone": iphone,
    "iphone-unmarked": iphone_unmarked, "thunderbird": thunderbird, "yahoo": yahoo,
    "outlook": outlook, "outlook-2010": outlook_2010, "outlook-original": outlook_original,
    "outlook-bold": outlook_bold, "outlook-marked": outlook_marked, "outlook-web": outlook_web,
    "outlook-mac": outlook_mac, "outlook-phone": outlook_phone, "windows-mail": windows_mail,
    "samsung": samsung, "aol": aol, "zimbra": zimbra, "zimbra-marked": zimbra_marked,
    "em-client": em_client, "unmarked": unmarked, "bare-page": bare_page,
    "bare-block-page": bare_block_page,
}  # fmt: skip
"""Clients that speak every language of the tables."""

LOCAL: dict[str, tuple[str, Client]] = {
    "orange": ("fr", orange), "gmx": ("de", gmx), "notes-fr": ("fr", notes),
    "notes-en": ("en", notes), "notes-de": ("de", notes), "groupwise": ("en", groupwise),
    "blackberry": ("en", blackberry), "qq": ("zh-Hans", qq), "seznam": ("cs", seznam),
}  # fmt: skip
"""Clients of one language."""

for _name, _templates in (
    ("program", attributions.PROGRAMS), ("webmail", attributions.WEBMAIL),
    ("phone", attributions.PHONES),
):  # fmt: skip
    for _number, (_language, _template) in enumerate(_templates):
        LOCAL[f"{_name}-{_number}-{_language}"] = (_language, worded(_template))
        if "{a}" in _template and "--" not in _template and ">>" not in _template:
            LOCAL[f"{_name}-{_number}-{_language}-top"] = (_language, worded_top(_template))
