"""Alive, ready, and what is counted."""

import json
import math
from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient

from gateway.core.tally import Buckets, Tally
from gateway.web import health
from gateway.web.app import create_app
from gateway.web.clocked import Clocked
from gateway.web.health import Family, exposition


def client_of(
    parts: Mapping[str, str] | None = None, families: Mapping[str, Family] | None = None
) -> FlaskClient:
    def probe() -> Mapping[str, str]:
        if parts is None:
            raise RuntimeError("no database")
        return parts

    return create_app([health.blueprint(probe, lambda: families or {})]).test_client()


def test_it_is_alive_whatever_is_wrong() -> None:
    answer = client_of(None).get("/health/live")
    assert (answer.status_code, answer.text) == (200, "alive\n")


def test_it_is_ready_when_nothing_is_wrong() -> None:
    answer = client_of({"database": "", "sms": ""}).get("/health/ready")
    assert answer.status_code == 200
    assert answer.get_json() == {"ready": True, "parts": {"database": "", "sms": ""}}


def test_it_is_not_ready_when_one_part_is_not() -> None:
    answer = client_of({"database": "", "sms": "no token"}).get("/health/ready")
    assert answer.status_code == 503
    assert answer.get_json() == {"ready": False, "parts": {"database": "", "sms": "no token"}}


def test_a_probe_that_fails_is_not_ready_and_tells_nothing() -> None:
    answer = client_of(None).get("/health/ready")
    assert answer.status_code == 503
    assert "no database" not in answer.text


def test_a_channel_that_waits_for_an_operator_is_named_and_takes_nobody_out_of_service() -> None:
    routes = health.blueprint(dict, dict, lambda: {"sms": "20003 the token is wrong"})
    answer = create_app([routes]).test_client().get("/health/ready")
    assert answer.status_code == 200
    assert answer.get_json()["paused"] == {"sms": "20003 the token is wrong"}


def test_a_part_that_we_work_on_without_is_named_and_takes_nobody_out_of_service() -> None:
    routes = health.blueprint(lambda: {"database": "", "redis": "gone"}, spared={"redis"})
    answer = create_app([routes]).test_client().get("/health/ready")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "ready": True,
        "parts": {"database": "", "redis": "gone"},
        "degraded": {"redis": "gone"},
    }


def test_what_is_counted_is_told_to_prometheus() -> None:
    families: dict[str, Family] = {
        "gateway_outbox_rows": (
            "Rows owed,\nby \\channel.",
            "gauge",
            [({"channel": "sms", "state": 'du"e\\\n'}, 3), ({}, 0.5)],
        ),
        "gateway_inbox_total": ("Inbound messages.", "counter", []),
    }
    answer = client_of({}, families).get("/metrics")

    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.text == (
        "# HELP gateway_outbox_rows Rows owed,\\nby \\\\channel.\n"
        "# TYPE gateway_outbox_rows gauge\n"
        'gateway_outbox_rows{channel="sms",state="du\\"e\\\\\\n"} 3\n'
        "gateway_outbox_rows 0.5\n"
        "# HELP gateway_inbox_total Inbound messages.\n"
        "# TYPE gateway_inbox_total counter\n"
    )


def test_nothing_counted_is_nothing_told() -> None:
    routes = health.blueprint(dict)
    assert create_app([routes]).test_client().get("/metrics").text == ""


def test_a_histogram_counts_up_to_each_end_and_has_its_sum() -> None:
    counted = Tally()
    counted.took("gateway_delivery_seconds", [0.05, 0.1, 0.7, 9_000.0], kind="post")
    ends = {json.loads(labels)["le"]: number for (_, labels), number in counted.take().items()}
    took = Buckets(ends, ends.pop("sum"))
    text = exposition({"took_seconds": ("T.", "histogram", [({"kind": "post"}, took)])})

    assert 'took_seconds_bucket{kind="post",le="0.1"} 2.0\n' in text
    assert 'took_seconds_bucket{kind="post",le="0.5"} 2.0\n' in text
    assert 'took_seconds_bucket{kind="post",le="1.0"} 3.0\n' in text
    assert 'took_seconds_bucket{kind="post",le="7200.0"} 3.0\n' in text
    assert 'took_seconds_bucket{kind="post",le="+Inf"} 4.0\n' in text
    assert 'took_seconds_sum{kind="post"} 9000.85\n' in text
    assert 'took_seconds_count{kind="post"} 4.0\n' in text


def test_requests_are_clocked_by_their_rule_and_kind_of_answer() -> None:
    clocked = Clocked()
    app = create_app([health.blueprint(dict, clocked.measures)])
    clocked.watch(app)
    asked = app.test_client()
    for path in ("/health/live", "/health/live", "/nothing/of-a-secret"):
        asked.get(path)
    text = asked.get("/metrics").text
    name = "gateway_web_request_seconds_count"
    assert f'{name}{{route="/health/live",status="2xx"}} 2' in text
    assert f'{name}{{route="-",status="4xx"}} 1' in text
    assert "secret" not in text


@pytest.mark.parametrize(
    ("value", "written"),
    [(math.inf, "+Inf"), (-math.inf, "-Inf"), (math.nan, "NaN"), (7, "7"), (1e21, "1e+21")],
)
def test_numbers_are_spelled_as_prometheus_reads_them(value: float, written: str) -> None:
    assert exposition({"n": ("N.", "gauge", [({}, value)])}).endswith(f"\nn {written}\n")


@pytest.mark.parametrize(
    ("name", "kind", "label"),
    [("9lives", "gauge", "a"), ("", "gauge", "a"), ("a", "summary", "a"), ("a", "gauge", "a-b")],
)
def test_a_name_that_prometheus_would_refuse_is_a_bug(name: str, kind: str, label: str) -> None:
    with pytest.raises(ValueError, match="Prometheus"):
        exposition({name: ("N.", kind, [({label: "x"}, 1)])})
