"""Tests every device of every station, at the start of the day or when somebody asks, and keeps how it went."""

import logging
import threading
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from devices.bench import Bench
from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ConfigurationError,
    DeviceError,
    NotConnectedError,
    OutOfPaperError,
)
from local_db.device_checks import CheckBook, DeviceCheck

AT_ONCE = 4
"""Stations that are tested at the same time: a venue computer has few cores, and a camera costs one while it opens."""

CODES: Mapping[type[DeviceError], str] = {
    NotConnectedError: "not_connected",
    BusyError: "busy",
    OutOfPaperError: "no_paper",
    ConfigurationError: "configuration",
}

logger = logging.getLogger(__name__)


class CheckRounds:
    """One round at a time, in the background or not."""

    def __init__(self, benches: Mapping[str, Bench], book: CheckBook) -> None:
        self.book = book
        self._benches = benches
        self._running = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Whether a round is under way."""
        return self._running.locked()

    def start(self, actor: str) -> bool:
        """Begin a round in the background; False if one is under way."""
        if not self._running.acquire(blocking=False):
            return False
        self._thread = threading.Thread(target=self._in_background, args=(actor,), name="device-checks")
        self._thread.start()
        return True

    def run(self, actor: str) -> list[DeviceCheck]:
        """Do a round and return how each device did; waits for one that is under way."""
        with self._running:
            return self._round(actor)

    def stop(self) -> None:
        """End a round after the devices that are being tested."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _in_background(self, actor: str) -> None:
        try:
            self._round(actor)
        except Exception:
            logger.exception("a round of device tests broke off")
        finally:
            self._running.release()

    def _round(self, actor: str) -> list[DeviceCheck]:
        round_id = uuid.uuid4().hex
        with ThreadPoolExecutor(AT_ONCE, "device-check") as pool:
            stations = [pool.submit(self._station, bench, round_id, actor) for bench in self._benches.values()]
            return [check for station in stations for check in station.result()]

    def _station(self, bench: Bench, round_id: str, actor: str) -> list[DeviceCheck]:
        checks = []
        for role, driver in bench.drivers().items():
            if self._stop.is_set():
                break
            checks.append(check_device(bench, role, driver))
            self.book.add(round_id, checks[-1], actor)
        return checks


def check_device(bench: Bench, role: str, driver: str) -> DeviceCheck:
    """Return how a device does when a sample is taken with it."""
    try:
        bench.sample(role)
    except CaptureRejectedError as error:
        return DeviceCheck(bench.station, role, driver, "nothing", error.code)
    except DeviceError as error:
        return DeviceCheck(bench.station, role, driver, "trouble", CODES.get(type(error), "not_responding"))
    status = bench.status()[role]
    return DeviceCheck(bench.station, role, driver, "works", status.code)
