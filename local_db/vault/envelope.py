"""Encrypts one file: AES-256-GCM as the cryptography library documents it, a fresh random nonce a file (ADR 0021).

Layout: `KDE1`, nonce (12 bytes), ciphertext with its tag (16 bytes). What the file is about is authenticated with it,
so that a file under another's name does not open.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from local_db.errors import DamagedError

MAGIC = b"KDE1"
NONCE_BYTES, TAG_BYTES = 12, 16
OVERHEAD_BYTES = len(MAGIC) + NONCE_BYTES + TAG_BYTES


class Envelope:
    """Closes and opens under one key."""

    def __init__(self, key: bytes) -> None:
        """Use a key of 32 bytes."""
        self._cipher = AESGCM(key)

    def close(self, content: bytes, about: str) -> bytes:
        """Return the content encrypted. With random nonces a key is good for 2^32 files (NIST SP 800-38D, 8.3)."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return MAGIC + nonce + self._cipher.encrypt(nonce, content, MAGIC + about.encode())

    def open(self, closed: bytes, about: str) -> bytes:
        """Return the content.

        Raises:
            DamagedError: a bit has changed, it is another file's, or it was closed under another key.
        """
        nonce, body = closed[len(MAGIC) : len(MAGIC) + NONCE_BYTES], closed[len(MAGIC) + NONCE_BYTES :]
        if not closed.startswith(MAGIC) or len(body) < TAG_BYTES:
            raise DamagedError(f"{about} is not an encrypted file of this program")
        try:
            return self._cipher.decrypt(nonce, body, MAGIC + about.encode())
        except InvalidTag:
            raise DamagedError(f"{about} has changed on the disk, or belongs to another venue") from None
