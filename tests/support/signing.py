"""A real Ed25519 key for tests, as a venue's signer and as the region's check."""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from records.audit import Checkpoint


class TestKey:
    """A venue's signing key."""

    __test__ = False
    key_id = "key-of-the-test-venue"

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def sign(self, content: bytes) -> str:
        return base64.urlsafe_b64encode(self._key.sign(content)).decode("ascii").rstrip("=")

    def check(self, _session: Session, checkpoint: Checkpoint, signature: str) -> bool | None:
        """What a region that has enrolled this key says of a checkpoint."""
        if checkpoint.key_id != self.key_id:
            return None
        try:
            raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
            self._key.public_key().verify(raw, checkpoint.content())
        except (InvalidSignature, ValueError):
            return False
        return True
