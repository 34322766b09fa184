"""Makes a backup while the venue works: the database whole, of the files what is missing; read back after writing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from alembic.runtime.migration import MigrationContext

from local_db.backup import extras
from local_db.backup.layout import NAME_OF_TIME, BackupFolder, Contents
from local_db.backup.snapshot import copy_database
from local_db.blobs import BlobFolder, DigestFolder, SealedFolder
from local_db.durable import saying_why, sync_folder, write_durably
from local_db.engine import Database
from local_db.errors import BackupError, DamagedError, DiskFullError, NotSavedError
from local_db.vault.keystore import marker
from records.stick import read_back

KEEP = 7
"""Snapshots that stay on the disk."""
_READ_ME = (
    "Kaodian backup of venue {venue}. Everything here is encrypted.\n"
    "To restore it on another computer: python -m kiosk restore <this folder>\n"
    "It asks for the venue's passphrase or its recovery key (on paper).\n\n"
    "考点 {venue} 的备份，内容全部加密。恢复到另一台电脑：python -m kiosk restore <本文件夹>，"
    "需要考点口令或纸质恢复密钥。\n"
)


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up."""

    venue_id: str
    home: Path
    database: Database
    blobs: BlobFolder
    sealed: SealedFolder
    vault: Path


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup did.

    Attributes:
        name: the snapshot's.
        files: candidates' files it holds; `copied` of them are new on that disk.
    """

    name: str
    folder: Path
    files: int
    copied: int


def make_backup(source: Source, disk: Path, now: Callable[[], datetime]) -> BackupReport:
    """Write one more snapshot onto a disk; whatever goes wrong, those before it stay whole.

    Raises:
        BackupError: "missing" the disk is not there, "full", "unwritable", "unreadable" when read back.
    """
    if not disk.is_dir():
        raise BackupError("missing", disk.name)
    folder = BackupFolder.of(disk, source.venue_id, source.database.key.id)
    with _in_words(folder):
        _lay_out(source, folder)
        name = f"{now():{NAME_OF_TIME}}"
        copy_database(source.database.path, folder.database(name), source.database.key)
        # After the database: a file is on the disk before any row names it, so none can be lacking.
        (names, copied), (more, more_copied) = (_copy(one, folder) for one in (source.blobs, source.sealed))
        names, copied = names + more, copied + more_copied
        _write(folder.files(name), extras.pack(source.home, source.database.key, name))
        with folder.database(name).open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        if lacking := [one for one in names if not folder.blob(one).exists()]:
            raise BackupError("missing", f"{len(lacking)} files")  # the stick was pulled out and put in, or changed
        contents = Contents(name, source.venue_id, _revision(source.database), digest, names)
        folder.write_contents(contents, source.database.key)
        folder.contents(name, source.database.key)
        for old in folder.names()[:-KEEP]:
            folder.drop(old)
        _drop_removed(source, folder)
    return BackupReport(name, folder.root, len(names), copied)


@contextmanager
def _in_words(folder: BackupFolder) -> Iterator[None]:
    try:
        yield
    except DiskFullError as error:
        raise BackupError("full", str(error)) from error
    except NotSavedError as error:
        raise BackupError("unwritable", str(error)) from error
    except DamagedError as error:
        raise BackupError("unreadable" if folder.root.is_dir() else "missing", str(error)) from error
    except FileNotFoundError as error:  # the stick was pulled out
        raise BackupError("missing", error.strerror or "") from error
    except OSError as error:
        raise BackupError("unwritable", error.strerror or "") from error


def _lay_out(source: Source, folder: BackupFolder) -> None:
    for part in (folder.root, folder.vault, folder.blobs, folder.sealed, folder.snapshots):
        _make_folder(part)
    _write(folder.root / "READ-ME.txt", _READ_ME.format(venue=source.venue_id).encode())
    for path in sorted(source.vault.iterdir()):
        if path != marker(source.vault):  # a key store stays with its computer
            _write(folder.vault / path.name, path.read_bytes())


def _copy(files: DigestFolder, folder: BackupFolder) -> tuple[list[str], int]:
    names, copied = [], 0
    for path in files.files():
        try:
            size_bytes = path.stat().st_size
        except FileNotFoundError:  # removed meanwhile, because its record is sealed or purged
            continue
        target = folder.blob(path.name)
        if not target.exists() or target.stat().st_size != size_bytes:
            _make_folder(target.parent)
            _write(target, path.read_bytes())
            copied += 1
        names.append(path.name)
    return names, copied


def _drop_removed(source: Source, folder: BackupFolder) -> None:
    """Remove from the disk what the venue has removed, once no snapshot names it any more: captures leave it too.

    What the venue still has stays whatever the lists say: another backup may be writing its own at this moment.
    """
    try:
        named = {name for one in folder.names() for name in folder.contents(one, source.database.key).blobs}
    except BackupError:  # a list that cannot be read may name anything
        return
    for ours, theirs in ((source.blobs, folder.blobs), (source.sealed, folder.sealed)):
        for path in theirs.glob("??/*"):
            if ours.is_ours(path.name) and path.name not in named and not ours.place(path.name).exists():
                path.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    """Make one folder. Not those above it: when the stick is pulled out, its mount point is the venue's own disk."""
    if not folder.is_dir():
        with saying_why(folder.name):
            folder.mkdir(mode=0o700)
        sync_folder(folder.parent)


def _write(path: Path, content: bytes) -> None:
    """Write a file and look whether the disk gives it back."""
    write_durably(path, content)
    if read_back(path) != content:
        raise DamagedError(path.name)


def _revision(database: Database) -> str:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""
