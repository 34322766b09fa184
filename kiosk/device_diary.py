"""Keeps what happens to the devices over the day, so that the day report can count it."""

import logging
from collections.abc import Collection
from threading import Event, Lock, Thread

from devices.bench import Bench
from local_db.device_checks import CheckBook, Incident
from local_db.errors import NotSavedError

EVERY_S = 5.0

logger = logging.getLogger(__name__)


class DeviceDiary:
    """Asks the guards before the devices every few seconds; one transaction for all that is new."""

    def __init__(self, benches: Collection[Bench], book: CheckBook, every_s: float = EVERY_S) -> None:
        self._benches = benches
        self._book = book
        self._every_s = every_s
        self._unsaved: list[Incident] = []
        self._one_at_a_time = Lock()
        self._over = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Keep what happens from now on, until stopped."""
        self._thread = Thread(target=self._run, name="device-diary", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, with what has happened until now."""
        self._over.set()
        if self._thread:
            self._thread.join()
            self.keep()

    def keep(self) -> None:
        """Keep what has happened since the last time; what the disk does not take is kept the next time."""
        with self._one_at_a_time:
            for bench in self._benches:
                for guard in bench.guards():
                    self._unsaved += [Incident(guard.station, guard.role, code) for code in guard.incidents.take()]
            if not self._unsaved:
                return
            try:
                self._book.add_incidents(self._unsaved)
            except NotSavedError as error:
                logger.warning("what happened to devices could not be kept: %s", error)
            else:
                self._unsaved = []

    def _run(self) -> None:
        while not self._over.wait(self._every_s):
            try:
                self.keep()
            except Exception:  # the thread's outermost loop
                logger.exception("fault while keeping what happens to devices")
