"""What one text may cost: statements, counted at the driver, and not seconds."""

from tests.support.statements import asked
from tests.support.town import Town

MOST_FOR_A_POST = 35
"""With the BEGIN, the COMMIT and a savepoint."""


def test_a_post_costs_a_fixed_number_of_statements(town: Town) -> None:
    town.sms("Ana", "P quai3 la première")
    with asked(town.database) as said:
        town.sms("Ana", "P quai3 palette cassée rampe 2")
    assert len(said) <= MOST_FOR_A_POST, "\n".join(said)
    assert sum(one == "COMMIT" for one in said) == 1
