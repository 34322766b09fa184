"""Writes everything the region has not accepted onto a stick: any number of times, killed or pulled out at any moment.

The signed list comes first, then the objects; at the end all of it is read from the stick again. Nothing has to be
remembered of an attempt that was cut off: the next one looks at what lies there.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from local_db.errors import MissingBlobError
from records import stick
from records.bundle import (
    FOLDER_BEGINS,
    LIST_NAME,
    OBJECTS,
    BundleContents,
    BundledObject,
    bundle_folder,
    object_path,
    wrap_bundle,
)
from records.bundle_reply import REPLY_NAME
from records.canonical import digest_bytes
from sync.bundle import BundleSource, in_words, known_bundle, planned, signer_of
from sync.errors import BundleError

LANES = 4
"""Writing at once: a stick that brings one file to its cells takes the next meanwhile."""
ROOM_FOR_THE_REST = 4 * 1024 * 1024
"""Kept free for the list, folders, and the region's answer."""
READ_ME = (
    "Kaodian: check-in records of venue {venue} on their way to the region. Encrypted to the region, signed by the\n"
    "venue. At the region: python -m region bundle import <this folder>, or 离线包 on the screen. Change nothing.\n\n"
    "考点 {venue} 的现场确认记录离线包，内容已加密，只有考区能打开。请勿改动，原样送到考区。\n"
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: `phase` is `copy` or `check`, then of how many objects and bytes how many are done."""

    phase: str
    done: int
    objects: int
    done_bytes: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What lies on the stick now.

    Attributes:
        written: objects that were not there before.
        lacking: objects that are damaged or gone on this computer and therefore on the stick, too.
        others: bundles of other venues on the same stick; they were left as they are.
    """

    contents: BundleContents
    folder: Path
    written: int
    lacking: int
    others: int


def write_bundle(
    source: BundleSource, disk: Path, now: Callable[[], datetime], tell: Callable[[Progress], None]
) -> BundleReport:
    """Bring everything that is sealed and not accepted onto a stick, and read it back.

    Raises:
        BundleError: why it could not be done. What lies on the stick by then is whole as far as it goes.
    """
    objects = source.book.objects()
    if not objects:
        raise BundleError("nothing")
    signer = signer_of(source.keys)
    if not disk.is_dir():
        raise BundleError("missing", disk.name)
    folder = bundle_folder(disk, source.venue_id)
    if folder != disk and disk.name.startswith(FOLDER_BEGINS):
        raise BundleError("foreign", disk.name)
    with in_words(disk, folder):
        known = known_bundle(folder, source)
        contents = planned(source, signer, objects, known, now)
        writer = _Writer(source, folder, contents, known.contents if known else None, tell)
        writer.require_room(disk)
        writer.lay_out(wrap_bundle(contents, signer))
        writer.copy()
        writer.check()
    return BundleReport(contents, folder, writer.written, len(writer.lacking), _others(folder))


class _Writer:
    """One attempt."""

    def __init__(
        self,
        source: BundleSource,
        folder: Path,
        contents: BundleContents,
        known: BundleContents | None,
        tell: Callable[[Progress], None],
    ) -> None:
        self._source = source
        self._folder = folder
        self._contents = contents
        self._is_new = contents != known
        wanted = {one.digest for one in contents.objects}
        self._over = [one for one in (known.objects if known else ()) if one.digest not in wanted]
        self._tell = tell
        self.written = 0
        self.lacking: set[str] = set()

    def require_room(self, disk: Path) -> None:
        """See that what is still to be written fits, before anything is written.

        Raises:
            BundleError: "full".
        """
        free = stick.free_bytes(disk) + stick.room_taken(disk, [one.size_bytes for one in self._over])
        todo = self._unwritten()
        folders = [1 for folder in self._folders(todo) if not folder.is_dir()]
        needed = stick.room_taken(disk, [one.size_bytes for one in todo] + folders) + ROOM_FOR_THE_REST
        if needed > free:
            raise BundleError("full", f"{-(-needed // 1_000_000)} MB > {free // 1_000_000} MB")

    def lay_out(self, signed_list: bytes) -> None:
        """Write the list, make the folders, and remove what the region has accepted since the last bundle."""
        for folder in (self._folder, self._folder / OBJECTS):
            stick.make_folder(folder)
            stick.sweep(folder)
        if self._is_new:
            # An answer to what lay there before: whatever it said, the region says again with the next one.
            (self._folder / REPLY_NAME).unlink(missing_ok=True)
            stick.write(self._folder / LIST_NAME, signed_list)
            stick.write(self._folder / "READ-ME.txt", READ_ME.format(venue=self._source.venue_id).encode())
        for one in self._over:
            object_path(self._folder, one.digest).unlink(missing_ok=True)

    def copy(self) -> None:
        """Write what is not there; what is there in its full length is looked at by `check`."""
        todo = self._unwritten()
        for folder in self._folders(todo):
            stick.make_folder(folder)
        self.written += sum(is_written for _one, is_written in self._worked_off("copy", todo, self._write))

    def check(self) -> None:
        """Read everything back; what has changed is written once more, and the stick given up if that does not help.

        Raises:
            BundleError: "unreadable".
        """
        todo = [one for one in self._contents.objects if one.digest not in self.lacking]
        for one in [one for one, is_whole in self._worked_off("check", todo, self._is_whole) if not is_whole]:
            is_written = self._write(one)
            if is_written and not self._is_whole(one):
                raise BundleError("unreadable", one.digest[:12])
            self.written += is_written

    def _folders(self, objects: Sequence[BundledObject]) -> list[Path]:
        return sorted({object_path(self._folder, one.digest).parent for one in objects})

    def _unwritten(self) -> list[BundledObject]:
        return [one for one in self._contents.objects if not self._is_there(one)]

    def _is_there(self, one: BundledObject) -> bool:
        try:
            return object_path(self._folder, one.digest).stat().st_size == one.size_bytes
        except FileNotFoundError:
            return False

    def _is_whole(self, one: BundledObject) -> bool:
        try:
            return digest_bytes(stick.read_back(object_path(self._folder, one.digest))) == one.digest
        except OSError:  # a bad place on the stick; or it was pulled out, and nothing can be read any more
            stick.read_back(self._folder / LIST_NAME)
            return False

    def _write(self, one: BundledObject) -> bool:
        try:
            content = self._source.book.content(one)
        except MissingBlobError:
            self.lacking.add(one.digest)
            return False
        stick.write(object_path(self._folder, one.digest), content)
        return True

    def _worked_off(
        self, phase: str, todo: Sequence[BundledObject], work: Callable[[BundledObject], bool]
    ) -> Iterator[tuple[BundledObject, bool]]:
        """Do something with each object over several lanes, give what came of it, and tell how far it is."""
        done_bytes, size_bytes = 0, sum(one.size_bytes for one in todo)
        self._tell(Progress(phase, 0, len(todo), 0, size_bytes))
        with ThreadPoolExecutor(LANES, thread_name_prefix="bundle") as lanes:
            try:
                for done, (one, result) in enumerate(zip(todo, lanes.map(work, todo), strict=True), start=1):
                    yield one, result
                    done_bytes += one.size_bytes
                    self._tell(Progress(phase, done, len(todo), done_bytes, size_bytes))
            except BaseException:
                lanes.shutdown(wait=False, cancel_futures=True)
                raise


def _others(folder: Path) -> int:
    return sum(1 for path in folder.parent.glob(f"{FOLDER_BEGINS}*") if path != folder)
