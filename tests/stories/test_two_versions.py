"""A new version comes beside the old one, under traffic: it changes the tables, and both go on.

The new version is a copy of this one with one migration more, of the kind that we allow ourselves:
it adds, and takes nothing away (docs/deploying.md, "Upgrades").
"""

import shutil
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx

import gateway
from gateway.core.migrations import is_current
from tests.stories.crash_house import PARTS, CrashHouse, Part, crash_house
from tests.stories.crash_traffic import Accounts, Traffic
from tests.support.processes import free_port, wait_until
from tests.support.sizes import sized

TEXTS, MAILS = sized((600, 150), (60, 15))
NEXT = '''"""What the next version wants: columns that may be empty, a table, and an index.

Revision ID: 9999
Revises: {before}
"""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    for table in ("inbox", "member", "outbox", "post"):
        op.add_column(table, sa.Column("of_the_next", sa.Text(), nullable=True))
    op.create_table("next_thing", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_index("ix_outbox_next", "outbox", ["of_the_next"])


def downgrade() -> None:
    raise NotImplementedError
'''


def _next_version(folder: Path) -> Path:
    """Where the package of the next version lies."""
    package = folder / "next" / "gateway"
    shutil.copytree(Path(gateway.__file__).parent, package)
    versions = package / "core" / "migrations" / "versions"
    newest = max(versions.glob("[0-9]*.py")).name.partition("_")[0]
    (versions / "9999_next.py").write_text(NEXT.format(before=newest), encoding="utf-8")
    return package.parent


class Rollout:
    """The parts of the next version, each of which takes the place of an old one."""

    def __init__(self, house: CrashHouse, package: Path) -> None:
        self._house = house
        self._http = free_port()
        self._environment = {
            **house.environment,
            "PYTHONPATH": str(package),
            "GATEWAY_HTTP": f"127.0.0.1:{self._http}",
        }

    def comes(self, old: str) -> None:
        """Start the new one beside the old one, where both can be; else after it."""
        name = f"new-{old}"
        command = [sys.executable, "-m", "gateway", old.partition("-")[0]]
        new = Part(name, command, self._house.folder, self._environment)
        if old == "mail":  # both want the same port
            _ends(self._house.lets_go(old))
        new.start()
        wait_until(lambda: new.is_ready or not new.is_up, 60, name)
        assert new.is_ready, name
        if old == "web":
            self._house.carrier.webhook = f"http://127.0.0.1:{self._http}/sms/inbound#rc=5&rp=all"
        self._house.looks_after(new)
        if old != "mail":
            _ends(self._house.lets_go(old))


def _ends(part: Part) -> None:
    assert (part.is_up, part.lives) == (True, 1), f"{part.name} did not live until now"
    part.strike(signal.SIGTERM)
    assert part.process is not None
    assert part.process.wait(10) == 0


def test_two_versions_are_at_work_and_nobody_notices(tmp_path: Path) -> None:
    package = _next_version(tmp_path)
    with crash_house(tmp_path, "spread", seed=1) as house:
        traffic = Traffic(house, sized(100, 20), texts=TEXTS, mails=MAILS)
        traffic.set_up()
        house.begin()
        rollout = Rollout(house, package)
        with house.here() as installation, ThreadPoolExecutor(24) as senders:
            coming = [senders.submit(traffic.text, number) for number in range(TEXTS)]
            coming += [senders.submit(traffic.mail, number) for number in range(MAILS)]
            _comes_meanwhile(traffic, partial(rollout.comes, "timer"), share=0.3)
            assert not is_current(installation.gateway.parts.database)
            assert httpx.get(f"{house.url}/health/ready", timeout=30).status_code == 200
            _comes_meanwhile(traffic, partial(time.sleep, 1), share=0.3)  # by old parts alone
            for old in PARTS:
                if old != "timer":
                    _comes_meanwhile(traffic, partial(rollout.comes, old), share=0.1)
            for outcome in coming:
                outcome.result()
            assert house.end() == []
            accounts = Accounts(traffic, installation)
            accounts.come_to_rest()
            assert accounts.wrong() == {}


def _comes_meanwhile(traffic: Traffic, step: Callable[[], None], share: float) -> None:
    """A share of the traffic comes while something is done."""
    with ThreadPoolExecutor(1) as other:
        done = other.submit(step)
        for _ in range(int(share * (TEXTS + MAILS)) + 1):
            traffic.pace.release()
            time.sleep(0.02)
        done.result()
