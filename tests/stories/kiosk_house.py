"""The house that the kiosks' week happens in: people, groups, and three kiosks behind bad links."""

import json
import random
import subprocess
import sys

from gateway.kiosk.api import Api
from tests.stories.flaky_link import FlakyLink
from tests.stories.kiosk_floor import Kiosk, Nursery
from tests.stories.world import World
from tests.support.processes import plain_environment

GROUPS = ("quai3", "velo", "secu")
PEOPLE = {"1001": "271828", "1002": "314159", "1003": "161803"}
MANY = """
import json, sys
from gateway.cli import gateway
for words in json.load(sys.stdin):
    gateway.main(words, prog_name="gateway", standalone_mode=False)
"""


def set_up(made: World, chance: random.Random, nursery: Nursery, seed: int) -> list[Kiosk]:
    """A gateway with people and groups, and its three kiosks, not yet begun."""
    rows = [f"Person {badge},{badge},Nord,{'|'.join(GROUPS)}" for badge in PEOPLE]
    roll = made.folder / "people.csv"
    roll.write_text("\n".join(["name,badge,site,groups", *rows]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", MANY],
        input=json.dumps(
            [
                *(["groups", "add", group, "--name", group] for group in GROUPS),
                ["members", "import", str(roll), "--consented"],
                *(["kiosks", "add", "Nord"] for _ in range(3)),
                ["members", "invite", *PEOPLE, "--json"],
            ]
        ),
        cwd=made.folder,
        env={**plain_environment(), **made.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    letters = [json.loads(line) for line in lines if line.startswith("{")]
    made.set(
        **{f"CODE_{badge}": str(it["code"]) for badge, it in zip(PEOPLE, letters, strict=True)}
    )
    tokens = [line.split()[-1] for line in lines if len(line.split()[-1]) == 43]
    links = [FlakyLink(("127.0.0.1", made.http), seed=seed * 10 + name) for name in range(3)]
    return [_kiosk(made, link, tokens[name], chance, nursery) for name, link in enumerate(links)]


def _kiosk(
    made: World, link: FlakyLink, device: str, chance: random.Random, nursery: Nursery
) -> Kiosk:
    folder = made.folder / f"kiosk-{device[:6]}"
    folder.mkdir()
    return Kiosk(folder, link, device, random.Random(chance.random()), nursery)


def sign_in(made: World, kiosks: list[Kiosk]) -> None:
    """Everybody is once at each kiosk, and leaves: what they write later goes by their ticket."""
    for at, kiosk in enumerate(kiosks):
        api = Api(made.url, kiosk.device)
        for badge, pin in PEOPLE.items():
            if at == 0:
                person = api.sign_in(code=made.environment[f"CODE_{badge}"])
                api.choose_pin(person.token, pin)
            else:
                person = api.sign_in(badge=badge, pin=pin)
            kiosk.tickets[badge] = person.ticket
            api.sign_out(person.token)
        kiosk.start()
