"""Texts that a phone sends by itself while its owner drives or is away: whole messages, as data.

A phone has no header that says so. Only what no person writes is listed: two words that stand
alone, and sentences that phones and mailboxes make. They are compared without case, accents, blanks
and punctuation.
"""

import re
import unicodedata

WHOLE = frozenset(
    {
        "jeconduis",
        "jesuisauvolant",
        "jesuisentraindeconduire",
        "jeconduisencemoment",
        "jeconduisactuellement",
        "imdriving",
        "iamdriving",
        "imdrivingrightnow",
        "iamdrivingrightnow",
        "absentdubureau",
        "jesuisabsentdubureau",
        "jesuisactuellementabsentdubureau",
        "outofoffice",
        "iamoutoftheoffice",
        "imoutoftheoffice",
        "iamcurrentlyoutoftheoffice",
        "autoreply",
        "automaticreply",
        "reponseautomatique",
        "messageautomatique",
    }
)

BEGIN_AND_GO_ON = (
    ("imdrivingwith", "illseeyourmessagewheniget"),
    ("iamdrivingwith", "iwillseeyourmessagewheniget"),
    ("imnotreceivingnotificationsifthisisurgent", "urgent"),
    ("jeconduis", "jeverraivotremessage"),
    ("jeconduis", "jeverraitonmessage"),
    ("jesuisauvolant", "jeverraivotremessage"),
    ("jesuisentraindeconduire", "jeverraivotremessage"),
    ("jenerecoispasdenotifications", "urgent"),
    ("jenerecoispaslesnotifications", "urgent"),
)
"""How it begins, and what follows somewhere: phones change the words between from year to year."""

_BEGINNINGS = tuple(begin for begin, _ in BEGIN_AND_GO_ON)

_MARKED = re.compile(
    r"\W*(?:reponse automatique|message automatique|auto[- ]?reply|automatic reply|autoreponse|"
    r"out of office|absent du bureau)\s*[\])]?\s*[:.\-\u2013\u2014]",
)


def auto_reply(text: str) -> str:
    """Why `text` was sent by a phone and not by a person; "" where a person may have."""
    plain = text.casefold()
    if not plain.isascii():
        parts = unicodedata.normalize("NFKD", plain)
        plain = "".join(part for part in parts if not unicodedata.combining(part))
    letters = "".join(filter(str.isalnum, plain))
    begun = letters.startswith(_BEGINNINGS) and any(
        letters.startswith(begin) and on in letters for begin, on in BEGIN_AND_GO_ON
    )
    return "auto-reply" if letters in WHOLE or begun or _MARKED.match(plain) else ""
