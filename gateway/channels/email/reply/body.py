"""Which part of a message holds the text, and its words in Unicode.

The standard parser walks every line of every attachment and nests without bound; a reply needs one
text part near the top. So boundaries are searched as bytes, with bounds on depth, parts and size.
"""

import binascii
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message

from gateway.channels.email.mime import WIDER
from gateway.channels.email.reply import lines

MAX_DEPTH = 8
MAX_PARTS = 40
MAX_HEADERS = 65_536
MAX_VALUE = 2000
MAX_TEXT = 1_048_576

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]{1,80}):((?:[^\n]*(?:\n[ \t][^\n]*){0,40}))", re.MULTILINE)
# Charsets that cost quadratic time or read escapes: never a mail's own.
_ODD = ("punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem")
_ADDRESS = re.compile(r"[^\s<>@(),;:\"]{1,64}@[^\s<>@(),;:\"]{1,255}")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


@dataclass(frozen=True)
class Body:
    plain: str
    html: str
    author: str  # From, decoded, and its address last: a card that holds it is a signature


@dataclass(frozen=True)
class _Part:
    head: dict[str, str]
    message: Message  # only its Content-Type: for the parameters
    payload: bytes


def read(raw: bytes) -> Body:
    found: dict[str, str] = {}
    part = _part(raw)
    _walk(part, found)
    return Body(found.get("text/plain", ""), found.get("text/html", ""), _author(part.head))


def _walk(top: _Part, found: dict[str, str]) -> None:
    stack, seen = [(top, 0)], 0
    while stack and seen < MAX_PARTS:
        part, depth = stack.pop()
        seen += 1
        kind = part.message.get_content_type()
        if kind.startswith("multipart/") and depth < MAX_DEPTH:
            inner = _pieces(part)
            stack.extend((piece, depth + 1) for piece in reversed(inner))
        elif kind in ("text/plain", "text/html") and not _attached(part):
            _take(part, kind, found)


def _take(part: _Part, kind: str, found: dict[str, str]) -> None:
    text = _words(part)
    if kind == "text/plain" and part.message.get_param("format") in ("flowed", "Flowed"):
        text = lines.unflow(text.replace("\r\n", "\n"), delsp=_yes(part.message.get_param("delsp")))
    if text.strip():
        # Apple puts a photo between two text parts: both were written.
        found[kind] = f"{found[kind]}\n{text}" if kind in found else text


def _yes(value: object) -> bool:
    return str(value).lower() == "yes"


def _part(raw: bytes) -> _Part:
    end = _BLANK_LINE.search(raw, 0, MAX_HEADERS)
    starts_body = raw[:1] == b"\n" or raw[:2] == b"\r\n"  # a part without any header
    if starts_body:
        block, payload = b"", raw.lstrip(b"\r\n")
    elif end is None:
        block, payload = raw[:MAX_HEADERS], raw[MAX_HEADERS:]
    else:
        block, payload = raw[: end.start()], raw[end.end() :]
    head: dict[str, str] = {}
    for match in _FIELD.finditer(block):
        value = match[2][:MAX_VALUE].decode("utf-8", "replace")
        head.setdefault(match[1].decode("ascii").lower(), " ".join(value.split()))
    message = Message()
    message["Content-Type"] = head.get("content-type") or "text/plain"
    return _Part(head, message, payload)


def _pieces(part: _Part) -> list[_Part]:
    boundary = part.message.get_boundary("")
    if not boundary:
        return [_Part(part.head, _plain_type(), part.payload)]
    border = re.compile(
        rb"^--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(--)?[ \t]*\r?$", re.M
    )
    pieces: list[_Part] = []
    start: int | None = None
    for match in border.finditer(part.payload):
        if start is not None:
            pieces.append(_part(part.payload[start : match.start()]))
        start = match.end() + 1
        if match[1] or len(pieces) >= MAX_PARTS:
            start = None
            break
    if start is not None:  # cut short on the way
        pieces.append(_part(part.payload[start:]))
    return pieces or [_Part(part.head, _plain_type(), part.payload)]


def _plain_type() -> Message:
    message = Message()
    message["Content-Type"] = "text/plain"
    return message


def _attached(part: _Part) -> bool:
    return part.head.get("content-disposition", "").lower().startswith("attachment")


def _words(part: _Part) -> str:
    encoding = part.head.get("content-transfer-encoding", "").lower()
    payload = part.payload[: MAX_TEXT * 2]
    if encoding == "base64":
        payload = _base64(payload)
    elif encoding == "quoted-printable":
        payload = binascii.a2b_qp(payload)
    return decode(payload[:MAX_TEXT], str(part.message.get_param("charset") or ""))


def _base64(payload: bytes) -> bytes:
    pure = _NOT_BASE64.sub(b"", payload)
    pure = pure[: len(pure) - 1] if len(pure) % 4 == 1 else pure
    try:
        return binascii.a2b_base64(pure + b"=" * (-len(pure) % 4))
    except binascii.Error:
        return payload


def decode(payload: bytes, declared: str) -> str:
    """UTF-8 where it is UTF-8 whatever the label says, else the label, else windows-1252."""
    if declared.lower().replace("-", "_") in _ODD:
        declared = ""
    declared = WIDER.get(declared.lower(), declared)
    seven_bit = declared.lower().startswith(("iso-2022", "utf-7", "utf-16", "utf-32", "hz"))
    for charset in (declared, "utf-8") if seven_bit else ("utf-8", declared):
        try:
            return payload.decode(charset).replace("\0", "")
        except (LookupError, ValueError):
            continue
    whole = _whole(payload)
    if whole is not None:
        return whole
    return payload.decode("windows-1252", "replace").replace("\0", "")


def _whole(payload: bytes) -> str | None:
    """UTF-8 that our own size limit cut inside a letter."""
    for tail in (1, 2, 3) if len(payload) == MAX_TEXT else ():
        try:
            return payload[:-tail].decode("utf-8").replace("\0", "")
        except UnicodeDecodeError:
            continue
    return None


def _author(head: dict[str, str]) -> str:
    try:
        spelled = "".join(
            decode(part, charset or "") if isinstance(part, bytes) else part
            for part, charset in decode_header(head.get("from", ""))
        )
    except (LookupError, ValueError, MessageError):
        spelled = head.get("from", "")
    # Not parseaddr: it recurses once for each bracket of a comment.
    address = _ADDRESS.search(spelled)
    return f"{spelled} {address[0] if address else ''}".strip()
