"""The files of deploy/: what they start exists, what they set is a setting, what they ask is told.

Docker does not run here; its files are read, and compared with the program.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.cli import NOUNS
from gateway.config import PREFIX, Settings, described
from gateway.processes import END_SECONDS
from gateway.web.clocked import Clocked
from gateway.web.health import exposition
from gateway.wiring import install
from tests.support.clock import Clock
from tests.support.town import Town, fill

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = sorted(DEPLOY.glob("compose*.yaml"))
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "Restart": "always",
    "User": "gateway",
    "Type": "notify",
}


def known_settings() -> set[str]:
    names = {f"{PREFIX}{setting.name}" for setting in described().values()}
    return names | {f"{name}_FILE" for name in names}


def ours(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The services of a compose file that are the gateway's."""
    for name, service in yaml.safe_load(path.read_text("utf-8"))["services"].items():
        if service["image"] == "gateway":
            yield name, service


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
class TestCompose:
    def test_each_part_is_a_command_and_stops_in_time(self, path: Path) -> None:
        parts = dict(ours(path))
        assert parts
        for name, service in parts.items():
            (command,) = service["command"]
            assert command in NOUNS
            assert command in (name, "run")
            assert int(service["stop_grace_period"].rstrip("s")) > END_SECONDS
            assert service["restart"] == "unless-stopped"

    def test_what_is_set_is_a_setting_and_can_be_read(self, path: Path) -> None:
        for _, service in ours(path):
            given = set(service["environment"])
            assert given <= known_settings()
            assert given >= {"GATEWAY_DATABASE_URL", "GATEWAY_HTTP"}

    def test_it_may_write_nowhere_but_where_its_data_are(self, path: Path) -> None:
        for _, service in ours(path):
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]
            assert "no-new-privileges:true" in service["security_opt"]

    def test_every_service_and_volume_that_is_named_is_there(self, path: Path) -> None:
        whole = yaml.safe_load(path.read_text("utf-8"))
        for service in whole["services"].values():
            assert set(service.get("depends_on", {})) <= set(whole["services"])
            assert set(service.get("secrets", [])) <= set(whole.get("secrets", {}))
            volumes = {one.split(":")[0] for one in service.get("volumes", [])}
            assert volumes <= set(whole.get("volumes", {}))


def test_all_parts_are_in_the_distributed_one() -> None:
    assert {name for name, _ in ours(DEPLOY / "compose.yaml")} == {"web", "mail", "worker", "timer"}


def test_the_image_is_made_of_files_that_are_there_and_stops_as_we_do() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = [word for line in re.findall(r"^COPY (.+)$", text, re.M) for word in line.split()[:-1]]
    assert copied
    assert [name for name in copied if not (DEPLOY.parent / name).exists()] == []
    assert "STOPSIGNAL SIGTERM" in text
    assert 'ENTRYPOINT ["gateway"]\nCMD ["run"]' in text
    assert "--require-hashes" in text


def unit(path: Path) -> dict[str, list[str]]:
    lines = [line for line in path.read_text("utf-8").splitlines() if "=" in line]
    found: dict[str, list[str]] = {}
    for line in lines:
        if not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
class TestUnits:
    def test_it_starts_a_command_and_gives_it_time_to_end(self, path: Path) -> None:
        said = unit(path)
        program, command = said["ExecStart"][0].split()
        assert program.endswith("/gateway")
        assert command in NOUNS
        assert float(said["TimeoutStopSec"][0]) > END_SECONDS
        part = re.fullmatch(r"gateway(?:-(\w+)@?)?", path.stem)
        assert part is not None
        assert command == (part[1] or "run")

    def test_it_is_hardened_and_comes_back(self, path: Path) -> None:
        said = unit(path)
        assert {name: said[name][0] for name in HARDENED} == HARDENED
        assert said["StateDirectory"] == ["gateway"]

    def test_what_it_sets_is_a_setting(self, path: Path) -> None:
        given = {value.partition("=")[0] for value in unit(path).get("Environment", [])}
        assert given <= known_settings()


