"""Where the region keeps the bytes of objects, each under its own SHA-256: what every such place has to do.

Two are here: a local folder (`folder_files`), and an object store that speaks S3 (`s3_files`); `open_files` chooses by
the settings. tests/contract/test_file_store.py holds for all of them.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Protocol

from region.errors import DamagedChunkError, TooLargeError, WrongDigestError

CHUNK_BYTES = 256 * 1024
CHECKSUMS = ("sha1", "sha256")


@dataclass(frozen=True, slots=True)
class Checksum:
    """The checksum that came with a chunk: one of `CHECKSUMS`, and the digest."""

    algorithm: str
    digest: bytes


class FileStore(Protocol):
    """Keeps objects for good, and halves of objects that are still arriving.

    Every method may raise OSError or StorageError: the place does not take or give it now. That something is not there
    is never said because of such trouble.
    """

    def check(self) -> None:
        """See that the place can be used.

        Raises:
            SettingsError: it cannot; says what to do.
        """
        ...

    def size_bytes(self, digest: str) -> int | None:
        """Return the size as kept, None where there is no such object."""
        ...

    def read_intact(self, digest: str) -> bytes | None:
        """Return the content, None where it is gone or no longer what its name says."""
        ...

    def put(self, digest: str, stream: IO[bytes], limit_bytes: int) -> int:
        """Keep the stream under its digest, for good when this returns; return its size in bytes.

        Raises:
            WrongDigestError: the stream has another SHA-256.
            TooLargeError: it goes on after `limit_bytes`.
        """
        ...

    def digests(self) -> Iterator[str]:
        """Return what is kept, in no order."""
        ...

    def sweep(self, is_alone: bool) -> int:
        """Remove what killed processes have left half-written, at the start; return how many.

        Args:
            is_alone: no other process uses this place, so that whatever is half-written was left behind.
        """
        ...

    def half_bytes(self, upload: str) -> int:
        """Return how much of an upload is here."""
        ...

    def append(self, upload: str, offset: int, stream: IO[bytes], limit_bytes: int, checksum: Checksum | None) -> int:
        """Write at most `limit_bytes` after `offset`, for good when this returns; return how many were written.

        Whatever a killed process left behind `offset` goes first.

        Raises:
            DamagedChunkError: the part is not what its checksum says; nothing of it is kept.
        """
        ...

    def read_half(self, upload: str) -> bytes:
        """Return what is here of an upload."""
        ...

    def adopt(self, digest: str, upload: str) -> int:
        """Keep what has arrived of an upload as `put` does; return its size. The half may be gone afterwards, or not.

        Raises:
            WrongDigestError: it has another SHA-256; it stays what it is.
        """
        ...

    def drop(self, digest: str) -> None:
        """Take an object away, if it is here; for what was kept for a moment only."""
        ...

    def drop_half(self, upload: str) -> None:
        """Forget what is here of an upload, if anything."""
        ...

    def halves(self) -> Mapping[str, int]:
        """Return the uploads of which something is here, and how much."""
        ...


def chunks(digest: str, stream: IO[bytes], limit_bytes: int) -> Iterator[bytes]:
    """Return the stream in parts; after the last one see that it was the right one.

    Raises:
        WrongDigestError, TooLargeError: as `FileStore.put`.
    """
    size_bytes, sha256 = 0, hashlib.sha256()
    while chunk := stream.read(CHUNK_BYTES):
        size_bytes += len(chunk)
        if size_bytes > limit_bytes:
            raise TooLargeError(f"more than {limit_bytes} bytes")
        sha256.update(chunk)
        yield chunk
    if sha256.hexdigest() != digest:
        raise WrongDigestError("the bytes have another SHA-256 than the address")


def checked_chunks(stream: IO[bytes], limit_bytes: int, checksum: Checksum | None) -> Iterator[bytes]:
    """Return at most so much of the stream, in parts; after the last one see to its checksum.

    Raises:
        DamagedChunkError: as `FileStore.append`.
    """
    left, found = limit_bytes, hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    while left and (part := stream.read(min(CHUNK_BYTES, left))):
        left -= len(part)
        if found:
            found.update(part)
        yield part
    if found and checksum and found.digest() != checksum.digest:
        raise DamagedChunkError("the chunk is not what its checksum says")
