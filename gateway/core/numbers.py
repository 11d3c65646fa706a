"""The number of a post: a running serial and a Damm check digit.

A number is read aloud, copied by hand and typed with gloves on. The check digit (H. M. Damm, 2004)
refuses every single wrong digit and every swap of two neighbours, so a slip finds no post at all
instead of somebody else's.
"""

from stdnum import damm

FIRST_SERIAL = 100
"""Numbers begin with four digits, so that two digits are always an abbreviation of one."""

MAX_DIGITS = 15

EXAMPLE = 1413
"""The number in our help texts, which no post has: its check digit is wrong."""


def number_of(serial: int) -> int:
    """The number that people see for the post with this running `serial`."""
    return int(f"{serial}{damm.calc_check_digit(str(serial))}")


def serial_of(number: int) -> int | None:
    """The serial behind a number that somebody typed, or None where the check digit is wrong."""
    digits = str(number)
    if number < 10 * FIRST_SERIAL or len(digits) > MAX_DIGITS or not damm.is_valid(digits):
        return None
    return number // 10


def may_name(number: int) -> bool:
    """Whether somebody who wrote `number` may mean a post: also who copied our example of one."""
    return number == EXAMPLE or serial_of(number) is not None
