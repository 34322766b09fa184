"""Turns a finished visit into encrypted objects and a signed envelope, and opens them again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from records.age import decrypt, encrypt
from records.canonical import digest_bytes
from records.errors import DigestMismatchError, LostFileError
from records.evidence import Entry
from records.manifest import FILE, PART, Manifest, ManifestObject, wrap
from records.parts import FileKey, build_part, files_of, merge, read_part
from records.record import Heading
from records.sensitivity import Sensitivity
from records.signing import Signer
from records.standing import Standing

ReadFile = Callable[[str], bytes | None]
"""Returns the plaintext of a file by its digest, None where it was removed after an earlier sealing."""


@dataclass(frozen=True, slots=True)
class SealedObject:
    """One encrypted object of a record.

    Attributes:
        digest, size_bytes: of the encrypted bytes.
        plain_digest: of a file before encryption, "" for a part.
        recipients: the keys it can be opened with.
        content: the encrypted bytes where they are new, None where an earlier version holds them already.
    """

    digest: str
    size_bytes: int
    kind: str
    sensitivity: Sensitivity
    recipients: tuple[str, ...]
    plain_digest: str = ""
    content: bytes | None = field(default=None, repr=False)

    @property
    def key(self) -> FileKey:
        """What names a file's object within its visit."""
        return self.sensitivity, self.plain_digest


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A finished record as it travels.

    Attributes:
        content: the signed envelope.
        digest: SHA-256 of `content`; the record's name.
        key_id: of the key that signed it.
        objects: what it consists of; the record is complete at the region when all of them are.
    """

    content: bytes
    digest: str
    key_id: str
    objects: tuple[SealedObject, ...]


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals to a region's keys, in a venue's name."""

    recipients: tuple[str, ...]
    signer: Signer

    def seal(
        self,
        heading: Heading,
        entries: Sequence[Entry],
        now_standing: Standing,
        read: ReadFile,
        earlier: Mapping[FileKey, SealedObject],
    ) -> SealedRecord:
        """Return the record ready to travel. Files of tries that no longer count are named in the trail only.

        Args:
            read: gives the files' bytes.
            earlier: files of this visit that were sealed before; they are not encrypted twice.

        Raises:
            LostFileError: a file is neither readable nor among `earlier`.
        """
        files = {key: self._file(key, read, earlier) for key in files_of(now_standing.entries)}
        digests = {key: one.digest for key, one in files.items()}
        parts = []
        for sensitivity in Sensitivity:
            content = build_part(sensitivity, heading, entries, now_standing, digests)
            if content is not None:
                parts.append(self._object(PART, sensitivity, content))
        objects = (*parts, *sorted(files.values(), key=lambda one: one.digest))
        envelope = wrap(self._manifest(heading, objects), self.signer)
        return SealedRecord(envelope, digest_bytes(envelope), self.signer.key_id, objects)

    def _file(self, key: FileKey, read: ReadFile, earlier: Mapping[FileKey, SealedObject]) -> SealedObject:
        known = earlier.get(key)
        if known is not None and known.recipients == self.recipients:
            return known
        content = read(key[1])
        if content is not None:
            return self._object(FILE, key[0], content, key[1])
        if known is None:
            raise LostFileError(key[1])
        return known  # the region keeps its old keys, and this is the only copy

    def _object(self, kind: str, sensitivity: Sensitivity, content: bytes, plain_digest: str = "") -> SealedObject:
        sealed = encrypt(content, self.recipients)
        digest = digest_bytes(sealed)
        return SealedObject(digest, len(sealed), kind, sensitivity, self.recipients, plain_digest, sealed)

    def _manifest(self, heading: Heading, objects: Iterable[SealedObject]) -> Manifest:
        return Manifest(
            venue=heading.venue,
            visit=heading.visit,
            version=heading.version,
            previous=heading.previous,
            profile=heading.profile,
            profile_digest=heading.profile_digest,
            sealed_at=heading.sealed_at.isoformat(),
            recipients=self.recipients,
            objects=tuple(ManifestObject(one.digest, one.size_bytes, one.kind, one.sensitivity) for one in objects),
        )


def open_record(manifest: Manifest, fetch: Callable[[str], bytes], identities: Sequence[str]) -> dict[str, Any]:
    """Return the record that the parts make together: reg_no, facts, trail, standing, files.

    Args:
        fetch: gives an encrypted object by its digest.

    Raises:
        NoKeyError: sealed to other keys.
        DamagedSealError, MalformedRecordError: a part does not open, or is not what the manifest says.
    """
    return merge(manifest, [read_part(decrypt(fetch(one.digest), identities)) for one in manifest.parts])


def open_file(content: bytes, identities: Iterable[str], plain_digest: str, size_bytes: int) -> bytes:
    """Return a file's bytes as they were captured.

    Raises:
        NoKeyError, DamagedSealError: it does not open.
        DigestMismatchError: what is inside is not what the record names.
    """
    plain = decrypt(content, identities)
    if len(plain) != size_bytes or digest_bytes(plain) != plain_digest:
        raise DigestMismatchError("the file inside is not the one that the record names")
    return plain
