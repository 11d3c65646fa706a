"""Mails that answer a digest, made as each client makes them: what it does to the quoted text."""

import html
import textwrap

DIGESTS = {
    "fr": """Bonjour Marie, 3 nouveautés au quai B.

1413. Panne du chariot 7
Le chariot 7 ne démarre plus depuis ce matin, il est garé devant le quai 3 & il gêne les camions.

1426. Planning de lundi
L'équipe du matin commence à 6 h 00 au lieu de 7 h 00.

1439. Casiers à vider
Merci de vider vos casiers avant vendredi soir, ils seront nettoyés samedi.

Répondez sous une ligne, ou avec son numéro. Pour arrêter : STOP.""",
    "en": """Hello Ann, 3 new posts in Dock B.

1413. Forklift 7 is down
Forklift 7 has not started since this morning, it stands at gate 3 & blocks the lorries.

1426. Monday's shifts
The early shift starts at 6:00 instead of 7:00.

1439. Empty your lockers
Please empty your lockers before Friday evening, they are cleaned on Saturday.

Answer below a line, or with its number. To stop: STOP.""",
    "de": """Hallo Eva, 3 neue Beiträge in Halle B.

1413. Stapler 7 steht still
Stapler 7 springt seit heute früh nicht an, er steht vor Tor 3 & versperrt den Weg.

1426. Schichten am Montag
Die Frühschicht beginnt um 6:00 Uhr statt um 7:00 Uhr.

1439. Spinde leeren
Bitte leert eure Spinde bis Freitagabend, am Samstag wird geputzt.""",
    "es": """Hola Ana, 3 novedades en el muelle B.

1413. Avería de la carretilla 7
La carretilla 7 no arranca desde esta mañana, está delante de la puerta 3 & molesta.

1426. Turnos del lunes
El turno de mañana empieza a las 6:00 en lugar de las 7:00.

1439. Vaciar las taquillas
Vaciad las taquillas antes del viernes por la tarde, el sábado se limpian.""",
    "pl": """Cześć Ewa, 3 nowe wpisy w doku B.

1413. Awaria wózka 7
Wózek 7 nie rusza od rana, stoi przed bramą 3 & blokuje ciężarówki.

1426. Zmiany w poniedziałek
Poranna zmiana zaczyna się o 6:00 zamiast o 7:00.

1439. Opróżnić szafki
Proszę opróżnić szafki do piątku wieczorem, w sobotę będą myte.""",
    "ar": """مرحبا أمل، 3 رسائل جديدة في الرصيف ب.

1413. عطل في الرافعة 7
الرافعة 7 لا تعمل منذ هذا الصباح وهي أمام البوابة 3 وتعيق الشاحنات.

1426. جدول يوم الاثنين
يبدأ فريق الصباح الساعة 6:00 بدلا من الساعة 7:00.

1439. إفراغ الخزائن
يرجى إفراغ الخزائن قبل مساء الجمعة لأنها ستنظف يوم السبت.""",
}
TOP = {
    "fr": "Bien vu, je m'en occupe.",
    "en": "Got it, I will do it.",
    "de": "Gesehen, ich mache das.",
    "es": "Visto, yo me ocupo.",
    "pl": "Widzę, zajmę się tym.",
    "ar": "حسنا سأهتم بذلك.",
}
FIRST = {
    "fr": "Réparé ce midi par Paul",
    "en": "Repaired at noon by Paul",
    "de": "Mittags von Paul repariert",
    "es": "Reparada a mediodía por Pablo",
    "pl": "Naprawiony w południe",
    "ar": "تم إصلاحها ظهرا",
}
SECOND = {
    "fr": "ok pour moi\nmais pas mardi",
    "en": "fine with me\nbut not Tuesday",
    "de": "passt mir\naber nicht am Dienstag",
    "es": "me va bien\npero no el martes",
    "pl": "pasuje mi\nale nie we wtorek",
    "ar": "مناسب لي\nلكن ليس الثلاثاء",
}
FROM_LINE = {
    "fr": "Le ven. 3 mai 2024 à 10:05, Quai B <reply+k3x@gateway.example> a écrit :",
    "en": "On Fri, May 3, 2024 at 10:05 AM Dock B <reply+k3x@gateway.example> wrote:",
    "de": "Am Fr., 3. Mai 2024 um 10:05 Uhr schrieb Halle B <reply+k3x@gateway.example>:",
    "es": "El vie, 3 may 2024 a las 10:05, Muelle B (<reply+k3x@gateway.example>) escribió:",
    "pl": "pt., 3 maj 2024 o 10:05 Dok B <reply+k3x@gateway.example> napisał(a):",
    "ar": "في الجمعة، 3 مايو 2024 في 10:05 ص تمت كتابة ما يلي بواسطة <reply+k3x@gateway.example>:",
}
BLOCK = {
    "fr": (
        "De : Quai B <reply+k3x@gateway.example>",
        "Envoyé : vendredi 3 mai 2024 10:05",
        "À : Marie",
        "Objet : 3 nouveautés au quai B",
    ),
    "en": (
        "From: Dock B <reply+k3x@gateway.example>",
        "Sent: Friday, May 3, 2024 10:05 AM",
        "To: Ann",
        "Subject: 3 new posts in Dock B",
    ),
    "de": (
        "Von: Halle B <reply+k3x@gateway.example>",
        "Gesendet: Freitag, 3. Mai 2024 10:05",
        "An: Eva",
        "Betreff: 3 neue Beiträge",
    ),
    "es": (
        "De: Muelle B <reply+k3x@gateway.example>",
        "Enviado: viernes, 3 de mayo de 2024 10:05",
        "Para: Ana",
        "Asunto: 3 novedades",
    ),
    "pl": (
        "Od: Dok B <reply+k3x@gateway.example>",
        "Wysłano: piątek, 3 maja 2024 10:05",
        "Do: Ewa",
        "Temat: 3 nowe wpisy",
    ),
    "ar": (
        "من: الرصيف <reply+k3x@gateway.example>",
        "تم الإرسال: الجمعة 3 مايو 2024 10:05",
        "إلى: أمل",
        "الموضوع: 3 رسائل",
    ),
}


