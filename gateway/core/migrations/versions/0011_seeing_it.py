"""Which processes run, what they have counted, and what failed found without reading history."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FAILED = sa.text("state = 'failed'")


def upgrade() -> None:
    op.create_table(
        "process",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "tally",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("labels", sa.String(256), primary_key=True),
        sa.Column("value", sa.Double(), nullable=False),
    )
    op.create_index(
        "ix_outbox_failed",
        "outbox",
        ["channel", "id"],
        sqlite_where=FAILED,
        postgresql_where=FAILED,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_failed", "outbox")
    op.drop_table("tally")
    op.drop_table("process")
