"""The real Kannel in the place of Twilio: a text in through it, the answer out through it."""

from pathlib import Path

import pytest

from tests.stories.world import PATIENCE, World, set_up, world
from tests.support.kannel import NUMBER, SECRET, Kannel, Programs, running
from tests.support.processes import free_port, wait_until

NADIA = "+33639980001"

pytestmark = pytest.mark.timeout(120)


def test_a_text_in_and_its_answer_out_through_a_real_gateway(
    tmp_path: Path, kannel_programs: Programs
) -> None:
    http = f"127.0.0.1:{free_port()}"
    with running(kannel_programs, f"http://{http}") as kannel:
        settings = {
            **dict.fromkeys(_TWILIO, ""),
            "GATEWAY_HTTP": http,
            "GATEWAY_KANNEL_URL": kannel.url,
            "GATEWAY_KANNEL_SENDER": NUMBER,
            "GATEWAY_KANNEL_SECRET": SECRET,
            "GATEWAY_KANNEL_NETWORKS": "127.0.0.1",
        }
        with world(tmp_path, **settings) as made:
            set_up(made)
            with made.running("run"):
                the_talk(made, kannel)


def the_talk(made: World, kannel: Kannel) -> None:
    network = kannel.network
    network.phone_sends(NADIA, "P quai3 Palette cassée quai 4")
    answer = network.hears("OK, publié dans Quai 3 (3 pers.): 1007")
    assert (answer.sender, answer.to, answer.encoding) == (NUMBER, NADIA, "text")
    wait_until(lambda: _statuses(made) == ["delivered"], PATIENCE, "the report on the answer")

    notice = made.mail("paul@bureau.example", lambda mail: "Palette cassée quai 4" in mail.text)
    made.mailbox.reply(notice, "Je préviens le cariste.\nPaul", program="gmail")
    assert "Paul" in network.hears("Je préviens le cariste.").words

    cyrillic = "1007 Їде навантажувач".encode("utf-16-be")
    network.phone_sends(NADIA, "".join(f"%{byte:02x}" for byte in cyrillic), kind="ucs2")
    echo = network.hears("Їде")
    assert echo.encoding == "ucs-2"

    posts = made.listed("posts", "list", "--group", "quai3")
    assert [post["channel"] for post in posts] == ["sms", "email", "sms"]
    assert posts[2]["body"] == "Їде навантажувач"
    assert len([text for text in network.texts if "publié" in text.words]) == 1


def _statuses(made: World) -> list[object]:
    return [row["status"] for row in made.listed("outbox", "list", "--channel", "sms")]


_TWILIO = (
    "GATEWAY_TWILIO_ACCOUNT_SID",
    "GATEWAY_TWILIO_AUTH_TOKEN",
    "GATEWAY_TWILIO_SENDER",
    "GATEWAY_TWILIO_API_URL",
)
