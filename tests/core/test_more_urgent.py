"""What is more urgent waits for a few of those that are leaving, not for all that are claimed."""

from collections.abc import Callable, Iterable, Iterator

import pytest

from gateway.core.envelope import SMS, Failure, Outbound, Receipt
from gateway.core.gateway.delivery import PACES
from tests.support.town import Town

AT_ONCE = PACES[SMS][0]
READERS = 3 * AT_ONCE


@pytest.fixture
def depot(any_town: Town) -> Town:
    """Many who want each post by text."""
    any_town.depot(READERS)
    any_town.settle()
    return any_town


def left_while(town: Town, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> str:
    """A letter for each that leaves; that happens as soon as the first post has left."""
    carrier, begun = town.carriers[SMS], list[Outbound]()
    send = carrier.send

    def sent(messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
        for outcome in send(messages):
            yield outcome
            if not begun and carrier.taken[-1].kind == "post":
                begun.append(carrier.taken[-1])
                happens()

    monkeypatch.setattr(carrier, "send", sent)
    before = len(carrier.taken)
    while town.gateway.delivery.deliver(SMS):
        pass
    return "".join(one.kind[0] for one in carrier.taken[before:])


def test_an_answer_leaves_between_two_groups_of_posts(
    depot: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    depot.sms("Ana", "P depot palette")
    left = left_while(depot, monkeypatch, lambda: depot.sms("N0", "AIDE"))
    posts = left.lstrip("a")
    assert posts.count("p") == READERS
    assert 0 < posts.index("a") <= AT_ONCE


def test_what_is_no_more_urgent_waits_for_its_turn(
    depot: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    depot.sms("Ana", "P depot palette")
    interrupted: list[str] = []
    monkeypatch.setattr(
        depot.gateway.delivery,
        "_give_back",
        lambda token, row_ids: interrupted.append(token) if row_ids else None,
    )
    left = left_while(
        depot, monkeypatch, lambda: depot.kiosk("Ana", "P depot palette partie à Lyon")
    )
    assert left.lstrip("a") == "p" * 2 * READERS
    assert not interrupted
