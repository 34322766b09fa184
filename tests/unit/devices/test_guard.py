"""A driver that hangs, breaks or fails is found, told, replaced and counted, and its user only sees a device."""

import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import numpy as np
import pytest

import devices.guard as guard_module
from devices.base import (
    Device,
    DeviceStatus,
    FingerprintReader,
    FingerScan,
    OnProgress,
    ScanProgress,
)
from devices.bench import Bench, settle_claims
from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ClaimedTwiceError,
    DeviceError,
    NotConnectedError,
    NotRespondingError,
)
from devices.guard import GuardedDevice, guarded
from devices.incidents import RESTARTED
from devices.watchman import Watchman
from tests.support.builders import START
from tests.support.sensors import until

PRINT = np.full((8, 8), 255, np.uint8)


class Reader(FingerprintReader):
    """A reader that does what its test says."""

    driver = "fingerprint.made_up"

    def __init__(self, acts: list[Callable[[OnProgress | None], None]], port: str = "") -> None:
        self.acts = acts
        self.is_shut = threading.Event()
        self.entered = 0
        self.trouble = ""
        self._port = port

    def __enter__(self) -> Self:
        if self.trouble:
            raise NotConnectedError(self.trouble)
        self.entered += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.entered -= 1

    def scan(self, timeout_s: float, on_progress: OnProgress | None = None) -> FingerScan:
        self.acts.pop(0)(on_progress)
        return FingerScan(PRINT, b"t", 500, "made up", START)

    def is_same_finger(self, first: bytes, second: bytes) -> bool:
        return first == second

    def status(self) -> DeviceStatus:
        return DeviceStatus("trouble", "not_connected") if self.trouble else DeviceStatus("standby")

    def port(self) -> str:
        return self._port

    def shutdown(self) -> None:
        self.is_shut.set()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds and ten are for people; the order of things is the same."""
    monkeypatch.setattr(guard_module, "SILENT_S", 0.2)
    monkeypatch.setattr(guard_module, "GIVEN_UP_S", 0.6)


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    """Set it, and whoever hangs comes back."""
    event = threading.Event()
    yield event
    event.set()


def well(on_progress: OnProgress | None) -> None:
    """A press that goes well."""


def rejected(on_progress: OnProgress | None) -> None:
    raise CaptureRejectedError("too dry", "messy")


def silent(on_progress: OnProgress | None) -> None:
    raise NotRespondingError("silent")


def broken(on_progress: OnProgress | None) -> None:
    raise ZeroDivisionError


def guard_of(*readers: Reader) -> GuardedDevice:
    """A guard whose driver, once given up, is the next of these."""
    coming = iter(readers)
    made = guarded("booth-1", "fingerprint", lambda: next(coming))
    assert isinstance(made, GuardedDevice)
    return made


def scan(device: Device) -> FingerScan:
    assert isinstance(device, FingerprintReader)
    with device as reader:
        return reader.scan(5)


def test_a_guarded_reader_is_a_reader_and_names_its_driver() -> None:
    reader = guard_of(Reader([well]))
    assert isinstance(reader, FingerprintReader)
    assert reader.driver == "fingerprint.made_up"
    assert scan(reader).template == b"t"
    assert reader.is_same_finger(b"a", b"a")
    Bench("booth-1", {"fingerprint": reader})


def test_a_hang_is_shown_while_it_lasts_and_then_given_up_and_the_next_press_works(stuck: threading.Event) -> None:
    hanging = Reader([lambda _told: stuck.wait(30)])
    reader = guard_of(hanging, Reader([well]))
    seen: list[DeviceError] = []

    def press() -> None:
        try:
            scan(reader)
        except DeviceError as error:
            seen.append(error)

    pressing = threading.Thread(target=press)
    pressing.start()
    until(lambda: reader.status() == DeviceStatus("trouble", "not_responding"))
    pressing.join(10)
    assert [type(error) for error in seen] == [NotRespondingError]
    assert hanging.is_shut.wait(5), "what hung is thrown away"
    assert scan(reader).template == b"t"
    assert reader.status().state == "standby"
    assert (reader.report().restarts, reader.report().failures, reader.report().reads) == (1, 1, 2)
    assert reader.incidents.take() == ["not_responding", RESTARTED]


def test_a_long_wait_for_a_finger_is_no_hang_as_long_as_it_is_told(stuck: threading.Event) -> None:
    def patient(told: OnProgress | None) -> None:
        assert told is not None
        for _ in range(12):
            told(ScanProgress(False, 0, 8, PRINT))
            stuck.wait(0.1)

    reader = guard_of(Reader([patient]))
    assert scan(reader).template == b"t"
    assert reader.report().restarts == 0


def test_who_is_told_may_call_it_off_and_gets_the_own_error_back() -> None:
    def telling(told: OnProgress | None) -> None:
        assert told is not None
        told(ScanProgress(True, 8, 8, PRINT))

    class EnoughError(Exception):
        pass

    def enough(progress: ScanProgress) -> None:
        raise EnoughError

    reader = guard_of(Reader([telling]))
    assert isinstance(reader, FingerprintReader)
    with reader, pytest.raises(EnoughError):
        reader.scan(5, enough)
    assert reader.report().failures == 0


def test_a_drivers_own_fault_ends_no_page() -> None:
    reader = guard_of(Reader([broken, well]))
    with pytest.raises(NotRespondingError, match="broke"):
        scan(reader)
    assert scan(reader).template == b"t"


def test_what_the_finger_is_to_blame_for_is_no_failure_and_only_twenty_are_remembered() -> None:
    reader = guard_of(Reader([rejected, silent, *[well] * 19]))
    for error in (CaptureRejectedError, NotRespondingError):
        with pytest.raises(error):
            scan(reader)
    assert (reader.report().failures, reader.report().reads) == (1, 2)
    for _ in range(19):
        scan(reader)
    assert (reader.report().failures, reader.report().reads) == (1, 20)


def test_somebody_else_using_it_is_no_failure() -> None:
    def busy(told: OnProgress | None) -> None:
        raise BusyError("in use")

    reader = guard_of(Reader([busy]))
    with pytest.raises(BusyError):
        scan(reader)
    assert reader.report().reads == 0


def test_a_device_in_trouble_is_tried_again_until_it_is_back_without_anybody_asking() -> None:
    driver = Reader([])
    reader = guard_of(driver)
    driver.trouble = "the cable is out"
    watchman = Watchman([reader], every_s=0.02)
    watchman.start()
    until(lambda: reader.report().attempts >= 1)
    told = reader.report()
    assert told.status.code == "not_connected"
    driver.trouble = ""
    until(lambda: reader.report().status.state == "standby")
    assert reader.report().since > told.since
    assert reader.report().attempts == 0
    watchman.stop()
    watchman.stop()


def test_a_device_in_use_is_left_alone() -> None:
    driver = Reader([])
    reader = guard_of(driver)
    with reader:
        driver.trouble = "out"
        reader.look()
        assert reader.report().attempts == 0
        driver.trouble = ""
    assert driver.entered == 0


def test_two_stations_that_claim_a_port_are_both_named_kept_off_it_and_the_others_go_on() -> None:
    def bench(name: str, port: str) -> Bench:
        reader = guarded(name, "fingerprint", lambda: Reader([well, well], port))
        return Bench(name, {"fingerprint": reader})

    first, second, third = bench("desk-1", "COM3"), bench("booth-1", "COM3"), bench("desk-2", "COM4")
    settle_claims([first, second, third])
    for claimed in (first, second):
        assert claimed.status()["fingerprint"] == DeviceStatus("trouble", "claimed_twice")
        assert claimed.reports()["fingerprint"].held_up_by == ("desk-1", "booth-1")
        with pytest.raises(ClaimedTwiceError, match="COM3 is claimed by desk-1 and booth-1"):
            scan(claimed.fingerprint)
    assert scan(third.fingerprint).template == b"t"
    settle_claims([first, third])
    assert scan(first.fingerprint).template == b"t"


def test_the_threads_of_finished_calls_are_gone() -> None:
    reader = guard_of(Reader([well] * 5))
    for _ in range(5):
        scan(reader)
    until(lambda: not [one for one in threading.enumerate() if one.name.startswith("fingerprint.made_up")])
    begun = time.monotonic()
    reader.status()
    assert time.monotonic() - begun < 0.05
