"""The venue's key: 32 random bytes, from which every other key is derived. It never lies on the disk in clear."""

import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from local_db.vault.envelope import Envelope

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class VenueKey:
    """One venue's key. Printing it shows nothing of it."""

    root: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what is no key."""
        if len(self.root) != KEY_BYTES:
            raise ValueError("a venue's key has 32 bytes")

    @classmethod
    def random(cls) -> "VenueKey":
        """Make the key of a new venue."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @property
    def id(self) -> str:
        """Which key this is, without saying anything about it: 16 hexadecimal digits."""
        return self.part("id").hex()[:16]

    def part(self, purpose: str) -> bytes:
        """Return the key for one purpose, 32 bytes; one purpose's key says nothing about another's.

        Source: RFC 5869, expansion only, because the root is uniformly random already.
        """
        return HKDFExpand(hashes.SHA256(), KEY_BYTES, f"kaodian/1/{purpose}".encode()).derive(self.root)

    def envelope(self, purpose: str) -> Envelope:
        """Return what encrypts files of one purpose."""
        return Envelope(self.part(purpose))

    def is_same(self, key_id: str) -> bool:
        """Tell whether this is the key with that id."""
        return hmac.compare_digest(self.id, key_id)
