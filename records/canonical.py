"""One way of writing a document, so that equal content has equal bytes and equal digests."""

import hashlib
from collections.abc import Mapping
from typing import Any, cast

import rfc8785


def canonical_bytes(document: Mapping[str, Any]) -> bytes:
    """Return the document as RFC 8785 canonical JSON.

    Source: RFC 8785 (JSON Canonicalization Scheme).

    >>> canonical_bytes({"b": 1, "a": "甲"}).decode()
    '{"a":"甲","b":1}'
    """
    return rfc8785.dumps(cast("Any", document))


def digest_bytes(content: bytes) -> str:
    """Return the SHA-256 of the content, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def digest_document(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the document's canonical bytes, 64 lower-case hexadecimal digits."""
    return digest_bytes(canonical_bytes(document))
