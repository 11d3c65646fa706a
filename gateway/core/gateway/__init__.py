"""The verbs. Every transaction of the product begins and ends in one of these rooms."""

from dataclasses import dataclass

from gateway.core.gateway.delivery import Delivery
from gateway.core.gateway.desk import Desk
from gateway.core.gateway.directory import Directory, PlainText
from gateway.core.gateway.intake import Intake
from gateway.core.gateway.ledger import Ledger
from gateway.core.gateway.office import Office
from gateway.core.gateway.parts import Parts
from gateway.core.gateway.pictures import Pictures
from gateway.core.gateway.postbag import Postbag
from gateway.core.gateway.pruning import Pruning
from gateway.core.gateway.recall import Recall
from gateway.core.gateway.rights import Rights
from gateway.core.gateway.watch import Watch

__all__ = [
    "Delivery",
    "Desk",
    "Directory",
    "Gateway",
    "Intake",
    "Ledger",
    "Office",
    "Parts",
    "Pictures",
    "Postbag",
    "Pruning",
    "Recall",
    "Rights",
    "Watch",
]


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
    recall: Recall
    postbag: Postbag
    pictures: Pictures
    rights: Rights
    watch: Watch
    pruning: Pruning

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
            recall=Recall(parts, intake),
            postbag=Postbag(parts),
            pictures=Pictures(parts),
            rights=Rights(parts),
            watch=Watch(parts),
            pruning=Pruning(parts),
        )
