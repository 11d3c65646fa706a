"""Results in words of a member's language: `words` says them, `translator` has the rest.

SMS comes first: a text fits one segment of GSM-7 wherever it can, and the other channels show the
same short words. What people wrote comes through here cleaned of control characters, but not
escaped: a channel with markup escapes it.
"""

from gateway.core.wording.catalogue import LANGUAGES, OWN_NAMES, Translator, translator, until, when
from gateway.core.wording.fit import clean, shorten
from gateway.core.wording.refusals import REASONS
from gateway.core.wording.results import words
from gateway.core.wording.several import own_text

__all__ = [
    "LANGUAGES",
    "OWN_NAMES",
    "REASONS",
    "Translator",
    "clean",
    "own_text",
    "shorten",
    "translator",
    "until",
    "when",
    "words",
]
