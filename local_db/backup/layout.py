"""What lies in a backup's folder.

`kaodian-<venue>-<key id>/`
  READ-ME.txt             what this is and how to restore it
  vault/                  the key, wrapped under passphrase and recovery key
  blobs/ab/….enc          captured files, as they are encrypted on the venue's disk; never copied twice
  sealed/ab/…             objects that are encrypted to the region; never copied twice either
  snapshots/<time>.db     the database at that time
  snapshots/<time>.files  settings and other small files, encrypted
  snapshots/<time>.list   what belongs to the snapshot, encrypted; written last: without it there is no snapshot
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from local_db.blobs import SUFFIX
from local_db.durable import write_durably
from local_db.errors import BackupError, DamagedError
from local_db.vault.keys import VenueKey

NAME_OF_TIME = "%Y%m%d-%H%M%S"


@dataclass(frozen=True, slots=True)
class Contents:
    """What belongs to one snapshot.

    Attributes:
        name: the time it was made, UTC, e.g. `20260302-091500`.
        revision: the database's tables.
        database_sha256: digest of the encrypted copy.
        blobs: names of the encrypted files, captured or sealed to the region, that were there.
    """

    name: str
    venue: str
    revision: str
    database_sha256: str
    blobs: Sequence[str]

    @property
    def made_at(self) -> datetime:
        """When the snapshot was made."""
        return time_of(self.name)


def time_of(name: str) -> datetime:
    """Return when the snapshot of that name was made."""
    return datetime.strptime(name, NAME_OF_TIME).replace(tzinfo=UTC)


class BackupFolder:
    """One venue's backups on one disk."""

    def __init__(self, root: Path) -> None:
        """Look at a folder, which need not be there yet."""
        self.root = root
        self.vault = root / "vault"
        self.blobs = root / "blobs"
        self.sealed = root / "sealed"
        self.snapshots = root / "snapshots"

    @classmethod
    def of(cls, disk: Path, venue_id: str, key_id: str) -> "BackupFolder":
        """Return where the backups of that venue and key lie on a disk."""
        return cls(disk / f"kaodian-{venue_id}-{key_id}")

    @classmethod
    def all_of(cls, disk: Path, venue_id: str) -> Mapping[str, "BackupFolder"]:
        """Return every folder of that venue's backups on a disk, by the name of the key that opens it."""
        beginning = f"kaodian-{venue_id}-"
        found = sorted(path for path in disk.glob(beginning + "?" * 16) if path.is_dir())
        return {path.name.removeprefix(beginning): cls(path) for path in found}

    def database(self, name: str) -> Path:
        """Return the database of a snapshot."""
        return self.snapshots / f"{name}.db"

    def files(self, name: str) -> Path:
        """Return the small files of a snapshot."""
        return self.snapshots / f"{name}.files"

    def blob(self, name: str) -> Path:
        """Return where the encrypted file of that name lies."""
        return (self.blobs if name.endswith(SUFFIX) else self.sealed) / name[:2] / name

    def names(self) -> list[str]:
        """Return the snapshots that were finished, oldest first.

        Raises:
            BackupError: the disk cannot be read ("missing").
        """
        try:
            return sorted(path.stem for path in self.snapshots.glob("*.list"))
        except OSError as error:
            raise BackupError("missing", error.strerror or "") from error

    def write_contents(self, contents: Contents, key: VenueKey) -> None:
        """Finish a snapshot."""
        about = f"{contents.name}.list"
        text = json.dumps(asdict(contents)).encode()
        write_durably(self.snapshots / about, key.envelope("backup").close(text, about))

    def contents(self, name: str, key: VenueKey) -> Contents:
        """Return what belongs to a snapshot.

        Raises:
            BackupError: its list is gone, damaged, or another venue's ("unreadable").
        """
        about = f"{name}.list"
        try:
            read: Mapping[str, object] = json.loads(
                key.envelope("backup").open((self.snapshots / about).read_bytes(), about)
            )
            return Contents(**read)  # type: ignore[arg-type]
        except (OSError, DamagedError, ValueError, TypeError) as error:
            raise BackupError("unreadable", about) from error

    def drop(self, name: str) -> None:
        """Remove a snapshot, its list first; files of candidates stay, other snapshots may need them."""
        for path in (self.snapshots / f"{name}.list", self.database(name), self.files(name)):
            path.unlink(missing_ok=True)
