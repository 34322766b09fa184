"""Stands before a driver: finds out when it hangs, puts another in its place, and remembers how well it works.

Whoever uses a device holds the guard and sees the same interface. A call that shows no sign of life for two seconds is
reported at once in the device's status; after ten it is given up: the caller gets NotRespondingError, the driver is
thrown away and made anew, and nobody else notices.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, cast

from devices.base import Device, DeviceStatus
from devices.call import Call
from devices.errors import BusyError, CaptureRejectedError, ClaimedTwiceError, DeviceError, NotRespondingError
from devices.incidents import RESTARTED, Incidents

SILENT_S, GIVEN_UP_S = 2.0, 10.0
"""A sensor that is still sending a picture nobody wants any more is silent for up to eight seconds."""

LAST_READS = 20
_HEAL_FIRST_S, _HEAL_MOST_S = 1.0, 5.0
_PROBE_EVERY_S = 0.5
_LOOK_S = 0.25
_OWN = frozenset({"status", "probe", "port", "shutdown"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """How a device has done.

    Attributes:
        since: aware UTC of when it came into its present state.
        reads, failures: of the last twenty readings; what the finger or the light was to blame for is no failure.
        attempts: to bring it back since it is in trouble.
        restarts: of its driver, because it hung.
    """

    driver: str
    status: DeviceStatus
    since: datetime
    reads: int
    failures: int
    attempts: int
    restarts: int
    held_up_by: tuple[str, ...] = ()


class GuardedDevice(Device):
    """The guard. `guarded` makes one for each kind of device."""

    def __init__(self, station: str, role: str, make: Callable[[], Device], first: Device) -> None:
        self.station, self.role, self.incidents = station, role, Incidents()
        self._make = make
        self._now = first
        self._lock = threading.RLock()
        self._held = threading.local()
        self._holders = 0
        self._calls: list[Call] = []
        self._reads: deque[bool] = deque(maxlen=LAST_READS)
        self._dispute: ClaimedTwiceError | None = None
        self._healing = threading.Lock()
        self._attempts = self._restarts = 0
        self._state, self._since = ("", ""), datetime.now(UTC)
        self._hung = False
        self._heal_at = self._probe_at = 0.0

    @property
    def driver(self) -> str:  # type: ignore[override]
        """The driver's name, as the evidence keeps it."""
        return self._now.driver

    def __getattr__(self, name: str) -> Any:
        """What else the driver says of itself, e.g. how wide a printer's paper is."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._now, name)

    def __enter__(self) -> Self:
        if self._dispute is not None:
            raise self._dispute
        with self._lock:
            self._holders += 1
        try:
            if not self._now.may_be_shared:
                self._wait_for_healing()
            driver = self._now
            self.call(driver, "__enter__")
        except BaseException:
            with self._lock:
                self._holders -= 1
            raise
        self._stack().append(driver)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._holders -= 1
        driver = self._stack().pop()
        if driver is self._now:  # one that was given up is past leaving
            self.call(driver, "__exit__", kind, error, trace)

    def status(self) -> DeviceStatus:
        status = self._now.status()
        with self._lock:
            is_silent = self._hung or any(call.is_silent(SILENT_S) for call in self._calls)
        if self._dispute is not None:
            status = DeviceStatus("trouble", self._dispute.state, status.last_good_at)
        elif is_silent and status.state != "trouble":
            status = DeviceStatus("trouble", "not_responding", status.last_good_at)
        self._note_state(status)
        return status

    def report(self) -> Report:
        """Return how the device is and has done."""
        status = self.status()
        with self._lock:
            return Report(
                driver=self.driver,
                status=status,
                since=self._since,
                reads=len(self._reads),
                failures=self._reads.count(False),
                attempts=self._attempts,
                restarts=self._restarts,
                held_up_by=self._dispute.stations if self._dispute else (),
            )

    def probe(self) -> None:
        self._now.probe()

    def port(self) -> str:
        return self._now.port()

    def shutdown(self) -> None:
        self._now.shutdown()

    def quarrel(self, dispute: ClaimedTwiceError | None) -> None:
        """Take that another station claims the same port, or no longer does."""
        if dispute is not None and self._dispute is None:
            log.error("%s %s: %s", self.station, self.role, dispute)
        self._dispute = dispute

    def look(self) -> None:
        """Look after the device if it is time to: whether it is there, and whether it comes back. Returns at once."""
        now = time.monotonic()
        status = self.status()
        if self._holders or self._dispute is not None:
            return
        if now >= self._probe_at and type(self._now).probe is not Device.probe:
            self._probe_at = float("inf")
            threading.Thread(target=self._probe, name=f"probe {self.station} {self.role}", daemon=True).start()
        if status.state == "trouble" and now >= self._heal_at and self._now.heals_by_opening:
            self._heal_at = float("inf")
            threading.Thread(target=self._heal, name=f"heal {self.station} {self.role}", daemon=True).start()

    def held(self) -> Device:
        """Return the driver that this thread holds, else the present one."""
        stack = self._stack()
        return stack[-1] if stack else self._now

    def call(self, driver: Device, name: str, *args: Any, **kwargs: Any) -> Any:
        """Return what the driver's method returns, or raise NotRespondingError when it does not come back."""
        is_reading = name in driver.readings
        try:
            result = self._do(driver, name, args, kwargs)
        except BusyError:
            raise
        except CaptureRejectedError:
            self._count(is_reading, is_good=True)
            raise
        except DeviceError:
            self._count(is_reading or name == "__enter__", is_good=False)
            raise
        self._count(is_reading, is_good=True)
        return result

    def _do(self, driver: Device, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if driver.keeps_time:
            return getattr(driver, name)(*args, **kwargs)
        call = Call(driver, name, args, kwargs)
        with self._lock:
            self._calls.append(call)
        while not call.is_done.wait(_LOOK_S):
            if call.is_silent(GIVEN_UP_S):
                self._give_up(call, name)
                raise NotRespondingError(f"{driver.driver} did not come back from {name.strip('_')}")
        with self._lock:
            self._calls.remove(call)
            self._hung = False
        if call.error is not None:
            raise call.error
        return call.result

    def _give_up(self, call: Call, name: str) -> None:
        log.error("%s %s: %s hangs in %s; starting it anew", self.station, self.role, call.driver.driver, name)
        with self._lock:
            self._calls.remove(call)
            if call.driver is not self._now:
                return
            old, self._now = self._now, self._make()
            self._restarts += 1
            self.incidents.note(RESTARTED)
            self._hung = True  # until the new one has answered once
        threading.Thread(target=old.shutdown, name=f"end {old.driver}", daemon=True).start()

    def _wait_for_healing(self) -> None:
        """Let an attempt to bring it back end first: its user would only be told that it is busy."""
        if self._healing.acquire(timeout=GIVEN_UP_S):
            self._healing.release()

    def _heal(self) -> None:
        with self._healing:
            self._attempts += 1
            driver = self._now
            try:
                self._do(driver, "__enter__", (), {})
                self._do(driver, "__exit__", (None, None, None), {})
            except DeviceError as error:
                log.debug("%s %s: %s", self.station, self.role, error)
            finally:
                self._heal_at = time.monotonic() + min(_HEAL_FIRST_S * 2**self._attempts, _HEAL_MOST_S)

    def _probe(self) -> None:
        try:
            self._now.probe()
        except DeviceError as error:
            log.debug("%s %s: %s", self.station, self.role, error)
        finally:
            self._probe_at = time.monotonic() + _PROBE_EVERY_S

    def _note_state(self, status: DeviceStatus) -> None:
        state = (("" if status.state in ("ready", "standby") else status.state), status.code)
        with self._lock:
            if state == self._state:
                return
            if not state[0]:
                self._attempts = 0
            self._state, self._since = state, datetime.now(UTC)
            if status.state == "trouble":
                self.incidents.note(status.code)
        log.info("%s %s: %s", self.station, self.role, status.code or "well")

    def _count(self, is_reading: bool, *, is_good: bool) -> None:
        if is_reading:
            self._reads.append(is_good)

    def _stack(self) -> list[Device]:
        if not hasattr(self._held, "stack"):
            self._held.stack = []
        return cast("list[Device]", self._held.stack)


def guarded(station: str, role: str, make: Callable[[], Device]) -> Device:
    """Return a guard before the device that `make` gives; it is of the same kind (`Camera`, …).

    Raises:
        ConfigurationError: as `make`.
    """
    first = make()
    kind = next(one for one in type(first).__mro__ if one.__module__.startswith("devices.base."))
    names = [name for name in dir(kind) if not name.startswith("_") and callable(getattr(kind, name))]
    methods = {name: _forwarding(name) for name in names if name not in _OWN}
    made = type(f"Guarded{kind.__name__}", (GuardedDevice, kind), methods)
    return cast("Device", made(station, role, make, first))


def settle(devices: list[GuardedDevice]) -> None:
    """Keep everybody off a port that two stations claim, and give back one that is claimed once."""
    claims: dict[str, list[GuardedDevice]] = {}
    for device in devices:
        if port := device.port():
            claims.setdefault(port, []).append(device)
    for device in devices:
        rivals = claims.get(device.port(), [])
        names = dict.fromkeys(rival.station for rival in rivals)
        device.quarrel(ClaimedTwiceError(device.port(), tuple(names)) if len(rivals) > 1 else None)


def _forwarding(name: str) -> Callable[..., Any]:
    def forward(self: GuardedDevice, *args: Any, **kwargs: Any) -> Any:
        return self.call(self.held(), name, *args, **kwargs)

    forward.__name__ = name
    return forward
