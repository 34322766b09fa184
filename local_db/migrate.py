"""Brings a database file to the tables of this version of the program, after copying it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from local_db.backup.snapshot import copy_database
from local_db.durable import make_folder
from local_db.engine import Database

_SCRIPTS = Path(__file__).with_name("migrations")
KEEP = 3
"""Copies from before a migration that stay in the home folder."""


def migrate(database: Database, revision: str = "head", scripts: Path = _SCRIPTS) -> None:
    """Bring the tables to `revision`, forwards or backwards; nothing happens if they are there already.

    All of it is one transaction: killed in the middle, the database is as it was.

    A database of a newer program than this one is left alone and refused by Alembic (CommandError).
    """
    config = _config(scripts)
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        current = MigrationContext.configure(connection).get_current_revision()
        if _is_before(config, revision, current):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)
        connection.commit()


def migrate_with_copy(database: Database, copies: Path, scripts: Path = _SCRIPTS) -> Path | None:
    """Bring the tables up to date; if there is anything to do and to lose, copy the database (encrypted) first.

    Raises:
        DiskFullError: no room for the copy; the database was not touched.
        DamagedError: the database does not read; it was not touched.
    """
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory.from_config(_config(scripts)).get_current_head()
    copy = None
    if current not in (None, head):
        make_folder(copies)
        copy = copies / f"before-{head}-from-{current}.db"
        copy_database(database.path, copy, database.key)
        for old in sorted(copies.glob("before-*.db"), key=lambda path: path.stat().st_mtime)[:-KEEP]:
            old.unlink()
    migrate(database, scripts=scripts)
    return copy


def _config(scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config


def _is_before(config: Config, revision: str, current: str | None) -> bool:
    if current is None or revision == "head":
        return False
    if revision == "base":
        return True
    scripts = ScriptDirectory.from_config(config)
    return current in {script.revision for script in scripts.iterate_revisions("head", revision)} - {revision}
