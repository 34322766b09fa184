"""Where secret keys lie. One seam: an operating system's key store comes in as another `Vault`."""

import os
import re
import secrets
from pathlib import Path
from typing import Protocol

from records.errors import KeyExistsError, MissingKeyError, UnusableKeyError

_NAME = re.compile(r"^[a-z0-9-]{1,80}$")


class Vault(Protocol):
    """Keeps secret texts by name. What is there is never written over; a lost name is an error, never a new secret."""

    def load(self, name: str) -> str:
        """Return the secret.

        Raises:
            MissingKeyError: there is none of this name.
        """
        ...

    def store(self, name: str, secret: str) -> None:
        """Keep the secret for good before this returns; the same secret once more changes nothing.

        Raises:
            KeyExistsError: another secret has this name.
        """
        ...

    def names(self) -> tuple[str, ...]:
        """Return the names of all secrets that are here."""
        ...


class KeyFolder:
    """A folder readable by its owner only, a file a secret. On Windows the rights it inherits are what protects it."""

    def __init__(self, folder: Path) -> None:
        """Use the folder; it is made when the first secret is stored."""
        self.folder = folder

    def load(self, name: str) -> str:
        path = self.path(name)
        try:
            return path.read_text(encoding="ascii").strip()
        except FileNotFoundError as error:
            raise MissingKeyError(f"{path} is missing") from error
        except (OSError, UnicodeDecodeError) as error:
            raise UnusableKeyError(f"{path} cannot be read ({type(error).__name__})") from error

    def store(self, name: str, secret: str) -> None:
        path = self.path(name)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{name}.{secrets.token_hex(8)}")
        try:
            _write(draft, secret)
            os.link(draft, path)  # unlike a rename, never replaces what is there
        except FileExistsError as error:
            if self.load(name) != secret.strip():
                raise KeyExistsError(f"{path} holds another key; it is not written over") from error
        finally:
            draft.unlink(missing_ok=True)
        _sync(self.folder)

    def names(self) -> tuple[str, ...]:
        if not self.folder.exists():
            return ()
        return tuple(sorted(path.stem for path in self.folder.glob("*.key") if _NAME.match(path.stem)))

    def path(self, name: str) -> Path:
        """Return the file of a name."""
        if not _NAME.match(name):
            raise UnusableKeyError("a key's name has letters, digits and dashes only")
        return self.folder / f"{name}.key"


def _write(path: Path, secret: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{secret.strip()}\n")
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder for fsync; NTFS journals the link itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
