"""Numbers in words, as a telephone writes them down that is spoken to: `pause huit heures`."""

import re
from collections.abc import Mapping

SPELT: Mapping[str, int] = {
    **dict.fromkeys(("UN", "UNE", "ONE"), 1),
    **dict.fromkeys(("DEUX", "TWO"), 2),
    **dict.fromkeys(("TROIS", "THREE"), 3),
    **dict.fromkeys(("QUATRE", "FOUR"), 4),
    **dict.fromkeys(("CINQ", "FIVE"), 5),
    "SIX": 6,
    **dict.fromkeys(("SEPT", "SEVEN"), 7),
    **dict.fromkeys(("HUIT", "EIGHT"), 8),
    **dict.fromkeys(("NEUF", "NINE"), 9),
    **dict.fromkeys(("DIX", "TEN"), 10),
    **dict.fromkeys(("ONZE", "ELEVEN"), 11),
    **dict.fromkeys(("DOUZE", "TWELVE"), 12),
    **dict.fromkeys(("QUINZE", "FIFTEEN"), 15),
    **dict.fromkeys(("SEIZE", "SIXTEEN"), 16),
    **dict.fromkeys(("DIX SEPT", "SEVENTEEN"), 17),
    **dict.fromkeys(("DIX HUIT", "EIGHTEEN"), 18),
    **dict.fromkeys(("DIX NEUF", "NINETEEN"), 19),
    **dict.fromkeys(("VINGT", "TWENTY"), 20),
    **dict.fromkeys(("VINGT ET UNE", "VINGT ET UN", "TWENTY ONE"), 21),
    **dict.fromkeys(("VINGT DEUX", "TWENTY TWO"), 22),
    **dict.fromkeys(("VINGT QUATRE", "TWENTY FOUR"), 24),
    **dict.fromkeys(("TRENTE", "THIRTY"), 30),
}

_LONGEST_FIRST = sorted(SPELT, key=len, reverse=True)
_ANY = "|".join(re.sub(" ", r"[\\s-]", words) for words in _LONGEST_FIRST)
_SPELT = re.compile(rf"(?<![^\W_])(?:{_ANY})(?![^\W_])")
_HALF_PAST = re.compile(r"HALF\sPAST\s(\d{1,2})(?!\d)")
_HALF = re.compile(r"(\d\s?H(?:EURES?)?)\sET\sDEMIE?(?![^\W_])")


def in_figures(folded: str) -> str:
    """`huit heures et demie` is `8 HEURES 30`, `half past six` is `6:30`."""
    text = _SPELT.sub(lambda word: str(SPELT[re.sub(r"[\s-]+", " ", word[0])]), folded)
    text = _HALF_PAST.sub(r"\1:30", text)
    return _HALF.sub(r"\1 30", text)
