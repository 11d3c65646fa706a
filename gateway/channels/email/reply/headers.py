"""The lines that introduce a quote: attributions, header blocks, separators, in all languages.

Each rule looks at a bounded window of bounded lines, so the work grows with the number of lines
and with nothing else.
"""

import re
from dataclasses import dataclass

from gateway.channels.email.reply.languages import (
    FORWARDED,
    LABELS,
    ORIGINAL,
    STARTS,
    UNSPACED_VERBS,
    VERBS,
)
from gateway.channels.email.reply.lines import LONG, Line, any_of, fold, following

WINDOW = 4  # lines that a wrapped attribution may take


_VERB = re.compile(rf"(?<!\w)(?:{any_of(VERBS)})(?!\w)|{any_of(UNSPACED_VERBS)}")
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}(?:[:.]| ?[hu] ?)\d{2}(?!\d)"
    r"|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d年|\d월|[٠-٩۰-۹]{4}|25\d\d"
)
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_EMAIL = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")
_SAID_BY = re.compile(r"^\W{0,2}(?:[\w.'’-]{1,40} ){1,5}<[^<>\s]{3,120}>,? [^<>]{2,20}[:：]?$")
_STRIP = " \t*_~-—–=>:：\"'"
_DASHES = "-_=*~—–"
_PHRASES = {
    **{fold(phrase): "original" for phrase in ORIGINAL},
    **{fold(phrase): "forward" for phrase in FORWARDED},
}
_ROLES = {fold(label): role for role, labels in LABELS.items() for label in labels}
_ORIGINAL_WORD = re.compile(
    r"origin|origen|ursprung|ursprüng|oryginaln|původní|pôvodn|исходн|оригинал|первонач|вихідн|αρχικ|"
    r"alkuper|oprindelig|opprinnelig|eredeti|izvorn|oorspronk|özgün|orijinal|原始|原文|元の|원본"
)
_FORWARD_WORD = re.compile(
    r"forward|transfér|réexp|transmis|weitergeleit|reenvi|encaminh|inoltra|doorgest|vidarebef|"
    r"videresen|välite|edelleen|przekaz|přeposl|přepos|prepos|пересл|пересыл|переадр|перенапр|"
    r"препрат|προωθ|iletil|yönlend|tovább|redirec|转发|轉寄|転送|전달|הועבר|توجيه"
)
_MAIL_WORD = re.compile(
    r"mail|message|messag|mensa|correo|courriel|nachricht|bericht|meddel|melding|viesti|wiadomo|zpráv|"
    r"správ|poruk|spor|сообщ|повідом|письмо|лист|съобщ|μήνυμα|mesaj|ileti|üzenet|levél|missatge|"
    r"邮件|郵件|訊息|メッセージ|메시지|메일"
)
_MIDWAY = re.compile(
    r"^([^\W\d_][^<>@]{0,400}?) ((?:On|Le|Am|El|Em|Il|Op|Den|Dnia|W dniu)"
    r" (?:[^\W\d_]{2,10}[.,]{0,2} ){0,2}\d{1,4}[\s.,/-].*)$"
)
_WEIGHT = {"from": 1, "sent": 2, "date": 1, "to": 1, "cc": 1, "subject": 2, "reply-to": 0}


@dataclass(frozen=True)
class Header:
    """Lines `start` to `end` (not with it) introduce a quote."""

    start: int
    end: int
    forward: bool = False


def header_at(lines: list[Line], index: int) -> Header | None:
    """The header that begins at this line, if one does."""
    line = lines[index]
    if line.blank or line.depth or line.cut or line.code or len(line.text) > LONG:
        return None
    if line.role == "header":
        return _called_header(lines, index)
    return _separator(lines, index) or _block(lines, index) or _attribution(lines, index)


def _called_header(lines: list[Line], index: int) -> Header:
    end = index
    while end < len(lines) and (lines[end].role == "header"):
        end += 1
    return Header(index, end)


# -- "-----Original Message-----" -----------------------------------------------------------


def _separator(lines: list[Line], index: int) -> Header | None:
    text = lines[index].text
    words = fold(text.strip(_STRIP))
    if not words:
        return _ruled_block(lines, index) if len(text) >= 5 else None
    dashed = text[0] in _DASHES and text[1:2] in _DASHES and text[-1] in _DASHES + "：:"
    if not dashed and len(words) > 60:
        return None
    if not (dashed or text.endswith((":", "："))):
        return None
    block = _block(lines, following(lines, index + 1))
    kind = _PHRASES.get(words) or (_by_whom(words) if dashed or block else "")
    if not kind:
        return None
    return Header(index, block.end if block else index + 1, forward=kind == "forward")


def _by_whom(words: str) -> str:
    """As in "-----Ann/Paris/ACME wrote: -----" and "---- On Tue, 3 May Ann <a@b> wrote ----"."""
    verb = _VERB.search(words)
    if verb and (_DATE.search(words) or _EMAIL.search(words) or verb.end() == len(words)):
        return "original"
    if _MAIL_WORD.search(words) and len(words) <= 60:
        if _FORWARD_WORD.search(words):
            return "forward"
        if _ORIGINAL_WORD.search(words) and len(words) <= 40:
            return "original"
    return next((kind for phrase, kind in _PHRASES.items() if words.startswith(phrase + " ")), "")


def _ruled_block(lines: list[Line], index: int) -> Header | None:
    """A rule is a separator where a header block stands under it."""
    block = _block(lines, following(lines, index + 1), ruled=True)
    return Header(index, block.end) if block else None


# -- "From: ... Sent: ... To: ... Subject: ..." ---------------------------------------------


