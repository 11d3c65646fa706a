"""Tokens: what we signed reads back, in any case of letters; nothing else reads at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.email.tokens import ALPHABET, Tokens

TOKENS = Tokens(b"a secret of the tests")
ids = st.integers(min_value=1, max_value=2**63 - 1)
abouts = st.builds("{}:{}".format, st.sampled_from(["post", "digest", "answer"]), ids)


@given(ids, abouts)
def test_a_reply_token_says_who_and_about_what(member_id: int, about: str) -> None:
    assert TOKENS.read_reply(TOKENS.reply(member_id, about)) == (member_id, about)


@given(ids, abouts)
def test_the_case_of_letters_means_nothing(member_id: int, about: str) -> None:
    assert TOKENS.read_reply(TOKENS.reply(member_id, about).upper()) == (member_id, about)


@given(ids, abouts)
def test_a_reply_address_fits_in_a_local_part(member_id: int, about: str) -> None:
    assert len("reply+" + TOKENS.reply(member_id, about)) <= 64
    assert len("unsubscribe+" + TOKENS.unsubscribe(member_id)) <= 64
    assert len("bounces+" + TOKENS.bounce(member_id)) <= 64


@given(ids, abouts)
def test_no_character_is_taken_for_another(member_id: int, about: str) -> None:
    assert not set(TOKENS.reply(member_id, about)) & set("0o1il+")


@given(ids)
def test_the_other_tokens_read_back(number: int) -> None:
    assert TOKENS.read_bounce(TOKENS.bounce(number)) == number
    assert TOKENS.read_unsubscribe(TOKENS.unsubscribe(number)) == number


@given(ids)
def test_a_token_of_one_kind_is_none_of_another(number: int) -> None:
    for token in (TOKENS.bounce(number), TOKENS.unsubscribe(number)):
        assert TOKENS.read_reply(token) is None
    reply = TOKENS.reply(number, f"post:{number}")
    assert TOKENS.read_bounce(reply) is None
    assert TOKENS.read_unsubscribe(reply) is None
    assert TOKENS.read_unsubscribe(TOKENS.bounce(number)) is None


@given(ids, abouts, st.data())
def test_one_changed_character_ends_a_token(
    member_id: int, about: str, data: st.DataObject
) -> None:
    token = TOKENS.reply(member_id, about)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from([c for c in ALPHABET if c != token[place]]))
    assert TOKENS.read_reply(token[:place] + other + token[place + 1 :]) is None


@given(ids, abouts, st.data())
def test_a_cut_or_lengthened_token_is_none(member_id: int, about: str, data: st.DataObject) -> None:
    token = TOKENS.reply(member_id, about)
    more = data.draw(st.text(ALPHABET, min_size=1, max_size=4))
    for forged in (token[:-1], token[1:], token + more, more + token):
        assert TOKENS.read_reply(forged) is None


@given(ids, abouts)
def test_a_token_has_one_spelling(member_id: int, about: str) -> None:
    assert TOKENS.read_reply(ALPHABET[0] + TOKENS.reply(member_id, about)) is None


@given(st.text(max_size=80) | st.text(ALPHABET, max_size=60))
def test_nothing_made_up_is_a_token(made_up: str) -> None:
    assert TOKENS.read_reply(made_up) is None
    assert TOKENS.read_bounce(made_up) is None
    assert TOKENS.read_unsubscribe(made_up) is None


@given(ids, abouts)
def test_another_secret_reads_nothing(member_id: int, about: str) -> None:
    assert Tokens(b"another").read_reply(TOKENS.reply(member_id, about)) is None


@pytest.mark.parametrize("about", ["", "post", "thread:5", "post:x", "post:-1"])
def test_only_what_exists_can_be_answered(about: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        TOKENS.reply(1, about)


@given(ids, abouts, st.integers(0, 1000), st.integers(0, 1000))
def test_a_revoked_token_is_none_and_as_short(
    member_id: int, about: str, then: int, now: int
) -> None:
    token = TOKENS.reply(member_id, about, then)
    assert TOKENS.claimed(token) == member_id
    assert TOKENS.read_reply(token, now) == ((member_id, about) if then == now else None)
    assert len(token) == len(TOKENS.reply(member_id, about))
