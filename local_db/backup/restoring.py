"""Puts a backup into an empty home folder, on the same computer or another. Killed in the middle, it begins again."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local_db.backup import extras
from local_db.backup.checking import chosen, is_database_whole, keeper
from local_db.backup.layout import BackupFolder, Contents
from local_db.blobs import BlobFolder, DigestFolder, SealedFolder
from local_db.durable import make_folder, write_durably
from local_db.errors import BackupError, DamagedError
from local_db.rotation.journal import read_journal
from local_db.vault.keys import VenueKey
from local_db.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back.

    Attributes:
        lacking: encrypted files that the backup should hold and that are gone or damaged; all others are there.
    """

    contents: Contents
    lacking: Sequence[str]


def restore(folder: BackupFolder, home: Path, key: VenueKey, name: str = "") -> Restored:
    """Put a snapshot, the newest one if none is named, into a home folder that holds no venue yet.

    The database comes last: before it there is no venue, so a restore that was cut off is simply done again.

    Raises:
        BackupError: "occupied" the home holds a venue, "none", "unreadable"; nothing was overwritten.
        DiskFullError: no room; make some and restore again.
    """
    contents = folder.contents(chosen(folder, name), key)
    if (home / "venue.db").exists() or read_journal(home) or _is_others(home / "vault", key):
        raise BackupError("occupied", str(home))
    if not is_database_whole(folder, contents.name, contents.database_sha256, key):
        raise BackupError("unreadable", folder.database(contents.name).name)
    make_folder(home)
    _bring_files(folder, home, key, contents.name)
    _bring_vault(folder.vault, home / "vault")
    lacking = _bring_blobs(folder, [BlobFolder(home / "blobs", key), SealedFolder(home / "sealed")], contents)
    for name_left in ("venue.db-wal", "venue.db-shm"):  # of a database that somebody has deleted
        (home / name_left).unlink(missing_ok=True)
    write_durably(home / "venue.db", folder.database(contents.name).read_bytes())
    return Restored(contents, lacking)


def _is_others(vault: Path, key: VenueKey) -> bool:
    here = Vault(vault)
    return here.exists and not key.is_same(here.key_id)


def _bring_files(folder: BackupFolder, home: Path, key: VenueKey, name: str) -> None:
    try:
        extras.unpack(folder.files(name).read_bytes(), home, key, name)
    except (FileNotFoundError, DamagedError) as error:
        raise BackupError("unreadable", folder.files(name).name) from error


def _bring_vault(source: Path, target: Path) -> None:
    make_folder(target)
    for path in sorted(source.iterdir()):
        if path.suffix in (".json", ".txt"):
            write_durably(target / path.name, path.read_bytes())


def _bring_blobs(folder: BackupFolder, homes: Sequence[DigestFolder], contents: Contents) -> list[str]:
    lacking = []
    for name in contents.blobs:
        home = keeper(name, homes)
        if not home.is_whole(folder.blob(name), name):
            lacking.append(name)
        elif not home.place(name).exists():
            make_folder(home.place(name).parent)
            write_durably(home.place(name), folder.blob(name).read_bytes())
    return lacking
