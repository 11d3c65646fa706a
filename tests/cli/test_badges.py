"""A badge that wrong PINs have locked: seen by status and doctor, unlocked by one command."""

from datetime import UTC, datetime

import pytest

from gateway.core.errors import Refused
from tests.cli.conftest import Operator
from tests.support.town import Town

PIN = "492817"


def lock(town: Town, badge: str) -> None:
    """Nine wrong PINs, the last of them now."""
    town.clock.set(datetime.now(UTC))
    town.clock.advance(hours=-9)
    device = town.gateway.desk.device(town.gateway.office.add_kiosk("Depot"))
    assert device is not None
    for _ in range(9):
        town.clock.advance(hours=1)
        with pytest.raises(Refused, match="wrong_sign_in"):
            town.gateway.desk.sign_in(device, badge=badge, pin="000001", code="")


def test_an_operator_sees_it_and_lets_its_owner_in_again(operator: Operator, town: Town) -> None:
    lock(town, "1004")
    assert operator("status", "--json").objects[0]["badges_locked"] == 1
    assert "1 badge is locked by wrong PINs" in operator("status").out
    (found,) = [o for o in operator("doctor", "--json").objects if o["check"] == "badges"]
    assert found["state"] == "warn"
    assert "Zoe" in str(found["words"])
    assert operator("members", "unlock", "badge:1004").out == "Unlocked.\n"
    again = operator("members", "unlock", "Zoe")
    assert (again.code, again.out.startswith("This badge was not locked")) == (0, True)
    assert operator("status", "--json").objects[0]["badges_locked"] == 0


def test_a_badge_of_nobody_is_no_persons_trouble(operator: Operator, town: Town) -> None:
    lock(town, "9999")
    assert operator("status", "--json").objects[0]["badges_locked"] == 0
    (found,) = [o for o in operator("doctor", "--json").objects if o["check"] == "badges"]
    assert "1 badge of nobody" in str(found["words"])
