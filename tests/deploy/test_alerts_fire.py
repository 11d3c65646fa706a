"""Each alert goes off on the day that it is for, and on no ordinary one: Prometheus plays them."""

import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

RULES = Path(__file__).parents[2] / "deploy" / "prometheus" / "alerts.yaml"
OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"
MINUTES = 60
"""Each day is played for so long, a minute at a time."""

DAYS_OF_GROWTH = 8

TURN = "gateway_web_request_seconds"


class Day(NamedTuple):
    """Series as promtool writes them (`0+10x60`: from 0, 10 more each time)."""

    bad: dict[str, str]
    good: dict[str, str]


def at(value: float) -> str:
    return f"{value}+0x{MINUTES}"


def rising(each_minute: float) -> str:
    return f"0+{each_minute}x{MINUTES}"


def took(name: str, labels: str, seconds: str, *, of: tuple[str, ...]) -> dict[str, str]:
    """A histogram: ten a minute take less than `seconds`, and more than the bound before."""
    bounds = (*of, "+Inf")
    return {
        f'{name}_bucket{{{labels},le="{bound}"}}': rising(
            10 if bound == "+Inf" or float(bound) >= float(seconds) else 0
        )
        for bound in bounds
    }


SMS = 'channel="sms"'
ANSWERED = ("1", "10", "60")
SERVED = ("0.1", "5", "15")

DAYS = {
    "GatewayUnreachable": Day({'up{job="gateway"}': at(0)}, {'up{job="gateway"}': at(1)}),
    "GatewayAnswersLate": Day(
        {f'gateway_outbox_oldest_seconds{{{SMS},priority="0"}}': at(90)},
        {
            f'gateway_outbox_oldest_seconds{{{SMS},priority="0"}}': at(5),
            f'gateway_outbox_oldest_seconds{{{SMS},priority="3"}}': at(300),
        },
    ),
    "GatewayAlertsLate": Day(
        {f'gateway_outbox_oldest_seconds{{{SMS},priority="1"}}': at(90)},
        {f'gateway_outbox_oldest_seconds{{{SMS},priority="1"}}': at(5)},
    ),
    "GatewayPostsLate": Day(
        {f'gateway_outbox_oldest_seconds{{{SMS},priority="3"}}': at(3600)},
        {f'gateway_outbox_oldest_seconds{{{SMS},priority="3"}}': at(600)},
    ),
    "GatewaySlowAnswers": Day(
        took("gateway_delivery_seconds", f'{SMS},kind="answer"', "60", of=ANSWERED),
        took("gateway_delivery_seconds", f'{SMS},kind="answer"', "1", of=ANSWERED)
        | took("gateway_delivery_seconds", f'{SMS},kind="digest"', "60", of=ANSWERED),
    ),
    "GatewaySlowWeb": Day(
        took(TURN, 'route="/sms/inbound",status="2xx"', "15", of=SERVED),
        took(TURN, 'route="/sms/inbound",status="2xx"', "0.1", of=SERVED),
    ),
    "GatewayWebFails": Day(
        {f'{TURN}_count{{route="/sms/inbound",status="5xx"}}': rising(1)},
        {
            f'{TURN}_count{{route="/sms/inbound",status="5xx"}}': at(3),  # of long ago
            f'{TURN}_count{{route="/sms/inbound",status="2xx"}}': rising(60),
        },
    ),
    "GatewayNobodyDelivers": Day(
        {'gateway_processes{part="web"}': at(2)},
        {'gateway_processes{part="web"}': at(2), 'gateway_processes{part="worker"}': at(1)},
    ),
    "GatewayNoTimer": Day({"gateway_timer_running": at(0)}, {"gateway_timer_running": at(1)}),
    "GatewayProcessKilled": Day(
        {
            'gateway_processes{part="mail"}': at(0),
            'gateway_last_seen_seconds{part="mail"}': "60+60x60",
        },
        {
            'gateway_processes{part="mail"}': at(1),
            'gateway_last_seen_seconds{part="mail"}': at(5),
        },
    ),
    "GatewayChannelPaused": Day(
        {f'gateway_channel_paused{{{SMS},code="20003"}}': at(1)},
        {f'gateway_channel_paused{{{SMS},code="20003"}}': at(0)},
    ),
    "GatewayParked": Day(
        {f'gateway_inbox{{{SMS},state="failed"}}': at(1)},
        {f'gateway_inbox{{{SMS},state="failed"}}': at(0)},
    ),
    "GatewayOwedParked": Day(
        {f"gateway_outbox_parked_total{{{SMS}}}": f"0+0x20 1+0x{MINUTES - 21}"},
        {f"gateway_outbox_parked_total{{{SMS}}}": at(3)},  # of long ago
    ),
    "GatewayBellSilent": Day({"gateway_bell_up": at(0)}, {"gateway_bell_up": at(1)}),
    "GatewayUnknown": Day(
        {f'gateway_outbox{{{SMS},state="unknown"}}': at(40)},
        {f'gateway_outbox{{{SMS},state="unknown"}}': at(4)},
    ),
    "GatewayNoWayOut": Day(
        {
            f'gateway_outbound_total{{{SMS},outcome="put_off"}}': rising(5),
            f'gateway_outbound_total{{{SMS},outcome="sent"}}': at(80),
        },
        {
            f'gateway_outbound_total{{{SMS},outcome="put_off"}}': rising(5),
            f'gateway_outbound_total{{{SMS},outcome="sent"}}': rising(80),
        },
    ),
    "GatewayGivenUp": Day(
        {f'gateway_outbox{{{SMS},state="failed"}}': rising(1)},
        {f'gateway_outbox{{{SMS},state="failed"}}': at(300)},
    ),
    "GatewayRefused": Day(
        {
            f'gateway_outbound_total{{{SMS},outcome="refused"}}': rising(20),
            f'gateway_outbound_total{{{SMS},outcome="sent"}}': rising(80),
        },
        {
            f'gateway_outbound_total{{{SMS},outcome="refused"}}': rising(1),
            f'gateway_outbound_total{{{SMS},outcome="sent"}}': rising(99),
        },
    ),
    "GatewayBudgetNearlySpent": Day(
        {"gateway_sms_budget_left": at(50), 'gateway_sms_budget{of="all"}': at(1000)},
        {"gateway_sms_budget_left": at(500), 'gateway_sms_budget{of="all"}': at(1000)},
    ),
    "GatewayTextsMissed": Day(
        {f"gateway_recovered_total{{{SMS}}}": rising(1)},
        {f"gateway_recovered_total{{{SMS}}}": at(7)},
    ),
}
WEEK_LONG = {"GatewayDatabaseGrows"}
"""It watches for a week, and for a day whether that lasts."""


