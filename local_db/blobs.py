"""Files by their digest, in a folder. A file is on the disk for good before any row names it."""

import hmac
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

from local_db.durable import make_folder, saying_why, sweep, sync_folder, write_durably
from local_db.errors import DamagedError, MissingBlobError
from local_db.vault.envelope import OVERHEAD_BYTES
from local_db.vault.keys import VenueKey
from records.canonical import digest_bytes

LANES = 8
SUFFIX = ".enc"
_HEX = frozenset("0123456789abcdef")


class DigestFolder(ABC):
    """`<root>/ab/abcdef…`: 256 sub-folders, so that none grows past some thousand files."""

    overhead_bytes = 0
    """How much longer a file is than what it holds."""

    def __init__(self, root: Path) -> None:
        """Use the folder, making it (readable by its owner only) if need be."""
        self.root = root
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._for_good: set[Path] = set()

    def put(self, content: bytes) -> str:
        """Save the bytes durably and return their SHA-256; saving the same again costs a look.

        Raises:
            DiskFullError, DiskFailedError: it is not there for good.
        """
        digest = digest_bytes(content)
        path = self.path(digest)
        self._make_for_good(path.parent)
        if not (path.exists() and path.stat().st_size == len(content) + self.overhead_bytes):
            write_durably(path, self._close(content, path.name))
        else:  # perhaps from an attempt that ended, or failed, before its name was on the disk
            with saying_why(path.name):
                sync_folder(path.parent)
        return digest

    def put_all(self, contents: Sequence[bytes]) -> None:
        """Save several files durably, together: the disk takes what waits for it in one go (19 files: 24 for 110 ms).

        Raises:
            DiskFullError, DiskFailedError: some of them may be saved.
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
        return self.content_of(self.path(digest), f"file {digest}")

    def content_of(self, path: Path, called: str = "") -> bytes:
        """Return the bytes that one of the folder's files holds.

        Raises:
            MissingBlobError: the file is gone, or its bytes have changed.
        """
        called = called or path.name
        try:
            content = self._open(path.read_bytes(), path.name)
        except OSError as error:
            raise MissingBlobError(f"{called} is gone") from error
        except DamagedError as error:
            raise MissingBlobError(f"{called} has changed on the disk") from error
        if self._name(digest_bytes(content)) != path.name:
            raise MissingBlobError(f"{called} has changed on the disk")
        return content

    def has(self, digest: str) -> bool:
        """Tell whether there is a file of this digest; whether it is whole is another question."""
        return self.path(digest).exists()

    def size_bytes(self, digest: str) -> int:
        """Return the size of what the file on the disk holds.

        Raises:
            MissingBlobError: it is gone.
        """
        try:
            return self.path(digest).stat().st_size - self.overhead_bytes
        except OSError as error:
            raise MissingBlobError(f"file {digest} is gone") from error

    def is_intact(self, digest: str) -> bool:
        """Tell whether the file is here and is what its digest says."""
        try:
            self.get(digest)
        except MissingBlobError:
            return False
        return True

    def remove(self, digest: str) -> None:
        """Remove the file for good before this returns; one that is gone already stays gone."""
        self._drop(self.path(digest))

    def remove_others(self, digests: Collection[str]) -> int:
        """Remove every file whose digest is not one of these; return how many."""
        named = {self._name(digest) for digest in digests}
        others = [path for path in self.files() if path.name not in named]
        for path in others:
            self._drop(path)
        return len(others)

    def remove_drafts(self) -> None:
        """Remove what a kill left half-written long enough ago that nobody can still be writing it."""
        sweep(self.root)

    def files(self) -> Iterator[Path]:
        """Give every file there is, here or in a copy of the folder, in the order of names."""
        for folder in sorted(self.root.iterdir()):
            if folder.is_dir() and len(folder.name) == 2:
                yield from sorted(path for path in folder.iterdir() if self.is_ours(path.name))

    def place(self, name: str) -> Path:
        """Return where the file of that name belongs."""
        return self.root / name[:2] / name

    def path(self, digest: str) -> Path:
        """Return where the file of a digest lies, or would lie."""
        if not _is_digest(digest):
            raise MissingBlobError("that is no digest")
        return self.place(self._name(digest))

    @abstractmethod
    def is_ours(self, name: str) -> bool:
        """Tell whether a file of that name belongs into this folder."""

    @abstractmethod
    def is_whole(self, path: Path, name: str) -> bool:
        """Tell whether a copy of the file with that name, wherever it lies, is what was written here."""

    @abstractmethod
    def _name(self, digest: str) -> str:
        """Return what the file of a digest is called."""

    @abstractmethod
    def _close(self, content: bytes, name: str) -> bytes:
        """Return what is written for a content."""

    @abstractmethod
    def _open(self, closed: bytes, name: str) -> bytes:
        """Return the content of what was written."""

    def _make_for_good(self, folder: Path) -> None:
        """Make a sub-folder; one that is here may be from an attempt that ended before its name was on the disk."""
        if folder not in self._for_good:
            make_folder(folder)
            with saying_why(folder.name):
                sync_folder(folder.parent)
            self._for_good.add(folder)

    @staticmethod
    def _drop(path: Path) -> None:
        with saying_why(path.name):
            path.unlink(missing_ok=True)
            if path.parent.exists():
                sync_folder(path.parent)


class BlobFolder(DigestFolder):
    """Captured files, each encrypted: `abcdef….enc`.

    A file's name is an HMAC of its digest: who has the disk cannot look whether a picture they know is in it.
    """

    overhead_bytes = OVERHEAD_BYTES

    def __init__(self, root: Path, key: VenueKey) -> None:
        """Use the folder, making it (readable by its owner only) if need be."""
        super().__init__(root)
        self._names = key.part("blob names")
        self._envelope = key.envelope("blobs")

    def is_ours(self, name: str) -> bool:
        return name.endswith(SUFFIX)

    def is_whole(self, path: Path, name: str) -> bool:
        try:
            self._envelope.open(path.read_bytes(), name)
        except (OSError, DamagedError):
            return False
        return True

    def _name(self, digest: str) -> str:
        return hmac.digest(self._names, bytes.fromhex(digest), sha256).hex() + SUFFIX

    def _close(self, content: bytes, name: str) -> bytes:
        return self._envelope.close(content, name)

    def _open(self, closed: bytes, name: str) -> bytes:
        return self._envelope.open(closed, name)


class SealedFolder(DigestFolder):
    """Objects that are encrypted to the region already, named by the digest of their ciphertext; kept as they are."""

    def is_ours(self, name: str) -> bool:
        return _is_digest(name)

    def is_whole(self, path: Path, name: str) -> bool:
        try:
            return digest_bytes(path.read_bytes()) == name
        except OSError:
            return False

    def _name(self, digest: str) -> str:
        return digest

    def _close(self, content: bytes, name: str) -> bytes:
        return content

    def _open(self, closed: bytes, name: str) -> bytes:
        return closed


def _is_digest(text: str) -> bool:
    return len(text) == 64 and set(text) <= _HEX
