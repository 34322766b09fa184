"""Closes bytes for those who hold a key, in the age format; the command-line tools `age` and `rage` open them too.

Recipients (`age1…`) are public and closed to; identities (`AGE-SECRET-KEY-1…`) are secret and open.

Source: the format is https://age-encryption.org/v1 (X25519, HKDF-SHA-256, ChaCha20-Poly1305 in chunks of 64 KiB).
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pyrage

from records.errors import DamagedSealError, NoKeyError, UnusableKeyError

MEDIA_TYPE = "application/age"
_NO_MATCH = "No matching keys found"


def encrypt(content: bytes, recipients: Sequence[str]) -> bytes:
    """Return the bytes closed to every one of the recipients.

    Raises:
        UnusableKeyError: a recipient is none; or there is none at all, so that nobody could ever open it.
    """
    if not recipients:
        raise UnusableKeyError("there is no key to seal to")
    return bytes(pyrage.encrypt(content, [_recipient(text) for text in recipients]))


def decrypt(content: bytes, identities: Iterable[str]) -> bytes:
    """Return the bytes that were closed to one of the identities' recipients.

    Raises:
        NoKeyError: closed to others only.
        DamagedSealError: not in the age format, or changed since it was closed.
    """
    known = [_identity(text) for text in identities]
    try:
        return bytes(pyrage.decrypt(content, known))
    except pyrage.DecryptError as error:
        if _NO_MATCH in str(error):
            raise NoKeyError("sealed to a key that is not here") from error
        raise DamagedSealError("the seal is broken: changed or cut short") from error


def new_identity() -> str:
    """Return a fresh secret key."""
    return str(pyrage.x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Return the public half of a secret key.

    Raises:
        UnusableKeyError: it is none.
    """
    return str(_identity(identity).to_public())


def read_recipients(text: str) -> tuple[str, ...]:
    """Return the recipients of a recipients file: one a line, `#` begins a remark, as `age -R` reads it.

    Raises:
        UnusableKeyError: a line is no recipient, or there is none.
    """
    lines = [line.strip() for line in text.splitlines()]
    found = tuple(str(_recipient(line)) for line in lines if line and not line.startswith("#"))
    if not found:
        raise UnusableKeyError("the file names no key to seal to")
    return found


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise UnusableKeyError("a sealing key begins with age1 and was copied whole; this one is not") from error


def _identity(text: str) -> Any:
    try:
        return pyrage.x25519.Identity.from_str("".join(text.split()).upper())
    except pyrage.IdentityError as error:
        raise UnusableKeyError("an opening key begins with AGE-SECRET-KEY-1; this text is none") from error
