"""Replies as the common mail clients mark them up, in French and English."""

import pytest

from gateway.channels.email.reply import extract, extract_reply

QUOTE = "<div>Bonjour</div><div>1. La machine est en panne</div><div>2. Planning de lundi</div>"
SAID = {"fr": "C'est vu, à demain.", "en": "Seen, until tomorrow."}
WROTE = {
    "fr": "Le ven. 3 mai 2024 à 10:05, Ann &lt;<a href='mailto:a@example.org'>"
    "a@example.org</a>&gt; a écrit&nbsp;:",
    "en": "On Fri, May 3, 2024 at 10:05 AM Ann &lt;<a href='mailto:a@example.org'>"
    "a@example.org</a>&gt; wrote:",
}
HEADERS = {
    "fr": "<b>De&nbsp;:</b> Ann &lt;a@example.org&gt;<br><b>Envoyé&nbsp;:</b>"
    " vendredi 3 mai 2024 10:05<br>"
    "<b>À&nbsp;:</b> Bob<br><b>Objet&nbsp;:</b> Panne",
    "en": "<b>From:</b> Ann &lt;a@example.org&gt;<br><b>Sent:</b> Friday, May 3, 2024 10:05 AM<br>"
    "<b>To:</b> Bob<br><b>Subject:</b> Down",
}
PHONE = {"fr": "Envoyé de mon iPhone", "en": "Sent from my iPhone"}

CLIENTS = {
    "gmail": '<div dir="ltr">{said}</div><br><div class="gmail_quote gmail_quote_container">'
    '<div dir="ltr" '
    'class="gmail_attr">{wrote}<br></div><blockquote class="gmail_quote" '
    'style="margin:0 0 0 .8ex">{quote}'
    "</blockquote></div>",
    "gmail with a signature": '<div dir="ltr">{said}<br clear="all"><div><br></div><span '
    'class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature">'
    "Jean<br>06 12</div>"
    '</div><br><div class="gmail_quote"><div class="gmail_attr">{wrote}</div>'
    '<blockquote class="gmail_quote">'
    "{quote}</blockquote></div>",
    "outlook desktop": '<div class="WordSection1"><p class="MsoNormal">{said}<o:p></o:p>'
    '</p><p class="MsoNormal">'
    '<o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid '
    '#E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
    '<p class="MsoNormal">{headers}<o:p></o:p></p></div></div><p class="MsoNormal">'
    "Bonjour</p></div>",
    "outlook web": '<div style="font-family:Calibri">{said}</div><div id="appendonsend"></div><hr '
    'style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" '
    'dir="ltr">{headers}</div>{quote}',
    "outlook mobile": '<div dir="ltr">{said}</div><div><br></div>'
    '<div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for iOS'
    '</a></div><div id="mail-editor-reference-message-container">'
    "<hr>"
    '<div id="divRplyFwdMsg">{headers}</div>{quote}</div>',
    "outlook through the web": '<div class="x_x">{said}</div><div id="x_divRplyFwdMsg">'
    "{headers}</div>"
    "{quote}",
    "apple mail": '{said}<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote '
    'type="cite"><div>{wrote}</div>'
    '<br class="Apple-interchange-newline"><div>{quote}</div></blockquote></div><br>',
    "apple ios": '{said}<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">'
    '{phone}</div><div dir="ltr"><br>'
    '<blockquote type="cite">{wrote}<br><br></blockquote></div><blockquote '
    'type="cite">{quote}</blockquote>',
    "thunderbird": '<p>{said}</p><p><br></p><div class="moz-cite-prefix">{wrote}<br>'
    '</div><blockquote type="cite" '
    'cite="mid:x@y">{quote}</blockquote><pre class="moz-signature" cols="72">-- \nJean</pre>',
    "thunderbird below": '<div class="moz-cite-prefix">{wrote}<br></div><blockquote type="cite">'
    "{quote}</blockquote>"
    "<p>{said}</p>",
    "yahoo": '<div class="ydp1234567yahoo-style-wrap">{said}</div><div id="yahoo_quoted_123" '
    'class="yahoo_quoted">'
    "<div>{wrote}</div>{quote}</div>",
    "proton": '<div>{said}</div><div class="protonmail_signature_block">Sent with Proton Mail</div>'
    '<div class="protonmail_quote">{wrote}<br><blockquote class="protonmail_quote" '
    'type="cite">{quote}</blockquote></div>',
    "zimbra": '<div>{said}</div><hr id="zwchr" data-marker="__DIVIDER__"><div '
    'data-marker="__HEADERS__">{headers}</div>'
    '<div data-marker="__QUOTED_TEXT__">{quote}</div>',
    "gmx": '<div>{said}</div><div name="quote" style="border-left:2px solid #C3D9E5">{headers}<div '
    'name="quoted-content">{quote}</div></div>',
    "samsung": '<div dir="auto">{said}</div><div id="composer_signature">{phone}</div>'
    "<div><br></div><div>-------- "
    "Message d'origine --------</div><div>{headers}</div>{quote}",
    "roundcube": '<p>{said}</p><p id="reply-intro">{wrote}</p><blockquote type="cite">'
    "{quote}</blockquote>",
    "spark": '<div name="messageBodySection">{said}</div><div name="messageSignatureSection">'
    "Jean</div>"
    '<div name="messageReplySection">{wrote}<blockquote type="cite">{quote}</blockquote></div>',
    "none at all": "<p>{said}</p><div>{wrote}</div><div>{quote}</div>",
}

