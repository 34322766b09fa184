"""Reads bundles in, one place after the other, beside the screens; what came of it is kept until the next one."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread

from records.receipt import ReceiptSigner
from region.bundle_answer import write_answer
from region.bundles import Progress, Taken, find_bundles, read_list, take_bundle
from region.errors import BundleError
from region.persons import Persons
from region.store import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one bundle folder.

    Attributes:
        taken: None where nothing was taken at all; then `refusal` is the code of a `BundleError`.
        answer_trouble: why the answer could not be written onto the stick, "" if it was.
    """

    folder: str
    taken: Taken | None
    refusal: str = ""
    answer_trouble: str = ""


@dataclass(frozen=True, slots=True)
class DeskState:
    """How it stands: running with its progress, or what came of the last place that was read in."""

    place: str = ""
    progress: Progress | None = None
    outcomes: tuple[Outcome, ...] = ()
    trouble: str = ""


class BundleDesk:
    """Where sticks are read in."""

    def __init__(self, store: Store, persons: Persons, signer: ReceiptSigner) -> None:
        self._store = store
        self._persons = persons
        self._signer = signer
        self._starting = Lock()
        self._thread: Thread | None = None
        self.state = DeskState()

    def start(self, place: Path, actor: str) -> bool:
        """Begin to read a place in; return whether it was begun, which it is not while another one is read."""
        with self._starting:
            if self.is_running:
                return False
            self.state = DeskState(str(place), Progress(0, 0))
            self._thread = Thread(target=self._run, args=(place, actor), name="bundle-import", daemon=True)
            self._thread.start()
            return True

    @property
    def is_running(self) -> bool:
        """Whether something is being read in."""
        return self._thread is not None and self._thread.is_alive()

    def wait(self) -> DeskState:
        """Return how it went once it is over."""
        if self._thread:
            self._thread.join()
        return self.state

    def read_in(self, place: Path, actor: str, tell: Callable[[Progress], None]) -> tuple[Outcome, ...]:
        """Read every bundle at a place in, and answer on it.

        Raises:
            BundleError: there is none, or no such place.
        """
        return tuple(self._one(folder, actor, tell) for folder in find_bundles(place))

    def _run(self, place: Path, actor: str) -> None:
        trouble = ""
        outcomes: tuple[Outcome, ...] = ()
        try:
            outcomes = self.read_in(place, actor, self._tell)
        except BundleError as error:
            trouble = error.code
        except Exception:  # the outermost loop of its thread
            logger.exception("fault while reading a bundle in")
            trouble = "fault"
        self.state = DeskState(str(place), None, outcomes, trouble)

    def _tell(self, progress: Progress) -> None:
        self.state = DeskState(self.state.place, progress)

    def _one(self, folder: Path, actor: str, tell: Callable[[Progress], None]) -> Outcome:
        try:
            contents = read_list(self._store, folder, actor)
        except BundleError as error:
            return Outcome(folder.name, None, error.code)
        taken = take_bundle(self._store, folder, contents, actor, tell)
        trouble = write_answer(self._store, self._persons, self._signer, folder, taken)
        return Outcome(folder.name, taken, answer_trouble=trouble)
