"""The region's word on one day of a venue, signed: how many records it has accepted, and a digest over them. Pure.

A venue closes its day by comparing that with its own; see docs/sync-contract.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from records import shape
from records.canonical import digest_bytes
from records.errors import BadReceiptError, MalformedRecordError
from records.receipt import PinnedKeys, ReceiptSigner, verified_body

SCHEMA = "kaodian.day/1"
NAME = "statement"


@dataclass(frozen=True, slots=True)
class DayWindow:
    """A venue's calendar day, and the two moments it lies between; the second no longer belongs to it."""

    day: date
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DayStatement:
    """What the region holds of the records that a venue sealed within a window.

    Attributes:
        records: how many it has accepted, every version counted.
        digest: over these; see `digest_of_day`.
        incomplete: how many more it holds and has not accepted: a file is missing, or they do not open.
    """

    venue: str
    window: DayWindow
    records: int
    digest: str
    incomplete: int


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """A statement whose signature was checked; `document` are the bytes as they came, and prove it to anybody."""

    statement: DayStatement
    at: datetime
    key_id: str
    document: bytes


def digest_of_day(digests: Iterable[str]) -> str:
    """Return the SHA-256 over record digests: each once, sorted, each followed by a line feed.

    So `sort -u digests.txt | sha256sum` says the same.

    >>> digest_of_day(["b" * 64, "a" * 64]) == digest_of_day(["a" * 64, "b" * 64, "a" * 64])
    True
    """
    return digest_bytes("".join(f"{one}\n" for one in sorted(set(digests))).encode("ascii"))


def sign_statement(signer: ReceiptSigner, statement: DayStatement, at: datetime) -> dict[str, Any]:
    """Return the document that goes to the venue; what is signed are the canonical bytes of its `statement`."""
    body = {
        "schema": SCHEMA,
        "venue": statement.venue,
        "day": statement.window.day.isoformat(),
        "from": statement.window.begins_at.isoformat(),
        "until": statement.window.ends_at.isoformat(),
        "records": statement.records,
        "digest": statement.digest,
        "incomplete": statement.incomplete,
        "at": at.isoformat(),
        "key": signer.key_id,
    }
    return signer.sign_body(NAME, body)


def check_statement(document: bytes, venue: str, window: DayWindow, keys: PinnedKeys) -> SignedStatement:
    """Return the region's word on this day of this venue.

    Raises:
        BadReceiptError: it is none, not signed by a pinned key, or about something else.
    """
    body = verified_body(document, NAME, keys)
    try:
        with shape.shaped(SCHEMA):
            found = _read(body, document)
    except MalformedRecordError as error:
        raise BadReceiptError("the answer is no statement on a day") from error
    if found.statement.venue != venue or found.statement.window != window:
        raise BadReceiptError("the statement is about something else")
    return found


def _read(body: Mapping[str, Any], document: bytes) -> SignedStatement:
    shape.require(body["schema"] == SCHEMA)
    window = DayWindow(
        day=date.fromisoformat(shape.text(body["day"], 10)),
        begins_at=_moment(body["from"]),
        ends_at=_moment(body["until"]),
    )
    statement = DayStatement(
        venue=shape.name(body["venue"]),
        window=window,
        records=shape.whole(body["records"]),
        digest=shape.digest(body["digest"]),
        incomplete=shape.whole(body["incomplete"]),
    )
    return SignedStatement(statement, _moment(body["at"]), shape.name(body["key"]), document)


def _moment(value: object) -> datetime:
    return datetime.fromisoformat(shape.moment(value))
