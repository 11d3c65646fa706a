"""Texts that wait for their turn are found by their sender.

Each text asks whether others of its sender wait: with 60,000 that wait, it looked at all of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["channel", "sender"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_index("ix_inbox_waiting", "inbox")
