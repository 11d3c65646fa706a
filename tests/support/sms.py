"""What we owe by SMS, and a core that remembers what a webhook brought."""

import threading
from datetime import UTC, datetime

from gateway.core.commands import PostView
from gateway.core.envelope import (
    SMS,
    Answer,
    Content,
    DeliveryReport,
    Inbound,
    Notice,
    Outbound,
    Received,
)

LEO = "+33612345678"
SENT_AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def post(body: str = "palette cassée quai 4", **changes: object) -> PostView:
    fields: dict[str, object] = {
        "number": 1415,
        "group": "quai3",
        "group_name": "Quai 3",
        "author": "Ana",
        "body": body,
        "created": SENT_AT,
        "channel": SMS,
    }
    return PostView(**{**fields, **changes})  # type: ignore[arg-type]  # a test says what it means


def owed(
    content: Content | str = "OK", *, number: int = 7, to: str = LEO, language: str = "fr"
) -> Outbound:
    said = Answer(content) if isinstance(content, str) else content
    return Outbound(number, SMS, to, language, said)


def notice(view: PostView, thread: PostView | None = None) -> Notice:
    return Notice(view, thread)


class FakeIntake:
    """Keeps what comes; `broken` is the database away."""

    def __init__(self) -> None:
        self.inbound: list[Inbound] = []
        self.reports: list[DeliveryReport] = []
        self.broken = False
        self._changed = threading.Condition()

    def receive(self, inbound: Inbound) -> Received:
        self._check()
        self.inbound.append(inbound)
        return Received(len(self.inbound), "done")

    def report(self, report: DeliveryReport) -> None:
        self._check()
        with self._changed:
            self.reports.append(report)
            self._changed.notify_all()

    def wait_for_reports(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.reports) >= count, 5)

    def _check(self) -> None:
        if self.broken:
            raise OSError("the database is away: INSERT ... ('the text of a person')")
