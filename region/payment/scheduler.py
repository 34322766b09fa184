"""Does by itself what is due: a thread of every process, and a command; however many run, everything happens once."""

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from region.errors import RegionError
from region.payment.batches import run_due
from region.portal.limits import forget_full_buckets
from region.slots.waiting_line import move_up_all
from region.store import Store

EVERY_S = 20.0
_log = logging.getLogger(__name__)


def tick(store: Store) -> int:
    """Do what is due now; return how many registrations had their payment opened."""
    opened = run_due(store)
    move_up_all(store)
    forget_full_buckets(store)
    if opened:
        _log.info("payment opened for %s registrations", opened)
    return opened


class Scheduler:
    """Ticks, and does other jobs, until it is stopped; what fails is told and ends nothing."""

    def __init__(self, store: Store, *others: Callable[[], object], every_s: float = EVERY_S) -> None:
        self._jobs, self._every_s = (lambda: tick(store), *others), every_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)

    def start(self) -> None:
        """Begin, with a first tick at once."""
        self._thread.start()

    def stop(self) -> None:
        """End after the tick that is running."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            for job in self._jobs:
                try:
                    job()
                except (RegionError, SQLAlchemyError) as error:
                    _log.error("a tick failed, the next one tries again: %s", type(error).__name__)
            if self._stopped.wait(self._every_s):
                return
