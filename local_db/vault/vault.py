"""The folder that holds the venue's key, wrapped: who has the words, or the computer's key store, gets at the data.

`vault.json` says which key it is; beside it lie as many wrappings of that one key as the venue wants. The key itself
is made once. Nothing here ever replaces a key: a wrong or missing one is an error, and the data stays as it is. An
exchange makes another vault beside this one (`local_db.rotation`).
"""

import json
from collections.abc import Sequence
from pathlib import Path

from local_db.durable import make_folder, write_durably
from local_db.errors import DamagedError, KeyStoreError, NoVaultError, VaultExistsError, WrongKeyError
from local_db.vault import recovery
from local_db.vault.keys import VenueKey
from local_db.vault.keystore import KeyStore, marker
from local_db.vault.wrapping import Cost, unwrap, wrap

MIN_PASSPHRASE = 12
"""Characters. With Argon2id, ten guesses a second for a thief's computer; twelve random letters outlast it."""
DEMO_KEY = "DEMO-KEY-PROTECTS-NOTHING.txt"
_DEMO_WORDS = (
    "This is the key of a DEMO venue. It lies here in clear and protects nothing: never keep real people's data "
    "under it.\n这是演示考点的密钥，以明文存放，不起任何保护作用。切勿用它保存真实考生的数据。\n"
)


class Vault:
    """One venue's vault."""

    def __init__(self, folder: Path, store: KeyStore | None = None, cost: Cost | None = None) -> None:
        """Look at a folder, which need not be there yet."""
        self.folder = folder
        self._store = store
        self._cost = cost or Cost()

    @property
    def exists(self) -> bool:
        """Whether the key has been made; afterwards it is never made again."""
        return self._label.exists()

    @property
    def is_demo(self) -> bool:
        """Whether the key lies in clear beside its wrappings."""
        return (self.folder / DEMO_KEY).exists()

    @property
    def key_id(self) -> str:
        """Which key this vault is about.

        Raises:
            NoVaultError: there is none.
            DamagedError: `vault.json` cannot be read.
        """
        if not self.exists:
            raise NoVaultError(f"{self.folder} holds no vault")
        try:
            return str(json.loads(self._label.read_bytes())["key_id"])
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedError(f"{self._label} is damaged; take it from a backup") from error

    def ways(self) -> Sequence[str]:
        """Return how the vault can be opened: of "passphrase", "recovery", "keystore", "demo"."""
        found = [way for way in ("passphrase", "recovery") if self._wrapping(way).exists()]
        found += ["keystore"] if marker(self.folder).exists() else []
        return found + (["demo"] if self.is_demo else [])

    def create(self, passphrase: str) -> VenueKey:
        """Make the venue's key and wrap it under a passphrase.

        Raises:
            VaultExistsError: there is a key already.
            DiskFullError: no room; there is no vault, and one can be made later.
        """
        key = self._new()
        self.set_passphrase(key, passphrase)
        self._finish(key)
        return key

    def create_demo(self) -> VenueKey:
        """Make the key of a demo venue and leave it in clear, in a file that says so.

        Raises:
            VaultExistsError: there is a key already.
        """
        key = self._new()
        write_durably(self.folder / DEMO_KEY, f"{_DEMO_WORDS}{key.root.hex()}\n".encode())
        self._finish(key)
        return key

    def set_passphrase(self, key: VenueKey, passphrase: str) -> None:
        """Wrap the key under another passphrase; the one before no longer opens this vault.

        Raises:
            WrongKeyError: the passphrase is too short.
        """
        if len(passphrase.strip()) < MIN_PASSPHRASE:
            raise WrongKeyError(f"a passphrase needs at least {MIN_PASSPHRASE} characters")
        write_durably(self._wrapping("passphrase"), wrap(key, passphrase, self._cost))

    def new_recovery_key(self, key: VenueKey) -> str:
        """Return a recovery key for paper; one printed before no longer opens this vault."""
        words = recovery.new_recovery_key()
        write_durably(self._wrapping("recovery"), wrap(key, words, self._cost))
        return words

    def add_keystore(self, key: VenueKey) -> str:
        """Put the key into this computer's store as well and return the store's name.

        Raises:
            KeyStoreError: this computer has no store that can be trusted.
        """
        store = self._keystore()
        store.keep(key)
        write_durably(marker(self.folder), json.dumps({"format": 1, "store": store.name}).encode())
        return store.name

    def remove_keystore(self) -> None:
        """Take the key out of this computer's store."""
        self._keystore().forget(self.key_id)
        marker(self.folder).unlink(missing_ok=True)

    def open(self, words: str) -> VenueKey:
        """Return the key for a passphrase, or for the recovery key however it was typed.

        Raises:
            WrongKeyError: these are not the words.
            NoVaultError: there is no vault, or it was never given a passphrase.
            DamagedError: a file of the vault is damaged.
        """
        printed = recovery.read_recovery_key(words)
        if printed and self._wrapping("recovery").exists():
            return self._checked(unwrap(self._wrapping("recovery").read_bytes(), printed))
        if not self._wrapping("passphrase").exists():
            raise NoVaultError(f"{self.folder} has no passphrase")
        return self._checked(unwrap(self._wrapping("passphrase").read_bytes(), words))

    def open_alone(self) -> VenueKey | None:
        """Return the key if nobody has to type anything: from this computer's store, or a demo's file; else None.

        Raises:
            KeyStoreError: the key should be in the store and is not, or the store does not answer.
            DamagedError: the demo's key file is damaged.
        """
        if self.is_demo:
            return self._checked(self._demo_key())
        if not marker(self.folder).exists():
            return None
        key = self._keystore().find(self.key_id)
        if key is None:
            raise KeyStoreError("the key is not in this computer's key store any more; use the passphrase")
        return key

    @property
    def _label(self) -> Path:
        return self.folder / "vault.json"

    def _wrapping(self, way: str) -> Path:
        return self.folder / f"{way}.json"

    def _keystore(self) -> KeyStore:
        return self._store or KeyStore()

    def _new(self) -> VenueKey:
        if self.exists:
            raise VaultExistsError(f"{self.folder} holds a key already; it is never made anew")
        make_folder(self.folder)
        return VenueKey.random()

    def _finish(self, key: VenueKey) -> None:
        """Say which key it is; from here on the vault exists."""
        write_durably(self._label, json.dumps({"format": 1, "key_id": key.id}).encode())

    def _checked(self, key: VenueKey) -> VenueKey:
        if not key.is_same(self.key_id):
            raise WrongKeyError("the vault's files belong to different venues; take them from one backup")
        return key

    def _demo_key(self) -> VenueKey:
        try:
            return VenueKey(bytes.fromhex((self.folder / DEMO_KEY).read_text("utf-8").split()[-1]))
        except (ValueError, IndexError) as error:
            raise DamagedError(f"{DEMO_KEY} is damaged; take it from a backup") from error
