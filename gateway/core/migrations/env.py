"""Alembic's entry: it runs on the connection, and in the transaction, that `upgrade` brings."""

from alembic import context

from gateway.core.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=False,
    render_as_batch=True,
)
context.run_migrations()
