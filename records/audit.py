"""The chain of the audit log, and checkpoints of it: pure, so that venue and region agree on every byte."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from records.canonical import canonical_bytes, digest_bytes
from records.errors import MalformedRecordError

GENESIS = "0" * 64
"""What the first entry follows."""
SCHEMA = "kaodian-checkpoint/1"
_KEYS = frozenset({"schema", "venue", "number", "entry", "head", "made_at", "key_id"})


class Signer(Protocol):
    """A key that signs in the venue's name."""

    @property
    def key_id(self) -> str:
        """The name of the key, as the region knows it."""
        ...

    def sign(self, content: bytes) -> str:
        """Return the signature over the bytes, base64url."""
        ...


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act: who, when, where, what, to what. No personal data.

    Attributes:
        seq: 1, 2, 3 … without a gap.
        subject: an opaque id.
        detail: numbers and codes; why it was done, where there is a code for it.
        clock: how far `at` can be believed, see `local_db.audit`.
    """

    seq: int
    at: datetime
    actor: str
    station: str
    act: str
    subject: str
    detail: Mapping[str, Any]
    monotonic_ns: int
    boot: str
    clock: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that is not what it was. `kind` is `changed`, `missing`, `cut`, `rewritten` or `unreadable`."""

    seq: int
    kind: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The venue's word that its log had `entry` entries and ended with `head`; `number` counts the checkpoints."""

    venue: str
    number: int
    entry: int
    head: str
    made_at: datetime
    key_id: str

    def content(self) -> bytes:
        """Return the canonical bytes that are signed."""
        document = {
            "schema": SCHEMA,
            "venue": self.venue,
            "number": self.number,
            "entry": self.entry,
            "head": self.head,
            "made_at": _moment(self.made_at),
            "key_id": self.key_id,
        }
        return canonical_bytes(document)


def link(previous: str, entry: AuditEntry) -> str:
    """Return the hash of an entry: SHA-256 over the hash before it and its own canonical JSON.

    >>> entry = AuditEntry(1, datetime(2026, 3, 2, tzinfo=UTC), "lead", "desk-1", "sign-in", "desk-1", {}, 5, "b", "ok")
    >>> link(GENESIS, entry) != link("1" * 64, entry)
    True
    """
    document = {
        "seq": entry.seq,
        "at": _moment(entry.at),
        "actor": entry.actor,
        "station": entry.station,
        "act": entry.act,
        "subject": entry.subject,
        "detail": dict(entry.detail),
        "monotonic_ns": str(entry.monotonic_ns),  # past 2**53, which RFC 8785 numbers cannot hold
        "boot": entry.boot,
        "clock": entry.clock,
    }
    return digest_bytes(previous.encode("ascii", "replace") + canonical_bytes(document))


def first_break(chain: Iterable[tuple[AuditEntry, str]], checkpoints: Iterable[Checkpoint]) -> Break | None:
    """Return the first entry that is not what it was, None if all are.

    Args:
        chain: entries with the hash that is kept beside each, oldest first.
        checkpoints: what was said of the log earlier; they alone show that its end was cut off or all of it rewritten.
    """
    said = {checkpoint.entry: checkpoint.head for checkpoint in checkpoints}
    previous, last = GENESIS, 0
    for entry, kept in chain:
        if entry.seq != last + 1:
            return Break(last + 1, "missing")
        if link(previous, entry) != kept:
            return Break(entry.seq, "changed")
        if said.get(entry.seq, kept) != kept:
            return Break(entry.seq, "rewritten")
        previous, last = kept, entry.seq
    return Break(last + 1, "cut") if max(said, default=0) > last else None


def contradiction(new: Checkpoint, earlier: Iterable[Checkpoint]) -> str:
    """Return how a checkpoint contradicts what the same venue said earlier, "" if it does not.

    Returns:
        `other_content`: another checkpoint has its number; `other_history`: the same entry had another hash;
        `shorter`: the log had more entries at a checkpoint with a lower number, or fewer at one with a higher.
    """
    for old in earlier:
        if old.number == new.number:
            if old != new:
                return "other_content"
        elif old.entry == new.entry and old.head != new.head:
            return "other_history"
        elif (old.number < new.number) != (old.entry < new.entry) and old.entry != new.entry:
            return "shorter"
    return ""


def read_checkpoint(document: object) -> Checkpoint:
    """Return the checkpoint in a parsed JSON object.

    Raises:
        MalformedRecordError: it is none.
    """
    if not isinstance(document, dict) or set(document) != _KEYS or document["schema"] != SCHEMA:
        raise MalformedRecordError("not a checkpoint of a schema that is known here")
    number, entry = _whole(document["number"]), _whole(document["entry"])
    venue, head, key_id = (_text(document[key]) for key in ("venue", "head", "key_id"))
    if len(head) != 64 or not set(head) <= set("0123456789abcdef"):
        raise MalformedRecordError("the head is no SHA-256 in lower-case hexadecimal")
    try:
        made_at = datetime.fromisoformat(_text(document["made_at"]))
    except ValueError as error:
        raise MalformedRecordError("made_at is no time") from error
    if made_at.tzinfo is None:
        raise MalformedRecordError("made_at has no zone")
    return Checkpoint(venue, number, entry, head, made_at, key_id)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**53:
        raise MalformedRecordError("not a positive whole number")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 64:
        raise MalformedRecordError("not a text of 1 to 64 characters")
    return value
