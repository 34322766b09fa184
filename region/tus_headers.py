"""What the headers of a venue's requests say, read strictly."""

import base64
import hashlib

from flask import request

from region.errors import BadRequestError, WrongDigestError
from region.files import CHECKSUMS, Checksum
from region.models import UploadRow
from region.uploads import Announced

HEX = set("0123456789abcdef")
MEDIA_TYPES = frozenset({"application/age"})
KINDS = ("record", "file")


def announced(venue: str) -> Announced:
    """Return what the request announces: `kind`, `sha256` and `filetype` in Upload-Metadata, the size in Upload-Length.

    Raises:
        BadRequestError: one of them is missing or makes no sense.
    """
    told = _metadata()
    kind = told.get("kind", "")
    if kind not in KINDS:
        raise BadRequestError("Upload-Metadata says neither kind record nor kind file")
    digest = digest_of(told.get("sha256", ""))
    return Announced(venue, kind, digest, media_type_of(told.get("filetype", "")), number("Upload-Length"))


def metadata_of(row: UploadRow) -> str:
    """Return the Upload-Metadata of an upload as it was announced."""
    told = {"kind": row.kind, "sha256": row.digest, "filetype": row.media_type}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())


def checksum() -> Checksum | None:
    """Return the checksum of the chunk, None if it has none.

    Raises:
        BadRequestError: it is none that we know.
    """
    text = request.headers.get("Upload-Checksum", "")
    if not text:
        return None
    algorithm, _blank, digest = text.partition(" ")
    if algorithm not in CHECKSUMS:
        raise BadRequestError(f"Upload-Checksum must be one of {', '.join(CHECKSUMS)}")
    try:
        return Checksum(algorithm, base64.b64decode(digest, validate=True))
    except ValueError as error:
        raise BadRequestError("Upload-Checksum cannot be read") from error


def require_as_sent() -> None:
    """See that the body is what its Content-Digest (RFC 9530) says, where it has one.

    Raises:
        WrongDigestError: it has changed on the way.
    """
    told = request.headers.get("Content-Digest")
    digest = base64.b64encode(hashlib.sha256(request.get_data()).digest()).decode()
    if told is not None and told != f"sha-256=:{digest}:":
        raise WrongDigestError("the body is not what its Content-Digest says")


def number(header: str) -> int:
    """Return the header's number.

    Raises:
        BadRequestError: it is none.
    """
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise BadRequestError(f"{header} is no number")
    return int(text)


def wants_receipt() -> bool:
    """Whether the client asks for the receipt in the answer (RFC 7240); one that knows tus only does not."""
    return "return=representation" in request.headers.get("Prefer", "")


def digest_of(text: str) -> str:
    """Return the digest.

    Raises:
        BadRequestError: it is none.
    """
    if len(text) != 64 or not set(text) <= HEX:
        raise BadRequestError("the object is named by no SHA-256 in lower-case hexadecimal")
    return text


def media_type_of(text: str) -> str:
    """Return the media type if it is the one of encrypted objects, else the one of plain bytes."""
    return text if text in MEDIA_TYPES else "application/octet-stream"


def _metadata() -> dict[str, str]:
    """Return the pairs of Upload-Metadata: key, blank, value in Base64, joined by commas."""
    pairs = (pair.strip().partition(" ") for pair in request.headers.get("Upload-Metadata", "").split(",") if pair)
    try:
        return {key: base64.b64decode(value, validate=True).decode() for key, _blank, value in pairs}
    except ValueError as error:  # letters that Base64 has not, or a text that is none
        raise BadRequestError("Upload-Metadata cannot be read") from error
