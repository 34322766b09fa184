"""Opens the database: encrypted (SQLCipher), write-ahead log, every commit on the disk, one writer at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from threading import RLock

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from local_db.errors import (
    DamagedError,
    DiskFailedError,
    DiskFullError,
    LockedError,
    NotSavedError,
    StoreError,
    WrongKeyError,
)
from local_db.vault.keys import VenueKey

BUSY_TIMEOUT_MS = 15_000
"""How long to wait for another process (a roster import from the command line) that is writing."""
_BUSY, _LOCKED, _READ_ONLY, _IO_ERROR, _CORRUPT, _FULL, _NOT_A_DATABASE = 5, 6, 8, 10, 11, 13, 26
"""SQLite's result codes; what does not decrypt is "not a database" to SQLCipher. Source: sqlite.org/rescode.html."""
_CODES_OF_WORDS = {
    "database is locked": _BUSY,
    "attempt to write a readonly database": _READ_ONLY,
    "disk I/O error": _IO_ERROR,
    "database disk image is malformed": _CORRUPT,
    "database or disk is full": _FULL,
}
"""SQLite's words for some of them. Source: `sqlite3ErrStr` in sqlite.org/src/file/src/main.c."""

_NO_ROOM_BYTES = 1024 * 1024
"""With less than this left on the disk, an input or output error is for want of room."""
_DAMAGED = "is damaged: `python -m kiosk verify` names the pages; restore a backup"


class Database:
    """One encrypted SQLite file, shared by the process's threads."""

    def __init__(self, path: Path, key: VenueKey, patience_ms: int = BUSY_TIMEOUT_MS) -> None:
        """Open the file, making it if need be; the tables come from `local_db.migrate`.

        Args:
            patience_ms: how long to wait for another process that is writing.

        Raises:
            WrongKeyError: it is another key's, or its first page is damaged; nothing was changed.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.key = key
        connect(path, key).close()
        self.engine = _open(path, key, patience_ms)
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
            NotSavedError: the disk is full or failing, or somebody else writes; nothing of this transaction was saved.
        """
        writer = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        try:
            with self._write_lock, Session(writer, expire_on_commit=False) as session, session.begin():
                yield session
        except OperationalError as error:
            if words := why_not_saved(error.orig, self.path):
                raise words from error
            raise

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def connect(path: Path, key: VenueKey, patience_ms: int = BUSY_TIMEOUT_MS) -> dbapi2.Connection:
    """Return a connection on the encrypted file, set up as every one of ours is.

    Raises:
        WrongKeyError: it is another key's, or its first page is damaged; nothing was changed.
        DamagedError: another page is damaged.
        LockedError: another program keeps the file for itself, e.g. because it is exchanging the venue's key.
    """
    connection = keyed(path, key)
    try:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={patience_ms}",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except (dbapi2.DatabaseError, MemoryError) as error:
        connection.close()
        if words := _words_for(path.name, error) or why_not_saved(error, path):
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
    # What the driver raises of a copy (`Connection.backup`) bears no code, only SQLite's words for it.
    code = getattr(error, "sqlite_errorcode", None) or _CODES_OF_WORDS.get(str(error), 0)
    return int(code) & 0xFF


def why_not_saved(cause: object, path: Path) -> NotSavedError | None:
    """Return in our words why a database did not take something, None where it is not the disk or another program.

    Want of room is sometimes called an input or output error: how much room there is tells them apart.
    """
    code = result_code(cause) if isinstance(cause, dbapi2.OperationalError) else 0
    if code == _FULL or (code == _IO_ERROR and disk_usage(path.parent).free < _NO_ROOM_BYTES):
        return DiskFullError(f"no room for {path.name}")
    if code in (_IO_ERROR, _READ_ONLY):
        return DiskFailedError(f"the disk does not take {path.name}: {cause}")
    if code in (_BUSY, _LOCKED):
        return LockedError(f"another program is at work on {path.name}; try again when it has finished")
    return None


def _open(path: Path, key: VenueKey, patience_ms: int) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: connect(path, key, patience_ms),
        poolclass=QueuePool,
        pool_size=24,
        hide_parameters=True,  # errors are logged, and parameters are personal data
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine
