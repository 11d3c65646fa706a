"""Thanks that need no word: a plus, a thumb, a heart, clapping hands."""

import re

_PLUSES = re.compile(r"\+{1,5}1?[\s.!]*")
_UNSEEN = re.compile(r"[\s\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff!.]")
"""What stands around or in an emoji without changing it: blanks, variants, shades of skin."""

_GESTURES = frozenset(
    "\U0001f44d\U0001f44f\U0001f64f\U0001f64c\U0001f44c\U0001f4aa\U0001f60a\U0001f642\U0001f600"
    "\U0001f603\U0001f604\U0001f601\U0001f60d\U0001f970\U0001f389\U0001f38a\U0001f4af\U0001f525"
    "\u2764\u2665\U0001f499\U0001f49a\U0001f49b\U0001f9e1\U0001f49c\U0001f5a4\U0001f90d\U0001f90e"
    "\U0001fa77\U0001f495\U0001f496\u2705\u2714\u263a\U0001f91d\U0001f917\U0001fae1\U0001faf6\U0001f490"
)
_APPLAUSE = frozenset(
    "\U0001f44d\U0001f44f\U0001f64f\U0001f64c\u2764\u2665\U0001f499\U0001f49a\U0001f49b\U0001f9e1\U0001f49c"
)
_LONGEST = 40


def is_thanks(text: str) -> bool:
    """Whether `text` is nothing but such a gesture, once or several times."""
    if len(text) > _LONGEST:
        return False
    seen = _UNSEEN.sub("", text).strip("+")
    return bool(_PLUSES.fullmatch(text.strip())) or (bool(seen) and set(seen) <= _GESTURES)


def is_applause(text: str) -> bool:
    """Whether `text` is nothing but a thumb, a heart or clapping hands.

    Written by hand behind a number, all else may be an answer: a check mark says it is done.
    """
    return is_thanks(text) and set(_UNSEEN.sub("", text)) <= _APPLAUSE and not text.isspace()
