"""Objects in a local folder: on the disk for good before anybody is told so."""

import hashlib
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from region.errors import DamagedChunkError, SettingsError, WrongDigestError
from region.files import Checksum, checked_chunks, chunks

ABANDONED_S = 3600
"""A half-written file that nobody has touched for so long is nobody's any more."""


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """A folder of files named by their SHA-256, in subfolders by its first two digits.

    Attributes:
        uploads: folder of halves, on the same disk.
    """

    folder: Path
    uploads: Path

    def check(self) -> None:
        try:
            for folder in (self.folder, self.uploads):
                folder.mkdir(parents=True, exist_ok=True)
                with _draft(folder / "probe") as draft:
                    draft.touch()
                    draft.unlink()
        except OSError as error:
            raise SettingsError(f"cannot write into {self.folder}: {error.strerror}") from error

    def path(self, digest: str) -> Path:
        """Return where the file is, or would be."""
        return self.folder / digest[:2] / digest

    def size_bytes(self, digest: str) -> int | None:
        return _size(self.path(digest))

    def read_intact(self, digest: str) -> bytes | None:
        try:
            content = self.path(digest).read_bytes()
        except FileNotFoundError:
            return None
        return content if hashlib.sha256(content).hexdigest() == digest else None

    def put(self, digest: str, stream: IO[bytes], limit_bytes: int) -> int:
        target = self._make_room(digest)
        with _draft(target) as draft:
            with draft.open("xb") as file:
                size_bytes = sum(file.write(chunk) for chunk in chunks(digest, stream, limit_bytes))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        sync_folder(target.parent)
        return size_bytes

    def digests(self) -> Iterator[str]:
        return (path.name for path in self.folder.glob("??/*") if path.suffix != ".part")

    def sweep(self, is_alone: bool) -> int:
        oldest = time.time() - (0 if is_alone else ABANDONED_S)
        drafts = [path for path in self.folder.glob("??/.*.part") if is_alone or _touched_at(path) < oldest]
        for draft in drafts:
            draft.unlink(missing_ok=True)
        return len(drafts)

    def half_bytes(self, upload: str) -> int:
        return _size(self._half(upload)) or 0

    def append(self, upload: str, offset: int, stream: IO[bytes], limit_bytes: int, checksum: Checksum | None) -> int:
        path = self._half(upload)
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.truncate(offset)
            file.seek(offset)
            try:
                written = sum(file.write(part) for part in checked_chunks(stream, limit_bytes, checksum))
            except DamagedChunkError:
                file.truncate(offset)
                raise
            file.flush()
            os.fsync(file.fileno())
        if offset == 0:
            sync_folder(path.parent)
        return written

    def read_half(self, upload: str) -> bytes:
        path = self._half(upload)
        return path.read_bytes() if path.exists() else b""

    def adopt(self, digest: str, upload: str) -> int:
        """Move the file into place, without copying it."""
        path = self._half(upload)
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            size_bytes = file.tell()
        if found != digest:
            raise WrongDigestError("the bytes have another SHA-256 than was announced")
        target = self._make_room(digest)
        path.replace(target)
        sync_folder(target.parent)
        return size_bytes

    def drop(self, digest: str) -> None:
        self.path(digest).unlink(missing_ok=True)

    def drop_half(self, upload: str) -> None:
        self._half(upload).unlink(missing_ok=True)

    def halves(self) -> Mapping[str, int]:
        return {path.stem: path.stat().st_size for path in self.uploads.glob("*.part")}

    def _half(self, upload: str) -> Path:
        return self.uploads / f"{upload}.part"

    def _make_room(self, digest: str) -> Path:
        target = self.path(digest)
        if not target.parent.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            sync_folder(self.folder)
        return target


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        yield draft
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _touched_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def sync_folder(folder: Path) -> None:
    """Put the folder's names on the disk for good."""
    if os.name == "nt":  # Windows cannot open a folder; NTFS journals the rename by itself.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
