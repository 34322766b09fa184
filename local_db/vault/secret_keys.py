"""Secret keys, e.g. the one the venue signs with, each encrypted in a file: what `records.vault.Vault` asks for."""

import logging
import os
import secrets
from pathlib import Path

from local_db.durable import PART, make_folder, sync_folder, write_durably
from local_db.errors import DamagedError
from local_db.vault.keys import VenueKey
from records.errors import KeyExistsError, MissingKeyError, UnusableKeyError
from records.vault import KeyFolder

SUFFIX = ".key.enc"

logger = logging.getLogger(__name__)


class SecretKeys:
    """`<folder>/<name>.key.enc`. Keys that lie there in clear, from before, are taken in and their files removed."""

    def __init__(self, folder: Path, key: VenueKey) -> None:
        """Use the folder, which is made when the first secret is stored.

        Raises:
            DiskFullError: no room to take a key in; it stays as it is.
        """
        self.folder = folder
        self._envelope = key.envelope("secret keys")
        self._take_in(KeyFolder(folder))

    def load(self, name: str) -> str:
        """Return the secret.

        Raises:
            MissingKeyError: there is none of this name.
            UnusableKeyError: its file has changed, or belongs to another venue.
        """
        path = self._path(name)
        try:
            return self._envelope.open(path.read_bytes(), path.name).decode("ascii")
        except FileNotFoundError as error:
            raise MissingKeyError(f"{path} is missing") from error
        except (OSError, DamagedError, UnicodeDecodeError) as error:
            raise UnusableKeyError(f"{path} cannot be read ({type(error).__name__})") from error

    def store(self, name: str, secret: str) -> None:
        """Keep the secret for good before this returns; the same secret once more changes nothing.

        Raises:
            KeyExistsError: another secret has this name.
            UnusableKeyError: what has this name cannot be read, and is left as it is.
            DiskFullError: no room; nothing was kept.
        """
        path = self._path(name)
        make_folder(self.folder)
        draft = path.with_name(f"{PART}{name}.{secrets.token_hex(8)}")
        try:
            write_durably(draft, self._envelope.close(secret.strip().encode("ascii"), path.name))
            os.link(draft, path)  # unlike a rename, never replaces what is there
        except FileExistsError as error:
            if self.load(name) != secret.strip():
                raise KeyExistsError(f"{path} holds another key; it is not written over") from error
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(self.folder)

    def names(self) -> tuple[str, ...]:
        """Return the names of all secrets that are here."""
        return tuple(sorted(path.name.removesuffix(SUFFIX) for path in self.folder.glob(f"*{SUFFIX}")))

    def _take_in(self, clear: KeyFolder) -> None:
        for name in clear.names():
            try:
                secret = clear.load(name)
                self.store(name, secret)
                is_kept = self.load(name) == secret
            except (KeyExistsError, UnusableKeyError) as error:
                logger.error("the key file %s.key was left in clear, as it is: %s", name, error)
                continue
            if is_kept:
                clear.path(name).unlink()
                sync_folder(self.folder)
                logger.info("%s.key was taken in and lies encrypted in %s now", name, self._path(name).name)

    def _path(self, name: str) -> Path:
        return self.folder / f"{KeyFolder(self.folder).path(name).stem}{SUFFIX}"
