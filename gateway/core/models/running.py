"""What runs, and what it has counted: for those who watch, and of no use to any message."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from gateway.core.models.base import Base


class ProcessRow(Base):
    """A process that runs, or was killed: `part` is the command that started it."""

    __tablename__ = "process"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    part: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class TallyRow(Base):
    """A counter of all processes together, since ever; `labels` is JSON in the order of names."""

    __tablename__ = "tally"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    labels: Mapped[str] = mapped_column(String(256), primary_key=True)
    value: Mapped[float] = mapped_column(default=0.0)
