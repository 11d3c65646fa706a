"""Members whose digest is due are found in the order in which they are taken, without sorting."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_member_next_digest_at_id", "member", ["next_digest_at", "id"])
    op.drop_index("ix_member_next_digest_at", "member")


def downgrade() -> None:
    op.create_index("ix_member_next_digest_at", "member", ["next_digest_at"])
    op.drop_index("ix_member_next_digest_at_id", "member")
