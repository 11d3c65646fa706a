"""Where a text may go: to the mobiles of the countries that were named, and nowhere else."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.sms import destinations
from gateway.channels.sms.destinations import COUNTRY, NOT_MOBILE, PREMIUM, refusal

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


@pytest.mark.parametrize(
    ("number", "countries"),
    [
        ("+33612345678", "FR"),
        ("+33600000004", "FR"),
        ("+33639980001", "FR"),  # ARCEP keeps these for films and novels
        ("+33700000001", "FR"),
        ("+33756796123", "FR"),
        ("+32470123456", "FR BE"),
        ("+14158675309", "US"),  # nobody can tell a mobile from a landline there
        ("+447700900001", "GB"),  # Ofcom keeps these for films and novels
        ("+262692123456", "FR RE"),
    ],
)
def test_a_mobile_of_a_country_that_was_named_is_written_to(number: str, countries: str) -> None:
    assert refusal(number, countries.split()) == ""


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+32470123456", COUNTRY),
        ("+14158675309", COUNTRY),
        ("+262692123456", COUNTRY),
        ("+18765550100", COUNTRY),  # Jamaica looks like a number of the United States
        ("+882123456789", COUNTRY),
        ("+999123456789", COUNTRY),
        ("", COUNTRY),
        ("MyBank", COUNTRY),
        ("38190", COUNTRY),
        ("+33123456789", NOT_MOBILE),
        ("+33900000000", NOT_MOBILE),
        ("+33800123456", NOT_MOBILE),
        ("+3361", NOT_MOBILE),
        ("+33890123456", PREMIUM),
        ("+33899000000", PREMIUM),
        ("+33810123456", PREMIUM),
        ("+33820123456", PREMIUM),
        ("+33825000000", PREMIUM),
        ("+33884123456", PREMIUM),
        ("+19005550100", PREMIUM),
        ("+19002345678", PREMIUM),
        ("+447012345678", PREMIUM),
    ],
)
def test_anything_else_is_refused_for_its_reason(number: str, why: str) -> None:
    assert refusal(number, ("FR",)) == why


@pytest.mark.parametrize("beginning", ["+3389", "+3381", "+3382", "+1900", "+1976"])
def test_no_premium_number_is_ever_written_to_whatever_is_allowed(beginning: str) -> None:
    for middle in range(0, 1000, 7):
        number = (beginning + f"{middle:03}" + "0" * 9)[:12]
        assert refusal(number, ("FR", "US")) == PREMIUM, number


@given(
    st.builds("+{}{}".format, st.sampled_from(CODES), st.from_regex(r"[0-9]{1,16}", fullmatch=True))
)
def test_what_is_read_without_a_look_at_how_people_write_is_read_the_same(number: str) -> None:
    plain = destinations._plain(number)
    if plain is not None and phonenumbers.is_valid_number(plain):
        assert plain == phonenumbers.parse(number, None)
