"""What a person wrote in a mail, and what was around it.

Four layers mark lines, from the surest to the most guessed: alignment with the text we sent, the
marks of the HTML, headers and separators of all languages, signatures and footers. Nothing is
deleted: `extract` gives back what was cut with the reason.
"""

from gateway.channels.email.reply.extraction import Answer, Cut, Extract, extract

__all__ = ["Answer", "Cut", "Extract", "extract", "extract_reply"]


def extract_reply(raw: bytes, sent: str | None = None) -> str:
    """What the person wrote in this RFC 5322 message; `sent` is what it answers, if known."""
    return extract(raw, sent).reply
