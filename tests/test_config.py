"""Settings: what is accepted, what is refused, and that all that is wrong is said at once."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import config
from gateway.config import Settings
from gateway.formats import Listen, Mailbox, SmtpOut
from gateway.secret import kept_secret
from gateway.settings_error import SettingsError
from tests.support.keys import key

SECRET = "0123456789abcdef" * 2
TWILIO = {
    "GATEWAY_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "GATEWAY_TWILIO_AUTH_TOKEN": "new,old",
    "GATEWAY_TWILIO_SENDER": "+33700000001",
}
MAIL = {
    "GATEWAY_SMTP_URL": "smtp+starttls://ann%40example.com:p%2Fw@mail.example.com",
    "GATEWAY_MAIL_DOMAIN": "Talk.Example.com",
}


def load(**given: str) -> Settings:
    return Settings.load({f"GATEWAY_{name}": value for name, value in given.items()}, None)


def problems(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        Settings.load(environ, None)
    return caught.value.problems


def refused(**given: str) -> str:
    (problem,) = problems({f"GATEWAY_{name}": value for name, value in given.items()})
    return problem


def test_nothing_given_is_an_embedded_installation_with_the_defaults_of_the_contract() -> None:
    settings = load()
    assert settings.embedded
    assert settings == Settings()
    assert settings.database_url == "sqlite:///gateway.db"
    assert (str(settings.http), settings.public_url) == ("127.0.0.1:8080", "http://127.0.0.1:8080")
    assert (settings.lmtp, settings.smtp_in) == (Listen("127.0.0.1", 8024), None)
    assert (settings.language, settings.country, settings.timezone) == ("fr", "FR", "Europe/Paris")
    assert (settings.secret, settings.reply_number, settings.smtp_out) == (None, None, None)


def test_a_whole_installation_is_read() -> None:
    settings = Settings.load(
        {
            **TWILIO,
            **MAIL,
            "GATEWAY_DATABASE_URL": "postgresql+psycopg://gateway:pw@db/gateway",
            "GATEWAY_REDIS_URL": "redis://queue:6379/1",
            "GATEWAY_SECRET": SECRET,
            "GATEWAY_IMAP_URL": "imaps://ann%40example.com:p%2Fw@mail.example.com/Inbox/Talk",
            "GATEWAY_PUBLIC_URL": "https://talk.example.com/gateway/",
            "GATEWAY_HTTP": "[::1]:80",
            "GATEWAY_LMTP": "none",
            "GATEWAY_SMTP_IN": "0.0.0.0:25",
        },
        None,
    )
    assert not settings.embedded
    assert settings.public_url == "https://talk.example.com/gateway"
    assert (settings.http, str(settings.http)) == (Listen("::1", 80), "[::1]:80")
    assert (settings.lmtp, settings.smtp_in) == (None, Listen("0.0.0.0", 25))
    assert settings.twilio_auth_tokens == ("new", "old")
    assert settings.mail_domain == "talk.example.com"
    assert settings.smtp_out == SmtpOut(
        "mail.example.com", 587, "ann@example.com", "p/w", "starttls"
    )
    assert settings.imap == Mailbox(
        "mail.example.com", 993, "ann@example.com", "p/w", "Inbox/Talk", "tls"
    )


def test_all_that_is_wrong_is_named_at_once_a_line_each() -> None:
    found = problems(
        {
            "GATEWAY_REDIS_URL": "redis://queue/0",
            "GATEWAY_HTTP": "8080",
            "GATEWAY_LANGUAGE": "de",
            "GATEWAY_TIMEZONE": "Europe/Pariss",
            "GATEWAY_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "GATEWAY_SMTP_URL": "smtp://localhost",
            "GATEWAY_TWILLIO_SENDER": "+33700000001",
        }
    )
    assert [line.split(":")[0].removeprefix("GATEWAY_") for line in found] == [
        "HTTP",
        "LANGUAGE",
        "TIMEZONE",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_SENDER",
        "MAIL_DOMAIN",
        "SECRET",
        "TWILLIO_SENDER",
    ]
    assert "as Europe/Paris" in found[2]
    assert found[-1] == "GATEWAY_TWILLIO_SENDER: did you mean GATEWAY_TWILIO_SENDER?"
    assert str(SettingsError(found)) == "\n".join(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "gateway.db"),
        ("DATABASE_URL", "sqlite://gateway.db"),
        ("DATABASE_URL", "sqlite:///no/such/folder/gateway.db"),
        ("DATABASE_URL", "mysql://db/gateway"),
        ("SECRET", "short"),
        ("HTTP", "127.0.0.1"),
        ("HTTP", "127.0.0.1:0"),
        ("HTTP", "127.0.0.1:65536"),
        ("HTTP", "::1:80"),
        ("HTTP", "none"),
        ("LMTP", "socket"),
        ("PUBLIC_URL", "talk.example.com"),
        ("PUBLIC_URL", "ftp://talk.example.com"),
        ("PUBLIC_URL", "https://talk.example.com/?a=b"),
        ("PUBLIC_URL", "https://talk.example.com:port"),
        ("PUBLIC_URL", "https://[::1"),
        ("TWILIO_API_URL", "https://"),
        ("TWILIO_REPLY_NUMBER", "ACME"),
        ("LANGUAGE", "FR"),
        ("COUNTRY", "France"),
        ("COUNTRY", "ZZ"),
        ("TIMEZONE", "CET+1"),
    ],
)
def test_a_malformed_value_is_refused_by_the_name_of_its_setting(name: str, value: str) -> None:
    assert refused(**{name: value}).startswith(f"GATEWAY_{name}: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "redis://:half/secret@queue"),
        ("REDIS_URL", "http://queue"),
        ("IMAP_URL", "imaps://mail.example.com"),
        ("IMAP_URL", "imaps://ann:half/secret@mail.example.com"),
        ("IMAP_URL", "pop://ann:secret@mail.example.com"),
        ("SMTP_URL", "smtps://ann@mail.example.com"),
        ("SMTP_URL", "smtps://ann:half/secret@mail.example.com:25"),
        ("SMTP_URL", "mail.example.com:25"),
        ("MAIL_DOMAIN", "ann@example.com"),
        ("MAIL_DOMAIN", "exämple.com"),
        ("MAIL_DOMAIN", "a..com"),
        ("TWILIO_ACCOUNT_SID", "SK" + "0" * 32),
        ("TWILIO_AUTH_TOKEN", "one,,two"),
        ("TWILIO_AUTH_TOKEN", "one two"),
        ("TWILIO_SENDER", "0700000001"),
        ("TWILIO_SENDER", "+0700000001"),
        ("TWILIO_SENDER", "Transports Durand"),
        ("TWILIO_SENDER", "Café"),
    ],
)
def test_a_malformed_value_among_others_is_refused_and_not_repeated(name: str, value: str) -> None:
    whole = {**TWILIO, **MAIL, "GATEWAY_SECRET": SECRET, f"GATEWAY_{name}": value}
    (problem,) = problems(whole)
    assert problem.startswith(f"GATEWAY_{name}: ")
    assert value not in problem
    assert "half" not in problem


@pytest.mark.parametrize(
    ("sender", "answers_go_to"),
    [
        ("+33700000001", "+33700000001"),
        ("38123", "38123"),
        ("Durand SA", None),
        ("MG" + "a" * 32, None),
    ],
)
def test_workers_write_to_the_sender_where_it_can_receive(
    sender: str, answers_go_to: str | None
) -> None:
    settings = Settings.load({**TWILIO, "GATEWAY_TWILIO_SENDER": sender}, None)
    assert settings.reply_number == answers_go_to


def test_workers_write_to_the_number_that_was_named() -> None:
    named = {**TWILIO, "GATEWAY_TWILIO_REPLY_NUMBER": "+33700000002"}
    assert Settings.load(named, None).reply_number == "+33700000002"


@pytest.mark.parametrize("missing", TWILIO)
def test_twilio_is_set_whole_or_not_at_all(missing: str) -> None:
    (problem,) = problems({name: value for name, value in TWILIO.items() if name != missing})
    assert problem.startswith(f"{missing}: not set")


def test_mail_that_leaves_needs_a_domain_to_come_from() -> None:
    name = "GATEWAY_SMTP_URL"
    assert problems({name: MAIL[name]})[0].startswith("GATEWAY_MAIL_DOMAIN: not set")


def test_mail_may_come_in_where_none_leaves() -> None:
    assert load(MAIL_DOMAIN="talk.example.com").smtp_out is None


def test_fetching_mail_needs_a_domain() -> None:
    assert refused(IMAP_URL="imap://ann:pw@localhost").startswith("GATEWAY_MAIL_DOMAIN: not set")


def test_processes_that_share_must_be_given_the_secret() -> None:
    assert refused(REDIS_URL="unix:///run/redis").startswith("GATEWAY_SECRET: not set")
    assert load(REDIS_URL="unix:///run/redis", SECRET=SECRET).secret == SECRET


def test_two_listeners_need_two_addresses() -> None:
    assert "choose another port" in refused(HTTP="127.0.0.1:8024")


@pytest.mark.parametrize(
    "name", ["GATEWAY_TEST_ALL", "GATEWAY_SERVICE_HOST", "GATEWAY_PORT_8080_TCP", "GATEWAY_PORT"]
)
def test_names_that_others_set_are_left_alone(name: str) -> None:
    assert Settings.load({name: "1"}, None) == Settings()


@pytest.mark.parametrize("name", [f"GATEWAY_{s.name}" for s in config.described().values()])
def test_a_letter_too_many_is_pointed_out(name: str) -> None:
    found = problems({f"{name}X": "1"})
    assert found == (f"{name}X: did you mean {name}?",)


class TestFiles:
    def test_a_value_may_lie_in_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text(f"{SECRET}\n")
        assert load(SECRET_FILE=str(tmp_path / "secret")).secret == SECRET

    def test_a_value_given_twice_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text(SECRET)
        problem = refused(SECRET_FILE=str(tmp_path / "secret"), SECRET=SECRET)
        assert problem == "GATEWAY_SECRET: given twice; keep GATEWAY_SECRET or GATEWAY_SECRET_FILE"

    @pytest.mark.parametrize(
        ("content", "says"), [(None, "cannot read"), (b" \n", "empty"), (b"\xff", "UTF-8")]
    )
    def test_a_file_without_a_value_is_named_once(
        self, tmp_path: Path, content: bytes | None, says: str
    ) -> None:
        path = tmp_path / "secret"
        if content is not None:
            path.write_bytes(content)
        problem = refused(SECRET_FILE=str(path), REDIS_URL="redis://queue")
        assert problem.startswith("GATEWAY_SECRET: ")
        assert says in problem
        assert str(path) in problem

    def test_dotenv_is_read_and_the_environment_wins_name_by_name(self, tmp_path: Path) -> None:
        dotenv = tmp_path / ".env"
        dotenv.write_text(f'GATEWAY_LANGUAGE=en\nGATEWAY_SECRET="a$HOME${{X}}{SECRET}"\nOTHER=1\n')
        settings = Settings.load({"GATEWAY_LANGUAGE": "fr", "GATEWAY_COUNTRY": ""}, dotenv)
        assert (settings.language, settings.country) == ("fr", "FR")
        assert settings.secret == f"a$HOME${{X}}{SECRET}"

    def test_a_file_named_in_the_environment_wins_over_a_value_in_dotenv(
        self, tmp_path: Path
    ) -> None:
        dotenv, secret = tmp_path / ".env", tmp_path / "secret"
        dotenv.write_text(f"GATEWAY_SECRET={'x' * 32}\n")
        secret.write_text(SECRET)
        assert Settings.load({"GATEWAY_SECRET_FILE": str(secret)}, dotenv).secret == SECRET

    def test_a_dotenv_that_is_no_text_is_named(self, tmp_path: Path) -> None:
        dotenv = tmp_path / ".env"
        dotenv.write_bytes(b"GATEWAY_LANGUAGE=\xff\n")
        with pytest.raises(SettingsError, match="UTF-8"):
            Settings.load({}, dotenv)

    def test_a_line_of_dotenv_that_says_nothing_is_named_and_not_repeated(
        self, tmp_path: Path
    ) -> None:
        dotenv = tmp_path / ".env"
        lines = ["# ours", "", "GATEWAY_COUNTRY=BE", "", "GATEWAY_LANGUAGE fr", "GATEWAY_LOG", "C="]
        dotenv.write_text("\n".join([*lines, f"GATEWAY_SECRET='{SECRET}"]))
        with pytest.raises(SettingsError) as raised:
            Settings.load({}, dotenv)
        advice = "cannot be read; write NAME=value, or # before it"
        assert raised.value.problems == tuple(f"{dotenv}, line {n}: {advice}" for n in (5, 6, 8))

    def test_the_process_environment_is_the_default(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GATEWAY_COUNTRY", "BE")
        assert Settings.load(dotenv=None).country == "BE"


class TestSecrets:
    def test_no_repr_shows_a_value(self) -> None:
        settings = Settings.load({**TWILIO, **MAIL, "GATEWAY_SECRET": SECRET}, None)
        assert repr(settings).startswith("<Settings: ")
        for hidden in (SECRET, "p/w", "p%2Fw", "new", "+33700000001"):
            assert hidden not in repr(settings)
            assert hidden not in repr(settings.smtp_out)

    def test_a_secret_is_made_once_for_its_owner_alone(self, tmp_path: Path) -> None:
        settings = load(DATABASE_URL=f"sqlite:///{tmp_path}/gateway.db")
        path = settings.secret_path
        assert path == tmp_path / "gateway.db-secret"
        made = kept_secret(path)
        assert len(made) >= 32
        assert kept_secret(path) == made
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert list(tmp_path.iterdir()) == [path]

    def test_all_that_start_together_keep_the_same_secret(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            made = set(pool.map(kept_secret, [tmp_path / "secret"] * 64))
        assert len(made) == 1
        assert list(tmp_path.iterdir()) == [tmp_path / "secret"]

    def test_a_kept_secret_that_was_cut_short_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("short")
        with pytest.raises(SettingsError, match="at least 8"):
            kept_secret(tmp_path / "secret")

    def test_beside_a_database_that_is_no_file_it_is_kept_where_we_run(self) -> None:
        settings = Settings(database_url="postgresql+psycopg://db/gateway")
        assert settings.secret_path == Path("gateway-secret")


NAMES = st.sampled_from([f"GATEWAY_{s.name}" for s in config.described().values()])


@given(st.dictionaries(NAMES, st.text(max_size=60) | st.just("smtp://[") | st.just("redis://:x")))
def test_whatever_is_given_is_read_or_refused_in_words(environ: dict[str, str]) -> None:
    found: tuple[str, ...] = ()
    settings = None
    try:
        settings = Settings.load(environ, None)
    except SettingsError as error:
        found = error.problems
    assert bool(settings) != bool(found)
    assert all(line.startswith("GATEWAY_") for line in found)


class TestOurSignature:
    PEM = key().private.decode()

    def given(self, value: str, **more: str) -> Settings:
        names = {"DKIM_KEY": value, "DKIM_SELECTOR": "s1", **more}
        return Settings.load(MAIL | {f"GATEWAY_{name}": text for name, text in names.items()}, None)

    def test_is_made_with_a_key_in_a_file_or_written_out(self, tmp_path: Path) -> None:
        path = tmp_path / "dkim.pem"
        path.write_text(self.PEM.replace("\n", "\r\n"))
        one_line = self.PEM.strip().replace("\n", "\\n")
        for value in (self.PEM, one_line, str(path)):
            assert self.given(value).dkim_key == self.PEM
        names = MAIL | {"GATEWAY_DKIM_KEY_FILE": str(path), "GATEWAY_DKIM_SELECTOR": "s1"}
        assert Settings.load(names, None).dkim_key == self.PEM

    @pytest.mark.parametrize("value", ["-----BEGIN PUBLIC KEY-----\nAAAA\n", "nowhere.pem", "."])
    def test_is_not_made_without_a_key(self, value: str) -> None:
        with pytest.raises(SettingsError, match=r"GATEWAY_DKIM_KEY: .*PEM"):
            self.given(value)

    def test_needs_both_and_mail_that_leaves(self) -> None:
        assert "GATEWAY_DKIM_KEY: not set" in problems(MAIL | {"GATEWAY_DKIM_SELECTOR": "s1"})[0]
        alone = {"GATEWAY_DKIM_KEY": self.PEM, "GATEWAY_DKIM_SELECTOR": "s1"}
        assert any("GATEWAY_SMTP_URL: not set" in problem for problem in problems(alone))
        with pytest.raises(SettingsError, match="GATEWAY_DKIM_SELECTOR"):
            self.given(self.PEM, DKIM_SELECTOR="a b")


def test_shifts_are_times_of_the_day() -> None:
    assert load(SHIFTS="21:30, 6:00,06:00").shifts == (360, 1290)
    assert load().shifts == (300, 780, 1260)
    for wrong in ("25:00", "6", "6:00-14:00", ","):
        assert "05:00,13:00,21:00" in refused(SHIFTS=wrong)


def test_the_rate_of_a_sender_is_in_segments_a_second() -> None:
    assert (load().sms_rate, load(SMS_RATE="1").sms_rate) == (None, 1.0)
    assert load(SMS_RATE="0.5").sms_rate == 0.5
    for wrong in ("0", "0.01", "2001", "1e3", "-1", "ten", "nan", "٣"):
        assert "from 0.05 to 2000" in refused(SMS_RATE=wrong)


def test_lines_to_a_carrier_are_counted() -> None:
    assert (load().sms_lines, load(SMS_LINES="16").sms_lines) == (4, 16)
    for wrong in ("0", "65", "four", "-1", "٣"):
        assert "1 to 64" in refused(SMS_LINES=wrong)
