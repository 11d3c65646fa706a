"""What a kiosk is told of the conversations: its own share, whole once, then what changed."""

from dataclasses import replace
from itertools import pairwise

import pytest
from sqlalchemy import event

from gateway.core import feed
from gateway.core.desk import Device, Feed, Session
from gateway.core.people import Person
from tests.support.town import Town

DEPOT = Device(1, "Depot")


@pytest.fixture
def here(any_town: Town) -> Town:
    """Zoe and Ana work in the depot, Paul in the yard; in the club are people of the yard alone."""
    town = any_town
    town.group("club", "Club")
    town.person("Zoe", badge="1004", site="Depot")
    town.person("Ana", badge="1001", site="Depot")
    town.person("Paul", badge="1003", site="Yard", groups=("club",))
    return town


def told(town: Town, cursor: str = "", name: str = "", device: Device = DEPOT) -> Feed:
    session = Session(town.id_of(name), device.id, "fr") if name else None
    return town.gateway.desk.feed(device, session, cursor)


def texts(answer: Feed) -> list[str]:
    return [post.body for post in answer.posts]


def test_a_kiosk_alone_is_told_the_open_groups_of_its_site_and_nothing_else(here: Town) -> None:
    here.kiosk("Ana", "P quai3 ouvert")
    here.kiosk("Ana", "P secu ferme")
    here.kiosk("Paul", "P club loin")
    answer = told(here)
    assert texts(answer) == ["ouvert"]
    assert {group.slug for group in answer.groups} == {"quai3", "direction"}
    assert texts(told(here, device=Device(2, "Yard"))) == ["ouvert", "loin"]
    assert told(here, device=Device(3, "")).groups == ()


def test_a_member_is_told_their_own_groups_closed_ones_too(here: Town) -> None:
    here.kiosk("Ana", "P secu ferme")
    here.kiosk("Ana", "P quai3 ouvert")
    assert texts(told(here, name="Ana")) == ["ferme", "ouvert"]
    assert texts(told(here, name="Zoe")) == ["ouvert"]


def test_after_the_first_answer_only_what_changed_is_told(here: Town) -> None:
    here.kiosk("Ana", "P quai3 un")
    first = told(here)
    assert first.full
    assert told(here, first.cursor) == replace(first, full=False, posts=())
    here.kiosk("Ana", "P quai3 deux")
    second = told(here, first.cursor)
    assert (texts(second), second.full, second.more) == (["deux"], False, False)
    number = first.posts[0].number
    here.kiosk("Zoe", f"{number} +")
    third = told(here, second.cursor)
    assert [(post.number, post.thanks) for post in third.posts] == [(number, 1)]
    here.kiosk("Zoe", "ANNULE")
    assert [post.thanks for post in told(here, third.cursor).posts] == [0]


def test_what_is_taken_back_is_gone_and_its_words_are_not_told_again(here: Town) -> None:
    first = told(here)
    here.kiosk("Ana", "P quai3 une erreur")
    second = told(here, first.cursor)
    here.kiosk("Ana", "ANNULE")
    third = told(here, second.cursor)
    assert (third.posts, third.gone) == ((), (second.posts[0].number,))
    assert told(here, first.cursor).posts == ()
    assert texts(told(here)) == []


def test_a_reply_says_whose_answer_it_is(here: Town) -> None:
    here.kiosk("Ana", "P quai3 question")
    number = told(here).posts[0].number
    here.kiosk("Zoe", f"R{number} reponse")
    assert [post.parent for post in told(here).posts] == [None, number]


@pytest.mark.parametrize("given", ["nonsense", "1-0-00", "-1-0-x", "é-0-1", "9" * 128, "1-0"])
def test_a_cursor_that_is_worth_nothing_begins_anew(town: Town, given: str) -> None:
    assert told(town, given).full


