"""Encrypts what versions before the vault left in clear. The clear copy stays until the encrypted one was read back."""

from contextlib import closing
from pathlib import Path

from sqlcipher3 import dbapi2

from local_db.backup.snapshot import check_database
from local_db.blobs import BlobFolder
from local_db.durable import PART, sync_file, sync_folder
from local_db.engine import keyed, why_not_saved
from local_db.errors import DamagedError
from local_db.reports import ReportFolder
from local_db.vault.keys import VenueKey

_CLEAR_HEADER = b"SQLite format 3\x00"


def is_clear(database: Path) -> bool:
    """Tell whether a database file is there that anybody can read."""
    # Only before it is opened: closing a file that SQLite has open elsewhere in the process drops SQLite's locks.
    if not database.exists():
        return False
    with database.open("rb") as file:
        return file.read(len(_CLEAR_HEADER)) == _CLEAR_HEADER


def encrypt_home(database: Path, blobs: BlobFolder, reports: Path, key: VenueKey) -> int:
    """Encrypt files, reports and, last, the database; return how many files there were.

    Killed at any moment, the next start goes on: the database is clear until everything else is done.

    Raises:
        DiskFullError: no room for a second copy; nothing is lost, and it is done again at the next start.
        DamagedError: the database in clear is damaged; nothing was changed.
    """
    count = _encrypt_files(blobs)
    _encrypt_reports(reports, key)
    _encrypt_database(database, key)
    return count


def _encrypt_files(blobs: BlobFolder) -> int:
    """Put every file that is named by its own digest in again, then remove the clear one."""
    clear = [path for path in blobs.root.glob("??/*") if len(path.name) == 64 and path.is_file()]
    for left in blobs.root.glob(f"??/{PART}*"):  # unfinished, perhaps in clear; no row can name it
        left.unlink()
    for path in clear:
        if blobs.put(path.read_bytes()) == path.name:
            path.unlink()
    return len(clear)


def _encrypt_reports(folder: Path, key: VenueKey) -> None:
    reports = ReportFolder(folder, key)
    for path in folder.glob("*.csv") if folder.exists() else ():
        reports.put(path.name, path.read_bytes())
        reports.get(path.name)
        path.unlink()


def _encrypt_database(path: Path, key: VenueKey) -> None:
    part = path.with_name(PART + path.name)
    part.unlink(missing_ok=True)
    try:
        _export(path, part, key)
    except dbapi2.DatabaseError as error:
        part.unlink(missing_ok=True)
        if words := why_not_saved(error, path):
            raise words from error
        raise DamagedError(f"{path.name} cannot be encrypted: {error}; nothing was changed") from error
    check_database(part, key)
    sync_file(part)
    part.replace(path)
    sync_folder(path.parent)


def _export(path: Path, part: Path, key: VenueKey) -> None:
    """Copy table by table into an encrypted file, and compare the number of rows.

    Source: zetetic.net/sqlcipher/sqlcipher-api, `sqlcipher_export`.
    """
    keyed(part, key).close()
    with closing(dbapi2.connect(str(path))) as clear:
        clear.isolation_level = None
        # A log that stayed behind would be taken for the new file's; this writes it into the file and removes it.
        clear.execute("PRAGMA journal_mode=DELETE")
        clear.execute("ATTACH DATABASE ? AS locked KEY ?", (str(part), f"x'{key.part('database').hex()}'"))
        clear.execute("SELECT sqlcipher_export('locked')")
        for (table,) in clear.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            counts = [
                clear.execute(f'SELECT count(*) FROM {schema}."{table}"').fetchone()  # noqa: S608  names of our own tables
                for schema in ("main", "locked")
            ]
            if counts[0] != counts[1]:
                raise DamagedError(f"table {table} was not copied whole; nothing was changed")
        clear.execute("DETACH DATABASE locked")
