"""The signed list of what a sealed record consists of. It travels in clear and holds no personal data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from records import shape
from records.canonical import digest_bytes
from records.errors import DigestMismatchError
from records.sensitivity import Sensitivity
from records.signed import check_wrapped, unwrap_signed, wrap_signed
from records.signing import Signer

MANIFEST_SCHEMA, ENVELOPE_SCHEMA = "kaodian.manifest/1", "kaodian.envelope/1"
MAX_VERSION, MAX_OBJECTS, MAX_RECIPIENTS = 10_000, 1_000, 16
PART, FILE = "part", "file"


@dataclass(frozen=True, slots=True)
class ManifestObject:
    """One encrypted object: `kind` is `part` or `file`; digest and size are those of the encrypted bytes."""

    digest: str
    size_bytes: int
    kind: str
    sensitivity: Sensitivity


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is signed.

    Attributes:
        version: 1 for the first, one more each time the visit was sealed again.
        previous: digest of the envelope it replaces, "" for the first.
        profile: `<id>@<version>` and `profile_digest` of the profile that the visit is pinned to.
        sealed_at: ISO 8601 with zone, of the venue's clock.
        recipients: the public keys of the region that can open every object.
        objects: parts first, then files, each by its digest.
    """

    venue: str
    visit: str
    version: int
    previous: str
    profile: str
    profile_digest: str
    sealed_at: str
    recipients: tuple[str, ...]
    objects: tuple[ManifestObject, ...]

    @property
    def parts(self) -> tuple[ManifestObject, ...]:
        """The part documents."""
        return tuple(one for one in self.objects if one.kind == PART)

    @property
    def files(self) -> tuple[ManifestObject, ...]:
        """The files."""
        return tuple(one for one in self.objects if one.kind == FILE)

    def as_json(self) -> dict[str, Any]:
        """Return the document as JSON values."""
        return {
            "schema": MANIFEST_SCHEMA,
            "venue": self.venue,
            "visit": self.visit,
            "version": self.version,
            "previous": self.previous,
            "profile": self.profile,
            "profile_digest": self.profile_digest,
            "sealed_at": self.sealed_at,
            "recipients": list(self.recipients),
            "objects": [
                {
                    "sha256": one.digest,
                    "size_bytes": one.size_bytes,
                    "kind": one.kind,
                    "sensitivity": one.sensitivity.value,
                }
                for one in self.objects
            ],
        }


@dataclass(frozen=True, slots=True)
class Envelope:
    """A manifest with its signature; the digest of its bytes names the record."""

    manifest: Manifest
    signature: str
    key_id: str

    def check(self, public_key: str) -> None:
        """Make sure that the key's owner signed this manifest, and that the envelope names that key.

        Raises:
            BadSignatureError: they did not, or it does not.
        """
        check_wrapped(self.manifest.as_json(), self.signature, self.key_id, public_key)


def wrap(manifest: Manifest, signer: Signer) -> bytes:
    """Return the signed envelope, canonical JSON."""
    return wrap_signed(ENVELOPE_SCHEMA, "manifest", manifest.as_json(), signer)


def unwrap(content: bytes, digest: str) -> Envelope:
    """Return what is in an envelope; whose signature it bears is looked at by `Envelope.check`.

    Raises:
        DigestMismatchError: the bytes are not those that `digest` names.
        MalformedRecordError: they are no envelope.
    """
    if digest_bytes(content) != digest:
        raise DigestMismatchError(f"content has another SHA-256 than {digest}")
    return shape.read_canonical(content, ENVELOPE_SCHEMA, _envelope)


def _envelope(document: Mapping[str, Any]) -> Envelope:
    manifest, signature, named = unwrap_signed(document, "manifest")
    return Envelope(_manifest(manifest), signature, named)


def _manifest(document: Mapping[str, Any]) -> Manifest:
    shape.require(document["schema"] == MANIFEST_SCHEMA)
    manifest = Manifest(
        venue=shape.name(document["venue"]),
        visit=shape.name(document["visit"]),
        version=shape.whole(document["version"], 1),
        previous=shape.digest(document["previous"]) if document["previous"] else "",
        profile=shape.text(document["profile"], 200),
        profile_digest=shape.text(document["profile_digest"], 64),
        sealed_at=shape.moment(document["sealed_at"]),
        recipients=tuple(shape.text(one, 200) for one in document["recipients"]),
        objects=tuple(_object(one) for one in document["objects"]),
    )
    shape.require(manifest.version <= MAX_VERSION and 0 < len(manifest.recipients) <= MAX_RECIPIENTS)
    digests = {one.digest for one in manifest.objects}
    shape.require(0 < len(digests) == len(manifest.objects) <= MAX_OBJECTS and bool(manifest.parts))
    # No key may stand in a manifest that we do not know: it would be signed, and thrown away by us.
    shape.require(manifest.as_json() == document)
    return manifest


def _object(one: Mapping[str, Any]) -> ManifestObject:
    shape.require(one["kind"] in (PART, FILE))
    size_bytes = shape.whole(one["size_bytes"], 1)
    return ManifestObject(shape.digest(one["sha256"]), size_bytes, one["kind"], Sensitivity(one["sensitivity"]))
