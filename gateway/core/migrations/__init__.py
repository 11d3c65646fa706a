"""The database's own history: `upgrade` brings any installation to the tables of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from gateway.core.database import Database

LOCK = 7_301_934
"""The number of our lock among those of PostgreSQL's database; any will do."""


def upgrade(database: Database) -> None:
    """Run what is missing, all of it in one transaction; nothing where nothing is.

    Of several processes that start at once the first runs it, and the others wait.
    """
    with database.write() as session:
        if not database.is_sqlite:
            session.execute(select(func.pg_advisory_xact_lock(LOCK)))
        config = _config(session.connection())
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """Whether the tables are those of this version."""
    here, steps = _place(database)
    return here == steps.get_current_head()


def is_behind(database: Database) -> bool:
    """Whether tables are missing that this version needs.

    A revision that this version does not know is a newer one's, beside which it works on.
    """
    here, steps = _place(database)
    _, *older = (step.revision for step in steps.walk_revisions())
    return here is None or here in older


def _place(database: Database) -> tuple[str | None, ScriptDirectory]:
    """The revision of the tables, None where there are none, and the steps that we know."""
    with database.read() as session:
        config = _config(session.connection())
        here = MigrationContext.configure(session.connection()).get_current_revision()
    return here, ScriptDirectory.from_config(config)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
