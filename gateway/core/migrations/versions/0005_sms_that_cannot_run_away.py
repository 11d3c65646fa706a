"""Budgets, buckets, doubts about numbers, gaps at a carrier, pictures, and a page's length."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("page", sa.Integer(), server_default="1", nullable=False))
    op.add_column("address", sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("address", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    # Whoever was tied to an address has proved then that it is theirs.
    op.execute("UPDATE address SET heard_at = changed_at WHERE state = 'active'")
    op.add_column("group_", sa.Column("sms_budget", sa.Integer(), nullable=True))
    op.add_column("outbox", sa.Column("charged", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("reserved", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "outbox",
        sa.Column("reserved_in", sa.String(length=7), server_default="", nullable=False),
    )
    op.create_index(
        "ix_outbox_held",
        "outbox",
        ["priority", "id"],
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_table(
        "spending",
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "month", name=op.f("pk_spending")),
    )
    op.create_table(
        "bucket",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_bucket")),
    )
    op.create_index(op.f("ix_bucket_filled_at"), "bucket", ["filled_at"])
    op.create_table(
        "caught_up",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recovered", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_caught_up")),
    )
    op.add_column(
        "delivery_event",
        sa.Column("again_after", sa.Integer(), server_default="0", nullable=False),
    )
    op.add_column(
        "delivery_event", sa.Column("shuts", sa.Text(), server_default="", nullable=False)
    )
    op.add_column("question", sa.Column("inbox_id", sa.Integer(), nullable=True))
    _media()


def downgrade() -> None:
    op.drop_table("media")
    op.drop_column("question", "inbox_id")
    op.drop_table("caught_up")
    op.drop_table("bucket")
    op.drop_column("delivery_event", "shuts")
    op.drop_column("delivery_event", "again_after")
    op.drop_table("spending")
    op.drop_index("ix_outbox_held", "outbox")
    op.drop_column("outbox", "reserved_in")
    op.drop_column("outbox", "reserved")
    op.drop_column("outbox", "charged")
    op.drop_column("group_", "sms_budget")
    op.drop_column("address", "asked_at")
    op.drop_column("address", "heard_at")
    op.drop_column("member", "page")


def _media() -> None:
    op.create_table(
        "media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbox_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_media_inbox_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_media_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("inbox_id", "place", name=op.f("uq_media_inbox_id_place")),
    )
    op.create_index(op.f("ix_media_inbox_id"), "media", ["inbox_id"])
    op.create_index(op.f("ix_media_post_id"), "media", ["post_id"])
    op.create_index(
        "ix_media_wanted",
        "media",
        ["not_before"],
        sqlite_where=sa.text("state = 'wanted'"),
        postgresql_where=sa.text("state = 'wanted'"),
    )
