"""Writes whole files for good: at no moment is there half of one under its name, whatever happens to the power."""

import errno
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local_db.errors import DiskFailedError, DiskFullError

_FULL = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)
_FAILED = (errno.EIO, errno.EROFS, errno.ENXIO, errno.ENODEV)
_FAILED_ON_WINDOWS = (19, 21, 23, 29, 30, 31, 1117)
"""Write-protected, not ready, CRC, write fault, read fault, device does not work, I/O device. Source: winerror.h."""
PART = ".part-"
"""How the names of unfinished files begin; whoever finds an old one may delete it."""

LEFT_AFTER_S = 3600


def write_durably(path: Path, content: bytes) -> None:
    """Temporary file in the same folder, fsync, rename, fsync of the folder.

    Raises:
        DiskFullError, DiskFailedError: nothing is left behind, and what was there before still is.
    """
    with saying_why(path.name):
        _write(path, content)


def make_folder(folder: Path) -> None:
    """Make the folder and those above it for good, readable by its owner only.

    Raises:
        DiskFullError, DiskFailedError: it could not be made, or not for good.
    """
    if folder.is_dir():
        return
    with saying_why(folder.name):
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o700)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Bring the folder's list of names to the disk."""
    if os.name == "nt":  # Windows cannot open a folder for fsync; NTFS journals the rename itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Bring a file that somebody else has written to the disk."""
    handle = os.open(path, os.O_RDWR)  # Windows flushes only what may be written
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove unfinished files that a killed process left more than an hour ago, in the folder and one below it."""
    for pattern in (f"{PART}*", f"*/{PART}*"):
        for path in folder.glob(pattern):
            if path.stat().st_mtime < time.time() - LEFT_AFTER_S:
                path.unlink(missing_ok=True)


@contextmanager
def saying_why(what: str) -> Iterator[None]:
    """Turn what the system says of its disk into a `DiskFullError` or a `DiskFailedError`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError(f"no room for {what}") from error
        if error.errno in _FAILED or getattr(error, "winerror", None) in _FAILED_ON_WINDOWS:
            raise DiskFailedError(f"the disk does not take {what}: {error.strerror}") from error
        raise


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=PART)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
