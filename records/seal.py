"""Turns a record into the bytes that travel, and back.

The seam for encryption and signature: today a sealed record is its canonical JSON and its digest.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from records.canonical import canonical_bytes, digest_bytes
from records.errors import DigestMismatchError, MalformedRecordError
from records.evidence import Attachment
from records.record import SCHEMA, record_files

_TEXTS = ("venue", "visit", "reg_no", "previous", "profile", "profile_digest", "sealed_at")


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A finished record as it travels.

    Attributes:
        content: the bytes that go to the region.
        digest: SHA-256 of `content`.
        files: the files it names; the record is complete at the region when all of them are.
    """

    content: bytes
    digest: str
    files: tuple[Attachment, ...]


def seal(record: Mapping[str, Any]) -> SealedRecord:
    """Return the record ready to travel."""
    content = canonical_bytes(record)
    return SealedRecord(content, digest_bytes(content), record_files(record))


def open_sealed(content: bytes, digest: str) -> dict[str, Any]:
    """Return the record inside, after checking digest, schema and shape.

    Raises:
        DigestMismatchError: the bytes are not those that `digest` names.
        MalformedRecordError: they are no record of the schema, or not in canonical form.
    """
    if digest_bytes(content) != digest:
        raise DigestMismatchError(f"content has another SHA-256 than {digest}")
    try:
        record = json.loads(content)
        _check_shape(record)
        canonical = canonical_bytes(record)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedRecordError(f"not a {SCHEMA} document: {error}") from error
    if canonical != content:
        raise MalformedRecordError("the document is not in RFC 8785 canonical form")
    return dict(record)


def _check_shape(record: Mapping[str, Any]) -> None:
    if record["schema"] != SCHEMA:
        raise ValueError(f"schema is {record['schema']!r}")
    if not all(isinstance(record[key], str) for key in _TEXTS):
        raise ValueError("a heading field is not text")
    if not isinstance(record["version"], int) or record["version"] < 1:
        raise ValueError("version is not a positive number")
    if not all(isinstance(record[key], list) for key in ("trail", "standing", "files")):
        raise ValueError("trail, standing and files must be lists")
    if not isinstance(record["facts"], dict):
        raise ValueError("facts must be an object")
    for line in record["trail"]:
        line["seq"], line["step"], line["taken_at"], line["data"], line["files"]
    for file in record_files(record):
        if len(file.digest) != 64 or not set(file.digest) <= set("0123456789abcdef"):
            raise ValueError("a file is named by no SHA-256")
