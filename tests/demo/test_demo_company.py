"""The made-up company and its two weeks: who works there, what they wrote, and that it plays."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from gateway.config import Settings
from gateway.core.envelope import CHANNELS, EMAIL, SMS
from gateway.core.kiosks import check_pin
from gateway.core.models import Inbox, Member, Outbox, Post
from gateway.demo import company, history, traffic
from gateway.formats import SmtpOut
from gateway.processes import prepare
from gateway.wiring import install

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
PEOPLE = {employee.key: employee.person for employee in company.employees().values()}
ITEMS = traffic.two_weeks(NOON)


def test_forty_people_work_there_and_each_is_called_by_one_name() -> None:
    assert len(company.employees()) == len(PEOPLE) == 40
    assert Counter(person.site for person in PEOPLE.values()).keys() == {"Vaulx", "Givors", "Mâcon"}


def test_phones_are_of_the_range_that_is_kept_for_fiction() -> None:
    phones = [person.phone for person in PEOPLE.values() if person.phone]
    assert len(phones) == len(set(phones)) > 20
    for phone in phones:
        # Possible, and never valid: nobody is ever given one of these.
        assert phonenumbers.is_possible_number(phonenumbers.parse(phone)), phone
        assert 33639980000 <= int(phone) <= 33639989999


def test_mails_lie_below_a_name_that_cannot_exist() -> None:
    mails = [person.email for person in PEOPLE.values() if person.email]
    assert len(mails) == len(set(mails)) >= 10
    assert all(re.fullmatch(r"[a-z.]+@lanterne\.example", mail) for mail in mails)


def test_some_have_only_a_badge() -> None:
    bare = [person for person in PEOPLE.values() if not person.phone and not person.email]
    assert len(bare) >= 5
    assert all(person.badge for person in PEOPLE.values())


def test_eight_groups_of_every_kind_and_each_is_animated() -> None:
    slugs = {slug for slug, _, _ in company.GROUPS}
    assert len(slugs) == 8
    assert {kind for _, _, kind in company.GROUPS} == {"open", "closed", "announce"}
    named = {slug for employee in company.rows() for slug in employee.person.groups}
    led = {
        slug
        for employee in company.rows()
        if employee.person.role == "animator"
        for slug in employee.person.groups
    }
    assert named == led == slugs


def test_who_is_on_the_page_has_what_the_page_shows() -> None:
    staff = company.employees()
    assert all(staff[badge].person.phone for badge in (*company.PHONES, *company.AT_ONCE))
    assert staff[company.MAILBOX].person.email
    assert company.KIOSK[1] in company.PINS
    for pin in company.PINS.values():
        check_pin(pin)


def test_the_two_weeks_are_full_and_nobody_says_the_same_twice() -> None:
    words = [item.text for item in ITEMS if item.text]
    assert len(ITEMS) >= 120
    assert len(words) == len(set(words))
    assert {item.channel for item in ITEMS} == set(CHANNELS)
    assert {item.kind for item in ITEMS} == {"post", "reply", "thanks"}


def test_both_languages_are_written() -> None:
    written = Counter(PEOPLE[item.who].language for item in ITEMS if item.text)
    assert written["fr"] > 50
    assert written["en"] > 20


def test_each_writes_by_what_they_have_and_where_they_are() -> None:
    for item in ITEMS:
        person = PEOPLE[item.who]
        assert {SMS: person.phone, EMAIL: person.email}.get(item.channel, person.badge), item
        group = item.group if item.thread is None else ITEMS[item.thread].group
        assert group in person.groups, item


@settings(max_examples=30)
@given(st.integers(0, 366 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes)))
def test_at_any_time_the_two_weeks_end_just_now(now: datetime) -> None:
    items = traffic.two_weeks(now)
    assert now - timedelta(minutes=30) < max(item.at for item in items) <= now
    assert min(item.at for item in items) > now - timedelta(days=15, hours=1)
    for item in items:
        if item.thread is not None:
            assert items[item.thread].at < item.at


@pytest.mark.parametrize("hour", [1, 18])
def test_all_of_it_plays_and_nothing_is_owed_from_then(tmp_path: Path, hour: int) -> None:
    made_up = Settings(
        database_url=f"sqlite:///{tmp_path / 'past.db'}",
        secret="a secret of the tests, long enough",
        mail_domain=company.DOMAIN,
        smtp_out=SmtpOut("127.0.0.1", 25),
    )
    installation = install(made_up)
    now = NOON.replace(hour=hour)
    prepare(installation)
    kept = history.play(installation, now)
    with installation.gateway.parts.database.read() as session:
        states = set(session.scalars(select(Inbox.state)))
        owed = set(session.scalars(select(Outbox.state)))
        posts = session.scalar(select(func.count()).select_from(Post))
        members = session.scalar(select(func.count()).select_from(Member))
    installation.close()
    assert states == {"done"}
    assert owed == {"sent"}
    assert posts == len([item for item in ITEMS if item.kind != "thanks"])
    assert members == 40
    nadia = PEOPLE["nadia"].phone
    assert {text.outgoing for text in kept.texts if text.number == nadia} == {True, False}
    assert all(now - history.STILL_SHOWN <= text.at <= now for text in kept.texts)
    assert len([mail for mail in kept.mails if mail.recipient == PEOPLE["paul"].email]) > 5


def test_a_line_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match=r"two_weeks\.txt: 07:40 nobody"):
        traffic.read("07:40 nobody shouts")
