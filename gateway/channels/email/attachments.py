"""What came with a mail beside its words: photos, and a reaction instead of words.

A photo is an image of some size that its sender put there. What is small (a logo, a tracking dot,
an icon of the mail program) is none, nor is an image that the HTML shows inside a signature or a
quote. Nothing is lost by that: the mail itself is kept as it came.
"""

import hashlib
import json
import re
import struct
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from gateway.channels.email.mime import decode
from gateway.core.envelope import MediaRef

MOST_PHOTOS = 5
LEAST_BYTES = 10_000
MOST_BYTES = 10 * 2**20
LEAST_SIDE = 150

_MOST_PARTS = 200
_MOST_HTML = 1_000_000
_LONGEST_REACTION = 40
_GMAIL_REACTION = "text/vnd.google.email-reaction+json"

_NOT_HIS_WORDS = re.compile(
    r"<blockquote|gmail_quote|gmail_signature|moz-cite-prefix|moz-signature|divRplyFwdMsg"
    r"|yahoo_quoted|appendonsend|AppleMailSignature|ms-outlook-mobile-signature"
    r"|mail-editor-reference-message|data-signature|id=[\"']?(?:x_)?signature|border-top:\s?solid",
    re.IGNORECASE,
)
_IMAGE = re.compile(rb"content-type:\s*image/", re.IGNORECASE)
_REACTION = re.compile(rb"content-disposition:\s*reaction|email-reaction\+json", re.IGNORECASE)
"""Most mails have neither: a look at the bytes spares taking them apart once more."""

_START_OF_FRAME = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def photos(raw: bytes) -> tuple[MediaRef, ...]:
    """The photos that came with a mail, at most five."""
    if not _IMAGE.search(raw):
        return ()
    parts = _parts(raw)
    page = next((_text(part) for part in parts if part.get_content_type() == "text/html"), "")
    below = _NOT_HIS_WORDS.search(page[:_MOST_HTML])
    around = page[below.start() :] if below else ""
    found: dict[bytes, MediaRef] = {}
    for part in parts:
        if part.get_content_maintype() != "image" or _shown_in(part, around):
            continue
        content = _octets(part)
        if LEAST_BYTES <= len(content) <= MOST_BYTES and not _is_small(content):
            name = hashlib.sha256(content).digest()
            found.setdefault(name, MediaRef(part.get_content_type(), content=content))
    return tuple(found.values())[:MOST_PHOTOS]


def reaction(raw: bytes) -> str:
    """The emoji that a mail is (RFC 9078, and as Gmail has it); "" where it is no reaction."""
    for part in _parts(raw) if _REACTION.search(raw) else ():
        if part.get_content_disposition() == "reaction" and _is_text(part):
            return _text(part).strip()[:_LONGEST_REACTION]
        if part.get_content_type() == _GMAIL_REACTION:
            return _gmail_emoji(_text(part))
    return ""


def _gmail_emoji(text: str) -> str:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    emoji = told.get("emoji") if isinstance(told, dict) else None
    return emoji.strip()[:_LONGEST_REACTION] if isinstance(emoji, str) else ""


def _parts(raw: bytes) -> list[Message]:
    try:
        message = BytesParser(policy=compat32).parsebytes(raw)
        return [part for part, _ in zip(_own(message), range(_MOST_PARTS), strict=False)]
    except (RecursionError, ValueError, LookupError, TypeError):
        return []


def _own(message: Message) -> Iterator[Message]:
    """The parts of this mail, and not those of one that it passes on."""
    if message.get_content_maintype() == "message":
        return
    payload = message.get_payload()
    if isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                yield from _own(part)
    else:
        yield message


def _is_text(part: Message) -> bool:
    return part.get_content_maintype() == "text"


def _octets(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message) -> str:
    return decode(_octets(part)[:_MOST_HTML], str(part.get_content_charset() or ""))


def _shown_in(part: Message, page: str) -> bool:
    name = str(part.get("Content-ID") or "").strip().strip("<>")
    return bool(name) and f"cid:{name}" in page


def _is_small(content: bytes) -> bool:
    """Whether a side is short, as far as the file says so in its head."""
    sides = _sides(content)
    return bool(sides) and min(sides) < LEAST_SIDE


def _sides(content: bytes) -> tuple[int, ...]:
    try:
        if content.startswith(b"\x89PNG"):
            return struct.unpack(">II", content[16:24])
        if content.startswith(b"GIF8"):
            return struct.unpack("<HH", content[6:10])
        if content.startswith(b"\xff\xd8"):
            return _jpeg_sides(content)
    except struct.error:
        return ()
    return ()


def _jpeg_sides(content: bytes) -> tuple[int, ...]:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        if content[at + 1] in _START_OF_FRAME:
            return struct.unpack(">HH", content[at + 5 : at + 9])
        at += 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    return ()
