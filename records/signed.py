"""A document with the signature of a venue around it, as an envelope and a bundle's list have it."""

from collections.abc import Mapping
from typing import Any

from records import shape
from records.canonical import canonical_bytes
from records.errors import BadSignatureError
from records.signing import KEY_ID_DIGITS, Signer, check_signature, key_id


def wrap_signed(schema: str, name: str, document: Mapping[str, Any], signer: Signer) -> bytes:
    """Return the document under that name, with its signature and the signer's key: canonical JSON."""
    signature = signer.sign(canonical_bytes(document))
    return canonical_bytes({"schema": schema, name: document, "signature": signature, "key_id": signer.key_id})


def unwrap_signed(wrapped: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], str, str]:
    """Return the document of that name, its signature and the key that it names; nothing is believed yet.

    Raises whatever does not have this shape; `records.shape` turns it into words.
    """
    shape.require(wrapped.keys() == {"schema", name, "signature", "key_id"})
    return wrapped[name], shape.text(wrapped["signature"], 100), shape.text(wrapped["key_id"], KEY_ID_DIGITS)


def check_wrapped(document: Mapping[str, Any], signature: str, named: str, public_key: str) -> None:
    """Make sure that the key's owner signed this document, and that what is around it names that key.

    Raises:
        BadSignatureError: they did not, or it does not.
    """
    if not public_key or named != key_id(public_key):
        raise BadSignatureError("it names another key")
    check_signature(public_key, canonical_bytes(document), signature)
