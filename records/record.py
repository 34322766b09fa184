"""What a record says about itself, and how a line of its trail is written down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records.evidence import Attachment, Entry


@dataclass(frozen=True, slots=True)
class Heading:
    """What a record says about itself.

    Attributes:
        version: 1 for the first, one more each time the visit was reopened.
        previous: digest of the version it replaces, "" for the first.
        profile: `<id>@<version>` and `profile_digest` of the profile that the visit is pinned to.
    """

    venue: str
    visit: str
    reg_no: str
    version: int
    previous: str
    profile: str
    profile_digest: str
    sealed_at: datetime


def entry_as_json(entry: Entry) -> dict[str, Any]:
    """Return one line of the trail as JSON values."""
    evidence = entry.evidence
    return {
        "seq": entry.seq,
        "step": evidence.step,
        "part": evidence.part,
        "taken_at": evidence.taken_at.isoformat(),
        "data": dict(evidence.data),
        "covers": list(evidence.covers),
        "bound_to": evidence.bound_to,
        "withdraws": list(evidence.withdraws),
        "actor": entry.actor,
        "station": entry.station,
        "monotonic_ns": str(entry.monotonic_ns),  # past 2**53, which RFC 8785 numbers cannot hold
        "boot": entry.boot,
        "clock": entry.clock,
        "files": [{"role": file.role, **file_as_json(file)} for file in evidence.attachments],
    }


def file_as_json(file: Attachment) -> dict[str, Any]:
    """Return a file's name: the digest of its bytes before encryption, its size and what it is."""
    return {"sha256": file.digest, "size_bytes": file.size_bytes, "media_type": file.media_type}
