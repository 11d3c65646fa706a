"""Builds RFC 5322 messages of headers and bodies: encoded once, filled for each reader.

A post that goes to thousands is encoded once. What is personal are a few headers, and blanks in
the bodies: quoted-printable may be cut anywhere by a soft line break, so a blank is filled between
two of them without encoding anything again. No value can start a header of its own: there is no
line break left in it when it gets here, and `header` refuses one all the same.
"""

import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.header import Header

OPEN, CLOSE = "\ue000", "\ue001"
"""Around the name of a blank. `bodies` takes them out of what people wrote."""

_BLANK = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 ]*")
_DOT = re.compile(rb"(?m)^\.")
_SOFT_BREAK = b"=\r\n"
_FOLD = "\r\n "


@dataclass(frozen=True, slots=True)
class Letter:
    """A message without what is personal. In `body`, a str is the name of a blank."""

    head: bytes
    body: tuple[bytes | str, ...]

    @property
    def has_dots(self) -> bool:
        """Whether a line that is the same for all begins with a dot."""
        fixed = (piece for piece in self.body if isinstance(piece, bytes))
        return any(piece[:1] == b"." or b"\n." in piece for piece in (self.head, *fixed))

    def filled(self, head: bytes, blanks: Mapping[str, str]) -> bytes:
        """The message for one reader, with their headers first."""
        encoded = {name: _encoded(value) for name, value in blanks.items()}
        pieces = [piece if isinstance(piece, bytes) else encoded[piece] for piece in self.body]
        return b"".join([head, self.head, *pieces])


def letter(head: bytes, plain: str, html: str = "") -> Letter:
    """A letter with a plain body, and beside it an HTML one where there is one."""
    if not html:
        return Letter(head + b"MIME-Version: 1.0\r\n" + _label("plain"), _pieces(plain))
    boundary = hashlib.sha256(f"{plain}\0{html}".encode()).hexdigest()[:24].encode()
    opening = (
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: multipart/alternative; boundary="=_' + boundary + b'"\r\n\r\n'
    )
    line = b"\r\n--=_" + boundary  # `=_` is nothing that quoted-printable can contain
    body = (line + b"\r\n" + _label("plain"), *_pieces(plain))
    body += (line + b"\r\n" + _label("html"), *_pieces(html), line + b"--\r\n")
    return Letter(head + opening, body)


def doubled(text: bytes) -> bytes:
    """A text for SMTP: a dot that begins a line is doubled (RFC 5321, 4.5.2)."""
    return _DOT.sub(b"..", text) if b"\n." in text or text[:1] == b"." else text


def blank(name: str) -> str:
    """Where something personal comes in a body."""
    return f"{OPEN}{name}{CLOSE}"


def without_blanks(text: str) -> str:
    """A body as it is where nothing personal is known."""
    return _BLANK.sub("", text)


def header(name: str, value: str) -> bytes:
    """A header with a value that is plain ASCII and made by us: an address, an id, a link."""
    if not value.isascii() or not value.isprintable():
        raise ValueError(f"not a value for {name}")
    return f"{name}: {value}\r\n".encode()


def text_header(name: str, text: str) -> bytes:
    """A header of free words, in encoded words where they need it."""
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    value = Header(text, charset, maxlinelen=76, header_name=name).encode(linesep="\r\n")
    return f"{name}: {value}\r\n".encode()


def mailbox_header(name: str, words: str, address: str) -> bytes:
    """A header with a name and an address, whatever the name contains."""
    if _PLAIN_NAME.fullmatch(words) and len(words) < 60:
        phrase = words
    else:
        phrase = Header(words, "utf-8", maxlinelen=70, header_name=name).encode(linesep="\r\n")
    if not address.isascii() or not address.isprintable():
        raise ValueError(f"not an address for {name}")
    return f"{name}: {phrase}\r\n <{address}>\r\n".encode()


def ids_header(name: str, ids: Iterable[str]) -> bytes:
    """A header of message ids, one a line; those that cannot stand in a header are left out."""
    fit = [one for one in ids if one.isascii() and one.isprintable()]
    return f"{name}: {_FOLD.join(fit)}\r\n".encode() if fit else b""


def _label(subtype: str) -> bytes:
    return (
        f"Content-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()


def _pieces(text: str) -> tuple[bytes | str, ...]:
    """A body in quoted-printable, cut at its blanks."""
    pieces: list[bytes | str] = []
    for place, piece in enumerate(_BLANK.split(text)):
        if place % 2:
            pieces += [_SOFT_BREAK, piece, _SOFT_BREAK]
        elif piece:
            pieces.append(_encoded(piece))
    return tuple(pieces)


def _encoded(text: str) -> bytes:
    encoded = binascii.b2a_qp(text.replace("\n", "\r\n").encode("utf-8", "replace"))
    return encoded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
