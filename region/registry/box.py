"""Seals what the region keeps of registrations: fields and pictures, AES-256-GCM under a key of the region's vault.

Constructed as the documentation of `cryptography` has it: a random nonce of 96 bits before each text, and what it
belongs to as associated data, so that nothing sealed can be moved to another registration. Under one key that is safe
for 2**32 texts (NIST SP 800-38D, 8.3), a thousand times what a year brings.
"""

import hashlib
import io
import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from records.errors import KeyExistsError, MissingKeyError
from region.errors import DamagedHereError
from region.registry.models import RegistrationRow
from region.store import Store

KEY_NAME = "registry"
MAX_PICTURE_BYTES = 16 * 1024 * 1024
_NONCE_BYTES = 12


class Box:
    """Seals and opens. Holds the key in memory."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, content: bytes, belongs_to: str) -> bytes:
        """Return the sealed content."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, belongs_to.encode())

    def open(self, sealed: bytes, belongs_to: str) -> bytes:
        """Return the content.

        Raises:
            DamagedHereError: it was changed, or belongs to something else.
        """
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], belongs_to.encode())
        except InvalidTag as error:
            raise DamagedHereError(hashlib.sha256(sealed).hexdigest()) from error

    def seal_fields(self, fields: Mapping[str, str], belongs_to: str) -> bytes:
        """Return sealed fields."""
        return self.seal(json.dumps(dict(fields), ensure_ascii=False).encode(), f"fields {belongs_to}")

    def open_fields(self, sealed: bytes, belongs_to: str) -> dict[str, str]:
        """Return the fields; raises as `open`."""
        fields = json.loads(self.open(sealed, f"fields {belongs_to}"))
        return {str(key): str(value) for key, value in fields.items()}

    def put(self, store: Store, content: bytes, belongs_to: str) -> str:
        """Keep a sealed picture, on the disk for good when this returns; return the digest of the sealed bytes."""
        sealed = self.seal(content, f"picture {belongs_to}")
        digest = hashlib.sha256(sealed).hexdigest()
        store.files.put(digest, io.BytesIO(sealed), MAX_PICTURE_BYTES)
        return digest

    def get(self, store: Store, digest: str, belongs_to: str) -> bytes:
        """Return a picture's bytes.

        Raises:
            DamagedHereError: it is gone, was changed, or belongs to something else.
        """
        sealed = store.files.read_intact(digest)
        if sealed is None:
            raise DamagedHereError(digest)
        return self.open(sealed, f"picture {belongs_to}")


def open_box(store: Store) -> Box:
    """Return the box over the region's key; made where nothing was ever sealed.

    Raises:
        MissingKeyError: something was sealed and its key is gone.
    """
    if KEY_NAME not in store.vault.names():
        with store.read() as session:
            if session.scalar(select(RegistrationRow.id).limit(1)) is not None:
                raise MissingKeyError("the key of the registrations is gone from the region's keys; restore it")
        try:
            store.vault.store(KEY_NAME, os.urandom(32).hex())
        except KeyExistsError:
            pass  # another process was faster; its key counts
    return Box(bytes.fromhex(store.vault.load(KEY_NAME)))
