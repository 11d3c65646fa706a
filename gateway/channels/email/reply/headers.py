"""The lines that introduce a quote: separators, header blocks, attributions, in all languages.

Each rule looks at a bounded window of bounded lines, so the work grows with the number of lines
and with nothing else.
"""

import re
from dataclasses import dataclass

from gateway.channels.email.reply.attributions import EMAIL, VERB, attribution
from gateway.channels.email.reply.blocks import block
from gateway.channels.email.reply.languages import FORWARDED, ORIGINAL
from gateway.channels.email.reply.lines import DASHES, LONG, STRIP, Line, fold, following
from gateway.channels.email.reply.moments import dated

_PHRASES = {
    **{fold(phrase): "original" for phrase in ORIGINAL},
    **{fold(phrase): "forward" for phrase in FORWARDED},
}
_GNUS = re.compile(r'>{3,6} "[^"]{1,60}" == .{1,200}:$')
_RULED = DASHES + "#"
# "----- Original message ----- From: Ann": the block begins on the separator's line.
_SAME_LINE = re.compile(r"^(-{2,} ?[^-:]{3,40} ?-{2,}) [^\s:]{1,20} ?:.*$")
# What a ticket system asks for.
_ABOVE = re.compile(
    r"above this line|au-dessus de cette ligne|über diese[rn]? (?:linie|zeile)|oberhalb dieser|"
    r"encima de esta línea|acima desta linha|sopra questa (?:riga|linea)|boven deze (?:lijn|regel)|"
    r"ovanför denna|over denne linje|powyżej tej linii|nad tento řádek|выше этой (?:линии|строки)"
)
_ORIGINAL_WORD = re.compile(
    r"origin|origen|ursprung|ursprüng|oryginaln|původní|pôvodn|исходн|оригинал|первонач|вихідн|αρχικ|"
    r"alkuper|oprindelig|opprinnelig|eredeti|izvorn|izvirn|oorspronk|özgün|orijinal|原始|原文|元の|원본|"
    r"gốc|asli|algne|sākotn|pradin|изворн|ต้นฉบับ|أصلي|מקורי"
)
_FORWARD_WORD = re.compile(
    r"forward|transfér|réexp|transmis|weitergeleit|reenvi|encaminh|inoltra|doorgest|vidarebef|"
    r"videresen|välite|edelleen|przekaz|přeposl|přepos|prepos|пересл|пересыл|переадр|перенапр|"
    r"препрат|прослеђ|προωθ|iletil|yönlend|tovább|redirec|转发|轉寄|転送|전달|הועבר|توجيه|"
    r"proslijeđ|prosleđ|posredov|persiųs|pārsūt|edastat|chuyển tiếp|diteruskan|ส่งต่อ"
)
_MAIL_WORD = re.compile(
    r"mail|message|messag|mensa|correo|courriel|nachricht|bericht|meddel|melding|viesti|wiadomo|zpráv|"
    r"správ|poruk|spor|сообщ|повідом|письмо|лист|съобщ|порук|писмо|μήνυμα|mesaj|ileti|üzenet|levél|"
    r"missatge|laišk|ziņa|vēstul|kiri|sõnum|邮件|郵件|訊息|メッセージ|메시지|메일|thư|"
    r"tin nhắn|pesan|ข้อความ|رسالة|הודעה"
)


@dataclass(frozen=True)
class Header:
    """Lines `start` to `end` (not with it) introduce a quote."""

    start: int
    end: int
    forward: bool = False


def header_at(lines: list[Line], index: int) -> Header | None:
    """The header that begins at this line, if one does."""
    line = lines[index]
    if not line.cut and not line.code and _is_arrowed(lines, index):
        return Header(index, index + 1)
    if line.blank or line.depth or line.cut or line.code or len(line.text) > LONG:
        return None
    if line.role == "header":
        return _called_header(lines, index)
    if found := _separator(lines, index):
        return found
    end = block(lines, index) or attribution(lines, index)
    return Header(index, end) if end else None


def _called_header(lines: list[Line], index: int) -> Header:
    end = index
    while end < len(lines) and (lines[end].role == "header"):
        end += 1
    return Header(index, end)


def _is_arrowed(lines: list[Line], index: int) -> bool:
    raw = lines[index].raw
    return _GNUS.match(raw) is not None or (raw.startswith(">>> ") and _arrowed(lines, index))


def _arrowed(lines: list[Line], index: int) -> bool:
    """As in ">>> Ann <ann@example.org> 03/05/2024 10:05 >>>" above a quote without marks."""
    text = lines[index].text
    below = following(lines, index + 1)
    if len(text) > LONG or (below < len(lines) and lines[below].depth):
        return False
    told = dated(text) and EMAIL.search(text) is not None
    return text.endswith(">>>") or (told and text.endswith((":", "：")))


# -- "-----Original Message-----" -----------------------------------------------------------


def _separator(lines: list[Line], index: int) -> Header | None:
    text = _SAME_LINE.sub(r"\1", lines[index].text)
    words = fold(text.strip(STRIP + "#"))
    if not words:
        return _ruled_block(lines, index) if len(text) >= 5 else None
    dashed = text[0] in _RULED and text[1:2] in _RULED and text[-1] in _RULED + "：:"
    if not dashed and len(words) > 60:
        return _noted(lines, index)
    if not (dashed or text.endswith((":", "：")) or words in _PHRASES):
        return _noted(lines, index)
    below = block(lines, following(lines, index + 1), ruled=dashed)
    if dashed and _ABOVE.search(words):
        return Header(index, index + 1)
    kind = _PHRASES.get(words) or (_by_whom(words) if dashed or below else "")
    if not kind and dashed and below and len(words) <= 60:
        kind = "original"  # whatever it says, a header block stands under it
    if not kind or not (dashed or below or text.endswith((":", "："))):
        return None
    return Header(index, below or index + 1, forward=kind == "forward")


def _noted(lines: list[Line], index: int) -> Header | None:
    """As Notes writes above a header block: "Ann---02/03/2026 10:12:00---Is it here? ..."."""
    parts = lines[index].text.split("---")
    if len(parts) < 3 or not dated(fold(parts[1])):
        return None
    below = block(lines, following(lines, index + 1))
    return Header(index, below) if below else None


def _by_whom(words: str) -> str:
    """As in "-----Ann/Paris/ACME wrote: -----" and "---- On Tue, 3 May Ann <a@b> wrote ----"."""
    verb = VERB.search(words)
    if verb and (dated(words) or EMAIL.search(words) or verb.end() == len(words)):
        return "original"
    if _MAIL_WORD.search(words) and len(words) <= 60:
        if _FORWARD_WORD.search(words):
            return "forward"
        if _ORIGINAL_WORD.search(words) and len(words) <= 40:
            return "original"
    return next((kind for phrase, kind in _PHRASES.items() if words.startswith(phrase + " ")), "")


def _ruled_block(lines: list[Line], index: int) -> Header | None:
    """A rule is a separator where a header block stands under it."""
    below = block(lines, following(lines, index + 1), ruled=True)
    return Header(index, below) if below else None
