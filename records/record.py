"""The document that goes to the region when a visit is finished."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records.evidence import Attachment, Entry
from records.standing import Standing

SCHEMA = "kaodian.record/1"


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


def build_record(heading: Heading, entries: Sequence[Entry], now_standing: Standing) -> dict[str, Any]:
    """Return the record as JSON values: the facts, the whole trail, and what stands.

    Only files of standing entries are listed under `files`; those of earlier tries stay at the venue.
    """
    standing_seqs = [entry.seq for entry in now_standing.entries]
    files = {file.digest: file for entry in now_standing.entries for file in entry.evidence.attachments}
    return {
        "schema": SCHEMA,
        "venue": heading.venue,
        "visit": heading.visit,
        "reg_no": heading.reg_no,
        "version": heading.version,
        "previous": heading.previous,
        "profile": heading.profile,
        "profile_digest": heading.profile_digest,
        "sealed_at": heading.sealed_at.isoformat(),
        "facts": dict(now_standing.facts),
        "trail": [entry_as_json(entry) for entry in entries],
        "standing": standing_seqs,
        "files": [_file_as_json(files[digest]) for digest in sorted(files)],
    }


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
        "files": [{"role": file.role, **_file_as_json(file)} for file in evidence.attachments],
    }


def _file_as_json(file: Attachment) -> dict[str, Any]:
    return {"sha256": file.digest, "size_bytes": file.size_bytes, "media_type": file.media_type}


def record_files(record: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """Return the files that a record names (role is left empty)."""
    return tuple(
        Attachment("", str(file["media_type"]), str(file["sha256"]), int(file["size_bytes"]))
        for file in record["files"]
    )
