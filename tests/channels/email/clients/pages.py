"""The HTML that clients make of a reply: their tags, classes and styles around the same words."""

import html
from collections.abc import Sequence

from tests.channels.email.clients.setting import Setting


def escaped(text: str) -> str:
    return html.escape(text, quote=False)


def divs(text: str, style: str = "") -> str:
    """Each line a block, as Gmail, Outlook on the web and phones write it."""
    opening = f"<div{style}>"
    return "".join(f"{opening}{escaped(row) or '<br>'}</div>" for row in text.split("\n"))


def word_rows(rows: Sequence[str]) -> str:
    """Word's paragraphs."""
    made = (escaped(row) or "&nbsp;" for row in rows)
    return "".join(f'<p class="MsoNormal"><span>{row}<o:p></o:p></span></p>\r\n' for row in made)


def linked(header: str, address: str) -> str:
    link = f'<a href="mailto:{address}">{address}</a>'
    return escaped(header).replace(address, link)


def gmail(m: Setting, header: str, *, auto: bool = False) -> str:
    quote = divs("\n".join(m.quote))
    way = "auto" if auto else "ltr"
    above = f'<div dir="{way}">{divs(m.said)}</div>'
    signed = ""
    if m.signature:
        signed = (
            '<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br>'
            f'<div dir="ltr" class="gmail_signature">{divs(m.signature)}</div>'
        )
    return (
        f'{above}{signed}<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" '
        f'class="gmail_attr">{linked(header, m.address)}<br></div><blockquote class="gmail_quote" '
        'style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">'
        f"{quote}</blockquote></div>\r\n"
    )


def apple(m: Setting, header: str) -> str:
    phone = f'<div id="AppleMailSignature" dir="ltr">{escaped(m.phone)}</div>'
    return (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head>'
        f'<body dir="auto">{divs(m.spoken())}{phone}<div dir="ltr"><br><blockquote type="cite">'
        f'{linked(header, m.address)}<br><br></blockquote></div><blockquote type="cite">'
        f'<div dir="ltr">\ufeff{divs(chr(10).join(m.quote))}</div></blockquote></body></html>'
    )


def apple_desk(m: Setting, header: str) -> str:
    return (
        '<html><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space;">'
        f'{divs(m.spoken())}<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote '
        f'type="cite"><div>{linked(header, m.address)}</div><br class="Apple-interchange-newline">'
        f"<div>{divs(chr(10).join(m.quote))}</div></blockquote></div><br></body></html>"
    )


def block(m: Setting, joint: str = "<br>\r\n", sender: str = "") -> str:
    """From, Sent, To, Subject with bold labels."""
    names = m.labels
    values = (
        (names.sender, sender or f"{m.name} <{m.address}>"),
        (names.sent, m.date),
        (names.to, f"{m.me} <{m.mine}>"),
        (names.subject, f"Re: {m.subject}"),
    )
    return joint.join(f"<b>{label}</b> {escaped(value)}" for label, value in values)


def outlook(m: Setting, border: str = "solid #E1E1E1 1.0pt") -> str:
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal '
        '{margin:0cm;} --></style></head><body lang="FR" link="#0563C1"><div class="WordSection1">'
        f'{word_rows(m.spoken().split(chr(10)))}<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
        f'<div><div style="border:none;border-top:{border};padding:3.0pt 0cm 0cm 0cm">'
        f'<p class="MsoNormal">{block(m)}<o:p></o:p></p></div></div><p class="MsoNormal">'
        f"<o:p>&nbsp;</o:p></p>{word_rows(m.quote)}</div></body></html>"
    )


def outlook_web(m: Setting) -> str:
    style = ' style="font-family: Aptos, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);"'
    return (
        f'<html><body dir="ltr">{divs(m.spoken(), style)}<div id="appendonsend"></div><hr '
        'style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">'
        f'<font face="Calibri, sans-serif" color="#000000" style="font-size:11pt">{block(m)}</font>'
        f"<div>&nbsp;</div></div>{divs(chr(10).join(m.quote))}</body></html>"
    )


def outlook_phone(m: Setting) -> str:
    return (
        f'<html><body><div dir="ltr">{divs(m.spoken())}</div><div '
        'id="ms-outlook-mobile-body-separator-line"><br></div><div '
        f'id="ms-outlook-mobile-signature"><a href="https://aka.ms/AAb9ysg">{escaped(m.app)}</a>'
        '</div><div id="mail-editor-reference-message-container"><hr style="display:inline-block;'
        f'width:98%"><div id="divRplyFwdMsg" dir="ltr">{block(m)}</div>'
        f"{divs(chr(10).join(m.quote))}</div></body></html>"
    )


def bare_block(m: Setting) -> str:
    """A client or a gateway that renamed or dropped every class."""
    return (
        f"<html><body>{divs(m.spoken())}<br><br><div>{block(m, '<br>')}</div><br>"
        f"{divs(chr(10).join(m.quote))}</body></html>"
    )


def bare_line(m: Setting, header: str) -> str:
    return (
        f"<html><body><p>{escaped(m.spoken()).replace(chr(10), '<br>')}</p><p>"
        f"{linked(header, m.address)}</p><p>{'<br>'.join(map(escaped, m.quote))}</p></body></html>"
    )


def cite(m: Setting, header: str, opening: str = '<div class="moz-cite-prefix">') -> str:
    closing = "</p>" if opening.startswith("<p") else "</div>"
    quote = f'<blockquote type="cite">{divs(chr(10).join(m.quote))}</blockquote>'
    prefix = f"{opening}{linked(header, m.address)}<br>{closing}"
    said = f"<p>{escaped(m.spoken()).replace(chr(10), '<br>')}</p>"
    inner = f"{prefix}{quote}{said}" if m.place == "bottom" else f"{said}{prefix}{quote}"
    return f'<!DOCTYPE html><html><head></head><body text="#000000">{inner}</body></html>'


def named(m: Setting, header: str, opening: str, *, cited: bool = True) -> str:
    """Text, then a division with a name of the client's own that holds header and quote."""
    quote = divs("\n".join(m.quote))
    inner = f"<blockquote>{quote}</blockquote>" if cited else quote
    return (
        f"<html><body><div>{divs(m.spoken())}</div><div><br></div>{opening}"
        f"<div>{linked(header, m.address)}</div><br>{inner}</div></body></html>"
    )
