"""`gateway prune`: what went, and before what would."""

from datetime import UTC, datetime, timedelta

from tests.cli.conftest import Operator
from tests.cli.test_health import OpenTown


def test_it_says_what_went_and_before_what_would(operator: Operator, open_town: OpenTown) -> None:
    town = open_town(datetime.now(UTC) - timedelta(days=401))
    for text in ("P quai3 palette", "MOI", "AIDE"):
        town.sms("Ana", text)
        town.settle()
    would = operator("prune", "--dry-run")
    did = operator("prune")
    assert (would.code, did.code) == (0, 0)
    assert "2 messages that came in would go" in would.out
    assert would.out.replace("would go", "went") == did.out
    assert len(operator("inbox", "list", "--json").objects) == 1
    assert len(operator("posts", "list", "--json").objects) == 1
