"""What venue and region both do with a stick: find it, write so that it lasts, read what is really on it.

Everybody may read what is written here (a stick is carried to another computer); whatever is, is closed or signed.
"""

import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from records.unbuffered import read_unbuffered

MOUNTED_BELOW = ("/media", "/run/media", "/Volumes")
"""Where desktops put what is plugged in. Other places are named in the settings."""
PART = ".part-"
BLOCK_BYTES = 32 * 1024
"""What a small file takes on a stick where the system does not say."""

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_LOCKED = {errno.EROFS, errno.EACCES, errno.EPERM}
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO, errno.EIO, errno.ENOTCONN}
_WITHOUT_FOLDER_SYNC = {errno.EINVAL, getattr(errno, "ENOTSUP", errno.EINVAL)}


@dataclass(frozen=True, slots=True)
class Drive:
    """A place that can be written to; `free_bytes` of it are left."""

    path: Path
    free_bytes: int


def drives(named: Iterable[Path] = ()) -> list[Drive]:
    """Return the sticks that are plugged in, and of the places that settings name those that are there."""
    plugged = [Path(one.mountpoint) for one in psutil.disk_partitions() if _is_removable(one.mountpoint, one.opts)]
    found = []
    for path in dict.fromkeys((*named, *plugged)):
        try:
            found.append(Drive(path, free_bytes(path)))
        except OSError:  # pulled out at this moment, or not plugged in at all
            continue
    return found


def free_bytes(folder: Path) -> int:
    """Return how much room is left on the folder's disk."""
    return shutil.disk_usage(folder).free


def write(path: Path, content: bytes) -> None:
    """Write a file for good: under another name, to the disk, then renamed. Its folder must be there."""
    part = path.with_name(f"{PART}{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o644), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        _forget(part)
        raise
    sync_folder(path.parent)


def read_back(path: Path) -> bytes:
    """Return what is on the stick, past the system's memory where it lets us."""
    return read_unbuffered(path)


def make_folder(folder: Path) -> None:
    """Make one folder. Not those above it: when a stick is pulled out, its mount point is the computer's own disk."""
    if not folder.is_dir():
        folder.mkdir(mode=0o755, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Bring the folder's list of names to the disk."""
    if os.name == "nt":  # Windows cannot open a folder for fsync
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _WITHOUT_FOLDER_SYNC:  # some file systems of sticks cannot
            raise
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what a killed program or a pulled stick has left half written, in a folder and one below it."""
    for pattern in (f"{PART}*", f"*/{PART}*"):
        for path in folder.glob(pattern):
            _forget(path)


def room_taken(folder: Path, sizes: Sequence[int]) -> int:
    """Return how many bytes files of these sizes take on the folder's disk: each fills its last block."""
    block = _block_bytes(folder)
    return sum(-(-size // block) * block for size in sizes)


def trouble_of(error: OSError, folder: Path) -> str:
    """Return why a stick does not take or give something: `full`, `missing`, `read_only` or `unwritable`.

    Args:
        folder: on the stick, was there before.
    """
    if error.errno in _FULL:
        return "full"
    if not folder.is_dir() or error.errno in _GONE:
        return "missing"
    return "read_only" if error.errno in _LOCKED else "unwritable"


_BINARY = getattr(os, "O_BINARY", 0)


def _is_removable(mountpoint: str, options: str) -> bool:
    if os.name == "nt":
        return "removable" in options.split(",")
    return any(mountpoint.startswith(f"{above}/") for above in MOUNTED_BELOW)


def _block_bytes(folder: Path) -> int:
    if os.name == "nt":
        return BLOCK_BYTES
    return os.statvfs(folder).f_frsize or BLOCK_BYTES


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:  # the stick is gone, or locked: whoever asked is told so by the first error
        return
