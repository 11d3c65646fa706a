"""What the tests of budgets share: what is owed, what was spent, and a turn of the timer."""

from sqlalchemy import func, select

from gateway.core import budget
from gateway.core.envelope import SMS
from gateway.core.models import Outbox, Spending
from tests.support.town import Town

LEO = "+33600000002"
TWO_SEGMENTS = "RAPPEL " * 30


def rows(town: Town, **having: object) -> list[Outbox]:
    with town.database.read() as session:
        found = session.scalars(select(Outbox).order_by(Outbox.id))
        return [row for row in found if all(getattr(row, k) == v for k, v in having.items())]


def spent(town: Town, scope: str = budget.ALL) -> int:
    with town.database.read() as session:
        in_all = select(func.sum(Spending.segments)).where(Spending.scope == scope)
        return session.scalar(in_all) or 0


def charged(town: Town) -> int:
    return sum(row.charged for row in rows(town))


def limit(town: Town, slug: str, segments: int | None) -> None:
    town.gateway.office.set_budget(slug, segments)


def wake(town: Town) -> None:
    """A turn of the timer, and all that it found is sent."""
    town.gateway.delivery.sweep()
    town.gateway.delivery.send_digests()
    town.settle()


def at_once(town: Town, *names: str) -> None:
    for name in names:
        town.sms(name, "RYTHME chaque" if name != "Leo" else "RHYTHM each")
    town.settle()
    town.carriers[SMS].taken.clear()


def texts(town: Town) -> list[str]:
    return [type(message.content).__name__ for message in town.carriers[SMS].taken]


def free(town: Town, segments: int, reserve: int = 0) -> None:
    """Beside what was spent already, so many segments are left this month."""
    town.budget(spent(town) + segments, reserve)
