"""Walks round the devices four times a second and looks at each: what is wrong is known before anybody needs it."""

import logging
import threading
from collections.abc import Sequence

from devices.guard import GuardedDevice, settle

LOOK_EVERY_S = 0.25

log = logging.getLogger(__name__)


class Watchman:
    """One thread for all devices; whatever may take long happens in threads of the guards."""

    def __init__(self, devices: Sequence[GuardedDevice], every_s: float = LOOK_EVERY_S) -> None:
        self._devices = list(devices)
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._walk, name="watchman", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End. May be called twice."""
        self._stop.set()
        self._thread.join(timeout=5)

    def _walk(self) -> None:
        while not self._stop.wait(self._every_s):
            try:
                settle(self._devices)
                for device in self._devices:
                    device.look()
            except Exception:  # the thread's outermost loop: one broken driver must not leave the others unwatched
                log.exception("the round was not finished")
