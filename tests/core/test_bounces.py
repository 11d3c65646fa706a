"""Mail that comes back: scores that decay, mailboxes that close and open again, who is told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from gateway.core import bounces
from gateway.core.envelope import EMAIL, GONE, HARD, SOFT, DeliveryReport
from gateway.core.errors import PermanentFailure, TemporaryFailure
from gateway.core.models import Address, Consent, Outbox
from tests.support.town import Town

START = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NINA = "nina@firm.example"


def total(*said: tuple[float, str]) -> float:
    """The score after these: days since the start, and what was said."""
    score, at = 0.0, None
    for days, harm in said:
        now = START + days * DAY
        after = bounces.score(score, at, harm, now)
        if after > bounces.decayed(score, at, now):
            score, at = after, now
    return score


@pytest.mark.parametrize(
    ("said", "closes"),
    [
        ([(0, GONE)], False),
        ([(0, GONE), (7, GONE)], True),
        ([(0, GONE), (9, GONE)], False),
        ([(0, HARD), (0, HARD)], False),
        ([(0, HARD), (0, HARD), (0, HARD)], True),
        ([(0, HARD), (1, HARD), (2, HARD)], False),
        ([(0, HARD), (1, HARD), (2, HARD), (3, HARD)], True),
        ([(n / 24, SOFT) for n in range(24)], False),
        ([(n, SOFT) for n in range(8)], False),
        ([(n, SOFT) for n in range(10)], True),
        ([(n * 7, SOFT) for n in range(50)], False),
        ([(n, "") for n in range(50)], False),
    ],
)
def test_the_table(said: list[tuple[float, str]], closes: bool) -> None:
    assert (total(*said) >= bounces.CLOSED_AT) is closes


SAID = st.lists(st.tuples(st.floats(0, 30), st.sampled_from([GONE, HARD, SOFT])), max_size=40)


@given(SAID)
def test_scores_are_sane_whatever_comes(said: list[tuple[float, str]]) -> None:
    said = sorted(said)
    score = total(*said)
    assert 0 <= score <= sum(bounces.WEIGHTS[harm] for _, harm in said)
    later = START + 60 * DAY
    assert bounces.decayed(score, START + 30 * DAY, later) <= score / 8
    assert bounces.decayed(score, later, START) == score  # a clock that went back


@given(st.lists(st.floats(0, 1), max_size=200))
def test_what_passes_closes_nobody_within_a_day(times: list[float]) -> None:
    assert total(*((time, SOFT) for time in sorted(times))) < bounces.CLOSED_AT


@pytest.fixture
def nina(town: Town) -> Town:
    """Nina has a mailbox that notices go to, and a phone."""
    town.person("Nina", phone="+33600000007", email=NINA, groups=("quai3",), language="en")
    town.sms("Nina", "STATUS")
    town.mail("Nina", "START")
    town.settle()
    return town


def mailbox(town: Town, value: str = NINA) -> Address:
    with town.database.read() as session:
        return session.scalars(select(Address).where(Address.value == value)).one()


def a_mail(town: Town, name: str = "Nina") -> int:
    """The row of one more mail that left."""
    town.clock.advance(hours=1)  # nobody is answered the same again and again
    town.mail(name, "STATUS")
    town.settle()
    return next(m.id for m in reversed(town.carriers[EMAIL].taken) if m.member == name)


def back(town: Town, row_id: int, harm: str = GONE, code: str = "5.1.1", **more: str) -> None:
    said = {"status": "failed", "raw_status": "failed", **more}
    town.gateway.intake.report(
        DeliveryReport(EMAIL, outbound_id=row_id, code=code, harm=harm, **said)  # type: ignore[arg-type]  # a test's own fields
    )


def ledger(town: Town, name: str = "Nina") -> list[str]:
    with town.database.read() as session:
        rows = select(Consent.cause).where(Consent.member_id == town.id_of(name))
        return list(session.scalars(rows.order_by(Consent.id)))


def closed(town: Town) -> None:
    for _ in range(2):
        back(town, a_mail(town))


def test_a_mailbox_that_is_gone_closes_at_the_second(nina: Town) -> None:
    back(nina, a_mail(nina))
    assert (mailbox(nina).state, mailbox(nina).bounce_score) == ("active", 2.0)
    back(nina, a_mail(nina))
    assert mailbox(nina).state == "failed"
    assert ledger(nina)[-1] == "failed:5.1.1"


def test_one_message_counts_once(any_town: Town) -> None:
    any_town.person("Nina", email=NINA, groups=("quai3",))
    row_id = a_mail(any_town)
    for _ in range(5):
        back(any_town, row_id, SOFT, "4.2.2", status="delayed", raw_status="delayed")
    assert mailbox(any_town, NINA).bounce_score == 0.5
    for code in ("5.0.0", "5.0.1", "5.0.0"):
        back(any_town, row_id, HARD, code)
    assert mailbox(any_town, NINA).bounce_score == pytest.approx(1.5)
    back(any_town, row_id, GONE)
    assert mailbox(any_town, NINA).bounce_score == pytest.approx(2.5)
    assert mailbox(any_town, NINA).state == "active"


def test_a_quarrel_about_us_is_nobodys_fault(nina: Town) -> None:
    for _ in range(4):
        back(nina, a_mail(nina), "", "5.7.1")
    assert (mailbox(nina).state, mailbox(nina).bounce_score) == ("active", 0.0)


def test_refusals_at_the_door_count_into_the_same_score(nina: Town) -> None:
    for state in ("active", "failed"):
        nina.carriers[EMAIL].faults.append(PermanentFailure("550", harm=GONE))
        nina.clock.advance(hours=1)
        nina.mail("Nina", "STATUS")
        nina.settle()
        assert mailbox(nina).state == state
    assert ledger(nina)[-1] == "failed:550"


def test_what_is_tried_again_counts_when_it_is_given_up(nina: Town) -> None:
    town = nina
    town.mail("Nina", "STATUS")
    tries = 0
    while mailbox(town).bounce_score == 0.0 and tries < 90:
        town.carriers[EMAIL].faults.append(TemporaryFailure("452", harm=SOFT))
        town.settle()
        town.clock.advance(hours=2)
        tries += 1
    assert (tries, mailbox(town).bounce_score) == (49, 0.5)  # for four days


def test_the_next_notice_goes_to_the_phone_and_says_why(nina: Town) -> None:
    nina.sms("Ana", "P quai3 Grue en panne")
    closed(nina)
    nina.gateway.delivery.send_digests()
    nina.gateway.delivery.send_digests()
    nina.settle()
    texts = nina.heard("Nina")
    assert [text for text in texts if "comes back" in text] == [
        "Mail to n...@firm.example comes back, so we write to you here. To get mail again, send "
        "START from it."
    ]
    nina.clock.advance(days=1)
    nina.gateway.delivery.send_digests()
    nina.settle()
    assert any("Grue en panne" in text for text in nina.heard("Nina")[len(texts) :])
    assert "n...@firm.example: START" in nina.kiosk("Nina", "STATUS")


@pytest.mark.parametrize("where", ["mail", "kiosk"])
def test_one_word_brings_it_back(nina: Town, where: str) -> None:
    closed(nina)
    if where == "mail":
        nina.mail("Nina", "START")
    else:
        nina.kiosk("Nina", "START")
    after = mailbox(nina)
    assert (after.state, after.preferred, after.bounce_score) == ("active", True, 0.0)
    assert "START" not in nina.kiosk("Nina", "STATUS")


def test_any_mail_of_theirs_opens_it(nina: Town) -> None:
    closed(nina)
    nina.mail("Nina", "NEWS")
    assert (mailbox(nina).state, mailbox(nina).bounced_at) == ("active", None)


def firm(town: Town, size: int) -> list[str]:
    """So many people with a mailbox at one firm."""
    names = [f"Worker{number}" for number in range(size)]
    for name in names:
        town.person(name, email=f"{name.lower()}@works.example", groups=("velo",))
    return names


def fails(town: Town, names: list[str]) -> None:
    """A mail to each whose mailbox is open comes back."""
    still = [name for name in names if states(town, [name]) == {"active"}]
    for row_id in [a_mail(town, name) for name in still]:
        back(town, row_id)


def states(town: Town, names: list[str]) -> set[str]:
    return {mailbox(town, f"{name.lower()}@works.example").state for name in names}


def test_a_server_that_refuses_everybody_closes_nobody(any_town: Town) -> None:
    names = firm(any_town, 6)
    for _ in range(2):
        fails(any_town, names)
    assert states(any_town, names) == {"active"}
    troubles = any_town.gateway.ledger.troubles()
    assert (troubles.refusing, troubles.closed) == (("works.example",), 0)


def test_but_not_for_ever(town: Town) -> None:
    names = firm(town, 6)
    for _ in range(5):
        fails(town, names)
        town.clock.advance(days=1)
    assert states(town, names) == {"failed"}
    assert town.gateway.ledger.troubles().closed == 6


def test_some_who_left_are_no_refusal(town: Town) -> None:
    names = firm(town, 8)
    for _ in range(2):
        for name in names[2:]:
            a_mail(town, name)
        fails(town, names[:2])
    assert states(town, names[:2]) == {"failed"}
    assert states(town, names[2:]) == {"active"}
    assert town.gateway.ledger.troubles().refusing == ()


def test_a_complaint_stops_this_mailbox_once(nina: Town) -> None:
    row_id = a_mail(nina)
    complain = {"status": "complained", "raw_status": "complained"}
    back(nina, row_id, "", "", **complain)
    assert (mailbox(nina).state, ledger(nina)[-1]) == ("stopped", "complaint")
    nina.mail("Nina", "START")
    back(nina, row_id, "", "", **complain)  # it is said again, and they have said yes since
    assert mailbox(nina).state == "active"


def test_a_report_on_nothing_of_ours_changes_nothing(nina: Town) -> None:
    back(nina, 10_000)
    assert mailbox(nina).bounce_score == 0.0


def test_a_row_of_before_the_address_moved_counts_against_nobody(nina: Town) -> None:
    row_id = a_mail(nina)
    with nina.database.write() as session:
        session.get_one(Outbox, row_id).recipient = "old@firm.example"
    back(nina, row_id)
    assert mailbox(nina).bounce_score == 0.0


def test_words_that_went_astray_are_answered_once_a_day(nina: Town) -> None:
    told = [nina.mail("Nina", f"hello {n}", astray="gateway@mail.example").state for n in range(3)]
    nina.mail("Nina", "who?", astray="gateway@mail.example", held="unproved")
    assert told == ["refused"] * 3
    assert len([text for text in nina.heard("Nina") if "Nobody reads" in text]) == 1


def test_machines_that_answer_each_other_by_mail_end(nina: Town) -> None:
    before = len(nina.heard("Nina"))
    for _ in range(12):
        nina.mail("Nina", "the same words again and again, R9999 no")
    assert len(nina.heard("Nina")) - before <= 3
