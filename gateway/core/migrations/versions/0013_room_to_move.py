"""Rows that each digest changes find room beside themselves, and fewer posts are in an index.

PostgreSQL writes a changed row anew. Where its page has no room, each of the table's indexes is
written as well; a digest moves all the cursors of a page at once, so half of it is kept free
(postgresql.org/docs/current/storage-hot.html). Pages that are full today free themselves with the
first digests.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOVED = ("subscription", "shown")
SELDOM = (("ix_post_parent_id", "parent_id"), ("ix_post_same_as", "same_as"))


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in MOVED:
            op.execute(f"ALTER TABLE {table} SET (fillfactor = 50)")
    for index, column in SELDOM:
        named = sa.text(f"{column} IS NOT NULL")
        op.drop_index(index, "post")
        op.create_index(index, "post", [column], sqlite_where=named, postgresql_where=named)


def downgrade() -> None:
    for index, column in SELDOM:
        op.drop_index(index, "post")
        op.create_index(index, "post", [column])
    if op.get_bind().dialect.name == "postgresql":
        for table in MOVED:
            op.execute(f"ALTER TABLE {table} RESET (fillfactor)")
