"""When a message may have left, and what its carrier can be asked for it by."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("wired_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("trace", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_outbox_unknown",
        "outbox",
        ["channel", "not_before"],
        unique=False,
        sqlite_where=sa.text("state = 'unknown'"),
        postgresql_where=sa.text("state = 'unknown'"),
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_unknown", table_name="outbox")
    op.drop_column("outbox", "trace")
    op.drop_column("outbox", "wired_at")
