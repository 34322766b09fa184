"""Files by their digest, in a folder. A file is on the disk for good before any row names it."""

import errno
import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local_db.errors import DiskFullError, MissingBlobError
from records.canonical import digest_bytes

LANES = 8
DRAFT_S = 600
_FULL = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)


class BlobFolder:
    """`<root>/ab/abcdef…`: 256 sub-folders, so that none grows past some thousand files."""

    def __init__(self, root: Path) -> None:
        """Use the folder, making it (readable by its owner only) if need be."""
        self._root = root
        root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, content: bytes) -> str:
        """Save the bytes durably and return their SHA-256; saving the same again costs a look.

        Raises:
            DiskFullError: there is no room; nothing is left behind.
        """
        digest = digest_bytes(content)
        path = self._path(digest)
        if not (path.exists() and path.stat().st_size == len(content)):
            try:
                path.parent.mkdir(exist_ok=True, mode=0o700)
                _write_durably(path, content)
            except OSError as error:
                if error.errno in _FULL:
                    raise DiskFullError("no room for a file") from error
                raise
        return digest

    def put_all(self, contents: Sequence[bytes]) -> None:
        """Save several files durably, together: the disk takes what waits for it in one go (19 files: 24 for 110 ms).

        Raises:
            DiskFullError: there is no room; some of them may be saved.
        """
        if len(contents) < 2:
            for content in contents:
                self.put(content)
            return
        with ThreadPoolExecutor(LANES, thread_name_prefix="blobs") as lanes:
            list(lanes.map(self.put, contents))

    def get(self, digest: str) -> bytes:
        """Return the bytes.

        Raises:
            MissingBlobError: the file is gone, or its bytes have changed.
        """
        try:
            content = self._path(digest).read_bytes()
        except OSError as error:
            raise MissingBlobError(f"file {digest} is gone") from error
        if digest_bytes(content) != digest:
            raise MissingBlobError(f"file {digest} has changed on the disk")
        return content

    def has(self, digest: str) -> bool:
        """Tell whether there is a file of this digest; whether it is whole is another question."""
        return self._path(digest).exists()

    def size_bytes(self, digest: str) -> int:
        """Return the file's size on the disk.

        Raises:
            MissingBlobError: it is gone.
        """
        try:
            return self._path(digest).stat().st_size
        except OSError as error:
            raise MissingBlobError(f"file {digest} is gone") from error

    def is_intact(self, digest: str) -> bool:
        """Tell whether the file is here and is what its name says."""
        try:
            self.get(digest)
        except MissingBlobError:
            return False
        return True

    def digests(self) -> list[str]:
        """Return the digests of all files that are here."""
        return [path.name for path in self._root.glob("??/" + "[0-9a-f]" * 64)]

    def remove_drafts(self) -> None:
        """Remove what a kill left half-written; what is younger than `DRAFT_S` may still be being written."""
        for draft in self._root.glob("??/.part-*"):
            if time.time() - draft.stat().st_mtime > DRAFT_S:
                draft.unlink(missing_ok=True)

    def remove(self, digest: str) -> None:
        """Remove the file for good before this returns; one that is gone already stays gone."""
        path = self._path(digest)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _sync_folder(path.parent)

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise MissingBlobError("that is no digest")
        return self._root / digest[:2] / digest


def _write_durably(path: Path, content: bytes) -> None:
    """Temporary file in the same folder, fsync, rename, fsync of the folder: at no moment is there half a file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
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
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder for fsync; NTFS journals the rename itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
