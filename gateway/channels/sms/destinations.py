"""Which numbers may be written to: mobile ones, in the countries that the operator allows.

Whoever can make us write to a premium number, or abroad, makes us pay. It is decided by the number
alone, before the wire: nothing is looked up, and nothing is remembered.
"""

from collections.abc import Collection
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType

COUNTRY = "country"
PREMIUM = "premium"
NOT_MOBILE = "not mobile"

_DEAR = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.PAGER,
        PhoneNumberType.VOICEMAIL,
        PhoneNumberType.PERSONAL_NUMBER,
    }
)
_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})

_CODE_LENGTHS = (1, 2, 3)
_MOST_DIGITS = 15
"""Of a country's code, of which none begins with another; of a whole number (E.164)."""

_DEAR_BEGINNINGS = {
    "1": ("900", "976", "500", "521", "522", "533", "544", "566", "577", "588"),
    "32": ("90", "78", "70"),
    "33": ("8",),
    "34": ("80", "90"),
    "39": ("89", "84", "199"),
    "41": ("90", "84"),
    "44": ("9", "8", "70", "76"),
    "49": ("900", "137", "180", "118"),
}
"""Of ranges that are not given out yet: what is dear around them."""


def refusal(number: str, countries: Collection[str]) -> str:
    """Why an SMS may not go to `number` (E.164); "" where it may. `countries` are ISO regions."""
    return _refusal(number, frozenset(countries))


@lru_cache(maxsize=16_384)
def _refusal(number: str, countries: frozenset[str]) -> str:
    plain = _plain(number)
    if plain and phonenumbers.number_type(plain) in _MOBILE and _region(plain) in countries:
        return ""  # as most are
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return COUNTRY
    kind = phonenumbers.number_type(parsed)
    if kind in _DEAR or (kind == PhoneNumberType.UNKNOWN and _is_near_dear(parsed)):
        return PREMIUM
    if _region(parsed) not in countries:
        return COUNTRY
    if kind == PhoneNumberType.UNKNOWN:
        # Which ranges a country gives out changes faster than any table.
        return "" if phonenumbers.is_possible_number(parsed) else NOT_MOBILE
    return "" if kind in _MOBILE else NOT_MOBILE


def _plain(number: str) -> PhoneNumber | None:
    """What `phonenumbers.parse` makes of most numbers, without its looks at how people write them.

    None where a national number begins with a 0: that may be part of it, or a slip.
    """
    digits = number.removeprefix("+")
    if digits == number or not (digits.isascii() and digits.isdecimal()):
        return None
    for length in _CODE_LENGTHS:
        code, national = digits[:length], digits[length:]
        if int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            is_whole = 0 < len(national) <= _MOST_DIGITS and not national.startswith("0")
            return PhoneNumber(int(code), int(national)) if is_whole else None
    return None


def _region(number: PhoneNumber) -> str | None:
    """The country of a number; of one that is not given out, the first of its country code."""
    return phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(
        number.country_code or 0
    )


def _is_near_dear(number: PhoneNumber) -> bool:
    national = phonenumbers.national_significant_number(number)
    return national.startswith(_DEAR_BEGINNINGS.get(str(number.country_code), ()))
