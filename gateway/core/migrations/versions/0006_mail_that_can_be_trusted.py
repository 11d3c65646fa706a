"""Scores of mail that came back, tokens that can be revoked, what was cut, what was fetched."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "address", sa.Column("bounce_score", sa.Double(), server_default="0", nullable=False)
    )
    op.add_column("address", sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "member", sa.Column("token_epoch", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "delivery_event",
        sa.Column("harm", sa.String(length=8), server_default="", nullable=False),
    )
    op.add_column("inbox", sa.Column("cut", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "fetched",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "uid_validity", "uid", name=op.f("pk_fetched")),
    )


def downgrade() -> None:
    op.drop_table("fetched")
    op.drop_column("inbox", "cut")
    op.drop_column("delivery_event", "harm")
    op.drop_column("member", "token_epoch")
    op.drop_column("address", "bounced_at")
    op.drop_column("address", "bounce_score")
