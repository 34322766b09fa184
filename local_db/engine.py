"""Opens the database: encrypted (SQLCipher), write-ahead log, every commit on the disk, one writer at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from local_db.errors import DamagedError, DiskFullError, StoreError, WrongKeyError
from local_db.vault.keys import VenueKey

BUSY_TIMEOUT_MS = 15_000
"""How long to wait for another process (a roster import from the command line) that is writing."""
_FULL, _IO_ERROR, _CORRUPT, _NOT_A_DATABASE = 13, 10, 11, 26
"""SQLite's result codes; what does not decrypt is "not a database" to SQLCipher. Source: sqlite.org/rescode.html."""

_DAMAGED = "is damaged: `python -m kiosk verify` names the pages; restore a backup"


class Database:
    """One encrypted SQLite file, shared by the process's threads."""

    def __init__(self, path: Path, key: VenueKey) -> None:
        """Open the file, making it if need be; the tables come from `local_db.migrate`.

        Raises:
            WrongKeyError: it is another key's, or its first page is damaged; nothing was changed.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.key = key
        connect(path, key).close()
        self.engine = _open(path, key)
        self._write_lock = RLock()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session on one consistent view of the database."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session that is committed at the end, or undone as a whole if anything is raised.

        One lock for all threads: without it SQLite's busy handler starves some of them
        (16 threads: 595 instead of 263 commits a second, the worst 0.4 s instead of 1.8 s).

        Raises:
            DiskFullError: there is no room; nothing of this transaction was saved.
        """
        writer = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        try:
            with self._write_lock, Session(writer, expire_on_commit=False) as session, session.begin():
                yield session
        except OperationalError as error:
            if is_full(error.orig):
                raise DiskFullError(f"no room for {self.path.name}") from error
            raise

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def connect(path: Path, key: VenueKey) -> dbapi2.Connection:
    """Return a connection on the encrypted file, set up as every one of ours is.

    Raises:
        WrongKeyError: it is another key's, or its first page is damaged; nothing was changed.
        DamagedError: another page is damaged.
    """
    connection = keyed(path, key)
    try:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except (dbapi2.DatabaseError, MemoryError) as error:
        connection.close()
        if words := _words_for(path.name, error):
            raise words from error
        raise
    return connection


def _words_for(name: str, error: Exception) -> StoreError | None:
    if result_code(error) == _NOT_A_DATABASE:
        return WrongKeyError(
            f"{name} does not open with this venue's key: the vault belongs to another venue, or the file is damaged. "
            "Nothing was changed; put the right vault folder back, or restore a backup"
        )
    if isinstance(error, MemoryError) or result_code(error) == _CORRUPT:
        return DamagedError(f"{name} {_DAMAGED}")
    return None


def keyed(path: Path, key: VenueKey) -> dbapi2.Connection:
    """Return a bare connection that has the key; the file has not been looked at yet.

    The key is used as it is: a passphrase's stretching happens in the vault, once, and not at every connection.
    """
    connection = dbapi2.connect(str(path), check_same_thread=False)
    # We say BEGIN ourselves, or the driver begins too late for a stable view.
    connection.isolation_level = None
    connection.execute(f"PRAGMA key=\"x'{key.part('database').hex()}'\"")
    connection.execute("PRAGMA cipher_log_level=NONE")  # errors are raised; its own lines would go past our log
    connection.execute("PRAGMA temp_store=MEMORY")  # sorting must not leave names in a temporary file
    return connection


@contextmanager
def saying_damaged(name: str) -> Iterator[None]:
    """Turn what SQLCipher says of a page whose seal is broken into a `DamagedError`.

    It calls such a page "out of memory" or a "logic error", except where it looks for just that.
    """
    try:
        yield
    except (DatabaseError, dbapi2.DatabaseError, MemoryError) as error:
        raise DamagedError(f"{name} {_DAMAGED}") from error


def result_code(error: object) -> int:
    """Return SQLite's primary result code of an error, 0 if it has none."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def is_full(cause: object) -> bool:
    """Tell whether there was no room, which the system sometimes calls an input or output error."""
    return isinstance(cause, dbapi2.OperationalError) and result_code(cause) in (_FULL, _IO_ERROR)


def _open(path: Path, key: VenueKey) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: connect(path, key),
        poolclass=QueuePool,
        pool_size=24,
        hide_parameters=True,  # errors are logged, and parameters are personal data
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine
