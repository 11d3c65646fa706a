"""Posts of the same words in several groups know one another: nobody is shown them twice."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("same_as", sa.Integer(), nullable=True))
    op.create_index("ix_post_same_as", "post", ["same_as"])


def downgrade() -> None:
    op.drop_index("ix_post_same_as", "post")
    op.drop_column("post", "same_as")
