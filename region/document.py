"""A received record, read strictly once, so that nothing later has to doubt its shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records.errors import DigestMismatchError, MalformedRecordError
from records.seal import open_sealed
from region.errors import UnreadableRecordError, WrongDigestError

MAX_ID_CHARS = 64
MAX_VERSION = 10_000
MAX_FILES = 1_000
MAX_NESTING = 40
_HEX = set("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file as the record names it; `role` says what it is (picture, template, strokes, original, page)."""

    digest: str
    size_bytes: int
    media_type: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the trail; `stands` says whether it counts or was replaced or withdrawn."""

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


def read_document(content: bytes, digest: str) -> Document:
    """Return what the sealed record says.

    Raises:
        WrongDigestError: the bytes are not those that the digest names.
        UnreadableRecordError: they are no record, or one that no screen could show. The message holds no data of it.
    """
    try:
        return _document(open_sealed(content, digest))
    except DigestMismatchError as error:
        raise WrongDigestError("the bytes have another SHA-256 than the address") from error
    except MalformedRecordError as error:
        raise UnreadableRecordError("not a record of a known schema") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableRecordError("a part of the record has the wrong shape") from error


def _document(record: Mapping[str, Any]) -> Document:
    files = tuple(_file(file) for file in record["files"])
    _require(len(files) <= MAX_FILES and len({file.digest for file in files}) == len(files))
    _require(all(0 < len(record[key]) <= MAX_ID_CHARS for key in ("venue", "visit", "reg_no")))
    _require(type(record["version"]) is int and record["version"] <= MAX_VERSION)
    _require(record["previous"] == "" or _is_digest(record["previous"]))
    standing = {_whole(seq) for seq in record["standing"]}
    return Document(
        venue=record["venue"],
        visit=record["visit"],
        reg_no=record["reg_no"],
        version=record["version"],
        previous=record["previous"],
        profile=record["profile"],
        sealed_at=_time(record["sealed_at"]),
        facts={_text(key): _text(value) for key, value in record["facts"].items()},
        lines=tuple(_line(line, standing) for line in record["trail"]),
        files=files,
    )


def _line(line: Mapping[str, Any], standing: set[int]) -> Line:
    _require(isinstance(line["data"], dict) and _nesting(line["data"]) <= MAX_NESTING)
    return Line(
        seq=_whole(line["seq"]),
        step=_text(line["step"]),
        part=_text(line["part"]),
        taken_at=_time(line["taken_at"]),
        data=line["data"],
        actor=_text(line["actor"]),
        station=_text(line["station"]),
        withdraws=tuple(_text(step) for step in line["withdraws"]),
        files=tuple(_file(file, _text(file["role"])) for file in line["files"]),
        stands=line["seq"] in standing,
    )


def _file(file: Mapping[str, Any], role: str = "") -> NamedFile:
    _require(_is_digest(file["sha256"]) and _whole(file["size_bytes"]) >= 0 and len(file["media_type"]) <= 100)
    return NamedFile(file["sha256"], file["size_bytes"], _text(file["media_type"]), role)


def _nesting(value: object) -> int:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_nesting, inner), default=0)


def _is_digest(text: object) -> bool:
    return isinstance(text, str) and len(text) == 64 and set(text) <= _HEX


def _text(value: object) -> str:
    _require(isinstance(value, str))
    return str(value)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("wrong shape")
    return value


def _time(value: object) -> datetime:
    at = datetime.fromisoformat(_text(value))
    _require(at.tzinfo is not None)
    return at


def _require(condition: bool) -> None:
    if not condition:
        raise ValueError("wrong shape")
