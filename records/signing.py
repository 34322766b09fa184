"""The venue's signature: Ed25519, and how its keys are written down."""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from records.errors import BadSignatureError, UnusableKeyError

PUBLIC_PREFIX = "ed25519:"
SECRET_PREFIX = "KAODIAN-SIGNING-KEY-1-"  # noqa: S105 - how a secret begins, not one
KEY_ID_DIGITS = 32
_SEED_BYTES, _CHECK_BYTES = 32, 3


@dataclass(frozen=True, slots=True)
class Signer:
    """A secret signing key.

    Attributes:
        public: the public half as text, `ed25519:` and base64url of its 32 bytes.
        key_id: see `key_id`.
    """

    _key: Ed25519PrivateKey = field(repr=False)
    public: str
    key_id: str

    @classmethod
    def of(cls, key: Ed25519PrivateKey) -> "Signer":
        """Return the signer of a key."""
        public = PUBLIC_PREFIX + _base64url(key.public_key().public_bytes_raw())
        return cls(key, public, key_id(public))

    @classmethod
    def new(cls) -> "Signer":
        """Return a fresh key."""
        return cls.of(Ed25519PrivateKey.generate())

    @classmethod
    def from_text(cls, text: str) -> "Signer":
        """Return the key in a text that `text` gave; blanks, line ends and small letters do not matter.

        Raises:
            UnusableKeyError: it is none, or was mistyped.
        """
        letters = "".join(text.split()).upper()
        body = letters.removeprefix(SECRET_PREFIX).replace("-", "")
        try:
            raw = base64.b32decode(body + "=" * (-len(body) % 8))
        except binascii.Error as error:
            raise UnusableKeyError(f"a signing key begins with {SECRET_PREFIX}; this text is none") from error
        seed, check = raw[:_SEED_BYTES], raw[_SEED_BYTES:]
        if not letters.startswith(SECRET_PREFIX) or len(seed) != _SEED_BYTES or check != _check(seed):
            raise UnusableKeyError(f"a signing key begins with {SECRET_PREFIX}; this text is none, or was mistyped")
        return cls.of(Ed25519PrivateKey.from_private_bytes(seed))

    def text(self) -> str:
        """Return the secret as text for a key store or a sheet of paper: 56 letters and digits, with a check."""
        seed = self._key.private_bytes_raw()
        body = base64.b32encode(seed + _check(seed)).decode("ascii").rstrip("=")
        return SECRET_PREFIX + body

    def sign(self, content: bytes) -> str:
        """Return the signature over the bytes, base64url."""
        return _base64url(self._key.sign(content))


def check_signature(public: str, content: bytes, signature: str) -> None:
    """Make sure that the key's owner signed these bytes.

    Raises:
        BadSignatureError: not this key, or not these bytes.
    """
    try:
        _public_key(public).verify(_from_base64url(signature), content)
    except (InvalidSignature, ValueError, UnusableKeyError) as error:
        raise BadSignatureError("the signature does not fit the bytes") from error


def read_public(text: str) -> str:
    """Return a public key as written by `Signer.public`, without blanks around it.

    Raises:
        UnusableKeyError: it is none.
    """
    _public_key(text.strip())
    return text.strip()


def key_id(public: str) -> str:
    """Return the name of a public key: the first 32 hexadecimal digits of the SHA-256 of its 32 bytes.

    Short enough to be compared by two people on the telephone, long enough that nobody makes another one like it.
    """
    return hashlib.sha256(_from_base64url(public.removeprefix(PUBLIC_PREFIX))).hexdigest()[:KEY_ID_DIGITS]


def _public_key(text: str) -> Ed25519PublicKey:
    if not text.startswith(PUBLIC_PREFIX):
        raise UnusableKeyError(f"a venue's public key begins with {PUBLIC_PREFIX}; this text is none")
    try:
        return Ed25519PublicKey.from_public_bytes(_from_base64url(text.removeprefix(PUBLIC_PREFIX)))
    except ValueError as error:
        raise UnusableKeyError("this public key was not copied whole") from error


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def _from_base64url(text: str) -> bytes:
    """Return the bytes; ValueError where it is none, also where two texts would mean the same bytes."""
    content = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _base64url(content) != text:
        raise ValueError("not in its one canonical form")
    return content


def _check(seed: bytes) -> bytes:
    return hashlib.sha256(seed).digest()[:_CHECK_BYTES]
