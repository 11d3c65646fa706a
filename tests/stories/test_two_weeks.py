"""Two weeks of texts with a budget: eight workers send at once, and never a segment too many.

The carrier counts every segment that it is given, apart from all that we count. All 5,000 members
take part with GATEWAY_TEST_LONG=1, a smaller company otherwise.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from gateway.core import budget
from gateway.core.envelope import SMS, Failure, Notice, Outbound, Receipt
from gateway.core.errors import TemporaryFailure, UnknownOutcome
from gateway.core.gateway.delivery import PACES
from gateway.core.models import Member, Outbox, Spending, Subscription
from gateway.core.people import Person
from tests.support.sizes import sized
from tests.support.town import Carrier, Town

MEMBERS = sized(5_000, 200)
SITE = 50
"""People of one group: two get each post at once, one a digest a day, five one a week."""

WORKERS = 8
DAYS = 14
RESERVE = 250
BUDGET = RESERVE + 60 + MEMBERS // 8
"""Spent before the month is over."""

STEP = timedelta(hours=3)
BEGIN = datetime(2026, 3, 23, 5, tzinfo=UTC)
"""A Monday: the month, and the clock in Paris, change on the way."""


class CountingCarrier(Carrier):
    """Counts what it is given, by the month of the house, and looks at the sum each time.

    Now and then it is busy, and now and then nobody hears its answer.
    """

    def __init__(self, town: Town) -> None:
        super().__init__(SMS)
        self._town = town
        self._lock = threading.Lock()
        self._wire = threading.Event()
        self._chance = random.Random(5)
        self.segments: Counter[str] = Counter()
        self.alerts = 0
        self.highest = 0
        self.ordinary: Counter[str] = Counter()
        self.alerting = False
        """While an alert is asked about, confirmed and sent; nothing else has room then."""
        self.at_once = 0
        self.most_at_once = 0

    def send(self, messages: Iterable[Outbound]) -> Iterator[Receipt | Failure]:
        for message in messages:
            with self._lock:
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
                outcome = self._outcome(message)
            self._wire.wait(0.0002)  # others have their turn while this one is on the wire
            with self._lock:
                self.at_once -= 1
            yield outcome

    def _outcome(self, message: Outbound) -> Receipt | Failure:
        luck = 1.0 if self.alerting else self._chance.random()
        if luck < 0.01:
            return Failure(message.id, TemporaryFailure("30001", retry_after=1))
        segments = self.cost(message)
        month = budget.month(self._town.clock(), self._town.gateway.parts.house)
        self.segments[month] += segments
        self.highest = max(self.highest, self.segments[month])
        self.ordinary[month] += 0 if self.alerting else segments
        self.alerts += isinstance(message.content, Notice) and message.content.post.urgent
        if luck < 0.015:
            return Failure(message.id, UnknownOutcome("cut"))
        return Receipt(message.id, f"SM{message.id}", segments)


class Company:
    """Groups of a site each, that write, read, alert and get digests, day after day."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.carrier = CountingCarrier(town)
        town.gateway.parts.channels[SMS] = self.carrier  # type: ignore[index]  # a dict in tests
        town.carriers = {SMS: self.carrier}
        self.chance = random.Random(3)
        self.groups = [f"site{number}" for number in range(MEMBERS // SITE)]
        self._settle_in()
        town.budget(BUDGET, RESERVE)

    def _settle_in(self) -> None:
        for slug in self.groups:
            self.town.group(slug, slug.title())
        self.phones = [f"+336{number:08}" for number in range(MEMBERS)]
        self.town.gateway.office.import_members(
            [
                Person(
                    f"Membre {number}",
                    phone=phone,
                    groups=(self.groups[number // SITE],),
                    role="animator" if number % SITE == 0 else "member",
                )
                for number, phone in enumerate(self.phones)
            ],
            consented=True,
        )
        place = Member.id % SITE
        with self.town.database.write() as session:
            session.execute(update(Member).where(place > 2).values(rhythm="week"))
            quiet = update(Member).where(place > 7)
            session.execute(quiet.values(rhythm="never", next_digest_at=None))
            reached = update(Subscription).where(Subscription.member_id % SITE < 2)
            session.execute(reached.values(delivery="once"))

    def writes(self, number: int, text: str) -> None:
        self.town.receive(SMS, self.phones[number], text)

    def lives_on(self) -> None:
        """What people write in a while, by day."""
        if not 6 <= self.town.clock().hour <= 18:
            return
        sites = len(self.groups)
        for site in self.chance.sample(range(sites), max(sites // 20, 1)):
            words = "palette cassée quai 4, attention en passant " * self.chance.choice((1, 4))
            writer = site * SITE + self.chance.randrange(SITE)
            self.writes(writer, f"P {self.groups[site]} {words}")
        for number in self.chance.sample(range(MEMBERS), 4):
            self.writes(number, self.chance.choice(("NEUF", "MOI", "GROUPES", "AIDE")))

    def alerts(self, site: int) -> None:
        self.writes(site * SITE, f"URGENT {self.groups[site]} fuite de gaz, sortez")
        self.send()
        self.writes(site * SITE, "OUI")

    def send(self) -> None:
        """The timer's turn; then eight workers at once, until nothing is due."""
        self.town.gateway.delivery.sweep()
        self.town.gateway.delivery.send_digests()

        def work() -> None:
            while self.town.gateway.delivery.deliver(SMS):
                pass

        with ThreadPoolExecutor(WORKERS) as pool:
            for done in [pool.submit(work) for _ in range(WORKERS)]:
                done.result()


def states(town: Town) -> Counter[tuple[str, str]]:
    with town.database.read() as session:
        rows = session.execute(
            select(Outbox.state, Outbox.code, func.count()).group_by("state", "code")
        )
        return Counter({(state, code): count for state, code, count in rows})


def money(town: Town) -> dict[str, int]:
    with town.database.read() as session:
        rows = select(Spending.month, Spending.segments).where(Spending.scope == budget.ALL)
        return dict(session.execute(rows).all())


def charged(town: Town) -> int:
    with town.database.read() as session:
        return session.scalar(select(func.sum(Outbox.charged))) or 0


@pytest.fixture(params=["sqlite", "postgresql"])
def company(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Company]:
    # By a clock that stands still any carrier is fast, and one worker would take all that is due.
    monkeypatch.setitem(PACES, SMS, (2, 2, 2, 4))
    url = (
        f"sqlite:///{tmp_path / 'company.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    town = Town(url, BEGIN)
    yield Company(town)
    town.close()


@pytest.mark.timeout(300)  # 5,000 people, on a machine that may be busy
def test_two_weeks_never_cost_a_segment_too_many(company: Company) -> None:
    town, carrier = company.town, company.carrier
    stopped_at = alerts_after_the_stop = 0
    while town.clock() < BEGIN + timedelta(days=DAYS):
        company.lives_on()
        company.send()
        left = BUDGET - RESERVE - money(town).get("2026-03", 0)
        if not stopped_at and town.clock().month == 3 and left <= 0:
            stopped_at = carrier.segments["2026-03"]
            carrier.alerting = True
            for site in range(3):
                company.alerts(site)
            company.send()
            carrier.alerting = False
            alerts_after_the_stop = carrier.alerts
            assert carrier.segments["2026-03"] > BUDGET - RESERVE
        assert carrier.highest <= BUDGET, "a segment too many has left"
        assert max(carrier.ordinary.values(), default=0) <= BUDGET - RESERVE, "of the reserve"
        town.clock.advance(STEP)
    assert stopped_at, "the budget of March was too large for this test"
    assert alerts_after_the_stop >= 3 * (SITE - 1) * 0.9
    assert carrier.segments["2026-04"], "the new month brings room"
    assert carrier.most_at_once >= 2
    _all_is_accounted_for(company)


def _all_is_accounted_for(company: Company) -> None:
    town, carrier = company.town, company.carrier
    town.clock.advance(days=2)
    town.budget(None)
    for _ in range(4):
        company.send()
        town.clock.advance(hours=1)
    ended = states(town)
    known = {"sent", "dropped", "failed"}
    assert {state for state, _ in ended} <= known, ended
    why = {code for state, code in ended if state == "dropped"}
    assert why <= {"stale", "made anew", "seen"}, ended
    assert {"stale", "made anew"} <= why, "the budget was felt"
    assert sum(money(town).values()) == charged(town)
    assert sum(carrier.segments.values()) <= charged(town)
