"""What an alert will cost is told before it is sent, and what is told to be left is left."""

from dataclasses import replace

import pytest

from gateway.channels.email.render import sent_text
from gateway.core.envelope import SMS
from gateway.core.gateway import Gateway
from tests.core.spending import at_once, free, limit, rows
from tests.support.town import Town


@pytest.fixture
def town(any_town: Town) -> Town:
    """Leo gets each post at once."""
    at_once(any_town, "Leo")
    return any_town


def test_before_an_alert_it_is_told_what_it_costs(town: Town) -> None:
    town.person("Eva", phone="+33600000009", groups=("quai3",))
    assert town.sms("Ana", "URGENT quai3 fuite").startswith("ALERTE Quai 3: 4 pers., 2 SMS.")
    assert "\u0627" in town.sms("Ana", "URGENT quai3 " + "\u0627\u062e\u0637\u0631" * 40)
    limit(town, "quai3", 1)
    assert "2 SMS, il en reste 1 ce mois" in town.sms("Ana", "URGENT quai3 fuite de gaz")
    limit(town, "quai3", None)
    free(town, 0, reserve=0)
    assert "2 SMS, il en reste 0 ce mois" in town.sms("Ana", "URGENT quai3 fuite de gaz au 4")
    free(town, 4, reserve=4)
    assert "2 SMS." in town.sms("Ana", "URGENT quai3 fuite de gaz au 5")


def test_the_question_and_its_answer_are_paid_before_the_alert(town: Town) -> None:
    """What is told to be left must be left when the yes comes."""
    at_once(town, "Leo")
    free(town, 2)
    assert "1 SMS, il en reste 0 ce mois" in town.sms("Ana", "URGENT quai3 fuite de gaz")
    town.settle()
    town.sms("Ana", "OUI")
    town.settle()
    assert [row.state for row in rows(town, kind="alert", channel=SMS)] == ["held"]
    free(town, 3)
    asked = town.sms("Ana", "URGENT quai3 encore une fuite")
    assert "reste" not in asked
    town.settle()
    town.sms("Ana", "OUI")
    town.settle()
    assert [row.state for row in rows(town, kind="alert", channel=SMS)] == ["held", "sent"]


def test_at_the_kiosk_the_question_costs_nothing(town: Town) -> None:
    at_once(town, "Leo")
    free(town, 1)
    assert "reste" not in town.kiosk("Ana", "URGENT quai3 fuite de gaz")


def test_an_alert_that_costs_nothing_says_nothing_of_it(town: Town) -> None:
    town.gateway = Gateway.build(replace(town.gateway.parts, channels={}), sent_text)
    assert town.sms("Ana", "URGENT quai3 fuite").startswith("ALERTE à 3 pers. de Quai 3")
