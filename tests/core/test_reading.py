"""News, one thread, the next page, search, people: what is looked at, and what stays closed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from gateway.core.models import Subscription
from tests.support.statements import heard
from tests.support.town import Town


def cursor(town: Town, name: str) -> int:
    member_id = town.id_of(name)
    with town.database.read() as session:
        return session.get_one(Subscription, (member_id, 1)).cursor


def test_news_shows_each_post_once_oldest_first(town: Town) -> None:
    town.sms("Ana", "P quai3 première")
    town.sms("Ana", "P quai3 deuxième")
    told = town.sms("Leo", "NEWS")
    assert told.index("première") < told.index("deuxième")
    assert "première" not in town.sms("Leo", "NEWS")


def test_news_of_one_group_leaves_the_others_unread(town: Town) -> None:
    town.sms("Ana", "P quai3 au quai")
    town.sms("Ana", "P direction de la direction")
    assert "au quai" not in town.sms("Leo", "NEWS direction")
    assert "au quai" in town.sms("Leo", "NEWS")


def test_news_of_a_group_that_one_is_not_in_is_refused(town: Town) -> None:
    assert "Sécurité" in town.sms("Leo", "NEWS secu")
    town.sms("Ana", "P secu ronde à 22 h")
    assert "ronde" not in town.sms("Leo", "NEWS secu")


def test_pages_go_on_where_the_last_one_ended(town: Town) -> None:
    for number in range(12):
        town.sms("Ana", f"P quai3 palette numéro {number:02} " + "x" * 60)
    told = town.sms("Leo", "NEWS")
    for _ in range(12):
        told += town.sms("Leo", "MORE")
    places = [told.find(f"numéro {number:02}") for number in range(12)]
    assert -1 not in places
    assert places == sorted(places)
    assert told.count("numéro 03") == 1


def test_there_is_no_next_page_where_there_was_none(town: Town) -> None:
    town.sms("Leo", "NEWS")
    assert town.receive("sms", "+33600000002", "MORE").state == "refused"


def test_pages_of_sms_and_kiosk_do_not_mix(town: Town) -> None:
    for number in range(12):
        town.sms("Ana", f"P quai3 palette numéro {number:02} " + "x" * 60)
    town.sms("Leo", "FIND numéro")
    town.kiosk("Leo", "NEWS")
    assert "numéro" in town.sms("Leo", "MORE")


def test_a_thread_is_read_from_any_of_its_posts(town: Town) -> None:
    town.sms("Ana", "P quai3 palette cassée")
    town.sms("Leo", "1007 which one?")
    for number in ("L1007", "L1010", "L10", "1007"):
        told = town.sms("Leo", number)
        assert "palette cassée" in told
        assert "which one" in told


def test_a_long_thread_goes_on_with_more(town: Town) -> None:
    town.sms("Ana", "P quai3 palette cassée")
    for number in range(8):
        town.sms("Ana", f"R1007 réponse {number} " + "x" * 80)
    told = town.sms("Leo", "L1007")
    for _ in range(8):
        told += town.sms("Leo", "MORE")
    assert all(f"réponse {number} " in told for number in range(8))


def test_the_next_page_of_a_closed_thread_is_gone_with_the_membership(town: Town) -> None:
    town.person("Max", phone="+33600000009", groups=("secu",))
    town.sms("Ana", "P secu ronde à 22 h " + "x" * 90)
    for _ in range(6):
        town.sms("Ana", "R1007 le code secret est 4711 " + "y" * 90)
    town.sms("Max", "L1007")
    assert "4711" in town.sms("Max", "SUITE")
    town.sms("Max", "QUITTER secu")
    assert "4711" not in town.sms("Max", "SUITE")


def test_search_finds_all_words_newest_first_and_never_closed_groups(town: Town) -> None:
    town.sms("Ana", "P quai3 palette bleue")
    town.sms("Ana", "P quai3 palette rouge")
    town.sms("Ana", "P secu palette noire")
    told = town.sms("Leo", "FIND palette")
    assert told.index("rouge") < told.index("bleue")
    assert "noire" not in told
    assert "rouge" not in town.sms("Leo", "FIND palette bleue")
    assert "noire" in town.sms("Ana", "CHERCHE palette")


@pytest.mark.parametrize("words", ["100%", "_", "a'; DROP TABLE post; --", "\\", "é"])
def test_what_is_searched_for_is_only_text(any_town: Town, words: str) -> None:
    any_town.sms("Ana", "P quai3 palette bleue")
    told = any_town.sms("Leo", f"FIND {words}")
    assert told
    assert "bleue" not in told
    assert "bleue" in any_town.sms("Leo", "L1007")


def test_who_is_in_a_group_and_who_wrote_about_a_word(town: Town) -> None:
    told = town.sms("Leo", "WHO quai3")
    assert all(name in told for name in ("Ana", "Leo", "Paul", "Zoe"))
    town.sms("Ana", "P quai3 le chariot est réparé")
    assert "Ana" in town.sms("Leo", "WHO chariot")


def test_who_is_in_a_closed_group_is_told_to_its_members_only(town: Town) -> None:
    assert "Ana" not in town.sms("Leo", "WHO secu")
    town.sms("Ana", "P secu le trousseau est perdu")
    assert "Ana" not in town.sms("Leo", "WHO trousseau")
    assert "Ana" in town.sms("Ana", "QUI secu")


@pytest.mark.parametrize(
    "text",
    [
        "R999999999999997 ok",
        "L999999999999997",
        "99999999990 ok",
        "MUTE 999999999999999999",
        "P quai3 a\0b",
        "P quai3 \ud83d",
        "L0",
        "1 +",
    ],
)
def test_no_number_and_no_letter_is_too_strange_for_any_database(any_town: Town, text: str) -> None:
    assert any_town.receive("sms", "+33600000002", text).state in ("done", "refused")


@contextmanager
def meanwhile(town: Town, place: int, act: Callable[[], object]) -> Iterator[None]:
    """Do something, committed by somebody else, just before the `place`th statement of ours."""
    count, busy = 0, False

    def before(*_: object) -> None:
        nonlocal count, busy
        count += not busy
        if count == place and not busy:
            busy = True
            with ThreadPoolExecutor(1) as pool:
                pool.submit(act).result()

    with heard(town.database, before):
        yield


@pytest.mark.parametrize("place", range(4, 24, 2))
def test_a_post_at_any_moment_of_news_is_in_it_or_in_the_next(big_town: Town, place: int) -> None:
    town = big_town
    with meanwhile(town, place, lambda: town.sms("Ana", "P quai3 deuxième")):
        first = town.sms("Leo", "NEWS")
    assert (first + town.sms("Leo", "NEWS")).count("deuxième") == 1


def test_cursors_only_rise(town: Town) -> None:
    seen = [cursor(town, "Leo")]
    for number in range(4):
        town.sms("Ana", f"P quai3 palette {number}")
        town.sms("Leo", "NEWS")
        town.sms("Leo", "LEAVE quai3")
        town.sms("Leo", "JOIN quai3")
        seen.append(cursor(town, "Leo"))
    assert seen == sorted(set(seen))
