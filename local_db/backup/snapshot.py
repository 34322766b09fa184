"""Copies the database while it is in use, through SQLite's online backup, encrypted under the same key or another."""

from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

from sqlcipher3 import dbapi2

from local_db.durable import PART, saying_why, sync_file, sync_folder
from local_db.engine import keyed, why_not_saved
from local_db.errors import DamagedError
from local_db.vault.keys import VenueKey

_DAMAGE = (dbapi2.DatabaseError, MemoryError)
"""SQLCipher calls a page whose seal is broken "out of memory", except where it looks for just that."""


def copy_database(
    source: Path,
    target: Path,
    key: VenueKey,
    *,
    under: VenueKey | None = None,
    through: dbapi2.Connection | None = None,
) -> None:
    """Write one consistent copy; writers go on meanwhile. The copy is one file and has been read back whole.

    Args:
        under: the copy's key, if it is to be another one; SQLCipher's `PRAGMA rekey` says nothing when the disk fails.
        through: a connection that is open on the source already.

    Raises:
        NotSavedError: no room for the copy, or the disk does not take it; nothing is left of it.
        DamagedError: the copy does not read back, or the database itself is damaged.
    """
    part = target.with_name(PART + target.name)
    part.unlink(missing_ok=True)
    try:
        with closing(keyed(part, under or key)) as new, _open(source, key, through) as old:
            _copy(old, new)
        check_database(part, under or key)
        with saying_why(target.name):
            sync_file(part)
            part.replace(target)
    except dbapi2.OperationalError as error:
        if words := why_not_saved(error, target):
            raise words from error
        raise DamagedError(f"{source.name} cannot be copied: {error}") from error
    except _DAMAGE as error:
        raise DamagedError(f"{source.name} cannot be copied: {error}") from error
    finally:
        for left in (part, part.with_name(part.name + "-journal")):
            left.unlink(missing_ok=True)
    with saying_why(target.name):
        sync_folder(target.parent)


def check_database(path: Path, key: VenueKey) -> None:
    """Read a closed database file whole: every page's seal, then SQLite's own check.

    Raises:
        DamagedError: a page has changed, or it is another venue's.
    """
    with closing(keyed(path, key)) as connection:
        problems = integrity_problems(connection)
    if problems:
        raise DamagedError(f"{path.name}: {problems[0]}")


def integrity_problems(connection: dbapi2.Connection) -> list[str]:
    """Return what is wrong with a database: pages whose seal is broken, and what SQLite itself finds."""
    try:
        broken = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
        if not broken:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            broken = [line for line in found if line != "ok"]
    except _DAMAGE as error:
        return [str(error) or "a page cannot be read"]
    return broken


def _open(source: Path, key: VenueKey, through: dbapi2.Connection | None) -> AbstractContextManager[dbapi2.Connection]:
    return nullcontext(through) if through is not None else closing(keyed(source, key))


def _copy(old: dbapi2.Connection, new: dbapi2.Connection) -> None:
    # In one step: readers of a write-ahead log never hold up its writer, and a copy in many steps would begin
    # again whenever somebody saves.
    old.backup(new, pages=-1)
    new.execute("PRAGMA journal_mode=DELETE")  # one file, which a read-only disk can hold
