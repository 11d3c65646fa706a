"""What a carrier answered when it took a message, apart from the ids that messages are found by.

A mail server's words are no id: many say the same to every message. Those that were kept as ids are
moved, and mails that were doubted because of them are taken for sent.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_outbox = sa.table(
    "outbox",
    sa.column("channel", sa.Text()),
    sa.column("external_id", sa.Text()),
    sa.column("said", sa.Text()),
    sa.column("state", sa.Text()),
    sa.column("status", sa.Text()),
    sa.column("code", sa.Text()),
)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("said", sa.Text(), server_default="", nullable=False))
    mail = _outbox.c.channel == "email"
    op.execute(
        _outbox.update()
        .where(mail, _outbox.c.external_id.is_not(None))
        .values(said=_outbox.c.external_id, external_id=None)
    )
    # Doubted by mistake: nothing was said of them but that they were taken.
    doubted = (_outbox.c.state == "unknown") & (_outbox.c.status == "") & (_outbox.c.code == "")
    op.execute(_outbox.update().where(mail, doubted).values(state="sent", status="sent"))


def downgrade() -> None:
    op.drop_column("outbox", "said")
