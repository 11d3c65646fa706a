"""Clients that send HTML of their own kind, in French and English: `MARKUP[name](setting)`.

Each is a template in which `{said}`, `{line}` (an attribution), `{block}` (header lines), `{quote}`
and `{phone}` stand; what a client writes in other languages `layouts` holds.
"""

import html
from collections.abc import Callable

from tests.channels.email.clients import attributions, pages
from tests.channels.email.clients.setting import Sent, Setting, result

TEMPLATES = {
    "hotmail": '<div dir="ltr">{said}<br><br><div><hr id="stopSpelling">{block}<br><br>{quote}'
    "</div></div>",
    "outlook-2003": '<div class=Section1>{said}<div><div class=MsoNormal align=center>'
    '<span><hr size=2 width="100%" align=center tabindex=-1></span></div><p class=MsoNormal><b>'
    '<font size=2 face=Tahoma>{block}</font></b></p></div>{quote}</div>',
    "outlook-express": '<DIV><FONT face=Arial size=2>{said}</FONT></DIV><BLOCKQUOTE '
    'style="PADDING-LEFT: 5px; MARGIN-LEFT: 5px; BORDER-LEFT: #000000 2px solid"><DIV style="FONT: '
    '10pt arial">----- Original Message ----- </DIV><DIV>{block}</DIV>{quote}</BLOCKQUOTE>',
    "outlook-german": '<div class="WordSection1">{said}<div style="border:none;border-top:solid '
    '#B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">{block}</p></div>{quote}</div>',
    "exchange-renamed": '<div class="x_WordSection1">{said}<div><div style="border:none; '
    'border-top:solid #E1E1E1 1.0pt"><p class="x_MsoNormal">{block}</p></div></div>{quote}</div>',
    "owa-2010": '<div style="direction: ltr;font-family: Tahoma">{said}<div style="font-family: '
    'Times New Roman"><hr tabindex="-1"><div style="direction: ltr;" id="divRpF123456"><font '
    'face="Tahoma" size="2">{block}</font><br></div><div></div><div>{quote}</div></div></div>',
    "outlook-mac-old": "<div>{said}</div><div><br></div><span id=\"OLK_SRC_BODY_SECTION\"><div "
    'style="BORDER-TOP: #b5c4df 1pt solid">{block}</div><div><br></div>{quote}</span>',
    "windows-mail": '<div class="WordSection1">{said}<p class="MsoNormal">{phone}</p></div><hr '
    'tabindex="-1" style="display:inline-block; width:98%"><div id="divRplyFwdMsg">{block}</div>'
    "{quote}",
    "aol": '{said}<br><div style="font-family:arial,helvetica;font-size:10pt;color:black">'
    '-----Original Message-----<br>{block}<br><br><div id="AOLMsgPart_1">{quote}</div></div>',
    "yahoo-old": "<div style=\"color:#000\">{said}<br><div><div><div dir=\"ltr\"> <hr size=\"1\"> "
    "<font face=\"Arial\">{block}</font> </div> <br>{quote}</div></div></div>",
    "yahoo-phone": '<p dir="ltr">{said}</p><div id="ymail_android_signature"><a href="https://go.'
    'onelink.me/107872968">{phone}</a></div><br><blockquote style="margin: 0 0 20px 0;"><div>{line}'
    "</div><div>{quote}</div></blockquote>",
    "mail.ru": '<div>{said}</div><br><br><blockquote style="border-left:1px solid #0857A6; '
    'margin:10px; padding:0 0 0 10px;">{line}<br><br>{quote}</blockquote>',
    "yandex": "<div>{said}</div><div> </div><div>{line}</div><blockquote><div>{quote}</div>"
    "</blockquote>",
    "sparrow": "<div>{said}</div><div></div><p style=\"color: #A0A0A8;\">{line}</p><blockquote "
    'type="cite" style="border-left-style:solid;border-width:1px;margin-left:0px">'
    "<span><div>{quote}</div></span></blockquote>",
    "airmail": '<div id="bloop_customfont">{said}</div><p class="airmail_on">{line}</p> '
    '<blockquote type="cite" class="clean_bq"><span>{quote}</span></blockquote>',
    "newton": '<div class="cm_body"><div>{said}</div><div class="cm_quote" style="color:#787878">'
    '{line}</div><div class="cm_quote"><blockquote class="gmail_quote">{quote}</blockquote>'
    "</div></div>",
    "spark": '<div name="messageBodySection"><div dir="auto">{said}</div></div><div '
    'name="messageReplySection">{line}<br><blockquote type="cite" style="border:#1abc9c">'
    "{quote}</blockquote></div>",
    "superhuman": '<div>{said}</div><br><div class="gmail_signature"></div><div><div '
    'class="gmail_quote">{line}<br><blockquote class="gmail_quote sh-color-black">{quote}'
    "</blockquote></div></div>",
    "missive": '<div>{said}</div><div class="missive_quote">{line}<br><blockquote '
    'style="border-left:1px solid #ccc">{quote}</blockquote></div>',
    "front": '<div>{said}<br></div><br><blockquote type="cite" class="front-blockquote">{line}<br>'
    "<br>{quote}</blockquote>",
    "hey": '<div class="trix-content"><div>{said}</div></div><br><div class="gmail_quote">{line}'
    "<blockquote>{quote}</blockquote></div>",
    "tutanota": '<div>{said}</div><div><br></div><div>{line}</div><blockquote '
    'class="tutanota_quote" style="border-left: 1px solid #93A3B8;">{quote}</blockquote>',
    "zoho": '<div style="font-family: Verdana">{said}<div class="zmail_extra_hr" style="border-top:'
    ' 1px solid rgb(204, 204, 204);"></div><div class="zmail_extra"><div id="Zm-_Id_-Sgn1">{line}'
    '</div><blockquote id="blockquote_zmail">{quote}</blockquote></div></div>',
    "em-client": '<div>{said}</div><div><br></div><div id="x1"><blockquote cite="x@y" type="cite" '
    'class="cite2"><div>------ Original Message ------</div><div>{block}</div><div>{quote}</div>'
    "</blockquote></div>",
    "evolution": "<div>{said}</div><div><br></div><div>{line}</div><blockquote type=\"cite\" "
    'style="border-left:2px #729fcf solid;padding-left:1ex">{quote}</blockquote>',
    "zimbra": '<div style="font: arial">{said}<br><br><hr id="zwchr"><div>{block}</div><br>'
    "{quote}</div>",
    "orange": "{said}<br><br><br><blockquote style=\"padding-left: 5px; margin-left: 5px; "
    'border-left: #ff6600 2px solid;">> Message du 13/02/25 10:12<br>> {block}<br>{quote}'
    "</blockquote>",
    "sfr": "<p>{said}</p><p>&nbsp;</p><p>========================================</p><p>{block}</p>"
    "<p>{quote}</p>",
    "gmx": '<div style="font-family: Verdana;">{said}<div name="quote" style="margin:10px 5px 5px '
    '10px; border-left:2px solid #C3D9E5;"><div style="margin:0 0 10px 0;">{block}</div><div '
    'name="quoted-content">{quote}</div></div></div>',
    "ionos": "<p>{said}</p><blockquote type=\"cite\"><div>{line}</div><div><br></div>{quote}"
    "</blockquote>",
    "qq": '<div>{said}</div><div><br></div><div style="font-size: 12px;padding:2px 0 2px 0;">'
    "------------------ 原始邮件 ------------------</div><div style=\"background:#efefef;\">{block}"
    "</div><div><br></div>{quote}",
    "163": '<div style="line-height:1.7;">{said}<br><div id="divNeteaseMailCard"></div><pre><br>'
    '{line}</pre><blockquote id="isReplyContent" style="PADDING-LEFT: 1ex; BORDER-LEFT: #ccc 1px '
    'solid">{quote}</blockquote></div>',
    "samsung": '<div dir="auto">{said}</div><div id="composer_signature" dir="auto"><div>{phone}'
    '</div></div><div><br></div><div align="left" dir="auto" style="font-size:100%;color:#000000">'
    "<div>-------- Original message --------</div><div>{block}</div><div><br></div></div>{quote}",
    "blackberry": '<div>{said}</div><div>{phone}</div><table width="100%"><tr><td '
    'style="border-style: solid none none; border-top-color: rgb(181,196,223); border-top-width: '
    '1pt">{block}</td></tr></table>{quote}',
    "notes": '<font size=2 face="sans-serif">{said}</font><br><br><br><font size=1 color=#5f5f5f>'
    "{block}</font><br><hr noshade><br>{quote}",
    "groupwise": '<div>{said}</div><div>&nbsp;</div><div>{arrows}</div><div style="padding-left: '
    '7px; border-left: 1px solid">{quote}</div>',
    "icloud": "<div>{said}</div><br><div><blockquote type=\"cite\"><div>{line}<br></div><div><br>"
    "</div>{quote}</blockquote></div>",
    "k-9": '<!DOCTYPE html><html><body><div dir="auto">{said}</div><br><br><div '
    'class="gmail_quote"><div dir="auto">{line}</div><blockquote class="gmail_quote">{quote}'
    "</blockquote></div></body></html>",
    "fairmail": "<p>{said}</p><div class=\"fairemail_quote\"><p>{line}</p><blockquote>{quote}"
    "</blockquote></div>",
    "kmail": '<html><body style="font-family:Sans"><p>{said}</p><p>{line}</p><blockquote><p>&gt; '
    "{quote}</p></blockquote></body></html>",
    "horde": '<p>{said}</p><p>{line}</p><blockquote type="cite" style="border-left:2px solid blue">'
    "{quote}</blockquote>",
    "all-marks-lost": "<p>{said}</p><p>{block}</p><p>{quote}</p>",
    "all-marks-lost-line": "{said}<br><br>{line}<br><br>{quote}",
}  # fmt: skip


def _client(template: str) -> Callable[[Setting], Sent]:
    def client(m: Setting) -> Sent:
        line = m.fill(attributions.GMAIL.get(m.language, attributions.GMAIL["en"]))
        page = (
            template.replace("{said}", html.escape(m.spoken(), quote=False).replace("\n", "<br>"))
            .replace("{line}", pages.linked(line, m.address))
            .replace("{block}", pages.block(m))
            .replace("{quote}", pages.divs("\n".join(m.quote)))
            .replace("{phone}", html.escape(m.phone, quote=False))
            .replace("{arrows}", html.escape(m.fill(">>> {n} <{a}> {d}/02/2025 {t} >>>")))
        )
        return result(m, "", f"<html><head><title>x</title></head><body>{page}</body></html>")

    return client


MARKUP: dict[str, Callable[[Setting], Sent]] = {
    f"html-{name}": _client(template) for name, template in TEMPLATES.items()
}
