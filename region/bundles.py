"""Takes in what a venue has sent on a stick, object by object through the same door as the line, and answers on it."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

from records import stick
from records.age import MEDIA_TYPE
from records.bundle import (
    FOLDER_BEGINS,
    LIST_NAME,
    MAX_LIST_BYTES,
    RECORD,
    Bundle,
    BundleContents,
    BundledObject,
    object_path,
    read_bundle,
)
from records.errors import MalformedRecordError
from region.audit import note
from region.errors import (
    BundleError,
    IntakeError,
    StorageFailedError,
    StorageFullError,
    TooLargeError,
    UnknownObjectError,
    UnreadableObjectError,
)
from region.intake import MAX_FILE_BYTES, MAX_RECORD_BYTES, receipt_for, storage_errors, take_file, take_record
from region.signers import require_bundle_signature
from region.store import Store

LANES = 8
NEW, KNOWN, REFUSED, MISSING = "new", "known", "refused", "missing"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one object: new, known (here before), refused (`code` as over the line) or missing."""

    digest: str
    kind: str
    result: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Of how many objects how many have been looked at."""

    done: int
    objects: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken of one bundle.

    Attributes:
        fates: of every object that was looked at.
        trouble: why it ended before the end: `missing`, `read_only` or `unwritable` (the stick), `storage_full` or
            `storage_failed` (our own disk); "" if it did not. Doing it again goes on.
    """

    contents: BundleContents
    fates: tuple[Fate, ...]
    trouble: str = ""

    def of(self, result: str) -> tuple[Fate, ...]:
        """Return the objects of which this became."""
        return tuple(one for one in self.fates if one.result == result)


def find_bundles(place: Path) -> list[Path]:
    """Return the folders of bundles at a place: it may be one itself, or a stick with those of several venues.

    Raises:
        BundleError: "missing" or "none".
    """
    if not place.is_dir():
        raise BundleError("missing", place.name)
    here = [place] if (place / LIST_NAME).is_file() else sorted(place.glob(f"{FOLDER_BEGINS}*"))
    if not here:
        raise BundleError("none", place.name)
    return here


def read_list(store: Store, folder: Path, actor: str) -> BundleContents:
    """Return what a bundle holds, after looking whose word that is.

    Raises:
        BundleError: it cannot be read, or its venue or key is unknown or revoked; that is noted.
    """
    bundle = _read(folder)
    try:
        with store.read() as session:
            require_bundle_signature(session, bundle)
    except IntakeError as error:
        _note(store, actor, "bundle_refused", bundle.contents.venue, error.code)
        raise BundleError(error.code, bundle.contents.venue) from error
    return bundle.contents


def take_bundle(
    store: Store, folder: Path, contents: BundleContents, actor: str, tell: Callable[[Progress], None]
) -> Taken:
    """Take in what is whole of a bundle whose list was checked; any number of times, also while the line works."""
    taking = _Taking(store, folder, contents, tell)
    trouble = taking.all()
    taken = Taken(contents, tuple(taking.fates), trouble)
    counts = " ".join(f"{result} {len(taken.of(result))}" for result in (NEW, KNOWN, REFUSED, MISSING))
    detail = f"bundle {contents.number} {contents.code.replace(' ', '')}: {counts} {trouble}".strip()
    return replace(taken, trouble=_note(store, actor, "bundle_imported", contents.venue, detail) or trouble)


@dataclass(slots=True)
class _Taking:
    """One import."""

    store: Store
    folder: Path
    contents: BundleContents
    tell: Callable[[Progress], None]
    fates: list[Fate] = field(default_factory=list)

    def all(self) -> str:
        """Take records, then files; return why it ended early, "" if it did not."""
        records = self.contents.records
        files = [one for one in self.contents.objects if one.kind != RECORD]
        try:
            self._take_each(records)
            self._take_each(files)
        except (StorageFullError, StorageFailedError) as error:
            return error.code
        except OSError as error:
            return stick.trouble_of(error, self.folder)
        self.fates = [self._opened(one) for one in self.fates]
        return ""

    def _take_each(self, objects: Iterable[BundledObject]) -> None:
        with ThreadPoolExecutor(LANES, thread_name_prefix="bundle") as lanes:
            try:
                for fate in lanes.map(self._take, objects):
                    self.fates.append(fate)
                    self.tell(Progress(len(self.fates), len(self.contents.objects)))
            except BaseException:
                lanes.shutdown(wait=False, cancel_futures=True)
                raise

    def _take(self, one: BundledObject) -> Fate:
        try:
            return Fate(one.digest, one.kind, KNOWN if self._is_here(one) else self._bring(one))
        except (StorageFullError, StorageFailedError):
            raise
        except IntakeError as error:
            return Fate(one.digest, one.kind, REFUSED, error.code)

    def _is_here(self, one: BundledObject) -> bool:
        try:
            receipt_for(self.store, self.contents.venue, one.kind, one.digest)
        except UnknownObjectError:
            return False
        return True

    def _bring(self, one: BundledObject) -> str:
        content = self._content(one)
        if content is None:
            return MISSING
        venue = self.contents.venue
        if one.kind == RECORD:
            _receipt, is_new = take_record(self.store, venue, one.digest, content)
        else:
            is_new = take_file(self.store, venue, one.digest, BytesIO(content), MEDIA_TYPE).is_new
        return NEW if is_new else KNOWN

    def _content(self, one: BundledObject) -> bytes | None:
        path, most = object_path(self.folder, one.digest), MAX_RECORD_BYTES if one.kind == RECORD else MAX_FILE_BYTES
        try:
            if not path.is_file() and path.exists():
                raise UnreadableObjectError("no ordinary file")
            if path.stat().st_size > most:
                raise TooLargeError(f"more than {most} bytes")
            return path.read_bytes()
        except OSError as error:
            stick.read_back(self.folder / LIST_NAME)  # pulled out, nothing more can be read
            if isinstance(error, FileNotFoundError):
                return None
            raise UnreadableObjectError(error.strerror or "") from error

    def _opened(self, fate: Fate) -> Fate:
        """Return the fate of a record now that its files were taken: what is inside may not be what it should be."""
        if fate.kind != RECORD or fate.result not in (NEW, KNOWN):
            return fate
        try:
            receipt_for(self.store, self.contents.venue, RECORD, fate.digest)
        except IntakeError as error:
            return Fate(fate.digest, fate.kind, REFUSED, error.code)
        return fate


def _note(store: Store, actor: str, act: str, venue: str, detail: str) -> str:
    """Add a line to the list of acts; return why that could not be done, "" if it was."""
    try:
        with storage_errors(), store.write() as session:
            note(session, store.now(), actor, act, venue, detail)
    except (StorageFullError, StorageFailedError) as error:
        return error.code
    return ""


def _read(folder: Path) -> Bundle:
    path = folder / LIST_NAME
    try:
        if path.stat().st_size > MAX_LIST_BYTES or not path.is_file():
            raise BundleError("malformed", folder.name)
        return read_bundle(path.read_bytes())
    except MalformedRecordError as error:
        raise BundleError("malformed", folder.name) from error
    except FileNotFoundError as error:
        raise BundleError("none" if folder.is_dir() else "missing", folder.name) from error
    except OSError as error:
        raise BundleError("unreadable", error.strerror or "") from error
