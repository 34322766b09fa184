"""Opens what is kept encrypted, in memory only: nothing that comes out of here is ever written to the region's disk."""

from collections.abc import Iterator, Sequence

from records.errors import DamagedSealError, DigestMismatchError, MalformedRecordError, RecordError
from records.manifest import unwrap
from records.seal import open_file, open_record
from region.document import Document, NamedFile, read_document
from region.errors import DamagedHereError, UnopenableError
from region.keys import identities
from region.store import Store

NO_KEY, DAMAGED, MALFORMED = "no_key", "damaged", "malformed"
"""Why a record does not open. `no_key` passes once the key is restored; the others are the venue's to mend."""


def open_document(store: Store, content: bytes, digest: str) -> Document:
    """Return what the record says.

    Raises:
        DamagedHereError: an object is not here, or has changed on our disk.
        UnopenableError: `trouble` says why. The message holds nothing of the record.
    """
    return open_whole(store, content, digest)[0]


def open_whole(store: Store, content: bytes, digest: str) -> tuple[Document, Iterator[tuple[NamedFile, bytes]]]:
    """Return what the record says, and its files one after the other, each opened when it is asked for.

    Raises:
        DamagedHereError, UnopenableError: as `open_document`; for a file, when it is asked for.
    """
    try:
        keys = identities(store.vault)
        manifest = unwrap(content, digest).manifest
        document = read_document(manifest, open_record(manifest, lambda one: encrypted(store, one), keys))
    except RecordError as error:
        raise UnopenableError(_trouble(error)) from error
    return document, ((file, _open_file(store, file, keys)) for file in document.files)


def open_named(store: Store, file: NamedFile) -> bytes:
    """Return a file's bytes as they were captured.

    Raises:
        DamagedHereError, UnopenableError: as `open_document`.
    """
    return _open_file(store, file, identities(store.vault))


def encrypted(store: Store, digest: str) -> bytes:
    """Return an object as it was received.

    Raises:
        DamagedHereError: it is not here, or has changed on our disk.
    """
    content = store.files.read_intact(digest)
    if content is None:
        raise DamagedHereError(digest)
    return content


def _open_file(store: Store, file: NamedFile, keys: Sequence[str]) -> bytes:
    content = encrypted(store, file.object)
    try:
        return open_file(content, keys, file.digest, file.size_bytes)
    except RecordError as error:
        raise UnopenableError(_trouble(error)) from error


def _trouble(error: RecordError) -> str:
    if isinstance(error, DamagedSealError | DigestMismatchError):
        return DAMAGED
    if isinstance(error, MalformedRecordError):
        return MALFORMED
    # Every other way of failing, an unreadable key file among them, is ours and passes once the key is back.
    return NO_KEY
