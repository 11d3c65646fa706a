"""The words of one SMS: one segment, whole words, and a way to answer or to read on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.sms import render
from gateway.channels.sms.segments import GSM_CHARACTERS, fits, measure
from gateway.core.commands import Page
from gateway.core.envelope import Answer, Digest
from tests.support.sms import notice, owed, post


def test_a_post_says_where_which_who_what_and_how_to_answer() -> None:
    sms = render.text(owed(notice(post())))
    assert sms == "Quai 3 1415 Ana: palette cassée quai 4. R1415 texte"


def test_in_english() -> None:
    sms = render.text(owed(notice(post("pallet broken!")), language="en"))
    assert sms == "Quai 3 1415 Ana: pallet broken! R1415 text"


def test_a_sender_that_cannot_be_answered_says_where_to() -> None:
    short = render.text(owed(notice(post("ok")), language="en"), reply_to="38200")
    assert short == "Quai 3 1415 Ana: ok. R1415 text to 38200"
    long = render.text(owed(notice(post("un deux " * 40))), reply_to="38200")
    assert long.endswith("... L1415 au 38200")
    assert fits(long)
    exact = render.text(owed(notice(post("x" * 143))), reply_to="38200")
    assert exact.endswith("... L1415 au 38200")


def test_a_reply_goes_under_the_number_of_its_thread() -> None:
    reply = post("ok", number=1424, author="Leo", parent=1415)
    assert render.text(owed(notice(reply, post()))) == "Quai 3 1424 > 1415 Leo: ok. R1415 texte"
    assert render.text(owed(notice(reply))) == "Quai 3 1424 > 1415 Leo: ok. R1415 texte"


def test_an_alert_says_so_first() -> None:
    sms = render.text(owed(notice(post("sortez tous", urgent=True))))
    assert sms.startswith("URGENT Quai 3 1415 Ana: sortez tous")


def test_the_way_to_answer_gives_way_to_the_last_words() -> None:
    head = "Quai 3 1415 Ana: "
    body = "x" * (160 - len(head))
    assert render.text(owed(notice(post(body)))) == head + body


def test_what_is_too_long_ends_between_two_words_and_says_how_to_read_on() -> None:
    sms = render.text(owed(notice(post("un deux trois quatre cinq " * 20))))
    assert fits(sms)
    assert len(sms) > 140
    assert sms.endswith("... L1415")
    last = sms.removesuffix("... L1415").rsplit(maxsplit=1)[-1]
    assert last in ("un", "deux", "trois", "quatre", "cinq")


def test_one_endless_word_is_cut_all_the_same() -> None:
    sms = render.text(owed(notice(post("x" * 500))))
    assert fits(sms)
    assert len(sms) == 160


def test_another_script_is_sent_whole_or_cut_to_its_own_segment() -> None:
    sms = render.text(owed(notice(post("Причал 3 зачинено до вечора, " * 5))))
    assert measure(sms).encoding == "UCS-2"
    assert fits(sms)
    assert "Причал 3" in sms


def test_long_names_give_way_where_room_is_short() -> None:
    view = post(
        "Причал зачинено " * 9, group_name="Plateforme de Villeneuve", author="Anne-Marie B"
    )
    sms = render.text(owed(notice(view)))
    assert fits(sms)
    assert "Причал зачинено" in sms


def test_letters_are_written_in_gsm7() -> None:
    sms = render.text(owed("« Ça va » — c’est l’œuvre de Zoë…"))
    assert sms == "\"Ça va\" - c'est l'oeuvre de Zoe..."
    assert GSM_CHARACTERS.issuperset(sms)


def test_a_digest_is_worded_by_the_core() -> None:
    sms = render.text(owed(Digest(Page((post(),), about="digest"))))
    assert "1415" in sms
    assert "palette cassée quai 4" in sms


def test_nothing_longer_than_the_carrier_takes_is_sent() -> None:
    assert len(render.text(owed("x" * 5000))) == render.LONGEST


@pytest.mark.parametrize("urgent", [False, True])
@given(
    body=st.text(max_size=400),
    group=st.text(max_size=80),
    author=st.text(max_size=80),
    number=st.integers(1000, 10**14),
    parent=st.none() | st.integers(1000, 10**14),
)
def test_any_post_is_one_segment(
    urgent: bool, body: str, group: str, author: str, number: int, parent: int | None
) -> None:
    view = post(body, number=number, group_name=group, author=author, parent=parent, urgent=urgent)
    sms = render.text(owed(notice(view)))
    assert fits(sms)
    assert str(parent or number) in sms
    sms.encode("utf-8")


class TestWhereToWrite:
    """From a name nobody can be answered: what can be answered says where to."""

    def test_an_answer_says_it(self) -> None:
        said = render.text(owed(Answer("Publier dans Quai 3? OUI ou NON")), reply_to="38200")
        assert said == "Publier dans Quai 3? OUI ou NON\nÉcrivez au 38200"

    def test_it_says_it_once(self) -> None:
        words = "Publier? OUI ou NON\nÉcrivez au 38200"
        assert render.text(owed(Answer(words)), reply_to="38200") == words

    def test_it_costs_no_second_sms(self) -> None:
        for length in (140, 150, 160):
            said = render.text(owed(Answer("x" * length)), reply_to="38200")
            assert measure(said).count == 1

    def test_a_sender_that_can_be_answered_needs_none(self) -> None:
        assert render.text(owed(Answer("OK"))) == "OK"
