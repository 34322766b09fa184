"""Brings a database file to the tables of this version of the program."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from local_db.engine import Database

_SCRIPTS = Path(__file__).with_name("migrations")


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the tables to `revision`, forwards or backwards; nothing happens if they are there already.

    A database of a newer program than this one is left alone and refused by Alembic (CommandError).
    """
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        current = MigrationContext.configure(connection).get_current_revision()
        if _is_before(config, revision, current):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)
        connection.commit()


def _is_before(config: Config, revision: str, current: str | None) -> bool:
    if current is None or revision == "head":
        return False
    if revision == "base":
        return True
    scripts = ScriptDirectory.from_config(config)
    return current in {script.revision for script in scripts.iterate_revisions("head", revision)} - {revision}
