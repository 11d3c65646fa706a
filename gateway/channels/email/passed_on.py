"""The mail that a person passes on to a group: it belongs to what they say there.

`extract` cuts it like any quote, for in a thread it is not an answer. Whoever forwards a mail to a
group does it so that the group reads it, so there it is put below their own words, as it stood, but
without the addresses of who wrote it and of who else had it.
"""

import re

from gateway.channels.email import mime
from gateway.channels.email.mime import Mail
from gateway.channels.email.reply.extraction import Extract

_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{0,60}\]\s*)?"
    r"(?:fwd?|tr|wg|rv|enc|i|doorst|vs|vb|vl|pd|továbbítás|πρθ|пер|ил|转发|轉寄|転送)\s*[:：]",
    re.I,
)
_ADDRESS = re.compile(r"[<\[(]?(?:mailto:)?[\w.+-]{1,64}@[\w.-]{1,253}[>\])]?")
_BARE_LABEL = re.compile(r"[\s>*_]*[^\W\d_][\w .'/-]{0,24}[*_]*\s?[:：][\s*_;,\"'<>]*")
_MARK = re.compile(r"^ {0,3}> ?", re.M)


def passed_on(mail: Mail, found: Extract) -> str:
    """The mail that this one passes on, with its header; empty where it does not."""
    if found.aligned or not (found.forwarded or _SUBJECT.match(mail.subject)):
        return ""
    parts = [part.text for part in found.cut if part.kind in ("header", "quote")]
    if not any(part.kind == "quote" for part in found.cut):
        return ""
    text = mime.clean("\n\n".join(parts))
    rows = _MARK.sub("", text).split("\n")
    kept = (row if "@" not in row else _unaddressed(row) for row in rows)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(row for row in kept if row is not None)).strip()


def _unaddressed(row: str) -> str | None:
    """A line without the addresses in it; None where it was only there for them."""
    left = _ADDRESS.sub("", row).rstrip(" ,;")
    return None if not left.strip() or _BARE_LABEL.fullmatch(left) else left
