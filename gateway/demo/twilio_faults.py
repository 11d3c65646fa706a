"""What may go wrong at the made-up carrier, on demand."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Where a fault strikes. Before accepting nothing is sent; after it the message has gone."""

    DELAY = "delay"
    REFUSE = "refuse"
    STATUS = "status"
    HANG = "hang"
    RESET = "reset"

    STATUS_AFTER = "status_after"
    HANG_AFTER = "hang_after"
    RESET_AFTER = "reset_after"

    CALLBACK_FIRST = "callback_first"
    CALLBACKS_LOST = "callbacks_lost"
    CALLBACKS_LATE = "callbacks_late"
    CALLBACKS_TWICE = "callbacks_twice"
    CALLBACKS_REVERSED = "callbacks_reversed"
    UNDELIVERED = "undelivered"

    WEBHOOK_LOST = "webhook_lost"


BEFORE = frozenset({Kind.REFUSE, Kind.STATUS, Kind.HANG, Kind.RESET})
AFTER = frozenset({Kind.STATUS_AFTER, Kind.HANG_AFTER, Kind.RESET_AFTER})
CALLBACKS = frozenset({Kind.CALLBACKS_LOST, Kind.CALLBACKS_TWICE, Kind.CALLBACKS_REVERSED})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong `times` times (0: until it is cleared) for `number` (blank: any).

    `number` is a phone's; `webhook_lost` strikes what it sends, repeats and all.

    `code` is Twilio's, for `refuse` and `undelivered`; `status` is HTTP's; `seconds` how long a
    delay or a silence lasts.
    """

    kind: Kind
    number: str = ""
    times: int = 1
    code: int = 0
    status: int = 500
    seconds: float = 30.0

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Fault":
        """From the control API's JSON; `ValueError` or `TypeError` where it is none."""
        return cls(**{**record, "kind": Kind(record.get("kind", ""))})


class Faults:
    """The faults that are still to come, the oldest first."""

    def __init__(self) -> None:
        self._due: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._due.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._due.clear()

    def __len__(self) -> int:
        """How many are still to come."""
        return len(self._due)

    def take(self, number: str, kinds: Collection[Kind]) -> Fault | None:
        """The next fault among `kinds` for a message to `number`; it counts as one time."""
        with self._lock:
            for place, fault in enumerate(self._due):
                if fault.kind in kinds and fault.number in ("", number):
                    self._due[place : place + 1] = _rest(fault)
                    return fault
        return None


def _rest(fault: Fault) -> list[Fault]:
    if fault.times == 0:
        return [fault]
    return [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
