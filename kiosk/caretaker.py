"""Clears the computer of captured biometrics, and of the region's pictures, as soon as that may be."""

import logging
import threading
from collections.abc import Callable

from kiosk.journey import Journey
from local_db.clock import Clock
from local_db.errors import StoreError
from local_db.removal import Clearable, Removal
from local_db.visits import Visit
from records.sensitivity import Sensitivity, of_step
from records.standing import never_again

logger = logging.getLogger(__name__)


class Caretaker:
    """One round after the other."""

    def __init__(self, removal: Removal, journey: Journey, clock: Clock, let_go: Callable[[], int] = lambda: 0) -> None:
        """Use these parts; `let_go` removes what the region has and the venue needs no longer."""
        self._let_go = let_go
        self._removal = removal
        self._journey = journey
        self._clock = clock
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, pause_s: float = 5.0) -> None:
        """Do a round now, and again after each pause, in a thread until `stop`."""
        self._thread = threading.Thread(target=self._run, args=(pause_s,), name="caretaker", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """End after the round that is running. Being killed instead leaves nothing half done."""
        self._stop.set()
        if self._thread:
            self._thread.join(timeout_s)

    def round(self) -> int:
        """Remove what may go by now; return how many files went."""
        due = [one for one in self._removal.clearable() if self._is_due(one)]
        return sum(self._clear(one) for one in due) + self._let_go()

    def _is_due(self, one: Clearable) -> bool:
        rule = self._journey.profiles.get(one.profile_digest).removal
        return rule.is_due(one.sealed_at, one.accepted_at, self._clock.now())

    def _clear(self, one: Clearable) -> int:
        store = self._journey.store
        visit, files = store.visit(one.visit), store.sealed_files(one.visit)
        if one.accepted_at is None and not all(store.sealed.is_intact(file.digest) for file in files.values()):
            logger.error("visit %s: a sealed file is damaged, its captures stay; look with verify", one.visit)
            return 0
        sealed = {digest for _sensitivity, digest in files}
        return self._removal.clear(one, *going_and_kept(visit, sealed))

    def _run(self, pause_s: float) -> None:
        while not self._stop.is_set():
            try:
                self.round()
            except (StoreError, OSError):
                logger.warning("removing sealed captures is put off", exc_info=True)
            except Exception:  # outermost loop: one visit that cannot be cleared must not keep the others
                logger.exception("removing sealed captures failed")
            self._stop.wait(pause_s)


def going_and_kept(visit: Visit, sealed: set[str]) -> tuple[set[str], set[str]]:
    """Return the biometrics that are sealed or can never count again, and what other evidence needs or may need."""
    past = {entry.seq for entry in never_again(visit.entries)}
    going: set[str] = set()
    kept: set[str] = set()
    for entry in visit.entries:
        is_biometric = of_step(entry.evidence.step) is Sensitivity.BIOMETRICS
        for file in entry.evidence.attachments:
            may_go = is_biometric and (file.digest in sealed or entry.seq in past)
            (going if may_go else kept).add(file.digest)
    return going, kept