def _block(lines: list[Line], index: int, *, ruled: bool = False) -> Header | None:
    if index >= len(lines) or _label(lines[index]) is None:
        return None
    roles: dict[str, str] = {}
    end, loose = index, 0
    for position in range(index, min(index + 24, len(lines))):
        line = lines[position]
        found = _label(line)
        if found and found[0] not in roles:
            roles[found[0]] = found[1]
            end, loose = position + 1, 0
        elif loose >= 3 or (line.blank and loose and roles):
            break
        else:
            loose += 1  # a wrapped address, or the blank line that some clients put between
    return Header(index, end) if _is_header(roles, ruled=ruled) else None


def _is_header(roles: dict[str, str], *, ruled: bool) -> bool:
    addressed = any("@" in roles.get(role, "") for role in ("from", "to", "cc"))
    dated = _DATE.search(roles.get("date", "") or roles.get("sent", "")) is not None
    if len(roles) < 2:
        return False
    if "from" not in roles and not {"sent", "to", "subject"} <= roles.keys():
        return dated and addressed
    points = sum(_WEIGHT[role] for role in roles) + ruled + addressed
    return points >= (3 if dated and addressed and "from" in roles else 4)


def _label(line: Line) -> tuple[str, str] | None:
    if len(line.text) > LONG or line.depth or line.code:
        return None
    label, colon, value = line.text.replace("：", ":", 1).partition(":")
    if not colon or len(label) > 40:
        return None
    role = _ROLES.get(fold(label.strip(_STRIP)))
    return (role, value) if role else None


# -- "On 3 May 2024 at 10:00, Ann <ann@example.org> wrote:" ----------------------------------


def divided(lines: list[Line]) -> list[Line]:
    """A header that a client put on the same line as the reply gets its own: "ok On 3 May ..."."""
    out: list[Line] = []
    for line in lines:
        match = _MIDWAY.match(line.text) if _divisible(line) else None
        if match and _is_attribution(match[2], ends=True, quoted=False):
            out.append(Line(match[1], match[1], role=line.role))
            out.append(Line(match[2], match[2], role=line.role))
        else:
            out.append(line)
    return out


def _divisible(line: Line) -> bool:
    if line.depth or line.code or len(line.text) > LONG or not _ends(line.text):
        return False
    return line.text.split(maxsplit=1)[0].casefold() not in STARTS


def _attribution(lines: list[Line], index: int) -> Header | None:
    """The header that starts at this line, if one does."""
    first = lines[index].text
    if not _colon_near(lines, index) or not _may_start(first):
        return None
    joined = ""
    for end in range(index, min(index + WINDOW, len(lines))):
        line = lines[end]
        if line.blank or line.depth or line.cut or len(line.text) > LONG:
            return None
        if end > index and _better_start(line.text, joined):
            return None
        joined = f"{joined} {line.text}".strip()
        below = following(lines, end + 1)
        quoted = below < len(lines) and lines[below].quoted
        ends = _ends(line.text)
        if (ends or quoted) and _is_attribution(joined, ends=ends, quoted=quoted):
            return Header(index, end + 1)
        if ends:
            return None
    return None


def _colon_near(lines: list[Line], index: int) -> bool:
    near = lines[index : index + WINDOW + 2]
    return any(line.quoted or _ends(line.text) for line in near if line.text)


def _better_start(text: str, before: str) -> bool:
    """Does another attribution begin on this line, so that what stood before is text?"""
    start = _may_start(text)
    if start == "word":
        return _DAY.search(text) is not None or _says(fold(text))
    whole = "@" in text or "@" not in before  # else this line goes on with the date of a name above
    return start == "date" and whole and _DAY.search(text) is not None and not _DATE.search(before)


def _may_start(text: str) -> str:
    """How an attribution could begin here: with a word and a date, with a date, with a name."""
    head = text[:60]
    word = re.split(r"[\s,.]", head.lstrip("*_[(<\"'- "), maxsplit=1)[0].casefold()
    if word in STARTS and any(letter.isdigit() for letter in text):
        return "word"
    if _DATE.search(head) or any(letter.isdigit() for letter in head[:12]):
        return "date"
    if "@" in text or "<" in text or _says(fold(text)):
        return "name"
    return "name" if not text.isascii() and any(letter.isdigit() for letter in text) else ""


def _says(folded: str) -> bool:
    return _VERB.search(folded) is not None


def _ends(text: str) -> bool:
    return text.rstrip(" *_")[-1:] in (":", "：")


def _is_attribution(joined: str, *, ends: bool, quoted: bool) -> bool:
    if len(joined) > LONG:
        return False
    folded = fold(joined)
    verb = _says(folded)
    date = _DATE.search(folded) is not None
    email = "@" in folded and _EMAIL.search(folded) is not None
    if quoted:
        return _introduces(folded, ends=ends, verb=verb, date=date, email=email)
    return _stands_alone(folded, verb=verb, date=date, email=email)


def _introduces(folded: str, *, ends: bool, verb: bool, date: bool, email: bool) -> bool:
    """Above a marked quote little is needed."""
    if ends:
        return (verb and len(folded) < 200) or email or date
    return (email and date) or (verb and (email or date) and len(folded) < 160)


def _stands_alone(folded: str, *, verb: bool, date: bool, email: bool) -> bool:
    """Above unmarked text a sentence that ends in a colon must not pass for one."""
    if date and email:
        return True
    if verb and date:
        return bool(_may_start(folded) in ("word", "date")) and len(folded) < 160
    return verb and email and _SAID_BY.match(folded) is not None
