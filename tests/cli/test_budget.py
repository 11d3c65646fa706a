"""What an operator sees of what texts cost, and what they may set."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.cli.conftest import Operator
from tests.support.town import Town


@pytest.fixture
def spent(open_town: Callable[[datetime], Town]) -> Town:
    """Two of two segments are spent this month, and an answer is held."""
    town = open_town(datetime.now(UTC))
    town.sms("Ana", "P quai3 palette")
    town.sms("Leo", "STATUS")
    town.budget(2)
    town.settle()
    town.sms("Leo", "HELP")
    town.settle()
    return town


def test_status_tells_what_is_spent_and_what_waits(
    operator: Operator, spent: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_SMS_BUDGET", "4")
    monkeypatch.setenv("GATEWAY_SMS_RESERVE", "2")
    said = operator("status").out
    assert "2 segments of 4 (2 for alerts only), 1 message held for lack of budget" in said
    (told,) = operator("status", "--json").objects
    month = f"{spent.clock():%Y-%m}"
    assert told["sms"] == {"month": month, "spent": 2, "budget": 4, "reserve": 2, "held": 1}
    assert told["paused"] == {}
    assert told["channels"]["sms"]["held"] == 1  # type: ignore[index]  # JSON


def test_status_knows_of_no_limit(operator: Operator, town: Town) -> None:
    assert operator("status").out.splitlines()[-1].endswith(": 0 segments")


def test_what_is_held_can_be_listed(operator: Operator, spent: Town) -> None:
    (line,) = operator("outbox", "list", "--state", "held", "--json").objects
    assert (line["kind"], line["code"], line["segments"]) == ("answer", "budget", 1)
    assert spent.carriers["sms"].taken


@pytest.mark.parametrize(
    ("budget", "state"), [("1000", "ok"), ("3", "ok"), ("2", "warn"), (None, "ok")]
)
def test_the_doctor_warns_before_all_is_spent(
    operator: Operator,
    open_town: Callable[[datetime], Town],
    monkeypatch: pytest.MonkeyPatch,
    budget: str | None,
    state: str,
) -> None:
    town = open_town(datetime.now(UTC))
    town.sms("Ana", "STATUS")
    town.sms("Leo", "STATUS")
    town.settle()
    if budget:
        monkeypatch.setenv("GATEWAY_SMS_BUDGET", budget)
    found = {line["check"]: line for line in operator("doctor", "--json").objects}
    assert found["budget"]["state"] == state, found["budget"]


def test_the_doctor_warns_of_what_is_held(operator: Operator, spent: Town) -> None:
    said = operator("doctor")
    assert "budget      warn: 1 message held" in said.out
    assert spent.carriers["sms"].taken


def test_a_group_is_given_a_budget_and_freed_of_it(operator: Operator, town: Town) -> None:
    assert operator("groups", "budget", "quai3").out.startswith("quai3: no limit, 0 segments")
    assert operator("groups", "budget", "QUAI3", "500").out.startswith("quai3: 500 a month")
    (line,) = operator("groups", "show", "quai3", "--json").objects
    assert (line["sms_budget"], line["sms_spent"]) == (500, 0)
    assert "0/500" in operator("groups", "list").out
    assert operator("groups", "budget", "quai3", "none").code == 0
    (line,) = operator("groups", "show", "quai3", "--json").objects
    assert line["sms_budget"] is None


@pytest.mark.parametrize(
    ("words", "code"),
    [(("quai3", "many"), 2), (("quai3", "--", "-1"), 2), (("quai3", "9" * 12), 2), (("nix",), 1)],
)
def test_what_is_no_budget_is_refused(
    operator: Operator, town: Town, words: tuple[str, ...], code: int
) -> None:
    assert operator("groups", "budget", *words).code == code


def test_prometheus_counts_segments_by_month(spent: Town) -> None:
    measures = spent.gateway.watch.measures()
    month = f"{spent.clock():%Y-%m}"
    assert measures["gateway_sms_segments"][2] == [({"month": month}, 2.0)]
    assert measures["gateway_sms_budget"][2] == [({"of": "all"}, 2.0), ({"of": "alerts"}, 0.0)]
    assert ({"channel": "sms", "state": "held"}, 1.0) in measures["gateway_outbox"][2]
