"""Lines that no person typed: "sent from my phone", and the banners of a firm's mail filter."""

import re

from gateway.channels.email.reply import closings
from gateway.channels.email.reply.lines import LONG, Line, any_of, fold

_SENT_FROM = re.compile(rf"^[\W_]*(?:{any_of(closings.SENT_FROM)})")
_SENT_FROM_END = re.compile(rf"(?:{any_of(closings.SENT_FROM_ENDS)})[\W_]*$")
_DEVICE = re.compile(rf"(?<!\w)(?:{any_of(closings.DEVICES)})|blackberry|iphon|ipad|android")
_APP_LINK = re.compile(any_of(closings.APP_LINKS))
_APOLOGY = re.compile(any_of(closings.APOLOGIES))
_BANNER = re.compile(any_of(closings.BANNERS))
_LINK = re.compile(r"\]?\(?<?(?:https?://|mailto:|www\.)[^\s<>]*>?\)?")


def is_sent_from(text: str) -> bool:
    """Is this the line that a phone or a mail program adds?"""
    if not text or len(text) > 300:
        return False
    folded = fold(text)
    bare = _LINK.sub(" ", folded).strip(" \t.!*_<>()[]|-—'\"")
    if len(bare) > 140 or bare.endswith("?"):
        return False
    if _leads_to_app(folded, bare):
        return True
    if _SENT_FROM.match(folded) is None:
        return (
            len(bare) < 60
            and _SENT_FROM_END.search(bare) is not None
            and _DEVICE.search(bare) is not None
        )
    return _names_device(bare)


def _leads_to_app(folded: str, bare: str) -> bool:
    """As in "Get Outlook for Android<https://aka.ms/...>" of a language that is in no list."""
    linked = "://" in folded and _APP_LINK.search(folded) is not None
    return linked and 0 < len(bare) <= 60 and _DEVICE.search(bare) is not None


def _names_device(bare: str) -> bool:
    clause, _, after = (
        bare.replace(". ", ", ").replace(";", ",").replace(" - ", ", ").partition(",")
    )
    words = clause.split()
    if after.strip() and not (_APOLOGY.search(after) or is_sent_from(after.strip())):
        brand = len(words) <= 5 and len(after.split()) <= 4 and _DEVICE.search(after) is not None
        return brand and "my" in words
    device = _DEVICE.search(clause) is not None
    if "my" in words[:3] or "mon" in words[:4]:
        return len(words) <= (12 if device else 5)
    return (device and len(words) <= 14) or (len(words) <= 3 and not after.strip())


def banner(lines: list[Line]) -> None:
    """The first paragraphs, as long as each is a banner."""
    index = 0
    for _ in range(3):
        while index < len(lines) and (lines[index].cut or not lines[index].text):
            index += 1
        end = index
        while end < len(lines) and lines[end].text and not lines[end].cut and end - index < 8:
            end += 1
        words = fold(" ".join(line.text[:LONG] for line in lines[index:end]))
        if not words or len(words) > 700 or _BANNER.search(words) is None:
            return
        for line in lines[index:end]:
            line.cut = "banner"
