"""The region's word on one object, signed: how it is written and how it is checked. Pure.

Only a receipt that parses, is signed by a key the venue has pinned, and names the object and the venue counts.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from records.canonical import canonical_bytes
from records.errors import BadReceiptError

SCHEMA = "kaodian.receipt/1"
STORED, ACCEPTED = "stored", "accepted"
_HEX = set("0123456789abcdef")

PinnedKeys = Mapping[str, Ed25519PublicKey]
"""The region's public keys that this venue believes, by their id."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The region's positive word on one object.

    Attributes:
        digest: SHA-256 of what was received and verified.
        state: `stored`, or for a record whose every file is there `accepted`.
        missing: digests of files a record names and the region has not got.
        held: why a person of the region looks at a record before it can be accepted, "" if nobody has to.
    """

    digest: str
    state: str
    missing: tuple[str, ...] = ()
    held: str = ""


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt whose signature was checked.

    Attributes:
        at: when the region said it, by its own clock.
        key_id: which of the region's keys signed.
        document: the bytes as they came, to be kept: they prove it to anybody who has the public key.
        records: receipts that came along: of records whose last file this object was.
    """

    receipt: Receipt
    venue: str
    at: datetime
    key_id: str
    document: bytes
    records: "tuple[SignedReceipt, ...]" = ()

    @property
    def is_accepted(self) -> bool:
        """Whether the record and every file it names are there."""
        return self.receipt.state == ACCEPTED


class ReceiptSigner:
    """Signs in the region's name."""

    def __init__(self, seed: bytes) -> None:
        """Use the Ed25519 key of a seed of 32 bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()
        self.key_id = key_id(self.public)

    def sign(self, receipt: Receipt, venue: str, at: datetime) -> dict[str, Any]:
        """Return the document that goes to the venue; what is signed are the canonical bytes of its `receipt`."""
        body = {
            "schema": SCHEMA,
            "digest": receipt.digest,
            "state": receipt.state,
            "missing": list(receipt.missing),
            "venue": venue,
            "at": at.isoformat(),
            "key": self.key_id,
        }
        if receipt.held:
            body["held"] = receipt.held
        return self.sign_body("receipt", body)

    def sign_body(self, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return a document in which `body` stands signed under a name; its `schema` says what the signature is for."""
        return {name: dict(body), "signature": self.signature(body)}

    def signature(self, body: Mapping[str, Any]) -> str:
        """Return the signature over the canonical bytes of a document, which must name its schema and this key."""
        return base64.b64encode(self._key.sign(canonical_bytes(body))).decode()


def key_id(public: bytes) -> str:
    """Return the short name of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def read_keys(text: str) -> PinnedKeys:
    """Return the public keys of a file, one in hexadecimal a line; `#` begins a remark.

    Raises:
        ValueError: a line is no Ed25519 key, or there is none at all.

    >>> list(read_keys("# the region's\\n" + "ab" * 32))
    ['9a2db2e23f1504cd']
    """
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    keys = [bytes.fromhex(line) for line in lines if line]
    if not keys:
        raise ValueError("there is no key")
    return {key_id(key): Ed25519PublicKey.from_public_bytes(key) for key in keys}


def check_receipt(document: bytes, digest: str, venue: str, keys: PinnedKeys) -> SignedReceipt:
    """Return the receipt for this object of this venue.

    Raises:
        BadReceiptError: it is none, not signed by a pinned key, or about something else.
    """
    body = verified_body(document, "receipt", keys)
    try:
        outer = json.loads(document)
        found = _read(body, document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadReceiptError("the answer is not a receipt") from error
    if found.receipt.digest != digest or found.venue != venue:
        raise BadReceiptError("the receipt is for something else")
    return replace(found, records=_accompanying(outer, venue, keys))


def verified_body(document: bytes, name: str, keys: PinnedKeys) -> Mapping[str, Any]:
    """Return what stands signed under a name in a document, which a pinned key must have signed.

    Raises:
        BadReceiptError: it is no such document, or nobody's we know.
    """
    try:
        outer = json.loads(document)
        body = outer[name]
        check_signed(body, outer["signature"], keys)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise BadReceiptError("the answer is not a receipt") from error
    return cast("Mapping[str, Any]", body)


def check_signed(body: Mapping[str, Any], signature: str, keys: PinnedKeys) -> None:
    """Make sure that a pinned key of the region signed a document that names it.

    Raises:
        BadReceiptError: another key, or another document.
        ValueError, KeyError, TypeError: it is no signed document at all.
    """
    key = keys.get(str(body["key"]))
    if key is None:
        raise BadReceiptError("the receipt is signed by a key that is not the region's")
    try:
        key.verify(base64.b64decode(signature, validate=True), canonical_bytes(body))
    except InvalidSignature as error:
        raise BadReceiptError("the receipt's signature is wrong") from error


def _accompanying(outer: Mapping[str, Any], venue: str, keys: PinnedKeys) -> tuple[SignedReceipt, ...]:
    """Return the receipts of accepted records that came along, each signed for itself; others are as if not there."""
    found = []
    for one in outer.get("records", ()):
        try:
            signed = check_receipt(canonical_bytes(one), str(one["receipt"]["digest"]), venue, keys)
        except (BadReceiptError, ValueError, KeyError, TypeError, AttributeError):
            continue
        if signed.is_accepted:
            found.append(signed)
    return tuple(found)


def _read(body: Mapping[str, Any], document: bytes) -> SignedReceipt:
    missing = body["missing"]
    if body["schema"] != SCHEMA or body["state"] not in (STORED, ACCEPTED) or not isinstance(missing, list):
        raise ValueError("not a receipt of this schema")
    if not all(isinstance(one, str) and len(one) == 64 and set(one) <= _HEX for one in missing):
        raise ValueError("what is missing is named by no SHA-256")
    if body["state"] == ACCEPTED and missing:
        raise ValueError("accepted, and something is missing")
    at = datetime.fromisoformat(body["at"])
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    receipt = Receipt(str(body["digest"]), body["state"], tuple(missing), str(body.get("held", "")))
    return SignedReceipt(receipt, str(body["venue"]), at, str(body["key"]), document)
