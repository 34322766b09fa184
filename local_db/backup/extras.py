"""The small files of a home folder: settings, own profiles, the region's key, reports. One encrypted archive."""

import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from local_db.durable import PART
from local_db.rotation.places import NEXT, OLD
from local_db.vault.keys import VenueKey

_COPIED = ("blobs", "sealed", "vault", "backups")
_NOT_OURS = ("online", "demo", "region", "devices", "printed", "logs", "diagnostics")
ELSEWHERE = (*_COPIED, *_NOT_OURS)
"""Copied in their own way, or of this computer only, or not the venue's data at all; `online` comes down again."""


def pack(home: Path, key: VenueKey, name: str) -> bytes:
    """Return the files of a home folder that neither the database nor the blobs hold, encrypted."""
    archive = BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for path in _small_files(home):
            tar.add(path, path.relative_to(home).as_posix(), recursive=False)
    return key.envelope("backup").close(archive.getvalue(), f"{name}.files")


def unpack(closed: bytes, home: Path, key: VenueKey, name: str) -> None:
    """Put the files back.

    Raises:
        DamagedError: the archive has changed or is another venue's.
    """
    content = key.envelope("backup").open(closed, f"{name}.files")
    with tarfile.open(fileobj=BytesIO(content), mode="r:gz") as tar:
        tar.extractall(home, filter="data")


def _small_files(home: Path) -> Iterator[Path]:
    for path in sorted(home.rglob("*")):
        top = path.relative_to(home).parts[0]
        is_ours = (
            top not in ELSEWHERE and not top.startswith(("venue.db", "rotation.")) and not top.endswith((NEXT, OLD))
        )
        if is_ours and path.is_file() and not path.is_symlink() and not path.name.startswith(PART):
            yield path
