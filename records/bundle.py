"""The list that lies on a stick beside the objects it carries to the region: signed, in clear, nothing of a person.

`<stick>/kaodian-bundle-<venue>/`
  bundle.json         this list; written first, so that half a bundle says what it lacks
  objects/ab/abcd…    envelopes and encrypted objects, each named by the SHA-256 of its bytes
  receipts.json       the region's answer: `records.bundle_reply`
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from records import shape
from records.canonical import digest_document
from records.signed import check_wrapped, unwrap_signed, wrap_signed
from records.signing import Signer

CONTENTS_SCHEMA, BUNDLE_SCHEMA = "kaodian.bundle-contents/1", "kaodian.bundle/1"
FOLDER_BEGINS, LIST_NAME, OBJECTS = "kaodian-bundle-", "bundle.json", "objects"
MAX_LIST_BYTES, MAX_BUNDLED = 16 * 1024 * 1024, 100_000
RECORD, FILE = "record", "file"
CODE_DIGITS = 8


@dataclass(frozen=True, slots=True)
class BundledObject:
    """One object on the stick: an envelope (kind `record`) or an encrypted object (kind `file`)."""

    digest: str
    size_bytes: int
    kind: str


@dataclass(frozen=True, slots=True)
class BundleContents:
    """What is signed.

    Attributes:
        number: counts the venue's bundles; the same objects on the same stick stay one bundle.
        made_at: ISO 8601 with zone, of the venue's clock.
        reply_to: the venue's public age key; what the region answers about people is closed to it.
        verdicts_after: the verdicts the venue has already, as its cursor.
        objects: records first, then files, each once.
    """

    venue: str
    number: int
    made_at: str
    reply_to: str
    verdicts_after: int
    objects: tuple[BundledObject, ...]

    @property
    def records(self) -> tuple[BundledObject, ...]:
        """The envelopes."""
        return tuple(one for one in self.objects if one.kind == RECORD)

    @property
    def size_bytes(self) -> int:
        """What all objects are together."""
        return sum(one.size_bytes for one in self.objects)

    @property
    def digest(self) -> str:
        """SHA-256 of what is signed; names the bundle."""
        return digest_document(self.as_json())

    @property
    def code(self) -> str:
        """Eight digits that two people can compare: slip and region show the same ones for the same bundle."""
        digits = f"{int(self.digest[:16], 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
        return f"{digits[:4]} {digits[4:]}"

    def as_json(self) -> dict[str, Any]:
        """Return the document as JSON values."""
        return {
            "schema": CONTENTS_SCHEMA,
            "venue": self.venue,
            "number": self.number,
            "made_at": self.made_at,
            "reply_to": self.reply_to,
            "verdicts_after": self.verdicts_after,
            "objects": [{"sha256": one.digest, "size_bytes": one.size_bytes, "kind": one.kind} for one in self.objects],
        }


@dataclass(frozen=True, slots=True)
class Bundle:
    """A list with its signature."""

    contents: BundleContents
    signature: str
    key_id: str

    def check(self, public_key: str) -> None:
        """Make sure that the key's owner signed this list, and that it names that key.

        Raises:
            BadSignatureError: they did not, or it does not.
        """
        check_wrapped(self.contents.as_json(), self.signature, self.key_id, public_key)


def wrap_bundle(contents: BundleContents, signer: Signer) -> bytes:
    """Return the signed list, canonical JSON."""
    return wrap_signed(BUNDLE_SCHEMA, "contents", contents.as_json(), signer)


def read_bundle(content: bytes) -> Bundle:
    """Return a list; whose signature it bears is looked at by `Bundle.check`.

    Raises:
        MalformedRecordError: it is none.
    """
    return shape.read_canonical(content, BUNDLE_SCHEMA, _bundle)


def bundle_folder(disk: Path, venue: str) -> Path:
    """Return where that venue's bundle lies on a stick; the stick's folder itself may be named, too."""
    name = f"{FOLDER_BEGINS}{venue}"
    return disk if disk.name == name else disk / name


def object_path(folder: Path, digest: str) -> Path:
    """Return where an object of a bundle lies."""
    return folder / OBJECTS / digest[:2] / digest


def _bundle(document: Mapping[str, Any]) -> Bundle:
    contents, signature, named = unwrap_signed(document, "contents")
    return Bundle(_contents(contents), signature, named)


def _contents(document: Mapping[str, Any]) -> BundleContents:
    contents = BundleContents(
        venue=shape.name(document["venue"]),
        number=shape.whole(document["number"], 1),
        made_at=shape.moment(document["made_at"]),
        reply_to=shape.text(document["reply_to"], 200),
        verdicts_after=shape.whole(document["verdicts_after"]),
        objects=tuple(_object(one) for one in document["objects"]),
    )
    shape.require(0 < len({one.digest for one in contents.objects}) == len(contents.objects) <= MAX_BUNDLED)
    shape.require(contents.as_json() == document)
    return contents


def _object(one: Mapping[str, Any]) -> BundledObject:
    shape.require(one["kind"] in (RECORD, FILE))
    return BundledObject(shape.digest(one["sha256"]), shape.whole(one["size_bytes"], 1), one["kind"])
