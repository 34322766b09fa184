"""The operating system's key store: Windows Credential Manager, macOS Keychain, Secret Service or KWallet on Linux."""

from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from local_db.errors import KeyStoreError
from local_db.vault.keys import VenueKey

SERVICE = "kaodian"
TRUSTED_PRIORITY = 1
"""keyring's own measure: stores below it keep secrets in a readable file, or are none at all."""


class KeyStore:
    """Keeps the key for the user who runs the program; whoever signs in to the computer as that user has it."""

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        """Use this computer's own store unless another is given."""
        self._backend = backend or keyring.get_keyring()

    def keep(self, key: VenueKey) -> None:
        """Put the key in, and read it back.

        Raises:
            KeyStoreError: this computer has no store that can be trusted, or it does not answer.
        """
        if self._backend.priority < TRUSTED_PRIORITY:
            raise KeyStoreError(f"this computer has no key store that protects anything ({self._backend.name})")
        try:
            self._backend.set_password(SERVICE, key.id, key.root.hex())
        except KeyringError as error:
            raise KeyStoreError(f"the key store refuses: {type(error).__name__}") from error
        if self.find(key.id) != key:
            raise KeyStoreError("the key store does not give back what was put in")

    def find(self, key_id: str) -> VenueKey | None:
        """Return the key with that id, None if it is not there.

        Raises:
            KeyStoreError: the store does not answer, e.g. because it is locked.
        """
        try:
            text = self._backend.get_password(SERVICE, key_id)
        except KeyringError as error:
            raise KeyStoreError(f"the key store does not answer: {type(error).__name__}") from error
        try:
            key = VenueKey(bytes.fromhex(text or ""))
        except ValueError:
            return None
        return key if key.is_same(key_id) else None

    def forget(self, key_id: str) -> None:
        """Take the key out; nothing happens if it is not there.

        Raises:
            KeyStoreError: the store does not answer.
        """
        if self.find(key_id) is None:
            return
        try:
            self._backend.delete_password(SERVICE, key_id)
        except KeyringError as error:
            raise KeyStoreError(f"the key store refuses: {type(error).__name__}") from error

    @property
    def name(self) -> str:
        """What the store calls itself."""
        return str(self._backend.name)


def marker(folder: Path) -> Path:
    """Return the file that says: this vault's key is also in this computer's store."""
    return folder / "keystore.json"
