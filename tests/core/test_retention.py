"""What is old goes in small batches; what is owed, unknown, held, or still needed never does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from gateway.core import retention
from gateway.core.envelope import EMAIL, SMS, DeliveryReport
from gateway.core.errors import UnknownOutcome
from gateway.core.models import Address, DeliveryEvent, Inbox, Media, Outbox, Post
from tests.support.town import Town

YEARS = timedelta(days=500)
TALKED = 3


def prune(town: Town, *, dry_run: bool = False) -> dict[str, int]:
    """What went, by table."""
    gone: dict[str, int] = {}
    for batch in town.gateway.pruning.batches(dry_run=dry_run):
        gone[batch.name] = batch.gone
    return gone


def states(town: Town, table: type[Inbox] | type[Outbox]) -> list[str]:
    with town.database.read() as session:
        return list(session.scalars(select(table.state).order_by(table.id)))


def count(town: Town, table: type[Inbox | Outbox | Post | DeliveryEvent]) -> int:
    with town.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def put(town: Town, table: type[Inbox] | type[Outbox], row_id: int, **values: object) -> None:
    with town.database.write() as session:
        session.execute(update(table).where(table.id == row_id).values(**values))


def talk(town: Town, times: int = TALKED) -> None:
    for number in range(times):
        town.sms("Ana", f"P quai3 palette {'abcdefghijklmnop'[number]} cassée", f"SM{number}")
        town.settle()
        town.clock.advance(minutes=7)


def test_what_is_old_and_done_goes_and_what_people_posted_stays(any_town: Town) -> None:
    town = any_town
    talk(town)
    posts, owed = count(town, Post), count(town, Outbox)
    assert prune(town) == {"original": 0, "inbox": 0, "outbox": 0, "report": 0}
    town.clock.advance(YEARS)
    said = town.sms("Leo", "MOI")
    town.settle()
    assert prune(town)["inbox"] == TALKED
    assert (count(town, Inbox), count(town, Post)) == (1, posts)
    assert count(town, Outbox) == 1 < owed
    assert said


def test_what_came_in_and_has_not_ended_stays(any_town: Town) -> None:
    town = any_town
    open_ = ["received", "waiting", "held", "failed"]
    talk(town, 5)
    for row_id, state in enumerate(open_, 1):
        put(town, Inbox, row_id, state=state, raw=b"as it came")
    town.clock.advance(YEARS)
    town.sms("Leo", "MOI")
    prune(town)
    # A number that was silent for so long is in doubt: the last one is held.
    assert states(town, Inbox) == [*open_, "held"]
    with town.database.read() as session:
        raws = session.scalars(select(Inbox.raw).where(Inbox.id <= 4))
        assert set(raws) == {b"as it came"}


def test_what_is_still_owed_or_unknown_stays(any_town: Town) -> None:
    town = any_town
    open_ = ["due", "claimed", "held", "unknown"]
    talk(town, 5)
    for row_id, state in enumerate(open_, 1):
        put(town, Outbox, row_id, state=state)
    town.clock.advance(YEARS)
    town.sms("Leo", "MOI")
    prune(town)
    assert states(town, Outbox) == [*open_, "due"]


def test_what_was_owed_again_while_it_was_looked_at_stays(any_town: Town) -> None:
    town = any_town
    talk(town)
    put(town, Outbox, 2, state="failed")
    town.clock.advance(YEARS)
    rule = next(one for one in retention.rules(town.gateway.parts.house) if one.name == "outbox")
    with town.database.read() as session:
        ids, _, _ = retention.look(session, rule, 0, town.clock())
    assert 2 in ids
    with town.database.write() as session:
        session.execute(update(Address).values(heard_at=town.clock()))  # and no number is in doubt
    assert town.gateway.office.owe_again([2]) == {}
    with town.database.write() as session:
        assert retention.apply(session, rule, ids) == len(ids) - 1
    assert "due" in states(town, Outbox)


def test_a_repeat_is_known_for_as_long_as_messages_are_kept(any_town: Town) -> None:
    """Twilio's MessageSid, a mail's Message-ID and a kiosk's key are the row's own."""
    town = any_town
    talk(town)
    town.clock.advance(timedelta(days=399))
    prune(town)
    posts = count(town, Post)
    assert town.receive(SMS, "+33639980001", "P quai3 palette a cassée", "SM0").duplicate
    assert count(town, Post) == posts


def test_a_message_is_emptied_of_how_it_came_earlier_and_its_words_stay(any_town: Town) -> None:
    town = any_town
    town.mail("Paul", "quai3", subject="aide", raw=b"Received: from somewhere", cut="-- \nPaul")
    talk(town, 1)
    town.clock.advance(timedelta(days=91))
    assert prune(town)["original"] == 1
    with town.database.read() as session:
        row = session.get_one(Inbox, 1)
        assert (row.raw, row.cut, row.text) == (b"", "", "quai3")
    assert prune(town)["original"] == 0


def test_the_number_of_the_last_row_is_never_given_twice(any_town: Town) -> None:
    """Numbers are in posts, in callbacks, in the tokens of mails that may be answered for ever."""
    town = any_town
    talk(town)
    town.clock.advance(YEARS)
    prune(town)
    with town.database.read() as session:
        assert list(session.scalars(select(Inbox.id))) == [TALKED]
        last = session.scalar(select(func.max(Outbox.id))) or 0
    town.sms("Leo", "P quai3 caisse")
    with town.database.read() as session:
        assert session.scalar(select(func.max(Inbox.id))) == TALKED + 1
        assert (session.scalar(select(func.max(Outbox.id))) or 0) > last


def test_what_brought_pictures_stays_with_them(any_town: Town) -> None:
    town = any_town
    talk(town)
    with town.database.write() as session:
        session.add(
            Media(inbox_id=2, post_id=None, kind="image/jpeg", state="kept", **_times(town))
        )
    town.clock.advance(YEARS)
    town.sms("Leo", "MOI")
    prune(town)
    with town.database.read() as session:
        assert list(session.scalars(select(Inbox.id).order_by(Inbox.id))) == [2, TALKED + 1]


def _times(town: Town) -> dict[str, object]:
    return {"not_before": town.clock(), "created_at": town.clock()}


def test_what_carriers_said_goes_after_90_days(any_town: Town) -> None:
    town = any_town
    talk(town, 2)
    for number in (1, 2):
        row = DeliveryReport(SMS, "delivered", outbound_id=number, raw_status="delivered")
        town.gateway.intake.report(row)
    before = count(town, DeliveryEvent)
    town.clock.advance(timedelta(days=91))
    prune(town)
    assert before >= 2
    assert count(town, DeliveryEvent) == 0


def test_a_late_report_of_what_is_gone_is_one_of_nothing_of_ours(any_town: Town) -> None:
    town = any_town
    talk(town)
    town.clock.advance(YEARS)
    town.sms("Leo", "MOI")
    prune(town)
    town.gateway.intake.report(DeliveryReport(SMS, "failed", outbound_id=1, code="30003"))
    town.carriers[EMAIL].faults = [UnknownOutcome("cut")]
    town.settle()
    assert states(town, Outbox) == ["sent"]


def test_a_dry_run_counts_and_changes_nothing(any_town: Town) -> None:
    town = any_town
    talk(town)
    town.clock.advance(YEARS)
    town.sms("Leo", "MOI")
    would = prune(town, dry_run=True)
    assert count(town, Inbox) == TALKED + 1
    assert prune(town) == would


def test_it_goes_batch_by_batch_and_may_be_cut_off(
    any_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = any_town
    monkeypatch.setattr(retention, "BATCH", 2)
    talk(town)
    town.clock.advance(YEARS)
    town.sms("Leo", "MOI")
    for batch in town.gateway.pruning.batches():
        if batch.name == "inbox":
            assert batch.gone == 2
            break
    assert count(town, Inbox) == TALKED - 1
    prune(town)
    assert count(town, Inbox) == 1


def test_who_keeps_less_prunes_more(any_town: Town) -> None:
    town = any_town
    talk(town)
    parts = town.gateway.parts
    house = replace(parts.house, keep_messages=90)
    town.gateway = type(town.gateway).build(replace(parts, house=house), lambda *_: "")
    town.clock.advance(timedelta(days=91))
    town.sms("Leo", "MOI")
    assert prune(town)["inbox"] == TALKED
