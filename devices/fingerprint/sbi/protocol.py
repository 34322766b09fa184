"""The words of the interface: ports, verbs, codes, and how bytes are written in JSON."""

import base64
import binascii
import hashlib
import json
from typing import Any

from devices.errors import NotRespondingError

HOST = "127.0.0.1"
PORTS = range(4501, 4601)

DISCOVER, CAPTURE = ("MOSIPDISC", "/device"), ("RCAPTURE", "/capture")
INFO = (("MOSIPDINFO", "/info"), ("MOSIPINFO", "/info"))
"""The specification's text and its schemas name the verb differently; devices know one of the two."""

FINGER_TYPES = ("finger", "fingerprint", "fir")
"""What a device that reads fingers calls itself, by version of the specification."""

SPEC_VERSIONS = ("1.0.0", "0.9.5")
"""What this client speaks, the newest first."""

NO_HASH = hashlib.sha256(b"").hexdigest()
"""The hash that comes before the first capture's."""


def encoded(content: bytes) -> str:
    """Return bytes as base64url without padding, as RFC 7515 has it."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def unencoded(text: str) -> bytes:
    """Return the bytes of base64url text, padded or not; the ordinary alphabet is taken too, as some devices use it.

    Raises:
        NotRespondingError: it is no base64.
    """
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotRespondingError("the device sent what is no base64") from error


def payload(text: object) -> dict[str, Any]:
    """Return the JSON object in a signed block (`header.payload.signature`), or in one that is only encoded.

    The signature is not checked: a venue has no list of the makers' roots, and the device is on this computer.

    Raises:
        NotRespondingError: there is no object in it.
    """
    if isinstance(text, dict):  # an unregistered device of the draft specification sends it bare
        return text
    parts = str(text).split(".")
    try:
        found = json.loads(unencoded(parts[1] if len(parts) == 3 else parts[0]))
    except (ValueError, UnicodeDecodeError) as error:
        raise NotRespondingError("the device sent a block without JSON in it") from error
    if not isinstance(found, dict):
        raise NotRespondingError("the device sent a block without an object in it")
    return found


def hash_after(previous: str, block: str) -> str:
    """Return the hash of a data block in the chain of captures, hexadecimal."""
    return hashlib.sha256((previous + hashlib.sha256(block.encode()).hexdigest()).encode()).hexdigest()
