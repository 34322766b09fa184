"""What of a venue lies on the disk under its key, and where that which is to replace it is laid out meanwhile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

NEXT, OLD = ".next", ".old"


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything lies that the key opens.

    Attributes:
        blobs: folders of files by digest: what was captured here, what came down from the region.
        copies: databases from before a migration.
        secrets: what others handed out and was taken in, as they lie encrypted.
    """

    home: Path
    database: Path
    vault: Path
    blobs: Sequence[Path]
    reports: Path
    keys: Path
    copies: Path
    secrets: Sequence[Path]

    @property
    def folders(self) -> Sequence[Path]:
        """The folders that are replaced whole; the vault last, since it says which key the others are under."""
        return (*self.blobs, self.reports, self.keys, self.copies, self.vault)

    @property
    def files(self) -> Sequence[Path]:
        """The single files that are replaced."""
        return (*self.secrets, self.database)


def next_of(path: Path) -> Path:
    """Return where that which is to replace something is laid out: beside it, so that a rename brings it in."""
    return path.with_name(path.name + NEXT)


def old_of(path: Path) -> Path:
    """Return where a replaced folder lies until it is removed."""
    return path.with_name(path.name + OLD)


def beside_database(database: Path) -> Iterator[Path]:
    """Give the files that SQLite keeps beside a database."""
    for suffix in ("-wal", "-shm", "-journal"):
        yield database.with_name(database.name + suffix)
