"""A number for each change of a post, so that a kiosk is told what is new, and what its writer's
clock said where the words came in later.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("version", sa.Integer(), server_default="0", nullable=False))
    op.add_column("post", sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_post_version", "post", ["version"])
    op.execute("INSERT INTO counter (name, value) VALUES ('change', 0), ('edition', 0)")


def downgrade() -> None:
    op.execute("DELETE FROM counter WHERE name IN ('change', 'edition')")
    op.drop_index("ix_post_version", "post")
    op.drop_column("post", "written_at")
    op.drop_column("post", "version")
