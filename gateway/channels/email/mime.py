"""Reads the head of a message as it came: hostile, damaged, in any charset.

Nothing here refuses a mail for how it is built, and nothing raises: a header that cannot be read
is read as well as it can be. The body is not looked at; that is `reply`'s, or `plain_text` here
where it failed.
"""

import base64
import binascii
import quopri
import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from functools import cached_property

MAX_SUBJECT = 400
MAX_REFERENCES = 20
_MAX_HEAD = 200_000
_MAX_HEADER = 20_000
_MAX_ADDRESS = 2_000

_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]*)?\?([bq])\?([^?\s]*)\?=", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\([^()]*\)")
_ADDRESS = re.compile(r"[^\s<>,;:()\"@\[\]\\]{1,64}@[\w.-]{1,253}")
_ANGLED = re.compile(r"[^<>]*<([^<>]*)>\s*")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SHIFTED = ("iso-2022", "utf-7", "utf7", "utf-16", "utf16", "hz")


@dataclass(frozen=True)
class Mail:
    """A message: its bytes as they came, and its head."""

    raw: bytes
    head: tuple[tuple[str, str], ...]
    """Names in lower case and values unfolded, not yet decoded, in their order."""

    def all(self, name: str) -> list[str]:
        """The values of every header of this name, as they came."""
        return [value for key, value in self.head if key == name]

    def first(self, name: str) -> str:
        """The value of the first header of this name, or nothing."""
        return next(iter(self.all(name)), "")

    @cached_property
    def sender(self) -> str:
        """The one address in the one From, in lower case; nothing where that is not so."""
        values = self.all("from")
        return only_address(values[0]) if len(values) == 1 else ""

    @cached_property
    def subject(self) -> str:
        return one_line(decode_words(self.first("subject")))[:MAX_SUBJECT]

    @cached_property
    def message_id(self) -> str:
        found = _MESSAGE_ID.search(self.first("message-id"))
        return found[0] if found else ""

    @cached_property
    def ancestors(self) -> tuple[str, ...]:
        """The ids of what is answered: the nearest last, the middle of a long chain left out."""
        chain = _MESSAGE_ID.findall(" ".join(self.all("references")))
        chain += _MESSAGE_ID.findall(self.first("in-reply-to"))[:1]
        once = list(dict.fromkeys(reversed(chain)))[::-1]
        return (*once[:1], *once[1:][-MAX_REFERENCES + 1 :])


def read(raw: bytes) -> Mail:
    """The head of a message, and its bytes."""
    head = BytesHeaderParser(policy=compat32).parsebytes(raw[:_MAX_HEAD])
    return Mail(raw, tuple((name.lower(), _unfolded(value)) for name, value in head.raw_items()))


def plain_text(raw: bytes) -> str:
    """The text of the first plain part, or whatever text there is, with nothing cut from it."""
    try:
        message = BytesParser(policy=compat32).parsebytes(raw)
        parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    except (RecursionError, ValueError, LookupError, TypeError):
        return ""
    for part in sorted(parts, key=lambda part: part.get_content_subtype() != "plain"):
        if text := clean(_content(part)).strip():
            return text
    return ""


WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "iso-8859-9": "cp1254",
    "tis-620": "cp874",
}
"""What is written under a charset's name, as browsers know (WHATWG Encoding Standard)."""


def decode(octets: bytes, declared: str = "") -> str:
    """Text from bytes whose label may lie: UTF-8 is never so by chance, so it is tried first.

    Charsets of seven bits look like UTF-8 and are believed.
    """
    declared = WIDER.get(declared.lower(), declared.lower())
    tries = [declared, "utf-8"] if declared.startswith(_SHIFTED) else ["utf-8", declared]
    for charset in tries:
        try:
            return octets.decode(charset)
        except (UnicodeError, LookupError, ValueError):
            continue
    return octets.decode("cp1252", "replace")


def decode_words(value: str) -> str:
    """A header's encoded words (RFC 2047) as text; what cannot be decoded stays as it is."""
    return _WORD.sub(_decoded_word, _BETWEEN_WORDS.sub(r"\1\2", value))


def clean(text: str) -> str:
    """Text without what no eye sees and some databases refuse: NUL, controls, lone surrogates."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Text on one line, so that it can be a header's."""
    return " ".join(clean(text).split())


def only_address(value: str) -> str:
    """The address in an address header if it is exactly one, in lower case; else nothing."""
    bare = _COMMENT.sub(" ", _QUOTED.sub(" ", value[:_MAX_ADDRESS]))
    angled = _ANGLED.fullmatch(bare)
    candidate = (angled[1] if angled else bare).strip()
    return candidate.lower() if _ADDRESS.fullmatch(candidate) else ""


def _unfolded(value: object) -> str:
    # compat32 keeps the bytes of an 8-bit header as surrogates: they are UTF-8 more often than not.
    text = str(value)[:_MAX_HEADER].replace("\r", "").replace("\n", "")
    if text.isascii():
        return text
    return decode(text.encode("ascii", "surrogateescape"))


def _decoded_word(word: re.Match[str]) -> str:
    charset, encoding, text = word[1], word[2].lower(), word[3]
    try:
        if encoding == "b":
            octets = base64.b64decode(text + "=" * (-len(text) % 4))
        else:
            octets = quopri.decodestring(text.replace("_", " ").encode("ascii"), header=False)
    except (binascii.Error, ValueError):
        return word[0]
    return decode(octets, charset)


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return decode(payload, _charset(part)) if isinstance(payload, bytes) else ""


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "")
    except (TypeError, ValueError, LookupError):  # continuations (RFC 2231) that make no sense
        return ""
