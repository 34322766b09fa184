"""Files on the disk, each under its own SHA-256."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from region.errors import TooLargeError, WrongDigestError

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class FileStore:
    """A folder of files named by their SHA-256, in subfolders by its first two digits."""

    folder: Path

    def lay_out(self) -> None:
        """Make the subfolders, for good, before anything comes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        here = {path.name for path in self.folder.iterdir()}
        for name in (f"{number:02x}" for number in range(256)):
            if name not in here:
                (self.folder / name).mkdir(exist_ok=True)
        sync_folder(self.folder)

    def path(self, digest: str) -> Path:
        """Return where the file is, or would be."""
        return self.folder / digest[:2] / digest

    def size_bytes(self, digest: str) -> int | None:
        """Return the size on the disk, None where there is no such file."""
        try:
            return self.path(digest).stat().st_size
        except FileNotFoundError:
            return None

    def read_intact(self, digest: str) -> bytes | None:
        """Return the content, None where it is gone or no longer what its name says."""
        try:
            content = self.path(digest).read_bytes()
        except FileNotFoundError:
            return None
        return content if hashlib.sha256(content).hexdigest() == digest else None

    def put(self, digest: str, stream: IO[bytes], limit_bytes: int) -> int:
        """Keep the stream under its digest, on the disk for good when this returns; return its size in bytes.

        Raises:
            WrongDigestError: the stream has another SHA-256.
            TooLargeError: it goes on after `limit_bytes`.
            OSError: the disk does not take it.
        """
        target = self.path(digest)
        with _draft(target) as draft:
            with draft.open("xb") as file:
                size_bytes = _copy(digest, stream, file, limit_bytes)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        sync_folder(target.parent)
        return size_bytes

    def adopt(self, digest: str, path: Path) -> int:
        """Keep a file that lies complete on the same disk, as `put` does, without copying it.

        Raises:
            WrongDigestError: it has another SHA-256; it stays where it is.
            OSError: the disk does not take it.
        """
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            size_bytes = file.tell()
        if found != digest:
            raise WrongDigestError("the bytes have another SHA-256 than was announced")
        target = self.path(digest)
        path.replace(target)
        sync_folder(target.parent)
        return size_bytes

    def sweep(self) -> int:
        """Remove what a killed process has left half-written; return how many. Only at the start."""
        drafts = list(self.folder.glob("??/.*.part"))
        for draft in drafts:
            draft.unlink(missing_ok=True)
        return len(drafts)


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _copy(digest: str, stream: IO[bytes], file: IO[bytes], limit_bytes: int) -> int:
    size_bytes, sha256 = 0, hashlib.sha256()
    while chunk := stream.read(CHUNK_BYTES):
        size_bytes += len(chunk)
        if size_bytes > limit_bytes:
            raise TooLargeError(f"more than {limit_bytes} bytes")
        sha256.update(chunk)
        file.write(chunk)
    if sha256.hexdigest() != digest:
        raise WrongDigestError("the bytes have another SHA-256 than the address")
    return size_bytes


def sync_folder(folder: Path) -> None:
    """Put the folder's names on the disk for good."""
    if os.name == "nt":  # Windows cannot open a folder; NTFS journals the rename by itself.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