def test_systemd_reads_the_units_without_a_word(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not on this machine (package systemd)")
    for path in UNITS:
        text = path.read_text("utf-8").replace("/opt/gateway/bin/gateway", "/bin/true")
        text = text.replace("User=gateway", "User=root")
        name = path.name.replace("@", "@1")
        (tmp_path / name).write_text(text, "utf-8")
    shutil.copy(DEPLOY / "systemd" / "gateway.target", tmp_path)
    done = subprocess.run(
        [program, "verify", *sorted(tmp_path.glob("*.service"))],
        capture_output=True,
        text=True,
        check=False,
    )
    about_ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert (about_ours, done.returncode) == ([], 0)


STANDS_IN = """#!{python}
import json, sys
json.dump(sys.argv[1:], open({said!r}, "w"))
"""


@pytest.mark.parametrize("part", ["gateway", "gateway-timer"])
def test_an_operator_s_command_runs_as_the_unit_does(tmp_path: Path, part: str) -> None:
    etc, said = tmp_path / "etc", tmp_path / "said"
    etc.mkdir()
    of_unit = unit(DEPLOY / "systemd" / f"{part}.service")
    if "LoadCredential" in of_unit:
        (etc / "secret").write_text("of all machines", "utf-8")
    script = (DEPLOY / "systemd" / "gateway-command").read_text("utf-8")
    (tmp_path / "gateway").write_text(script.replace("/etc/gateway", str(etc)), "utf-8")
    stand_in = tmp_path / "systemd-run"
    stand_in.write_text(STANDS_IN.format(python=sys.executable, said=str(said)), "utf-8")
    stand_in.chmod(0o755)
    typed = ["groups", "add", "prix", "--name", "Prix en $ & 'euros' %n"]
    subprocess.run(
        ["/bin/sh", tmp_path / "gateway", *typed],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        check=True,
    )
    given = [word.replace(str(etc), "/etc/gateway") for word in json.loads(said.read_text("utf-8"))]
    properties = dict(
        word.removeprefix("--property=").split("=", 1)
        for word in given
        if word.startswith("--property=")
    )
    shared = {"EnvironmentFile", "User", "StateDirectory", "StateDirectoryMode", "WorkingDirectory"}
    shared |= {"UMask", "LoadCredential"} & set(of_unit)
    assert properties == {name: of_unit[name][0] for name in shared}
    options = [word for word in given if word.startswith("--") and word not in typed]
    assert {*options} >= {"--quiet", "--wait", "--pipe", "--pty", "--collect"}
    words = given[len(options) :]
    assert words[-len(typed) :] == [word.replace("$", "$$") for word in typed]  # as systemd has it
    program = of_unit["ExecStart"][0].split()[0]
    before = words[: -len(typed)]
    if "LoadCredential" not in of_unit:
        assert before == [program]
        return
    # What the service's shell makes of it, once systemd has read `$$` as `$`.
    kept = {"CREDENTIALS_DIRECTORY": "/run/credentials/one", "PATH": "/usr/bin:/bin"}
    shell = [word.replace("$$", "$").replace(program, "printenv") for word in before]
    done = subprocess.run(
        [*shell, "GATEWAY_SECRET_FILE"], env=kept, capture_output=True, text=True, check=True
    )
    assert done.stdout == "/run/credentials/one/secret\n"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """All that a gateway tells Prometheus."""
    folder = tmp_path_factory.mktemp("told")
    town = fill(Town(f"sqlite:///{folder / 'town.db'}", Clock()()))
    town.sms("Ana", "MOI")
    town.settle()
    town.gateway.watch.beat("one", "run")
    apart = {"GATEWAY_REDIS_URL": "redis://127.0.0.1:1/0", "GATEWAY_SECRET": "s" * 40}
    with closing(install(Settings.load(apart, None))) as installation:
        bell = installation.bell_up()
    text = exposition(
        {**town.gateway.watch.measures("0.1.0"), **Clocked().measures(), **bell},
    )
    town.close()
    return text


def names(told: str) -> set[str]:
    """What can be asked for: a histogram by its three names."""
    found: set[str] = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", told, re.M):
        ends = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
        found |= {f"{name}{end}" for end in ends}
    return found


def alerts() -> list[dict[str, Any]]:
    whole = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text("utf-8"))
    return [rule for group in whole["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    board = json.loads((DEPLOY / "grafana" / "gateway.json").read_text("utf-8"))
    found: list[dict[str, Any]] = board["panels"]
    return found


def asked(expression: str) -> set[str]:
    return set(re.findall(r"\bgateway_\w+", expression))


def test_each_alert_asks_for_what_is_told_and_says_what_is_wrong(told: str) -> None:
    rules = alerts()
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 15
    for rule in rules:
        assert asked(rule["expr"]) <= names(told), rule["alert"]
        assert asked(rule["expr"]) or rule["expr"].startswith("up{")
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_each_panel_asks_for_what_is_told(told: str) -> None:
    expressions = [target["expr"] for panel in panels() for target in panel["targets"]]
    assert len(expressions) >= 15
    for expression in expressions:
        assert asked(expression), expression
        assert asked(expression) <= names(told), expression
    ids = [panel["id"] for panel in panels()]
    assert len(set(ids)) == len(ids)


def test_every_name_is_in_the_papers(told: str) -> None:
    paper = (DEPLOY.parent / "docs" / "operating.md").read_text("utf-8")
    families = set(re.findall(r"^# TYPE (\S+) ", told, re.M))
    assert sorted(name for name in families if name not in paper) == []


def test_prometheus_takes_the_rules_and_what_is_told(told: str) -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not on this machine (package prometheus)")
    rules = subprocess.run(
        [program, "check", "rules", DEPLOY / "prometheus" / "alerts.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert rules.returncode == 0, rules.stderr
    scraped = subprocess.run(
        [program, "check", "metrics"], input=told, capture_output=True, text=True, check=False
    )
    assert scraped.returncode == 0, scraped.stderr + scraped.stdout
