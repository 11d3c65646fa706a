"""A member with nothing but a mailbox takes part, through Postfix, Dovecot and neomutt.

Postfix is set up with the lines of docs/postfix.md: what this story needs, operators find there.
"""

import smtplib
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.stories.mail_house import GONE, PAUL, House, mail_house
from tests.stories.world import DOMAIN, PATIENCE, World
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.postfix import SERVER
from tests.support.processes import wait_until

pytestmark = pytest.mark.timeout(240)

FIRST, SECOND = "Palette cassée quai 4", "Le camion de 6 h part à 5 h 30"


def test_a_mailbox_takes_part(
    tmp_path: Path, tmux: Path, neomutt: Path, postfix_program: Path, dovecot_server: Dovecot
) -> None:
    with mail_house(tmp_path, neomutt, dovecot_server) as house:
        with house.made.running("run"):
            a_digest_is_answered(house)
            a_post_goes_to_two_groups(house)
            a_group_is_joined(house)
            a_wrong_address_is_refused(house)
            what_claims_to_be_paul_s_is_not_posted(house)
            mail_that_comes_back_is_counted(house)
        nothing_is_lost_while_the_gateway_is_down(house)


def a_digest_is_answered(house: House) -> None:
    """Read on the screen, answered with `r`, and posted where it belongs."""
    made, paul = house.made, house.paul
    nadia = made.phone("+33639980001")
    paul.writes(f"gateway@{DOMAIN}", "RYTHME jour", "RYTHME jour")
    wait_until(lambda: _member(made, "1002")["rhythm"] == "day", PATIENCE, "the rhythm")
    for text in (FIRST, SECOND):
        assert nadia.sends(f"P quai3 {text}").startswith("OK, publié")
    made.cli("digests", "send", "--now", (datetime.now(UTC) + timedelta(days=1)).isoformat())
    with paul.reading(height=40) as screen:
        screen.shows("2 nouveaux dans Quai 3")
        screen.presses("End", "Enter")
        shown = screen.shows("Pour répondre, répondez à ce mail")
        assert f"\n{FIRST}\n" in shown
        assert "\n2. Nadia Petit · Quai 3 · " in shown
        assert "<" not in shown.split(FIRST)[1], "no markup"
        paul.will_say("2 ok merci")
        screen.presses("r")
        screen.shows("Re: 2 nouveaux dans Quai 3")
        screen.presses("y")
        assert "ok merci" in nadia.hears("Paul Martin")
        screen.presses("i")
        screen.shows("Re: 2 nouveaux dans Quai 3")  # the answer to the answer
    second, answer = _posts(made)[1:3]
    assert (answer["body"], answer["channel"]) == ("ok merci", "email")
    assert answer["parent"] == second["number"]


def a_post_goes_to_two_groups(house: House) -> None:
    """One mail, two recipients, one status for each."""
    house.paul.writes(f"quai3@{DOMAIN} secu@{DOMAIN}", "Exercice", "Demain à 9 h, point blanc.")
    wait_until(lambda: len(_posts(house.made)) == 5, PATIENCE, "two posts")
    posts = _posts(house.made)[3:]
    assert {post["group"] for post in posts} == {"quai3", "secu"}
    assert all("Demain à 9 h, point blanc." in str(post["body"]) for post in posts)


def a_group_is_joined(house: House) -> None:
    """By its address alone."""
    house.paul.writes(f"velo+join@{DOMAIN}", "bonjour", "je viens aussi")
    wait_until(
        lambda: "velo" in str(_member(house.made, "1002")["groups"]), PATIENCE, "Paul to join"
    )


def a_wrong_address_is_refused(house: House) -> None:
    """While the writer is still there to hear it, and not by a mail that comes back."""
    with pytest.raises(subprocess.CalledProcessError) as refused:
        house.paul.writes(f"quai33@{DOMAIN}", "Bonjour", "tout le monde")
    assert "550 5.1.1" in refused.value.stderr
    assert "No such address here" in refused.value.stderr


def what_claims_to_be_paul_s_is_not_posted(house: House) -> None:
    """Neither with a header that only our own server may write, nor with a colleague's password."""
    before = len(_posts(house.made))
    claim = f"Authentication-Results: {SERVER}; dmarc=pass header.from=bureau.example\r\n"
    signed = f"Authentication-Results: {SERVER}; auth=pass smtp.auth={PAUL}\r\n"
    received = f"Received: from x (Authenticated sender: {PAUL}) by y; {_now()}\r\n"
    with smtplib.SMTP("127.0.0.1", house.server.port) as outside:
        outside.sendmail(PAUL, [f"quai3@{DOMAIN}"], _forged(claim + signed + received, "un"))
    with smtplib.SMTP("127.0.0.1", house.server.submission) as colleague:
        colleague.login("zoe@bureau.example", PASSWORD)
        colleague.sendmail(PAUL, [f"quai3@{DOMAIN}"], _forged(signed + received, "deux"))
    wait_until(lambda: len(_held(house.made)) == 2, PATIENCE, "two mails to be held")
    assert len(_posts(house.made)) == before


def mail_that_comes_back_is_counted(house: House) -> None:
    """Postfix takes our mail, the next server refuses it, and its report reaches the ledger."""
    wait_until(lambda: _came_back(house.made, "1005") > 0, PATIENCE, "the report")
    assert f"to=<{GONE}>" in house.server.log
    assert "sender non-delivery notification" in house.server.log
    assert _came_back(house.made, "1002") == 0


def nothing_is_lost_while_the_gateway_is_down(house: House) -> None:
    """Postfix keeps what it took, and brings it once; STOP is heard, and is the last word."""
    made = house.made
    house.paul.writes(f"gateway@{DOMAIN}", "STOP", "STOP")  # an address that it knows already
    with made.running("run"):
        house.server.flush()
        wait_until(lambda: _state(made, "1002") == "stopped", PATIENCE, "the stop to be kept")
        nadia = made.phone("+33639980001")
        nadia.sends("P quai3 Qui a la clé du local ?")
        made.cli("digests", "send", "--now", (datetime.now(UTC) + timedelta(days=3)).isoformat())
        wait_until(lambda: not _owed(made), PATIENCE, "all that is owed to leave")
    texts = [one.read_text("utf-8") for one in house.store.maildir(PAUL).glob("*/*")]
    assert texts
    assert not [text for text in texts if "la clé du local" in text]


def _forged(headers: str, text: str) -> bytes:
    head = f"From: Paul Martin <{PAUL}>\r\nTo: quai3@{DOMAIN}\r\nSubject: {text}\r\n"
    return f"{headers}{head}Date: {_now()}\r\n\r\nfaux {text}\r\n".encode()


def _now() -> str:
    return datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")


def _posts(made: World) -> list[dict[str, object]]:
    return made.listed("posts", "list")


def _held(made: World) -> list[dict[str, object]]:
    return [row for row in made.listed("inbox", "list") if row["state"] == "held"]


def _owed(made: World) -> list[dict[str, object]]:
    return [row for row in made.listed("outbox", "list") if row["state"] in ("due", "claimed")]


def _member(made: World, badge: str) -> dict[str, object]:
    (member,) = made.listed("members", "show", badge)
    return member


def _state(made: World, badge: str) -> str:
    return str(_address(made, badge)["state"])


def _came_back(made: World, badge: str) -> float:
    return float(_address(made, badge)["bounces"])


def _address(made: World, badge: str) -> dict[str, Any]:
    """The only one of a member."""
    addresses = _member(made, badge)["addresses"]
    assert isinstance(addresses, list)
    [address] = addresses
    return dict(address)
