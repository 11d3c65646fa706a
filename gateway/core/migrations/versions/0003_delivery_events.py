"""All that carriers say of messages, each thing once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("outbound_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("raw_status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("bad_after", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_event")),
        sa.UniqueConstraint(
            "channel",
            "outbound_id",
            "external_id",
            "raw_status",
            "code",
            name=op.f("uq_delivery_event_channel_outbound_id_external_id_raw_status_code"),
        ),
    )
    op.create_index(
        op.f("ix_delivery_event_received_at"), "delivery_event", ["received_at"], unique=False
    )
    op.create_index("ix_delivery_event_external", "delivery_event", ["external_id"], unique=False)


def downgrade() -> None:
    op.drop_table("delivery_event")