def message(body: str, subtype: str = "plain", author: str = "Marie <marie@example.org>") -> bytes:
    head = f"From: {author}\nContent-Type: text/{subtype}; charset=utf-8\nMIME-Version: 1.0\n\n"
    return (head + body).encode()


def lines_of(language: str, answers: dict[str, str]) -> list[tuple[str, str]]:
    """The digest's lines as ("quote", line), and ("said", line) under those that are answered."""
    out: list[tuple[str, str]] = []
    for line in DIGESTS[language].split("\n"):
        out.append(("quote", line))
        answer = answers.get(line[:4])
        if answer:
            out += [("said", row) for row in ("", *answer.split("\n"), "")]
    return out


def gmail_plain(language: str, rows: list[tuple[str, str]], top: str, bottom: str = "") -> bytes:
    quoted: list[str] = []
    for kind, line in rows:
        quoted += (
            [f"> {part}".rstrip() for part in textwrap.wrap(line, 60) or [""]]
            if kind == "quote"
            else [line]
        )
    head = textwrap.fill(FROM_LINE[language], 70, break_long_words=False)
    return message("\n".join([top, "", head, "", *quoted, "", bottom]))


def thunderbird_plain(
    language: str, rows: list[tuple[str, str]], top: str, bottom: str = ""
) -> bytes:
    flowed: list[str] = []
    for kind, line in rows:
        flowed += [f"> {line}".rstrip()] if kind == "quote" else [line]
    raw = "\n".join(
        [top, "", FROM_LINE[language], *flowed, "", bottom, "", "-- ", "Marie", "Quai B"]
    )
    return message(raw).replace(b"charset=utf-8", b"charset=utf-8; format=flowed", 1)


def outlook_plain(language: str, rows: list[tuple[str, str]], top: str, bottom: str = "") -> bytes:
    """No mark at all, and blank lines doubled."""
    body = [line for _, line in rows]
    return message("\r\n".join([top, "", "_" * 32, *BLOCK[language], "", *body, bottom]))


def outlook_html(language: str, rows: list[tuple[str, str]], top: str, bottom: str = "") -> bytes:
    def p(text: str, color: str = "") -> str:
        return (
            f'<p class="MsoNormal"><span style="{color}">{html.escape(text) or "&nbsp;"}<o:p>'
            f"</o:p></span></p>"
        )

    head = "<br>".join(
        f"<b>{html.escape(row.split(':')[0])}:</b>{html.escape(row.split(':', 1)[1])}"
        for row in BLOCK[language]
    )
    body = "".join(p(line, "color:#1F497D" if kind == "said" else "") for kind, line in rows)
    return message(
        f'<html><body><div class="WordSection1">{p(top)}<div><div style="border:none;'
        f"border-top:solid "
        f'#E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">{head}</div></div>{body}{p(bottom)}</div>'
        f"</body></html>",
        "html",
    )


def gmail_html(language: str, rows: list[tuple[str, str]], top: str, bottom: str = "") -> bytes:
    parts = [
        f'<div dir="ltr">{html.escape(top)}</div><br><div class="gmail_quote">'
        f'<div dir="ltr" class="gmail_attr">'
        f"{html.escape(FROM_LINE[language])}<br></div>"
    ]
    open_quote = False
    for kind, line in rows:
        if (kind == "quote") != open_quote:
            parts.append(
                '<blockquote class="gmail_quote" style="border-left:1px solid #ccc">'
                if kind == "quote"
                else "</blockquote>"
            )
            open_quote = kind == "quote"
        parts.append(f"<div>{html.escape(line) or '<br>'}</div>")
    parts.append("</blockquote>" if open_quote else "")
    return message("".join(parts) + f"</div><div>{html.escape(bottom)}</div>", "html")


def apple_html(language: str, rows: list[tuple[str, str]], top: str, bottom: str = "") -> bytes:
    parts = [
        f'<html><body>{html.escape(top)}<br><div><br><blockquote type="cite">'
        f"<div>{html.escape(FROM_LINE[language])}</div>"
        '<br class="Apple-interchange-newline">'
    ]
    for kind, line in rows:
        said = f'</blockquote><div>{html.escape(line)}</div><blockquote type="cite">'
        parts.append(said if kind == "said" else f"<div>{html.escape(line) or '<br>'}</div>")
    return message(
        "".join(parts) + f"</blockquote></div>{html.escape(bottom)}</body></html>", "html"
    )


def unknown_client(language: str, rows: list[tuple[str, str]], top: str, bottom: str = "") -> bytes:
    """A header in no language we know, no marks, everything wrapped anew, links rewritten."""
    body: list[str] = []
    for _, line in rows:
        body += textwrap.wrap(line.replace("&", "&amp;"), 45) or [""]
    return message("\n".join([top, "", "Quai B, 3 ta' Mejju qal hekk", "", *body, "", bottom]))
