"""Exports onto a stick in the background, one at a time, and knows how the last one went, also over a restart."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Event, Lock, Thread

from local_db.clock import Clock
from local_db.errors import StoreError
from local_db.store import Origin, Store
from local_db.verdicts import VerdictBook
from records.receipt import PinnedKeys
from records.stick import Drive, drives
from sync.bundle import BundleSource, Lying, find_bundle
from sync.bundle_answer import AnswerReport, answered_at, take_answer
from sync.bundle_writing import BundleReport, Progress, write_bundle
from sync.errors import BundleError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LastBundle:
    """The last bundle that was finished, which its slip speaks of; and how the last try went.

    Attributes:
        number: 0 where none was ever finished.
        code: the check code.
        error: code of the last try's `BundleError`, "" if it went well.
        is_cut_off: the last try was begun and never ended: the program was killed, or the power went.
    """

    number: int = 0
    code: str = ""
    records: int = 0
    objects: int = 0
    size_bytes: int = 0
    written: int = 0
    lacking: int = 0
    others: int = 0
    made_at: str = ""
    error: str = ""
    detail: str = ""
    is_cut_off: bool = False

    @property
    def made(self) -> datetime | None:
        """When it was finished."""
        return datetime.fromisoformat(self.made_at) if self.made_at else None


@dataclass(frozen=True, slots=True)
class Offer:
    """A place one may export to.

    Attributes:
        ours: what lies there of this venue.
        answered: when the region answered on it.
    """

    drive: Drive
    ours: Lying | None
    answered: datetime | None


class Bundles:
    """One venue's bundles."""

    def __init__(
        self,
        source: BundleSource,
        places: Sequence[Path],
        keys: Callable[[], PinnedKeys],
        store: Store,
        verdicts: VerdictBook,
        clock: Clock,
    ) -> None:
        """Prepare.

        Args:
            places: what the settings name besides the sticks that are found.
            keys: gives the region's public keys for receipts.
        """
        self.book = source.book
        self._source = source
        self._places = places
        self._keys = keys
        self._store = store
        self._verdicts = verdicts
        self._clock = clock
        self._one_at_a_time = Lock()
        self._over = Event()
        self._lying: dict[Path, Lying | None] = {}
        self._thread: Thread | None = None
        self.progress: Progress | None = None

    def offers(self) -> list[Offer]:
        """Return the places that are there now."""
        here = drives(self._places)
        self._lying = {one.path: find_bundle(one.path, self._source, self._lying.get(one.path)) for one in here}
        return [Offer(one, self._lying[one.path], answered_at(one.path, self._source.venue_id)) for one in here]

    def offered(self, path: str) -> Path:
        """Return the place of that name.

        Raises:
            BundleError: "missing": it is not there (any more).
        """
        found = next((drive.path for drive in drives(self._places) if str(drive.path) == path), None)
        if found is None:
            raise BundleError("missing", path)
        return found

    @property
    def is_running(self) -> bool:
        """Whether an export is going on."""
        return self._one_at_a_time.locked() or (self._thread is not None and self._thread.is_alive())

    def last(self) -> LastBundle:
        """Return how the last one went."""
        text = self.book.last()
        return LastBundle(**json.loads(text)) if text else LastBundle()

    def start(self, disk: Path, origin: Origin) -> None:
        """Export beside the screens.

        Raises:
            BundleError: "busy".
        """
        if self.is_running:
            raise BundleError("busy")
        self._thread = Thread(target=self._run, args=(disk, origin), name="bundle", daemon=True)
        self._thread.start()

    def export(self, disk: Path, origin: Origin) -> BundleReport:
        """Export now; an answer of the region that lies on the stick is read in first.

        Raises:
            BundleError: why nothing or not everything lies on the stick; the last one says so as well.
            StoreError: our own disk is full.
        """
        if not self._one_at_a_time.acquire(blocking=False):
            raise BundleError("busy")
        try:
            return self._export(disk, origin)
        finally:
            self.progress = None
            self._one_at_a_time.release()

    def read_in(self, disk: Path, origin: Origin) -> AnswerReport:
        """Read the region's answer on a stick in.

        Raises:
            BundleError: nothing was changed; says why. That is noted too.
        """
        try:
            report = take_answer(self._source, self._keys(), self._verdicts, disk)
        except BundleError as error:
            self._store.note("bundle:answer-refused", error.code, origin)
            raise
        taken = report.taken
        self._store.note(
            "bundle:answer", str(report.number), origin, sent=taken.sent, accepted=taken.accepted, known=taken.known
        )
        return report

    def stop(self) -> None:
        """End what is being written after the objects under way; the next export goes on there."""
        self._over.set()
        self.wait()

    def wait(self) -> None:
        """Come back when the export in the background is over."""
        if self._thread:
            self._thread.join()

    def _export(self, disk: Path, origin: Origin) -> BundleReport:
        self._read_in_first(disk, origin)
        before = replace(self.last(), error="", detail="", is_cut_off=False)
        self._note(replace(before, is_cut_off=True))
        try:
            report = write_bundle(self._source, disk, self._clock.now, self._tell)
        except BundleError as error:
            self._note(replace(before, error=error.code, detail=error.detail))
            self._store.note("bundle:export-failed", error.code, origin)
            raise
        contents = report.contents
        self._note(_last(report, self._clock.now()))
        self._store.note(
            "bundle:export",
            str(contents.number),
            origin,
            records=len(contents.records),
            objects=len(contents.objects),
            written=report.written,
            lacking=report.lacking,
        )
        return report

    def _read_in_first(self, disk: Path, origin: Origin) -> None:
        """Read an answer in before the bundle it answers is replaced; what is not the region's word goes with it."""
        if answered_at(disk, self._source.venue_id) is not None:
            try:
                self.read_in(disk, origin)
            except BundleError as error:
                logger.warning("the answer on the stick was not read in: %s", error.code)

    def _run(self, disk: Path, origin: Origin) -> None:
        try:
            self.export(disk, origin)
        except BundleError as error:
            logger.warning("no bundle was written: %s", error.code)
        except StoreError as error:
            logger.warning("no bundle was written: %s", type(error).__name__)
        except Exception:  # the outermost loop of its thread
            logger.exception("fault while a bundle was written")

    def _tell(self, progress: Progress) -> None:
        self.progress = progress
        if self._over.is_set():
            raise BundleError("stopped")

    def _note(self, last: LastBundle) -> None:
        self.book.note_last(json.dumps(asdict(last)))


def _last(report: BundleReport, now: datetime) -> LastBundle:
    contents = report.contents
    return LastBundle(
        number=contents.number,
        code=contents.code,
        records=len(contents.records),
        objects=len(contents.objects),
        size_bytes=contents.size_bytes,
        written=report.written,
        lacking=report.lacking,
        others=report.others,
        made_at=now.isoformat(),
    )
