"""Letting go of what is old: a batch a transaction, and none open while nothing is to be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from gateway.core import retention
from gateway.core.gateway.parts import Parts
from gateway.core.retention import Rule


@dataclass(frozen=True, slots=True)
class Pruned:
    """So far, of one table: rows `seen`, and of these `gone`, or that would go."""

    name: str
    seen: int
    gone: int


class Pruning:
    """Any number of processes may do it at once; what one has done, another does not find."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._looked_through: dict[str, int] = {}
        self._day = date.min

    def batches(self, *, dry_run: bool = False) -> Iterator[Pruned]:
        """Let go of all that may go, from the oldest on; what was done, after each batch.

        It may be left at any time, and begun anew. What was looked through already is looked
        through again on another day, for what was held or unknown may have ended meanwhile.
        """
        today = self._parts.clock().date()
        if today != self._day or dry_run:
            self._looked_through, self._day = {}, today if not dry_run else date.min
        for rule in retention.rules(self._parts.house):
            yield from self._of(rule, dry_run=dry_run)

    def _of(self, rule: Rule, *, dry_run: bool) -> Iterator[Pruned]:
        now, gone, ended = self._parts.clock(), 0, False
        after = self._looked_through.get(rule.name, 0)
        while not ended:
            with self._parts.database.read() as session:
                ids, last, ended = retention.look(session, rule, after, now)
            gone += len(ids) if dry_run else self._apply(rule, ids)
            if not ended:
                after = self._looked_through[rule.name] = last
            yield Pruned(rule.name, last, gone)

    def _apply(self, rule: Rule, ids: list[int]) -> int:
        if not ids:
            return 0

        def write(session: Session) -> int:
            return retention.apply(session, rule, ids)

        done = self._parts.database.transact(write)
        self._parts.tally.add("gateway_pruned_total", done, table=rule.name)
        return done
