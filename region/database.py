"""Opens the database and brings it to the present schema."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event

BUSY_TIMEOUT_S = 15
WRITING = "region_writing"
"""Execution option of a connection that is going to write: its transaction takes the write lock at once."""


def open_engine(url: str) -> Engine:
    """Return an engine; SQLite in WAL mode, every commit on the disk before it returns."""
    is_sqlite = url.startswith("sqlite")
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_S} if is_sqlite else {},
        pool_size=20,
        hide_parameters=True,  # errors are logged, and parameters are personal data
    )
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver's own transaction handling begins too late for a consistent read; see SQLAlchemy's pysqlite page.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later can fail at once with "database is locked", timeout or not.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITING) else "BEGIN")


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision, in one transaction; two processes doing it at once do it once."""
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        config = _config(connection)
        if revision == "base":
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    location = str(Path(__file__).with_name("migrations")).replace("%", "%%")
    config.set_main_option("script_location", location)
    config.set_main_option("path_separator", "os")
    return config
