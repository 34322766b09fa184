"""Reads a whole backup again, file by file."""

from collections.abc import Iterable
from hashlib import file_digest

from local_db.backup.layout import BackupFolder
from local_db.backup.snapshot import check_database
from local_db.blobs import BlobFolder, DigestFolder, SealedFolder
from local_db.errors import BackupError, DamagedError
from local_db.vault.keys import VenueKey


def check_backup(folder: BackupFolder, key: VenueKey, name: str = "") -> list[str]:
    """Return the names of files that are gone or damaged in a snapshot, the newest one if none is named.

    Raises:
        BackupError: there is no such snapshot ("none"), or its list cannot be read ("unreadable").
    """
    contents = folder.contents(chosen(folder, name), key)
    kinds = BlobFolder(folder.blobs, key), SealedFolder(folder.sealed)
    damaged = [one for one in contents.blobs if not keeper(one, kinds).is_whole(folder.blob(one), one)]
    if not is_database_whole(folder, contents.name, contents.database_sha256, key):
        damaged.append(folder.database(contents.name).name)
    return damaged


def keeper(name: str, folders: Iterable[DigestFolder]) -> DigestFolder:
    """Return which of the folders a file of that name belongs into."""
    return next(folder for folder in folders if folder.is_ours(name))


def chosen(folder: BackupFolder, name: str) -> str:
    """Return the snapshot of that name, or the newest.

    Raises:
        BackupError: there is none ("none").
    """
    names = folder.names()
    if not names or (name and name not in names):
        raise BackupError("none", name or str(folder.root))
    return name or names[-1]


def is_database_whole(folder: BackupFolder, name: str, sha256: str, key: VenueKey) -> bool:
    """Tell whether a snapshot's database is the one that was written, and reads."""
    try:
        with folder.database(name).open("rb") as file:
            is_same = file_digest(file, "sha256").hexdigest() == sha256
        check_database(folder.database(name), key)
    except (OSError, DamagedError):
        return False
    return is_same
