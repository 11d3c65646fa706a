"""One day at the depot, from the phone to the mailbox to the kiosk and back, in real processes."""

from pathlib import Path

import pytest

from tests.stories.world import PATIENCE, Terminal, World, set_up, world
from tests.support.processes import wait_until

PIN = "246810"
SECRET = "a secret of the stories, long enough for all of them"

pytestmark = pytest.mark.timeout(180)


def test_a_day_in_one_process_on_sqlite(tmp_path: Path, tmux: Path) -> None:
    with world(tmp_path) as made:
        token = set_up(made)
        with made.running("run"):
            the_day(made, token)


def test_a_day_in_processes_of_their_own_on_postgresql_and_redis(
    tmp_path: Path, tmux: Path, postgres_url: str, redis_url: str
) -> None:
    settings = {
        "GATEWAY_DATABASE_URL": postgres_url,
        "GATEWAY_REDIS_URL": redis_url,
        "GATEWAY_SECRET": SECRET,
    }
    with world(tmp_path, **settings) as made:
        token = set_up(made)
        with made.running("timer", "web", "mail", "worker"):
            the_day(made, token)


def the_day(made: World, token: str) -> None:
    """The driver texts, the office answers by mail, the sorter at the kiosk; all in one thread."""
    nadia = made.phone("+33639980001")

    said = nadia.sends("P quai3 Palette cassée quai 4")
    assert said.startswith("OK, publié dans Quai 3 (3 pers.): 1007"), said

    notice = made.mail("paul@bureau.example", lambda mail: "Palette cassée quai 4" in mail.text)
    assert "[Quai 3]" in notice.subject
    made.mailbox.reply(notice, "Je préviens le cariste.\nPaul", program="gmail")
    assert "Je préviens le cariste." in nadia.hears("Paul")

    invited = made.listed("members", "invite", "1003")
    with made.kiosk(token) as kiosk:
        zoe_reads_and_answers(kiosk, str(invited[0]["code"]))
    assert "Je m'en occupe" in nadia.hears("Zoe")

    john = made.phone("+33639980004")
    assert "Palette" in john.sends("NEWS")
    assert "OK, reply to 1007" in john.sends("1007 on my way")
    nadia.hears("on my way")
    assert "Rien de neuf" in nadia.sends("NEUF")

    assert "Vélo" in nadia.sends("REJOINDRE velo")
    assert "quitté Vélo" in nadia.sends("QUITTER velo")
    the_door(made)

    posts = made.listed("posts", "list", "--group", "quai3")
    assert [post["channel"] for post in posts] == ["sms", "email", "kiosk", "sms", "sms"]
    assert {post["parent"] for post in posts[1:]} == {posts[0]["number"]}


def the_door(made: World) -> None:
    """STOP at once; START, and nothing else, opens again."""
    nadia = made.phone("+33639980001")
    john = made.phone("+33639980004")
    nadia.carrier.phone_sends(nadia.number, "STOP")
    wait_until(lambda: _sms_state(made, "1001") == "stopped", PATIENCE, "the stop to be kept")
    before = len(nadia.texts)
    assert "OK" in john.sends("1007 are you there?")
    nadia.carrier.phone_sends(nadia.number, "START")
    nadia.hears_after(before)
    assert not [text for text in nadia.texts[before:] if "are you there" in text]


def _sms_state(made: World, badge: str) -> str:
    (member,) = made.listed("members", "show", badge)
    addresses = member["addresses"]
    assert isinstance(addresses, list)
    return str(next(row["state"] for row in addresses if row["channel"] == "sms"))


def zoe_reads_and_answers(kiosk: Terminal, code: str) -> None:
    """A sorter with an invitation in her hand: signs in, chooses a PIN, reads, answers."""
    kiosk.shows("PASSEZ VOTRE BADGE")
    kiosk.presses("2")
    kiosk.shows("code à usage unique, puis Entrée")
    kiosk.types(code)
    kiosk.presses("Enter")
    kiosk.shows("Choisissez un code secret")
    kiosk.types(PIN)
    kiosk.shows("Encore une fois")
    kiosk.types(PIN)
    kiosk.shows("Que voulez-vous faire")
    kiosk.presses("1")
    kiosk.shows("Palette cassée quai 4")
    kiosk.presses("Enter")
    kiosk.shows("Je préviens le cariste.")
    kiosk.presses("1")
    kiosk.shows("J'écris moi-même")
    kiosk.presses("1")
    kiosk.shows("Votre message")
    kiosk.types("Je m'en occupe")
    kiosk.presses("Enter")
    kiosk.shows("MESSAGE ENVOYÉ")
    kiosk.presses("1")
