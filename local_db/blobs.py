"""Files by their digest, in a folder, each encrypted. A file is on the disk for good before any row names it."""

import hmac
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from local_db.durable import make_folder, write_durably
from local_db.errors import DamagedError, MissingBlobError
from local_db.vault.envelope import OVERHEAD_BYTES
from local_db.vault.keys import VenueKey
from records.canonical import digest_bytes

SUFFIX = ".enc"


class BlobFolder:
    """`<root>/ab/abcdef….enc`: 256 sub-folders, so that none grows past some thousand files.

    A file's name is an HMAC of its digest: who has the disk cannot look whether a picture they know is in it.
    """

    def __init__(self, root: Path, key: VenueKey) -> None:
        """Use the folder, making it (readable by its owner only) if need be."""
        self.root = root
        self._names = key.part("blob names")
        self._envelope = key.envelope("blobs")
        root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, content: bytes) -> str:
        """Save the bytes durably and return their SHA-256; saving the same again costs a look.

        Raises:
            DiskFullError: there is no room; nothing is left behind.
        """
        digest = digest_bytes(content)
        path = self._path(digest)
        if not (path.exists() and path.stat().st_size == len(content) + OVERHEAD_BYTES):
            make_folder(path.parent)
            write_durably(path, self._envelope.close(content, path.name))
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes.

        Raises:
            MissingBlobError: the file is gone, or its bytes have changed.
        """
        path = self._path(digest)
        try:
            content = self._envelope.open(path.read_bytes(), path.name)
        except OSError as error:
            raise MissingBlobError(f"file {digest} is gone") from error
        except DamagedError as error:
            raise MissingBlobError(f"file {digest} has changed on the disk") from error
        if digest_bytes(content) != digest:
            raise MissingBlobError(f"file {digest} has changed on the disk")
        return content

    def files(self) -> Iterator[Path]:
        """Give every encrypted file there is, here or in a copy of the folder, in the order of names."""
        for folder in sorted(self.root.iterdir()):
            if folder.is_dir() and len(folder.name) == 2:
                yield from sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)

    def is_intact(self, path: Path, name: str) -> bool:
        """Tell whether a copy of the file with that name, wherever it lies, opens with this venue's key."""
        try:
            self._envelope.open(path.read_bytes(), name)
        except (OSError, DamagedError):
            return False
        return True

    def place(self, name: str) -> Path:
        """Return where the encrypted file of that name belongs."""
        return self.root / name[:2] / name

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise MissingBlobError("that is no digest")
        return self.place(hmac.digest(self._names, bytes.fromhex(digest), sha256).hex() + SUFFIX)
