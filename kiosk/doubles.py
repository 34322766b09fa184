"""Looks in the background whether a print is here already under another name, and tells a lead; it stops nobody.

Every print's minutiae are compared with those of all other visits of this venue (devices/matching/crowd.py). A miss is
possible and so is a mistake: docs/fingerprints.md has the measured rates. The decision is a person's.
"""

import logging
import threading
from dataclasses import dataclass

from devices.errors import CaptureRejectedError
from devices.formats.finger_minutiae import read_minutiae
from devices.matching.crowd import PrintCrowd
from devices.matching.cylinders import Template, template_of
from local_db.blobs import BlobFolder
from local_db.clock import Clock
from local_db.errors import MissingBlobError
from local_db.prints import Double, PrintShelf, StoredPrint
from local_db.store import Origin

logger = logging.getLogger(__name__)

ROLE = "minutiae"
BY_ITSELF = Origin("kaodian", "")
BATCH = 50
PAUSE_S = 2.0


@dataclass(frozen=True, slots=True)
class _Key:
    visit: str
    finger: str


class DoubleWatch:
    """Knows the venue's prints; `round()` takes in what is new, a thread does it all day."""

    def __init__(self, shelf: PrintShelf, blobs: BlobFolder, clock: Clock) -> None:
        self._shelf = shelf
        self._blobs = blobs
        self._clock = clock
        self._crowd = PrintCrowd()
        self._row = 0
        self._known: set[frozenset[str]] | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Run rounds in a thread until `stop`."""
        self._thread = threading.Thread(target=self._run, name="doubles", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """End after the print that is being compared. What is left is looked at after the next start."""
        self._stop.set()
        if self._thread:
            self._thread.join(timeout_s)

    def round(self) -> int:
        """Compare the prints that came since the last round; return how many there were."""
        fresh = self._shelf.after(self._row, ROLE, BATCH)
        for stored in fresh:
            if self._stop.is_set():
                break
            self._look_at(stored)
            self._row = stored.row
        return len(fresh)

    def _look_at(self, stored: StoredPrint) -> None:
        template = self._template(stored)
        if template is None:
            return
        for found in self._crowd.same_finger(stored.visit, template):
            self._tell(stored, found.key, found.likeness)
        self._crowd.add(stored.visit, _Key(stored.visit, stored.finger), template)

    def _template(self, stored: StoredPrint) -> Template | None:
        try:
            return template_of(read_minutiae(self._blobs.get(stored.digest)))
        except (MissingBlobError, CaptureRejectedError):
            logger.warning("the minutiae %s cannot be read; not compared", stored.digest[:12])
            return None

    def _tell(self, stored: StoredPrint, key: object, likeness: float) -> None:
        if self._known is None:
            self._known = {double.pair for double in self._shelf.doubles()}
        if not isinstance(key, _Key) or frozenset((stored.visit, key.visit)) in self._known:
            return
        double = Double(
            visit=stored.visit,
            other=key.visit,
            finger=stored.finger,
            other_finger=key.finger,
            likeness_pct=round(100 * likeness),
            found_at=self._clock.now(),
        )
        self._shelf.note(double, BY_ITSELF)
        self._known.add(double.pair)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                while self.round() and not self._stop.is_set():
                    pass
            except Exception:  # outermost loop: one print that cannot be compared must not end it for the day
                logger.exception("comparing prints failed")
            self._stop.wait(PAUSE_S)
