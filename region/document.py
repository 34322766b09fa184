"""An opened record, read strictly once, so that nothing later has to doubt its shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records.manifest import Manifest
from records.shape import digest, moment, name, require, shaped, text, whole

MAX_NESTING = 40


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file as the record names it.

    Attributes:
        digest, size_bytes: of the file as it was captured.
        role: what it is (picture, template, strokes, original, page).
        object: the encrypted object that holds it, "" for a try that does not count: it stayed at the venue.
    """

    digest: str
    size_bytes: int
    media_type: str
    role: str = ""
    object: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the trail.

    Attributes:
        monotonic_ns, boot, clock: the computer's steady time, its run, and what the venue thought of `taken_at`.
        stands: whether it counts, or was replaced or withdrawn.
    """

    seq: int
    step: str
    part: str
    taken_at: datetime
    data: Mapping[str, Any]
    actor: str
    station: str
    withdraws: tuple[str, ...]
    files: tuple[NamedFile, ...]
    stands: bool
    monotonic_ns: int = 0
    boot: str = ""
    clock: str = "unknown"


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one candidate's record."""

    venue: str
    visit: str
    reg_no: str
    version: int
    previous: str
    profile: str
    sealed_at: datetime
    facts: Mapping[str, str]
    lines: tuple[Line, ...]
    files: tuple[NamedFile, ...]


def read_document(manifest: Manifest, opened: Mapping[str, Any]) -> Document:
    """Return what an opened record says; `opened` is what `records.seal.open_record` gives.

    Raises:
        MalformedRecordError: no screen could show it. The message holds no data of it.
    """
    with shaped("record"):
        return _document(manifest, opened)


def _document(manifest: Manifest, record: Mapping[str, Any]) -> Document:
    standing = {whole(seq) for seq in record["standing"]}
    objects = {(file["sensitivity"], file["sha256"]): file["object"] for file in record["files"]}
    return Document(
        venue=manifest.venue,
        visit=manifest.visit,
        reg_no=name(record["reg_no"]),
        version=manifest.version,
        previous=manifest.previous,
        profile=manifest.profile,
        sealed_at=datetime.fromisoformat(manifest.sealed_at),
        facts={text(key): text(value) for key, value in record["facts"].items()},
        lines=tuple(_line(line, standing, objects) for line in record["trail"]),
        files=tuple(_file(file, object_=file["object"]) for file in record["files"]),
    )


def _line(line: Mapping[str, Any], standing: set[int], objects: Mapping[tuple[str, str], str]) -> Line:
    require(isinstance(line["data"], dict) and _nesting(line["data"]) <= MAX_NESTING)
    step = text(line["step"])
    files = ((file, objects.get((line["sensitivity"], file["sha256"]), "")) for file in line["files"])
    return Line(
        seq=whole(line["seq"]),
        step=step,
        part=text(line["part"]),
        taken_at=datetime.fromisoformat(moment(line["taken_at"])),
        data=line["data"],
        actor=text(line["actor"]),
        station=text(line["station"]),
        withdraws=tuple(text(step) for step in line["withdraws"]),
        files=tuple(_file(file, text(file["role"]), object_) for file, object_ in files),
        stands=line["seq"] in standing,
        monotonic_ns=int(text(line["monotonic_ns"], 32)),
        boot=text(line["boot"], 64),
        clock=text(line["clock"], 16),
    )


def _file(file: Mapping[str, Any], role: str = "", object_: str = "") -> NamedFile:
    return NamedFile(digest(file["sha256"]), whole(file["size_bytes"]), text(file["media_type"], 100), role, object_)


def _nesting(value: object) -> int:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_nesting, inner), default=0)
