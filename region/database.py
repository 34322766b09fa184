"""Opens the database and brings it to the present schema: SQLite where one machine is enough, else PostgreSQL."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, Executable, Table, bindparam, create_engine, event, insert, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, Session

from region.errors import SettingsError

BUSY_TIMEOUT_S = 15
WRITING = "region_writing"
"""Execution option of a connection that is going to write: in SQLite its transaction takes the write lock at once."""
ZONE = "region_zone"
"""Under which name a session knows the region's time zone."""
POOL_SIZE, MORE_CONNECTIONS = 16, 24
"""A thread holds two connections where it keeps others out of an upload; `region.cli.THREADS` of them may at once."""
_MIGRATING = 4_206_001
"""Key of the advisory lock under which PostgreSQL's schema is changed."""


def open_engine(url: str) -> Engine:
    """Return an engine; every commit is on the disk before it returns.

    Raises:
        SettingsError: that is no address of a database that we know. The message does not repeat it.
    """
    is_sqlite = url.startswith("sqlite")
    # Whoever waits for a lock for so long is told that the database does not take it now.
    patience = {"timeout": BUSY_TIMEOUT_S} if is_sqlite else {"options": f"-c lock_timeout={BUSY_TIMEOUT_S}s"}
    try:
        engine = create_engine(
            url,
            connect_args=patience,
            pool_size=POOL_SIZE,
            max_overflow=MORE_CONNECTIONS,
            pool_pre_ping=not is_sqlite,  # a database server may have been started anew meanwhile
            hide_parameters=True,  # errors are logged, and parameters are personal data
        )
    except (ArgumentError, ImportError) as error:
        raise SettingsError("database_url is none of sqlite:///... or postgresql+psycopg://...") from error
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def is_postgres(engine: Engine) -> bool:
    """Whether several processes may write at once."""
    return engine.dialect.name == "postgresql"


def reading(engine: Engine) -> Engine:
    """Return the engine for those who only read: all they see is of one moment.

    SQLite's transactions are that by themselves. PostgreSQL's see what others commit meanwhile, unless told.
    """
    if not is_postgres(engine):
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def add_if_new(session: Session, table: type[DeclarativeBase], **values: object) -> bool:
    """Add a row unless there is one of its key; return whether there was none. Right also when others do so at once."""
    statement = _adding(session.get_bind().dialect.name, table, tuple(values))
    return session.connection().execute(statement, values).first() is not None


@cache
def _adding(dialect: str, table: type[DeclarativeBase], columns: tuple[str, ...]) -> Executable:
    """Return the statement of `add_if_new`: to make it takes longer than to execute it."""
    adding = _INSERT[dialect](inspect(table).local_table).values({name: bindparam(name) for name in columns})
    return adding.on_conflict_do_nothing().returning(*inspect(table).primary_key)


def add_rows(session: Session, table: type[DeclarativeBase], rows: Sequence[Mapping[str, object]]) -> None:
    """Add rows, all with the same columns, of which no object is needed afterwards: that costs a fifth."""
    session.connection().execute(_adding_all(table), rows)


@cache
def _adding_all(table: type[DeclarativeBase]) -> Executable:
    return insert(cast("Table", inspect(table).local_table))


def hold_table(session: Session, table: type[DeclarativeBase]) -> None:
    """Keep others from writing to a small table until the commit, so that what is read of it stays true till then.

    In SQLite whoever writes is alone.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {table.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def inserting(session: Session, table: type[DeclarativeBase]) -> "sqlite.Insert | postgresql.Insert":
    """Return an INSERT of this database's own kind, which knows what to do where there is such a row already."""
    return _INSERT[session.get_bind().dialect.name](table)


_INSERT: "Mapping[str, Callable[[Any], sqlite.Insert | postgresql.Insert]]" = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


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
        if is_postgres(engine):
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
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
