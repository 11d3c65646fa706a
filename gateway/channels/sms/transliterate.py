"""Letters and typography brought into GSM-7, where that saves a text from UCS-2.

One `ê` or one `’` makes an SMS of 160 characters one of 70. What GSM-7 has stays as it is (é è à ù
ü ñ Ç ...); what it has not is written as its plain letter. Where something remains that GSM-7 can
not write at all, another script or an emoji, the whole text stays as the person wrote it: nothing
is romanised, and nothing is spoiled for no gain.
"""

import re
import unicodedata
from functools import lru_cache

from gateway.channels.sms.segments import GSM_CHARACTERS

_LETTERS = {
    "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "ı": "i", "ẞ": "SS", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ħ": "h", "Ħ": "H", "ŧ": "t", "Ŧ": "T",
    "ŋ": "n", "Ŋ": "N", "ĳ": "ij", "Ĳ": "IJ", "ſ": "s", "ŀ": "l", "Ŀ": "L", "ŉ": "'n",
    "ĸ": "k", "ƒ": "f", "ª": "a", "º": "o",
}  # fmt: skip
_MARKS = {
    "«": '"', "»": '"', "‹": "'", "›": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"',
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "ʼ": "'", "`": "'", "´": "'", "ˈ": "'",
    "…": "...", "‥": "..", "–": "-", "—": "-", "―": "-", "‐": "-", "‑": "-", "‒": "-", "−": "-",
    "•": "-", "‣": "-", "▪": "-", "·": ".", "∙": ".", "×": "x", "÷": "/", "⁄": "/", "±": "+/-",
    "°": " deg", "¹": "1", "²": "2", "³": "3", "¼": "1/4", "½": "1/2", "¾": "3/4", "‰": "o/oo",
    "©": "(c)", "®": "(r)", "™": "TM", "№": "No", "µ": "u", "¢": "c", "¬": "-", "¦": "|",
    "¯": "-", "¨": '"', "¸": ",", "¶": " ", "←": "<-", "→": "->", "⇒": "=>", "≤": "<=", "≥": ">=",
    "≠": "<>", "≈": "~", "℃": " C", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl",
}  # fmt: skip
_SPACES = dict.fromkeys(
    "\t\v\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000",
    " ",
) | dict.fromkeys("\u0085\u2028\u2029", "\n")
_UNSEEN = dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e", "")

_PLAIN = _LETTERS | _MARKS | _SPACES | _UNSEEN

_LINE_END = re.compile(r"\r\n?")
_NUMERO = re.compile(r"(?<=[nN])°")
_QUOTED = re.compile(r"«\s?([^«»]*?)\s?»")
_CELSIUS = re.compile(r"\s?°\s?(?=[CF]\b)")


@lru_cache(maxsize=1024)  # one post goes to thousands in the same words
def for_gsm7(text: str) -> str:
    """`text` in GSM-7 where that can be done, else unchanged but for NFC and line ends.

    A carriage return costs a septet and shows nothing; a lone surrogate cannot be sent at all.
    """
    text = unicodedata.normalize("NFC", _LINE_END.sub("\n", whole(text)))
    if GSM_CHARACTERS.issuperset(text):
        return text
    plain = "".join(_plain(character) for character in _tidied(text))
    return plain if GSM_CHARACTERS.issuperset(plain) else text


def whole(text: str) -> str:
    """`text` with surrogates joined in pairs; one that is alone becomes U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _tidied(text: str) -> str:
    """`« Ça va »` is `"Ça va"`: the blanks inside belong to the marks that go."""
    return _QUOTED.sub(r'"\1"', _CELSIUS.sub(" ", _NUMERO.sub("o", text)))


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in GSM_CHARACTERS:
        return character
    if character in _PLAIN:
        return _PLAIN[character]
    letters = unicodedata.normalize("NFD", character)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return bare if GSM_CHARACTERS.issuperset(bare) else character
