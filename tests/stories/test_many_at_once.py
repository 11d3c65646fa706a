"""A carrier that is slow with each text is given several at a time, and no more than allowed."""

from datetime import timedelta
from pathlib import Path

from gateway.demo.twilio_faults import Fault, Kind
from tests.stories.world import PATIENCE, world
from tests.support.processes import wait_until

LINES = 3
PHONES = [f"+3363998{number:04}" for number in range(32)]
LATENCY = 0.4
"""Seconds that the carrier takes for each."""


def test_as_many_texts_are_on_the_wire_as_there_are_lines(tmp_path: Path) -> None:
    with world(tmp_path, GATEWAY_SMS_LINES=str(LINES)) as made:
        made.cli("groups", "add", "quai3", "--name", "Quai 3")
        rows = [f"Driver {phone[-4:]},{phone},quai3,animator" for phone in PHONES]
        roll = tmp_path / "people.csv"
        roll.write_text("\n".join(["name,phone,groups,role", *rows]), encoding="utf-8")
        made.cli("members", "import", str(roll), "--consented")
        made.carrier.faults.add(Fault(Kind.DELAY, times=0, seconds=LATENCY))
        with made.running("run"):
            leader = made.phone(PHONES[0])
            leader.sends("URGENT quai3 fuite de gaz, sortez")
            leader.sends("OUI")
            alerted = [made.phone(phone) for phone in PHONES[1:]]
            wait_until(
                lambda: all(one.texts for one in alerted), PATIENCE, "an alert on every phone"
            )
    assert all(len(one.texts) == 1 for one in alerted)
    taken = sorted(made.carrier.to(one.number)[0].created for one in alerted)
    soon = timedelta(seconds=LATENCY * 0.9)
    at_once = [sum(at <= other < at + soon for other in taken) for at in taken]
    assert max(at_once) == LINES
