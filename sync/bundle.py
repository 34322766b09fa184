"""What this venue's bundle on a stick is: the one that lies there, and the one that should."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from local_db.bundled import BundleBook
from local_db.signing_keys import SigningKeys
from records import stick
from records.age import recipient_of
from records.bundle import LIST_NAME, Bundle, BundleContents, BundledObject, bundle_folder, read_bundle
from records.errors import BadSignatureError, KeyStoreError, MalformedRecordError
from records.signing import Signer
from sync.errors import BundleError


@dataclass(frozen=True, slots=True)
class BundleSource:
    """Whose records, and the keys they are signed with."""

    venue_id: str
    book: BundleBook
    keys: SigningKeys


@dataclass(frozen=True, slots=True)
class Lying:
    """A bundle of ours that lies on a stick; `stamp` changes with its list."""

    number: int
    records: int
    code: str
    stamp: tuple[int, int]


def find_bundle(disk: Path, source: BundleSource, before: Lying | None = None) -> Lying | None:
    """Return what this venue's bundle on a stick is, None where there is none of its own.

    Args:
        before: what was found there the last time; a list that has not changed is not read again.
    """
    folder = bundle_folder(disk, source.venue_id)
    with suppress(BundleError, OSError):
        about = (folder / LIST_NAME).stat()
        stamp = (about.st_mtime_ns, about.st_size)
        if before and before.stamp == stamp:
            return before
        if known := known_bundle(folder, source):
            contents = known.contents
            return Lying(contents.number, len(contents.records), contents.code, stamp)
    return None


def signer_of(keys: SigningKeys) -> Signer:
    """Return the key in use.

    Raises:
        BundleError: "no_key".
    """
    try:
        return keys.current()
    except KeyStoreError as error:
        raise BundleError("no_key", str(error)) from error


def known_bundle(folder: Path, source: BundleSource) -> Bundle | None:
    """Return the list that lies in the folder, None where there is none or it was cut off.

    Raises:
        BundleError: "foreign": another venue's, or signed with a key that never was this computer's.
    """
    try:
        bundle = read_bundle(stick.read_back(folder / LIST_NAME))
    except FileNotFoundError:
        return None
    except MalformedRecordError:  # pulled out while it was written: nobody can read it in, and nothing is lost with it
        return None
    ours = {key.key_id: key.public_key for key in source.keys.history()}
    try:
        bundle.check(ours.get(bundle.key_id, ""))
    except BadSignatureError as error:
        raise BundleError("foreign", folder.name) from error
    if bundle.contents.venue != source.venue_id:
        raise BundleError("foreign", folder.name)
    return bundle


def planned(
    source: BundleSource,
    signer: Signer,
    objects: Sequence[BundledObject],
    known: Bundle | None,
    now: Callable[[], datetime],
) -> BundleContents:
    """Return what the bundle is to be: the one that lies there if nothing has been added, else the next."""
    reply_to, after = recipient_of(source.book.identity()), source.book.verdict_cursor()
    same = (signer.key_id, tuple(objects), reply_to, after)
    if known and (known.key_id, known.contents.objects, known.contents.reply_to, known.contents.verdicts_after) == same:
        return known.contents
    return BundleContents(
        source.venue_id, source.book.next_number(), now().isoformat(), reply_to, after, tuple(objects)
    )


@contextmanager
def in_words(disk: Path, folder: Path) -> Iterator[None]:
    """Turn what the system says of a stick into a `BundleError`."""
    try:
        yield
    except OSError as error:
        there = folder if os.path.lexists(folder) else disk
        raise BundleError(stick.trouble_of(error, there), error.strerror or "") from error
