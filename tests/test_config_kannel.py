"""The settings of Kannel: what is accepted, what is refused, and that one carrier is enough."""

from ipaddress import ip_network

import pytest

from gateway.config import Settings
from gateway.formats import SendSms
from gateway.settings_error import SettingsError

SECRET = "0123456789abcdef" * 2
KANNEL = {
    "GATEWAY_KANNEL_URL": "http://ann:p%40w@sms.example:13013/cgi-bin/sendsms",
    "GATEWAY_KANNEL_SENDER": "+33700000001",
    "GATEWAY_KANNEL_SECRET": SECRET,
}
TWILIO = {
    "GATEWAY_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "GATEWAY_TWILIO_AUTH_TOKEN": "token",
    "GATEWAY_TWILIO_SENDER": "+33700000002",
}


def problems(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        Settings.load(environ, None)
    return caught.value.problems


def test_kannel_is_set_up_with_three_settings() -> None:
    settings = Settings.load(KANNEL, None)
    assert settings.kannel == SendSms("http://sms.example:13013/cgi-bin/sendsms", "ann", "p@w")
    assert (settings.kannel_secrets, settings.kannel_networks) == ((SECRET,), ())
    assert settings.sms_sender == settings.reply_number == "+33700000001"


def test_no_password_and_no_secret_is_shown() -> None:
    settings = Settings.load(KANNEL, None)
    for shown in (repr(settings), repr(settings.kannel)):
        assert "p@w" not in shown
        assert SECRET not in shown


def test_a_name_cannot_be_answered_so_another_number_is_told() -> None:
    named = {**KANNEL, "GATEWAY_KANNEL_SENDER": "Depot"}
    assert Settings.load(named, None).reply_number is None
    numbered = {**named, "GATEWAY_KANNEL_REPLY_NUMBER": "36110"}
    assert Settings.load(numbered, None).reply_number == "36110"


def test_the_number_of_the_carrier_that_is_not_used_is_told_to_nobody() -> None:
    left_over = {**KANNEL, "GATEWAY_TWILIO_REPLY_NUMBER": "+33700000009"}
    assert Settings.load(left_over, None).reply_number == "+33700000001"


def test_texts_leave_by_one_carrier() -> None:
    (problem,) = problems({**KANNEL, **TWILIO})
    assert problem.startswith("GATEWAY_KANNEL_URL: ")
    assert "one carrier" in problem


@pytest.mark.parametrize("missing", KANNEL)
def test_what_is_missing_is_named(missing: str) -> None:
    (problem,) = problems({name: value for name, value in KANNEL.items() if name != missing})
    assert problem.startswith(f"{missing}: not set")


def test_secrets_and_networks_are_lists() -> None:
    more = {
        "GATEWAY_KANNEL_SECRET": f"{SECRET}, {'b' * 40}",
        "GATEWAY_KANNEL_NETWORKS": "127.0.0.1, 10.0.0.0/8,::1",
    }
    settings = Settings.load({**KANNEL, **more}, None)
    assert settings.kannel_secrets == (SECRET, "b" * 40)
    assert settings.kannel_networks == tuple(
        map(ip_network, ("127.0.0.1/32", "10.0.0.0/8", "::1/128"))
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URL", "http://sms.example:13013/cgi-bin/sendsms"),
        ("URL", "http://ann:pw@sms.example:13013"),
        ("URL", "http://ann:pw@sms.example/cgi-bin/sendsms?to=1"),
        ("URL", "http://ann:p%0Aw@sms.example/cgi-bin/sendsms"),
        ("URL", "smpp://ann:pw@sms.example/cgi-bin/sendsms"),
        ("SENDER", "MG" + "0" * 32),
        ("SENDER", "a name that is too long"),
        ("SECRET", "short"),
        ("SECRET", "a/b?c#d%e" * 8),
        ("SECRET", SECRET + ","),
        ("NETWORKS", "10.0.0.1/8"),
        ("NETWORKS", "sms.example"),
        ("REPLY_NUMBER", "Depot"),
    ],
)
def test_what_is_malformed_is_named_and_not_repeated(name: str, value: str) -> None:
    (problem,) = problems({**KANNEL, f"GATEWAY_KANNEL_{name}": value})
    assert problem.startswith(f"GATEWAY_KANNEL_{name}: ")
    assert value not in problem
