"""What one text may cost: statements, counted at the driver, and not seconds."""

from typing import Any

from sqlalchemy import event

from tests.support.town import Town

MOST_FOR_A_POST = 35
"""With the BEGIN, the COMMIT and a savepoint."""


def statements(town: Town, text: str) -> list[str]:
    """What the database is asked for one text."""
    said: list[str] = []

    def hear(driver: Any, *_: object) -> None:
        driver.set_trace_callback(said.append)

    def leave(driver: Any, *_: object) -> None:
        driver.set_trace_callback(None)

    engine = town.database.engine
    event.listen(engine, "checkout", hear)
    event.listen(engine, "checkin", leave)
    town.sms("Ana", text)
    event.remove(engine, "checkout", hear)
    event.remove(engine, "checkin", leave)
    return said


def test_a_post_costs_a_fixed_number_of_statements(town: Town) -> None:
    town.sms("Ana", "P quai3 la première")
    said = statements(town, "P quai3 palette cassée rampe 2")
    assert len(said) <= MOST_FOR_A_POST, "\n".join(said)
    assert sum(one == "COMMIT" for one in said) == 1
