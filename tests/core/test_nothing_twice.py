"""Nobody is shown the same words twice, whichever ways lead to them; and nobody is not shown them.

Two groups, digest and notice, a thread of one's own, mail and SMS, the news on demand: whatever
somebody hears of these is counted, word for word.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.town import Town

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
EVENING = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
WORDS = "la rampe 4 est fermée"


@pytest.fixture
def both(town: Town) -> Town:
    """Everybody is in two groups: Leo and Mia by digest, Paul and Kim at once."""
    town.person("Mia", email="mia@depot.example", phone="+33600000031", groups=("quai3", "velo"))
    town.person("Kim", phone="+33600000032", groups=("quai3", "velo"))
    for name in ("Ana", "Leo"):
        town.sms(name, "JOIN velo")
    town.mail("Paul", "REJOINDRE velo")
    town.sms("Kim", "RYTHME chaque")
    town.mail("Mia", "RYTHME jour")
    return town


def evening(town: Town, days: int = 0) -> None:
    """The time when digests leave."""
    town.clock.set(EVENING + timedelta(days=days))
    town.gateway.delivery.send_digests()


def times(town: Town, name: str, words: str = WORDS) -> int:
    """How often somebody was shown these words, by whatever reached them."""
    return "\n".join(town.heard(name)).count(words)


def said_in(town: Town, *slugs: str, words: str = WORDS) -> None:
    for slug in slugs:
        assert "publié" in town.sms("Ana", f"P {slug} {words}")


READERS = ["Leo", "Mia", "Paul", "Kim"]


@pytest.mark.parametrize("order", [("quai3", "velo"), ("velo", "quai3")])
def test_said_in_two_groups_it_is_shown_once(both: Town, order: tuple[str, ...]) -> None:
    said_in(both, *order)
    evening(both)
    assert {name: times(both, name) for name in READERS} == dict.fromkeys(READERS, 1)
    evening(both, 1)
    evening(both, 2)
    assert {name: times(both, name) for name in READERS} == dict.fromkeys(READERS, 1)


def test_said_in_three_groups_by_one_mail_it_is_shown_once(both: Town) -> None:
    both.sms("Leo", "JOIN quai30")
    both.sms("Ana", "JOIN quai30")
    said_in(both, "quai30", "velo", "quai3")
    evening(both)
    assert {name: times(both, name) for name in READERS} == dict.fromkeys(READERS, 1)


@pytest.mark.parametrize("order", [("quai3", "velo"), ("velo", "quai3")])
def test_at_once_from_one_group_and_by_digest_from_the_other(
    town: Town, order: tuple[str, ...]
) -> None:
    town.sms("Leo", "RHYTHM each")
    for name in ("Ana", "Leo"):
        town.sms(name, "JOIN velo")
    with town.database.write() as session:
        velo = "(SELECT id FROM group_ WHERE slug = 'velo')"
        session.connection().exec_driver_sql(
            f"UPDATE subscription SET delivery = 'digest' WHERE group_id = {velo}"
        )
    said_in(town, *order)
    assert times(town, "Leo") == 1
    evening(town)
    evening(town, 1)
    assert times(town, "Leo") == 1


def test_whoever_is_in_one_of_them_is_shown_it(both: Town) -> None:
    both.sms("Leo", "LEAVE quai3")
    said_in(both, "quai3", "velo")
    evening(both)
    assert times(both, "Leo") == 1


def test_whoever_joined_the_first_after_it_was_said_is_shown_the_second(both: Town) -> None:
    both.sms("Leo", "LEAVE quai3")
    said_in(both, "quai3")
    both.clock.advance(minutes=5)
    both.sms("Leo", "JOIN quai3")
    said_in(both, "velo")
    evening(both)
    assert times(both, "Leo") == 1


def test_what_was_taken_back_in_one_is_shown_in_the_other(both: Town) -> None:
    said_in(both, "quai3")
    both.sms("Ana", "ANNULE")
    said_in(both, "velo")
    evening(both)
    assert times(both, "Leo") == 1


def test_each_group_has_it_for_who_asks_for_that_group(both: Town) -> None:
    said_in(both, "quai3", "velo")
    assert both.sms("Leo", "NEWS").count(WORDS) == 1
    said_in(both, "quai3", "velo", words="les clés sont là")
    assert "les clés" in both.sms("Leo", "NEWS velo")
    assert "les clés" in both.sms("Leo", "NEWS quai3")


def test_said_again_the_next_day_it_is_new(both: Town) -> None:
    said_in(both, "quai3")
    evening(both)
    both.clock.set(NOON + timedelta(days=2))
    said_in(both, "velo")
    evening(both, 2)
    assert times(both, "Leo") == 2


def test_the_same_words_of_two_people_are_two_posts(both: Town) -> None:
    said_in(both, "quai3")
    both.sms("Kim", f"P velo {WORDS}")
    evening(both)
    assert times(both, "Leo") == 2


def test_an_alert_is_not_in_the_digest_as_well(both: Town) -> None:
    both.sms("Ana", f"URGENT quai3 {WORDS}")
    both.sms("Ana", "OUI")
    assert times(both, "Leo") == 1
    evening(both)
    evening(both, 1)
    assert {name: times(both, name) for name in READERS} == dict.fromkeys(READERS, 1)


def test_an_answer_in_one_s_own_thread_is_not_in_the_digest_as_well(both: Town) -> None:
    number = both.sms("Leo", "P quai3 who has the keys").split(": ")[1].split()[0]
    both.sms("Ana", f"R{number} {WORDS}")
    assert times(both, "Leo") == 1
    evening(both)
    evening(both, 1)
    assert times(both, "Leo") == 1


def test_whoever_has_mail_and_a_phone_hears_it_on_one_of_them(both: Town) -> None:
    said_in(both, "quai3")
    evening(both)
    both.settle()
    mia = {"mia@depot.example", "+33600000031"}
    reached = [
        message.channel
        for carrier in both.carriers.values()
        for message in carrier.taken
        if message.recipient in mia and WORDS in str(message.content)
    ]
    assert len(reached) == 1


def test_what_was_read_on_demand_is_in_no_digest(both: Town) -> None:
    said_in(both, "quai3", "velo")
    assert both.sms("Leo", "NEWS").count(WORDS) == 1
    before = times(both, "Leo")
    evening(both)
    evening(both, 1)
    assert times(both, "Leo") == before


SLUGS = ("quai3", "quai30", "velo")
RHYTHMS = ("chaque", "jour", "chaque", "jour")
PLACES = st.lists(st.sampled_from(SLUGS), min_size=1, unique=True)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    memberships=st.tuples(*[st.sets(st.sampled_from(SLUGS), min_size=1)] * 4),
    said=st.tuples(PLACES, PLACES, PLACES),
    asks=st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_whatever_is_said_where_everybody_has_it_once(
    memberships: tuple[set[str], ...],
    said: tuple[list[str], ...],
    asks: tuple[bool, ...],
    town_file: tuple[Town, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    template, path = town_file
    copy = shutil.copy(path, tmp_path_factory.mktemp("town") / "town.db")
    town = template.copy(f"sqlite:///{copy}", NOON)
    for number, groups in enumerate(memberships):
        town.person(f"N{number}", phone=f"+3360000004{number}", groups=tuple(sorted(groups)))
        town.sms(f"N{number}", f"RYTHME {RHYTHMS[number]}")
    for slug in SLUGS[1:]:
        town.sms("Ana", f"REJOINDRE {slug}")
    _live(town, said, asks)
    shown = {
        (number, index): times(town, f"N{number}", _news(index))
        for number in range(4)
        for index in range(3)
    }
    wanted = {key: int(bool(memberships[key[0]] & set(said[key[1]]))) for key in shown}
    town.close()
    assert shown == wanted


def _news(index: int) -> str:
    return f"nouvelle numéro {index} du quai"


def _live(town: Town, said: tuple[list[str], ...], asks: tuple[bool, ...]) -> None:
    """A day of posts, in between which some ask for their news; and the days after it."""
    for index, places in enumerate(said):
        said_in(town, *places, words=_news(index))
        if asks[index]:
            town.sms("N0", "NEUF")
            town.sms("N1", "NEUF")
    for day in range(4):
        evening(town, day)
        town.settle()
