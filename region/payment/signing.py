"""What is signed between the region and the payment system: links one way, calls the other (HMAC-SHA-256, one key).

A call carries the moment of signing and is believed for five minutes; what it says is done once, by the number of its
transaction. So a call that is sent again, by whoever overheard it, changes nothing.
"""

import hmac
import os
from datetime import UTC, datetime, timedelta

from records.errors import KeyExistsError
from records.vault import Vault

KEY_NAME = "payment"
BELIEVED_FOR = timedelta(minutes=5)


def payment_secret(vault: Vault) -> bytes:
    """Return the key that region and payment system share; made where there is none yet."""
    if KEY_NAME not in vault.names():
        try:
            vault.store(KEY_NAME, os.urandom(32).hex())
        except KeyExistsError:
            pass  # another process was faster; its key counts
    return bytes.fromhex(vault.load(KEY_NAME))


def link_signature(secret: bytes, order_no: str) -> str:
    """Return what shows the payment system that the order is ours."""
    return hmac.new(secret, b"link." + order_no.encode(), "sha256").hexdigest()


def is_our_link(secret: bytes, order_no: str, signature: str) -> bool:
    """Tell whether a link's signature is right."""
    return hmac.compare_digest(link_signature(secret, order_no).encode(), signature.encode())


def call_signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Return what a call from the payment system carries.

    Args:
        timestamp: when it was signed, seconds since 1970 in digits.
    """
    return hmac.new(secret, b"call." + timestamp.encode() + b"." + body, "sha256").hexdigest()


def is_believed(secret: bytes, timestamp: str, body: bytes, signature: str, now: datetime) -> bool:
    """Tell whether a call is the payment system's, and fresh."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        return False
    if not hmac.compare_digest(call_signature(secret, timestamp, body).encode(), signature.encode()):
        return False
    return abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= BELIEVED_FOR
