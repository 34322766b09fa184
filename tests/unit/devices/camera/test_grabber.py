"""The capture thread: started once, kept a while, restarted when it must be."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from devices.base import Pixels
from devices.camera.grabber import Grabber
from devices.camera.patience import Patience
from devices.errors import ConfigurationError, DeviceError, NotConnectedError, NotRespondingError

HURRIED = Patience(open_s=5, standby_s=0.1, stale_s=0.3, frozen_s=0.3, hang_s=0.3, retry_s=0.02, retry_most_s=0.05)
LONG_S = 10.0


class FakeSource:
    """A camera whose next read does what the bench tells it to."""

    may_hold = False

    def __init__(self, bench: "FakeCamera") -> None:
        self._bench = bench

    def read(self) -> Pixels:
        return self._bench.read()

    def close(self) -> None:
        self._bench.closed += 1


class FakeCamera:
    """Counts openings and closings, and gives pictures, errors or silence."""

    def __init__(self) -> None:
        self.opened = self.closed = 0
        self.open_error: DeviceError | None = None
        self.read_error: Exception | None = None
        self.hang = threading.Event()
        self.hang.set()
        self._value = 0

    def open(self) -> FakeSource:
        if self.open_error is not None:
            raise self.open_error
        self.opened += 1
        return FakeSource(self)

    def read(self) -> Pixels:
        self.hang.wait(LONG_S)
        threading.Event().wait(0.005)
        if self.read_error is not None:
            raise self.read_error
        self._value = (self._value + 1) % 200
        return np.full((4, 4, 3), 50 + self._value, np.uint8)


@pytest.fixture
def fake() -> Iterator[FakeCamera]:
    camera = FakeCamera()
    yield camera
    camera.hang.set()


@pytest.fixture
def grabber(fake: FakeCamera) -> Iterator[Grabber]:
    grabber = Grabber("fake", fake.open, HURRIED)
    yield grabber
    fake.hang.set()
    grabber.shutdown()


def eventually(question: Callable[[], bool]) -> bool:
    until, pause = time.monotonic() + LONG_S, threading.Event()
    while not question() and time.monotonic() < until:
        pause.wait(0.005)
    return question()


def test_nothing_is_opened_until_somebody_holds_it(fake: FakeCamera, grabber: Grabber) -> None:
    assert grabber.status().state == "standby"
    assert fake.opened == 0


def test_one_thread_serves_all_holders(fake: FakeCamera, grabber: Grabber) -> None:
    for _ in range(5):
        grabber.acquire()
    assert fake.opened == 1


def test_it_stays_open_between_two_screens_and_is_closed_after(fake: FakeCamera) -> None:
    grabber = Grabber("fake", fake.open, replace(HURRIED, standby_s=0.5))
    grabber.acquire()
    grabber.release()
    grabber.acquire()
    assert fake.opened == 1
    grabber.release()
    assert eventually(lambda: fake.closed == 1)
    grabber.shutdown()


def test_it_is_never_opened_twice_at_a_time(fake: FakeCamera) -> None:
    """On Windows a camera has one owner: the old one is closed before the new one is opened."""
    grabber = Grabber("fake", fake.open, replace(HURRIED, standby_s=0.0))
    for _ in range(30):
        grabber.acquire()
        assert fake.opened - fake.closed == 1
        grabber.release()
    grabber.shutdown()


def test_letting_go_more_often_than_holding_does_no_harm(grabber: Grabber) -> None:
    grabber.release()
    grabber.acquire()
    assert grabber.frame(-1, 1).seq >= 0


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotConnectedError("out"), "not_connected"),
        (NotRespondingError("silent"), "not_responding"),
        (ConfigurationError("no such file"), "configuration"),
    ],
)
def test_opening_says_what_is_wrong_and_the_status_too(
    fake: FakeCamera, grabber: Grabber, error: DeviceError, code: str
) -> None:
    fake.open_error = error
    with pytest.raises(type(error)):
        grabber.acquire()
    assert (grabber.status().state, grabber.status().code) == ("trouble", code)


def test_a_holder_outlives_a_reconnection_and_numbers_go_on(fake: FakeCamera, grabber: Grabber) -> None:
    grabber.acquire()
    before = grabber.frame(-1, 1)
    fake.read_error = NotConnectedError("out")
    assert eventually(lambda: grabber.status().code == "not_connected")
    fake.read_error = None
    assert eventually(lambda: grabber.status().state == "ready")
    assert grabber.frame(before.seq, 1).seq > before.seq
    assert fake.opened >= 2
    assert fake.opened - fake.closed == 1


def test_coming_back_ends_the_pause_between_two_attempts(fake: FakeCamera) -> None:
    grabber = Grabber("fake", fake.open, replace(HURRIED, retry_s=LONG_S, retry_most_s=LONG_S, standby_s=LONG_S))
    fake.open_error = NotConnectedError("out")
    with pytest.raises(NotConnectedError):
        grabber.acquire()
    fake.open_error = None
    begun = time.monotonic()
    grabber.acquire()
    assert time.monotonic() - begun < LONG_S / 2
    grabber.shutdown()


def test_a_read_that_hangs_is_reported_and_given_up(fake: FakeCamera, grabber: Grabber) -> None:
    grabber.acquire()
    grabber.frame(-1, 1)
    fake.hang.clear()
    assert eventually(lambda: grabber.status().code == "not_responding")
    with pytest.raises(NotRespondingError):
        grabber.frame(grabber._newest.seq if grabber._newest else -1, 0.1)
    assert eventually(lambda: time.monotonic() > grabber._late_at)
    stuck, fake.hang = fake.hang, threading.Event()
    fake.hang.set()
    assert grabber.frame(-1, 5).seq >= 0
    assert fake.opened >= 2
    stuck.set()


def test_whatever_a_driver_raises_the_camera_comes_back(
    fake: FakeCamera, grabber: Grabber, caplog: pytest.LogCaptureFixture
) -> None:
    grabber.acquire()
    fake.read_error = RuntimeError("a fault in the driver")
    assert eventually(lambda: grabber.status().state == "trouble")
    fake.read_error = None
    assert eventually(lambda: grabber.status().state == "ready")
    assert "a fault in the driver" in caplog.text


def test_trouble_is_logged_once_and_its_end_too(
    fake: FakeCamera, grabber: Grabber, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "devices.camera")
    grabber.acquire()
    fake.open_error = fake.read_error = NotConnectedError("the cable is out")
    assert eventually(lambda: grabber._attempts >= 4)
    fake.open_error = fake.read_error = None
    assert eventually(lambda: grabber.status().state == "ready")
    assert caplog.text.count("the cable is out") == 1
    assert "gives pictures again" in caplog.text


def test_a_waiting_viewer_wakes_up_when_it_is_shut_down(fake: FakeCamera, grabber: Grabber) -> None:
    grabber.acquire()
    newest = grabber.frame(-1, 1).seq
    outcome: list[str] = []

    def look() -> None:
        try:
            grabber.frame(newest + 1_000_000, LONG_S)
        except NotConnectedError:
            outcome.append("woken")

    viewer = threading.Thread(target=look)
    viewer.start()
    grabber.shutdown()
    viewer.join(LONG_S)
    assert outcome == ["woken"]


def test_the_frames_around_a_press_begin_before_it(fake: FakeCamera, grabber: Grabber) -> None:
    grabber.acquire()
    before = [grabber.frame(-1, 1)]
    while len(before) < 3:
        before.append(grabber.frame(before[-1].seq, 1))
    frames = grabber.around(3, 2, LONG_S)
    assert len(frames) == 5
    assert frames[0].seq <= before[-1].seq + 2
    assert [frame.seq - frames[0].seq for frame in frames] == sorted({frame.seq - frames[0].seq for frame in frames})


def test_a_slow_camera_gives_fewer_frames_around_a_press(fake: FakeCamera, grabber: Grabber) -> None:
    grabber.acquire()
    frames = grabber.around(0, 10_000, 0.3)
    assert 1 <= len(frames) < 10_000


def test_a_dead_camera_gives_no_old_frames(fake: FakeCamera, grabber: Grabber) -> None:
    grabber.acquire()
    grabber.frame(-1, 1)
    fake.open_error = fake.read_error = NotConnectedError("out")
    assert eventually(lambda: grabber.status().code == "not_connected")
    with pytest.raises(NotConnectedError):
        grabber.around(3, 2, 0.5)
    assert grabber._past.last(3) == []


def test_a_burst_gives_up_in_time(fake: FakeCamera, grabber: Grabber) -> None:
    grabber.acquire()
    begun = time.monotonic()
    with pytest.raises(NotRespondingError):
        grabber.burst(10_000, 0.2)
    assert time.monotonic() - begun < 2
