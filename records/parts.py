"""The part documents of a record: what is inside the encryption, one document a sensitivity."""

from collections.abc import Mapping, Sequence
from typing import Any

from records import shape
from records.canonical import canonical_bytes
from records.errors import MalformedRecordError
from records.evidence import Attachment, Entry
from records.manifest import Manifest
from records.record import Heading, entry_as_json, file_as_json
from records.sensitivity import Sensitivity, of_step
from records.standing import Standing

PART_SCHEMA = "kaodian.part/1"
_KEYS = frozenset({"schema", "sensitivity", "venue", "visit", "version", "trail", "standing", "files"})
_WHOSE = frozenset({"reg_no", "facts"})

FileKey = tuple[Sensitivity, str]
"""Names a file within a record: the same bytes in two parts are two objects, for those who may open one only."""


def files_of(entries: Sequence[Entry]) -> dict[FileKey, Attachment]:
    """Return the files of entries, each once a sensitivity."""
    return {
        (of_step(entry.evidence.step), file.digest): file for entry in entries for file in entry.evidence.attachments
    }


def build_part(
    sensitivity: Sensitivity,
    heading: Heading,
    entries: Sequence[Entry],
    now_standing: Standing,
    objects: Mapping[FileKey, str],
) -> bytes | None:
    """Return the part as canonical JSON, None where there is nothing of this sensitivity.

    Only the identity part says whose record it is; the others are tied to it by the visit's random id.

    Args:
        objects: the encrypted object of each standing file.
    """
    mine = [entry for entry in entries if of_step(entry.evidence.step) is sensitivity]
    if not mine and sensitivity is not Sensitivity.IDENTITY:
        return None
    standing_seqs = [entry.seq for entry in now_standing.entries if of_step(entry.evidence.step) is sensitivity]
    files = {key: file for key, file in files_of(now_standing.entries).items() if key[0] is sensitivity}
    part: dict[str, Any] = {
        "schema": PART_SCHEMA,
        "sensitivity": sensitivity.value,
        "venue": heading.venue,
        "visit": heading.visit,
        "version": heading.version,
        "trail": [entry_as_json(entry) for entry in mine],
        "standing": standing_seqs,
        "files": [{**file_as_json(files[key]), "object": objects[key]} for key in sorted(files)],
    }
    if sensitivity is Sensitivity.IDENTITY:
        part |= {"reg_no": heading.reg_no, "facts": dict(now_standing.facts)}
    return canonical_bytes(part)


def read_part(content: bytes) -> dict[str, Any]:
    """Return a part document; what its screens need of it is checked by those who show it.

    Raises:
        MalformedRecordError: it is none.
    """
    return shape.read_canonical(content, PART_SCHEMA, _checked)


def merge(manifest: Manifest, parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the record as one document, after checking that the parts are those the manifest speaks of.

    Raises:
        MalformedRecordError: a part is of another visit or version, or its files are not the manifest's.
    """
    for part in parts:
        if (part["venue"], part["visit"], part["version"]) != (manifest.venue, manifest.visit, manifest.version):
            raise MalformedRecordError("a part belongs to another record")
    kinds = [part["sensitivity"] for part in parts]
    identity = next((part for part in parts if part["sensitivity"] == Sensitivity.IDENTITY), None)
    if identity is None or sorted(kinds) != sorted(one.sensitivity for one in manifest.parts):
        raise MalformedRecordError("the parts are not those that the manifest names")
    files = [file | {"sensitivity": part["sensitivity"]} for part in parts for file in part["files"]]
    named = sorted((one.digest, one.sensitivity.value) for one in manifest.files)
    if sorted((file["object"], file["sensitivity"]) for file in files) != named:
        raise MalformedRecordError("the files are not those that the manifest names")
    trail = sorted(
        (line | {"sensitivity": part["sensitivity"]} for part in parts for line in part["trail"]),
        key=lambda line: line["seq"],
    )
    if len({line["seq"] for line in trail}) != len(trail):
        raise MalformedRecordError("a line of the trail is in two parts")
    return {
        "reg_no": identity["reg_no"],
        "facts": identity["facts"],
        "trail": trail,
        "standing": [seq for part in parts for seq in part["standing"]],
        "files": files,
    }


def _checked(part: Mapping[str, Any]) -> dict[str, Any]:
    sensitivity = Sensitivity(part["sensitivity"])
    shape.require(part.keys() == (_KEYS | _WHOSE if sensitivity is Sensitivity.IDENTITY else _KEYS))
    shape.name(part["venue"]), shape.name(part["visit"]), shape.whole(part["version"], 1)
    shape.require(all(isinstance(part[key], list) for key in ("trail", "standing", "files")))
    for line in part["trail"]:
        shape.whole(line["seq"], 1), line["step"], line["taken_at"], line["data"], line["files"]
    for file in part["files"]:
        shape.digest(file["sha256"]), shape.digest(file["object"]), shape.whole(file["size_bytes"])
    if sensitivity is Sensitivity.IDENTITY:
        shape.name(part["reg_no"])
        shape.require(isinstance(part["facts"], dict))
    return dict(part)
