"""The web part is killed, and somebody texts: the text is found, and answered once."""

import signal
import subprocess
from pathlib import Path

from gateway.demo.twilio_faults import Fault, Kind
from tests.stories.world import GATEWAY, PATIENCE, World, set_up, world
from tests.support.processes import plain_environment, wait_until

NADIA = "+33639980001"


def web(made: World) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [*GATEWAY, "web"],
        cwd=made.folder,
        env={**plain_environment(), **made.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"ready")
    return process


def test_a_text_to_a_house_without_a_door_is_there_once(tmp_path: Path) -> None:
    with world(tmp_path) as made:
        set_up(made)
        with made.running("timer", "worker"):
            nadia = made.phone(NADIA)
            door = web(made)
            assert nadia.sends("MOI")
            door.send_signal(signal.SIGKILL)
            door.communicate()
            # Nobody picks up; and of the second the carrier does not even try to tell.
            lost = made.carrier.phone_sends(NADIA, "P quai3 palette cassee")
            made.carrier.faults.add(Fault(Kind.WEBHOOK_LOST, number=NADIA))
            made.carrier.phone_sends(NADIA, "GROUPES")
            assert not made.carrier.message(lost).acknowledged
            before = len(nadia.texts)
            door = web(made)
            try:
                wait_until(lambda: len(nadia.texts) == before + 2, PATIENCE, "both answers")
                made.carrier.redeliver(lost)  # late, and a repeat by now
                assert made.carrier.message(lost).acknowledged
            finally:
                door.terminate()
                door.communicate(timeout=PATIENCE)
        posts = [post["body"] for post in made.listed("posts", "list")]
        status = made.cli("status")
    assert posts == ["palette cassee"]
    assert sum("palette cassee" in text for text in nadia.texts) == 1
    assert len(nadia.texts) == before + 2
    assert "2 found by asking the carrier" in status
