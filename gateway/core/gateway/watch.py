"""For those who watch: what runs, what it counts, and the way that one message has gone."""

from sqlalchemy.exc import SQLAlchemyError

from gateway.core import measures, presence, ways
from gateway.core.gateway.parts import Parts
from gateway.core.measures import Families
from gateway.core.ways import Step


class Watch:
    """No message depends on anything in this room."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def measures(self, version: str = "") -> Families:
        """For Prometheus: help, kind and values by label, of the whole installation."""
        parts = self._parts
        with parts.database.read() as session:
            return measures.measures(session, parts.clock(), parts.house, version)

    def way(self, row_id: int) -> list[Step]:
        """All that followed from a message that came in. Raises `Refused`: `no_such_row`."""
        with self._parts.database.read() as session:
            return ways.of_inbox(session, row_id)

    def way_out(self, row_id: int) -> list[Step]:
        """What one message that was owed follows from, and what became of it. Raises `Refused`."""
        with self._parts.database.read() as session:
            return ways.of_outbox(session, row_id)

    def parts(self) -> list[presence.Part]:
        """Which processes live, and which were seen lately."""
        with self._parts.database.read() as session:
            return presence.parts(session, self._parts.clock())

    def beat(self, name: str, part: str) -> None:
        """Write that the process of this name is alive, and what it has counted since the last."""
        now = self._parts.clock()
        counted = self._parts.tally.take()
        try:
            with self._parts.database.write() as session:
                presence.beat(session, name, part, now)
                presence.add(session, counted)
        except SQLAlchemyError:
            self._parts.tally.put_back(counted)
            raise

    def write_tally(self) -> None:
        """Write what was counted, of a part whose process beats on its own."""
        counted = self._parts.tally.take()
        if not counted:
            return
        try:
            with self._parts.database.write() as session:
                presence.add(session, counted)
        except SQLAlchemyError:
            self._parts.tally.put_back(counted)
            raise

    def end(self, name: str) -> None:
        """The process of this name ends as it should."""
        self.write_tally()
        with self._parts.database.write() as session:
            presence.gone(session, name)