PLAIN = {
    "gmail": "{said}\n\n{wrote}\n\n> Bonjour\n> 1. La machine\n",
    "outlook": "{said}\r\n\r\n________________________________\r\n{headers}\r\n\r\nBonjour\r\n1. "
    "La machine\r\n",
    "apple": "{said}\n\n> {wrote}\n> \n> Bonjour\n> 1. La machine\n",
    "ios": "{said}\n\n{phone}\n\n> {wrote}\n> \n> Bonjour\n",
    "thunderbird below": "{wrote}\n> Bonjour\n> 1. La machine\n\n{said}\n\n-- \nJean\n",
}


def bare(html: str) -> str:
    for old, new in (
        ("<b>", ""),
        ("</b>", ""),
        ("<br>", "\n"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", "\xa0"),
    ):
        html = html.replace(old, new)
    return html.replace("<a href='mailto:a@example.org'>", "").replace("</a>", "")


def page(body: str) -> bytes:
    head = "From: Jean <jean@example.org>\nContent-Type: text/html; charset=utf-8\n\n"
    return (
        head + f"<html><head><title>x</title><style>p {{}}</style></head><body>{body}</body></html>"
    ).encode()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("client", CLIENTS)
def test_html_of_a_client(client: str, language: str) -> None:
    body = CLIENTS[client].format(
        said=SAID[language],
        wrote=WROTE[language],
        headers=HEADERS[language],
        phone=PHONE[language],
        quote=QUOTE,
    )
    assert extract_reply(page(body)) == SAID[language]
    got = extract(page(body), "Bonjour\n1. La machine est en panne\n2. Planning de lundi")
    assert got.reply == SAID[language]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("client", PLAIN)
def test_plain_text_of_a_client(client: str, language: str) -> None:
    body = PLAIN[client].format(
        said=SAID[language],
        wrote=bare(WROTE[language]),
        headers=bare(HEADERS[language]),
        phone=PHONE[language],
    )
    head = "From: Jean <jean@example.org>\nContent-Type: text/plain; charset=utf-8\n\n"
    assert extract_reply((head + body).encode()) == SAID[language]
    assert extract_reply((head + body).encode(), "Bonjour\n1. La machine") == SAID[language]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_html_tells_where_the_plain_text_does_not(language: str) -> None:
    """A client that writes the quote without any mark into its plain part."""
    html = f'<p>{SAID[language]}</p><div class="yahoo_quoted">{QUOTE}</div>'
    body = (
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{SAID[language]}\n\nBonjour\n1. "
        f"La machine\n"
        f"--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--\n"
    )
    head = "From: Jean <j@example.org>\nContent-Type: multipart/alternative; boundary=b\n\n"
    assert extract_reply((head + body).encode()) == SAID[language]


def test_answers_between_broken_quotes_stay() -> None:
    body = (
        '<div class="gmail_quote"><div class="gmail_attr">Le ven. 3 mai '
        "2024 à 10:05, Ann a écrit :</div>"
        '<blockquote class="gmail_quote">1. La machine</blockquote><div>Oui.</div>'
        '<blockquote class="gmail_quote">2. Planning</blockquote><div>Non.</div></div>'
    )
    assert extract_reply(page(body)) == "Oui.\n\nNon."


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "<p>Liste&nbsp;:</p><ul><li>pain</li><li>lait</li></ul><ol><li>"
            "un</li><li>deux</li></ol>",
            "Liste :\n\n- pain\n- lait\n\n1. un\n2. deux",
        ),
        ("<p>x</p><pre>a\n  b\nc</pre>", "x\n\na\n  b\nc"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a b\nc d"),
        (
            '<div style="display:none">hidden</div><p>Ok &amp; <b>vu</b>.</p>'
            '<img alt="😀"><img alt="logo">',
            "Ok & vu.\n\n😀",
        ),
        (
            'a<blockquote style="margin:0 0 0 40px;border:none;padding:0px">b</blockquote>c',
            "a\n\nb\n\nc",
        ),
        ('<div class="gmail_signature">Tout est ici</div>', "Tout est ici"),
        ("<blockquote>Tout est cité</blockquote>", "Tout est cité"),
        ("", ""),
    ],
)
def test_what_html_says(body: str, text: str) -> None:
    assert extract_reply(page(body)) == text


def test_answers_typed_into_an_unmarked_quote_need_the_sent_text() -> None:
    sent = (
        "Bonjour\n1. La machine est en panne depuis ce matin\n2. Planning "
        "de lundi changé\nRépondez ici"
    )
    typed = sent.replace("matin\n", "matin\nC'est réparé\n")
    body = f'<div>Voir plus bas</div><div id="divRplyFwdMsg">{HEADERS["fr"]}</div>' + "".join(
        f"<div>{row}</div>" for row in typed.split("\n")
    )
    assert extract_reply(page(body), sent) == "Voir plus bas\n\nC'est réparé"
    assert extract_reply(page(body)) == "Voir plus bas"
