"""The verbs. Every transaction of the product begins and ends in one of these rooms."""

from dataclasses import dataclass

from gateway.core.gateway.delivery import Delivery
from gateway.core.gateway.desk import Desk
from gateway.core.gateway.directory import Directory, PlainText
from gateway.core.gateway.intake import Intake
from gateway.core.gateway.ledger import Ledger
from gateway.core.gateway.office import Office
from gateway.core.gateway.parts import Parts

__all__ = ["Delivery", "Desk", "Directory", "Gateway", "Intake", "Ledger", "Office", "Parts"]


@dataclass(frozen=True)
class Gateway:
    """All rooms of one installation."""

    parts: Parts
    intake: Intake
    delivery: Delivery
    desk: Desk
    directory: Directory
    office: Office
    ledger: Ledger

    @classmethod
    def build(cls, parts: Parts, plain_text: PlainText) -> "Gateway":
        """The rooms over the same parts."""
        intake = Intake(parts)
        return cls(
            parts=parts,
            intake=intake,
            delivery=Delivery(parts),
            desk=Desk(parts, intake),
            directory=Directory(parts, plain_text),
            office=Office(parts),
            ledger=Ledger(parts),
        )