def test_a_cursor_is_worth_nothing_in_other_hands_and_other_groups(here: Town) -> None:
    alone = told(here).cursor
    zoe = told(here, name="Zoe").cursor
    assert told(here, alone, device=Device(2, "Depot")).full
    assert told(here, alone, name="Zoe").full
    assert told(here, zoe, name="Ana").full
    assert not told(here, zoe, name="Zoe").full
    here.kiosk("Zoe", "REJOINDRE velo")
    assert told(here, zoe, name="Zoe").full
    assert told(here, alone).full  # the kiosk shows that group, too, from now on


def test_a_cursor_of_before_a_backup_and_one_of_long_ago_begin_anew(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = told(here)
    monkeypatch.setattr(feed, "MOST_CHANGES", 2)
    for word in ("un", "deux", "trois"):
        here.kiosk("Ana", f"P quai3 {word}")
    assert told(here, first.cursor).full
    # As a database that was put back: it has not counted so far.
    reader = feed.Reader(DEPOT.id, DEPOT.site)
    with here.database.read() as session:
        groups = [group.id for group in feed._readable(session, reader)]
    ahead = feed._Seal(here.gateway.parts.house.secret, reader, 0, groups).close(feed._Place(900))
    assert told(here, ahead).full


def test_a_new_name_and_a_former_member_are_told_to_every_kiosk(here: Town) -> None:
    here.kiosk("Zoe", "P quai3 bonjour")
    first = told(here)
    zoe = here.id_of("Zoe")
    here.gateway.office.import_members([Person("Zoé B.", badge="1004")], consented=False)
    second = told(here, first.cursor)
    assert (second.full, second.posts[0].author) == (True, "Zoé B.")
    here.gateway.rights.erase(zoe)
    third = told(here, second.cursor)
    assert third.full
    assert all("Zo" not in post.author for post in third.posts)


def test_long_feeds_come_in_pages_the_newest_first_and_nothing_is_missed(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PAGE", 3)
    for number in range(8):
        here.kiosk("Ana", f"P quai3 post {number}")
    pages = [told(here)]
    here.kiosk("Ana", "P quai3 pendant ce temps")
    here.kiosk("Ana", "ANNULE")
    while pages[-1].more:
        pages.append(told(here, pages[-1].cursor))
    assert [len(page.posts) for page in pages] == [3, 3, 2]
    assert [page.full for page in pages] == [True, False, False]
    assert all(later.posts[-1].number < page.posts[0].number for page, later in pairwise(pages))
    last = told(here, pages[-1].cursor)
    assert (len(last.posts), len(last.gone)) == (0, 1)
    for number in range(7):
        here.kiosk("Ana", f"P quai3 encore {number}")
    changes = [told(here, last.cursor)]
    while changes[-1].more:
        changes.append(told(here, changes[-1].cursor))
    assert [len(page.posts) for page in changes] == [3, 3, 1]


def test_a_page_of_long_texts_has_fewer_of_them(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LETTERS", 5_000)
    for _ in range(3):
        here.kiosk("Ana", "P quai3 " + "palette " * 480)
    assert len(told(here).posts) == 1


def test_what_is_older_than_two_weeks_is_not_told(here: Town) -> None:
    here.kiosk("Ana", "P quai3 vieux")
    old = told(here)
    here.clock.advance(days=15)
    here.kiosk("Zoe", f"{old.posts[0].number} +")
    here.kiosk("Ana", "P quai3 neuf")
    assert texts(told(here)) == ["neuf"]
    assert texts(told(here, old.cursor)) == ["neuf"]


def test_any_number_of_posts_costs_the_same_number_of_statements(here: Town) -> None:
    statements: list[str] = []
    event.listen(
        here.database.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_: statements.append(statement),
    )

    def cost() -> int:
        statements.clear()
        told(here, name="Ana")
        return len(statements)

    here.kiosk("Ana", "P quai3 un")
    one = cost()
    for number in range(20):
        here.kiosk("Ana", f"P quai3 post {number}")
    assert cost() == one


def test_no_address_and_no_badge_is_in_it(here: Town) -> None:
    here.kiosk("Ana", "P quai3 bonjour")
    shown = repr(told(here, name="Ana"))
    assert "+336" not in shown
    assert "1001" not in shown
    assert "@" not in shown
