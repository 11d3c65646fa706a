"""`gateway status` and `gateway doctor`, against real listeners that are right and wrong."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from gateway.cli import checkup
from gateway.cli.checkup import carriers
from gateway.config import Settings
from gateway.core.errors import DeliveryError, OptedOut, PermanentFailure, UnknownOutcome
from gateway.demo.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway.wiring import install
from tests.cli.conftest import Operator
from tests.support.processes import free_port
from tests.support.town import Town

OpenTown = Callable[[datetime], Town]


@pytest.mark.parametrize(
    ("fault", "level"),
    [(OptedOut("21610"), "ok"), (PermanentFailure("21211"), "mend")],
)
def test_who_has_sent_stop_is_nothing_to_mend(
    operator: Operator, open_town: OpenTown, fault: DeliveryError, level: str
) -> None:
    town = open_town(datetime.now(UTC) - timedelta(minutes=1))
    town.sms("Ana", "MOI")
    town.carriers["sms"].faults = [fault]
    town.settle()
    found = {one["check"]: one["state"] for one in operator("doctor", "--json").objects}
    assert found["outbox"] == level


class TestStatus:
    def test_it_counts_what_came_and_left_in_the_last_hour(
        self, operator: Operator, open_town: OpenTown
    ) -> None:
        town = open_town(datetime.now(UTC) - timedelta(minutes=30))
        town.sms("Ana", "P quai3 palette 12")
        town.carriers["email"].faults = [PermanentFailure("550")]
        town.settle()
        (status,) = operator("status", "--json").objects
        assert (status["members"], status["reachable"], status["groups"]) == (4, 3, 5)
        assert (status["posts"], status["posts_last_hour"]) == (1, 1)
        channels = status["channels"]
        assert isinstance(channels, dict)
        assert channels["sms"]["came_last_hour"] == channels["sms"]["left_last_hour"] == 1
        assert channels["email"]["failed"] == channels["email"]["failed_last_hour"] == 1
        assert status["timer_running"] is False

    def test_what_is_older_than_an_hour_is_no_rate(self, operator: Operator, town: Town) -> None:
        town.sms("Ana", "P quai3 palette 12")
        channels = operator("status", "--json").objects[0]["channels"]
        assert isinstance(channels, dict)
        assert channels["sms"]["came_last_hour"] == 0
        assert channels["sms"]["due"] == 1
        assert channels["sms"]["oldest_due"] == "2026-03-02T08:00:00+00:00"

    def test_people_see_it_at_a_glance(self, operator: Operator, open_town: OpenTown) -> None:
        town = open_town(datetime.now(UTC) - timedelta(hours=5, minutes=1))
        town.sms("Ana", "P quai3 palette 12")
        operator("kiosks", "add", "Nord")
        lines = operator("status").out.splitlines()
        assert lines[0] == "4 members (3 reachable), 5 groups, 1 post (0 in the last hour)"
        assert lines[1].startswith("1 kiosk (0 signed in), no timer runs")
        assert lines[4].split() == ["sms", *"100000", "5", "h", *"000", "not", "set", "up"]
        assert [line.split()[0] for line in lines[4:7]] == ["sms", "email", "kiosk"]
        assert lines[-1].startswith("SMS in 20")

    def test_it_says_that_the_timer_runs(self, operator: Operator, open_town: OpenTown) -> None:
        town = open_town(datetime.now(UTC))
        town.gateway.delivery.hold_office("timer", "somebody")
        assert "the timer runs" in operator("status").out


def found(operator: Operator) -> dict[str, tuple[str, str]]:
    """Each check of the doctor's, its state and its words."""
    said = operator("doctor", "--json")
    lines = {str(one["check"]): (str(one["state"]), str(one["words"])) for one in said.objects}
    assert said.code == (1 if any(state == "mend" for state, _ in lines.values()) else 0)
    return lines


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports of our own; nobody waits for long."""
    monkeypatch.setenv("GATEWAY_HTTP", f"127.0.0.1:{free_port()}")
    monkeypatch.setenv("GATEWAY_LMTP", f"127.0.0.1:{free_port()}")
    monkeypatch.setattr(checkup, "PATIENCE", 2.0)


class TestDoctor:
    def test_a_fresh_folder_is_in_order_and_left_as_it_is(
        self, operator: Operator, folder: Path
    ) -> None:
        checks = found(operator)
        assert {state for state, _ in checks.values()} == {"ok", "warn"}
        assert checks["public_url"][0] == "warn"
        assert not (folder / "gateway.db").exists()

    def test_every_wrong_setting_is_named(
        self, operator: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GATEWAY_HTTP", "nowhere")
        monkeypatch.setenv("GATEWAY_COUNTRY", "Elsewhere")
        said = operator("doctor")
        assert said.code == 1
        assert [line.split()[:2] for line in said.out.splitlines()] == [["settings", "mend:"]] * 2
        assert said.err == "2 things to mend: see above.\n"

    def test_tables_of_another_version_are_found_and_not_touched(
        self, operator: Operator, folder: Path
    ) -> None:
        with closing(sqlite3.connect(folder / "gateway.db")) as connection:
            connection.execute("CREATE TABLE other (id)")
        state, words = found(operator)["database"]
        assert (state, "gateway run" in words) == ("mend", True)

    def test_a_database_that_does_not_answer_is_found(
        self, operator: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = f"postgresql+psycopg://nobody:secret@127.0.0.1:{free_port()}/none"
        monkeypatch.setenv("GATEWAY_DATABASE_URL", url)
        state, words = found(operator)["database"]
        assert state == "mend"
        assert "GATEWAY_DATABASE_URL" in words
        assert "secret" not in words

    def test_a_redis_that_does_not_answer_is_found(
        self, operator: Operator, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GATEWAY_REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
        state, words = found(operator)["redis"]
        assert state == "mend"
        assert "GATEWAY_REDIS_URL" in words

    def test_what_is_parked_refused_or_stuck_is_found(
        self, operator: Operator, open_town: OpenTown, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        town = open_town(datetime.now(UTC) - timedelta(minutes=40))
        town.carriers["sms"].faults = [PermanentFailure("30007")]
        town.sms("Ana", "MOI")
        town.settle()
        town.sms("Leo", "STATUS")
        _twilio_settings(monkeypatch, f"http://127.0.0.1:{free_port()}")
        with town.database.write() as session:
            session.connection().exec_driver_sql("UPDATE inbox SET state = 'failed' WHERE id = 1")
        checks = found(operator)
        assert checks["inbox"][0] == "mend"
        assert checks["inbox"][1].startswith("1 message is parked")
        assert checks["outbox"][0] == "mend"
        assert checks["delivery"] == (
            "mend",
            "nothing leaves since 40 min: start `gateway run`, or `gateway worker`",
        )

    def test_what_is_owed_on_a_channel_that_is_not_set_up_is_found(
        self, operator: Operator, town: Town
    ) -> None:
        town.sms("Leo", "STATUS")
        state, words = found(operator)["delivery"]
        assert state == "mend"
        assert words.startswith("messages wait for sms, which is not set up")

    def test_an_unknown_outcome_is_a_warning(self, operator: Operator, open_town: OpenTown) -> None:
        town = open_town(datetime.now(UTC))
        town.carriers["sms"].faults = [UnknownOutcome("timeout")]
        town.sms("Ana", "MOI")
        town.settle()
        assert found(operator)["outbox"][0] == "warn"

    def test_numbers_in_doubt_are_counted(self, operator: Operator, open_town: OpenTown) -> None:
        town = open_town(datetime.now(UTC))
        assert found(operator)["numbers"] == ("ok", "none is in doubt")
        town.clock.advance(days=91)
        town.gateway.delivery.send_digests()
        town.settle()
        state, words = found(operator)["numbers"]
        assert state == "warn"
        assert words.startswith("2 phone numbers are in doubt")

    def test_a_clock_that_went_back_is_found(self, operator: Operator, open_town: OpenTown) -> None:
        open_town(datetime.now(UTC) + timedelta(days=1)).sms("Ana", "MOI")
        assert found(operator)["clock"][0] == "mend"

    def test_a_full_disk_is_found(
        self, operator: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("gateway.cli.doctor.LEAST_DISK", 2**70)
        assert found(operator)["disk"][0] == "mend"

    def test_a_folder_where_one_may_not_write_is_said_in_words(
        self, operator: Operator, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("GATEWAY_SECRET")
        (folder / "gateway.db-secret").mkdir()
        assert found(operator)["settings"][0] == "mend"
        said = operator("groups", "list")
        assert said.code == 1
        assert len(said.err.splitlines()) == 1


class TestDoors:
    def test_our_own_listeners_are_known_and_others_are_not(
        self, operator: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _mail_settings(monkeypatch, "smtp://127.0.0.1:1")
        installation = install(Settings.load())
        web, mail = installation.web_server(), installation.mail_server()
        assert mail is not None
        web.start()
        mail.start()
        try:
            checks = found(operator)
        finally:
            web.stop(5)
            mail.stop(5)
            installation.close()
        assert checks["http"][1].startswith("the gateway listens")
        assert checks["lmtp"][1].startswith("the gateway listens")
        assert checks["public_url"] == (
            "warn",
            f"{installation.settings.public_url} is not https: "
            "carriers and kiosks elsewhere should use https",
        )

    def test_a_port_that_another_program_has_is_found(
        self, operator: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with _smarthost() as other:
            monkeypatch.setenv("GATEWAY_LMTP", f"127.0.0.1:{other.port}")
            _mail_settings(monkeypatch, f"smtp://127.0.0.1:{other.port}")
            state, words = found(operator)["lmtp"]
        assert state == "mend"
        assert "another program" in words
        assert words.endswith("or set GATEWAY_LMTP")

    @pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
    def test_an_address_that_is_not_ours_is_found(
        self, operator: Operator, monkeypatch: pytest.MonkeyPatch, host: str
    ) -> None:
        monkeypatch.setattr(checkup, "PATIENCE", 0.2)
        monkeypatch.setenv("GATEWAY_HTTP", f"{host}:8080")
        state, words = found(operator)["http"]
        assert state == "mend"
        assert "no address of this machine" in words

    def test_a_public_address_that_leads_elsewhere_is_found(
        self, operator: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GATEWAY_PUBLIC_URL", f"http://127.0.0.1:{free_port()}")
        installation = install(Settings.load())
        web = installation.web_server()
        web.start()
        try:
            assert found(operator)["public_url"][0] == "mend"
        finally:
            web.stop(5)
            installation.close()


class TestTwilio:
    @pytest.fixture
    def carrier(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTwilio]:
        with FakeTwilio(webhook="http://127.0.0.1:1/") as carrier:
            _twilio_settings(monkeypatch, carrier.url)
            yield carrier

    def test_the_right_account_answers(self, operator: Operator, carrier: FakeTwilio) -> None:
        assert found(operator)["twilio"] == ("ok", "the account answers")
        assert carrier.messages == []

    def test_a_wrong_token_is_found_and_not_shown(
        self, operator: Operator, carrier: FakeTwilio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GATEWAY_TWILIO_AUTH_TOKEN", "not-the-token")
        state, words = found(operator)["twilio"]
        assert state == "mend"
        assert "GATEWAY_TWILIO_AUTH_TOKEN" in words
        assert "not-the-token" not in words

    def test_a_carrier_that_is_away_is_found(
        self, operator: Operator, carrier: FakeTwilio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GATEWAY_TWILIO_API_URL", f"http://127.0.0.1:{free_port()}")
        assert found(operator)["twilio"][0] == "mend"

    def test_a_clock_that_differs_from_the_carriers_is_found(self, carrier: FakeTwilio) -> None:
        settings = Settings.load()
        wrong = datetime.now(UTC) + timedelta(minutes=7)
        skewed = [one for one in carriers(settings, wrong) if one.check == "clock"]
        assert [one.state for one in skewed] == ["mend"]
        right = carriers(settings, datetime.now(UTC))
        assert not [one for one in right if one.check == "clock"]


class TestSmtp:
    def test_a_smarthost_that_takes_mail_is_in_order(
        self, operator: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with _smarthost() as host:
            _mail_settings(monkeypatch, f"smtp://127.0.0.1:{host.port}")
            assert found(operator)["smtp"] == ("ok", f"127.0.0.1:{host.port} takes mail from us")

    def test_a_wrong_password_is_found_and_not_shown(
        self, operator: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with _smarthost() as host:
            _mail_settings(monkeypatch, f"smtp://gateway:wrong-word@127.0.0.1:{host.port}")
            state, words = found(operator)["smtp"]
            _mail_settings(monkeypatch, f"smtp://gateway:right@127.0.0.1:{host.port}")
            assert found(operator)["smtp"][0] == "ok"
        assert state == "mend"
        assert "refuses the login" in words
        assert "wrong-word" not in words

    @pytest.mark.parametrize("scheme", ["smtp", "smtps", "smtp+starttls"])
    def test_a_smarthost_that_is_away_or_has_no_tls_is_found(
        self, operator: Operator, monkeypatch: pytest.MonkeyPatch, scheme: str
    ) -> None:
        with _smarthost() as host:
            port = free_port() if scheme == "smtp" else host.port
            _mail_settings(monkeypatch, f"{scheme}://127.0.0.1:{port}")
            state, words = found(operator)["smtp"]
        assert state == "mend"
        assert "GATEWAY_SMTP_URL" in words


def _twilio_settings(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("GATEWAY_TWILIO_ACCOUNT_SID", ACCOUNT_SID)
    monkeypatch.setenv("GATEWAY_TWILIO_AUTH_TOKEN", AUTH_TOKEN)
    monkeypatch.setenv("GATEWAY_TWILIO_SENDER", NUMBER)
    monkeypatch.setenv("GATEWAY_TWILIO_API_URL", url)


def _mail_settings(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("GATEWAY_SMTP_URL", url)
    monkeypatch.setenv("GATEWAY_MAIL_DOMAIN", "talk.example")


@contextmanager
def _smarthost() -> Iterator[Controller]:
    """A mail server that knows one password."""

    def check(_server: object, _session: object, _envelope: object, _how: str, given: Any) -> Any:
        return AuthResult(success=given.password == b"right", handled=False)

    controller = Controller(
        object(),
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=check,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield controller
    finally:
        controller.stop()