def asked(series: dict[str, str], alert: str, goes_off: bool, every: str, at: str) -> Any:
    """What promtool is to find out at that time."""
    firing = f'count(ALERTS{{alertname="{alert}",alertstate="firing"}})'
    return {
        "interval": every,
        "input_series": [{"series": name, "values": told} for name, told in series.items()],
        "promql_expr_test": [
            {
                "expr": firing,
                "eval_time": at,
                "exp_samples": [{"labels": "{}", "value": 1}] if goes_off else [],
            }
        ],
    }


def found_out(every: str, tests: list[Any], paper: Path) -> None:
    """Let promtool play these days, with a look at the rules so often."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not on this machine (package prometheus)")
    whole = {"rule_files": [str(RULES)], "evaluation_interval": every, "tests": tests}
    paper.write_text(yaml.safe_dump(whole), encoding="utf-8")
    told = subprocess.run(
        [program, "test", "rules", paper], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_every_alert_has_its_day() -> None:
    rules = yaml.safe_load(RULES.read_text("utf-8"))["groups"][0]["rules"]
    assert {rule["alert"] for rule in rules} == DAYS.keys() | WEEK_LONG


def test_every_alert_is_one_that_the_operator_is_told_about() -> None:
    told = OPERATING.read_text("utf-8")
    assert [alert for alert in (*DAYS, *WEEK_LONG) if f"`{alert}`" not in told] == []


def test_each_goes_off_when_it_should_and_only_then(tmp_path: Path) -> None:
    tests = []
    for alert, day in DAYS.items():
        tests.append(asked(day.bad, alert, True, "1m", f"{MINUTES}m"))
        tests.append(asked(day.good, alert, False, "1m", f"{MINUTES}m"))
    found_out("1m", tests, tmp_path / "days.yaml")


def test_a_database_that_grows_too_fast_is_told_of_within_days(tmp_path: Path) -> None:
    hours, tests = 24 * DAYS_OF_GROWTH, []
    for octets_an_hour, goes_off in ((40_000_000, True), (400_000, False)):
        grown = {"gateway_database_bytes": f"1000000000+{octets_an_hour}x{hours}"}
        tests.append(asked(grown, "GatewayDatabaseGrows", goes_off, "1h", f"{hours}h"))
    found_out("1h", tests, tmp_path / "week.yaml")
