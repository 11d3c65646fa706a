"""What is due is found without passing what waits for later, and fewer rows are in an index."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    due, named = sa.text("state = 'due'"), sa.text("external_id IS NOT NULL")
    failed = sa.text("state = 'failed'")
    op.create_index(
        "ix_address_failed", "address", ["id"], sqlite_where=failed, postgresql_where=failed
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["channel", "priority", "not_before", "id"],
        sqlite_where=due,
        postgresql_where=due,
    )
    op.create_index(
        "ix_outbox_carrier",
        "outbox",
        ["external_id"],
        sqlite_where=named,
        postgresql_where=named,
    )
    op.drop_index("ix_outbox_due", "outbox")
    op.drop_index("ix_outbox_external", "outbox")


def downgrade() -> None:
    op.create_index("ix_outbox_external", "outbox", ["external_id"])
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["channel", "priority", "id"],
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.drop_index("ix_outbox_carrier", "outbox")
    op.drop_index("ix_outbox_waiting", "outbox")
    op.drop_index("ix_address_failed", "address")
