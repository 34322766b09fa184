"""What every camera driver must do, run against each of them."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from devices.base import DeviceStatus, Frame
from devices.errors import ConfigurationError, NotConnectedError, NotRespondingError
from devices.registry import DRIVERS, make
from tests.support.camera_rigs import RIGS, Rig, Workshop

CAMERAS = [name for name in DRIVERS if name.startswith("camera.")]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """What the rigs share."""
    workshop = Workshop(tmp_path_factory.mktemp("workshop"))
    yield workshop
    workshop.close()


@pytest.fixture(params=CAMERAS)
def rig(request: pytest.FixtureRequest, tmp_path: Path, workshop: Workshop) -> Iterator[Rig]:
    rig = RIGS[request.param](tmp_path, workshop)
    yield rig
    rig.remove()


def eventually(question: Callable[[], bool], within_s: float = 8.0) -> bool:
    """Ask until the answer is yes or time is up."""
    until = time.monotonic() + within_s
    pause = threading.Event()
    while not question():
        if time.monotonic() > until:
            return False
        pause.wait(0.02)
    return True


def sees(rig: Rig) -> Frame | None:
    """Return a new frame, None while there is trouble."""
    try:
        return rig.camera.frame(timeout_s=0.5)
    except (NotConnectedError, NotRespondingError):
        return None


def test_the_driver_names_itself_as_in_the_table(rig: Rig) -> None:
    assert rig.camera.driver in CAMERAS


def test_a_closed_camera_gives_nothing(rig: Rig) -> None:
    with pytest.raises(NotConnectedError):
        rig.camera.frame(timeout_s=0.1)
    with pytest.raises(NotConnectedError):
        rig.camera.burst(2, timeout_s=0.1)


def test_a_camera_nobody_opened_is_on_standby(rig: Rig) -> None:
    assert rig.camera.status() == DeviceStatus("standby")


def test_a_frame_is_a_colour_picture_with_its_time(rig: Rig) -> None:
    with rig.camera as camera:
        frame = camera.frame()
    assert frame.pixels.ndim == 3
    assert frame.pixels.shape[2] == 3
    assert frame.pixels.dtype == np.uint8
    assert abs(datetime.now(UTC) - frame.taken_at) < timedelta(seconds=5)


def test_a_frame_cannot_be_written_to(rig: Rig) -> None:
    with rig.camera as camera, pytest.raises(ValueError, match="read-only"):
        camera.frame().pixels[0, 0] = 1


def test_the_number_rises_with_every_new_picture(rig: Rig) -> None:
    with rig.camera as camera:
        first = camera.frame()
        second = camera.frame(after=first.seq)
    assert second.seq > first.seq
    assert not np.array_equal(first.pixels, second.pixels)


def test_a_burst_is_of_different_pictures_in_order(rig: Rig) -> None:
    with rig.camera as camera:
        before = camera.frame()
        frames = camera.burst(4)
    seqs = [before.seq, *(frame.seq for frame in frames)]
    assert len(frames) == 4
    assert seqs == sorted(set(seqs))


def test_an_open_camera_is_ready(rig: Rig) -> None:
    with rig.camera as camera:
        status = camera.status()
    assert (status.state, status.code) == ("ready", "")
    assert status.last_good_at is not None


def test_asking_for_the_status_takes_no_time(rig: Rig) -> None:
    with rig.camera as camera:
        begun = time.monotonic()
        for _ in range(20):
            camera.status()
        assert time.monotonic() - begun < 20 * 0.05


def test_several_may_hold_it_and_the_first_to_leave_takes_it_from_nobody(rig: Rig) -> None:
    with rig.camera as camera:
        with camera:
            camera.frame()
        assert camera.frame(after=camera.frame().seq)


def test_it_can_be_opened_again_at_once(rig: Rig) -> None:
    with rig.camera as camera:
        first = camera.frame()
    with rig.camera as camera:
        assert camera.frame(after=first.seq).seq > first.seq


def test_it_is_let_go_some_time_after_the_last_holder(rig: Rig) -> None:
    with rig.camera as camera:
        camera.frame()
    assert eventually(lambda: rig.camera.status().state == "standby")
    with rig.camera as camera:
        assert camera.frame()


def test_many_may_look_at_the_same_time(rig: Rig) -> None:
    seen: list[int] = []

    def look() -> None:
        with rig.camera as camera:
            seen.append(camera.burst(3)[-1].seq)

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(seen) == 6


def test_an_unplugged_camera_is_said_to_be_and_comes_back_by_itself(rig: Rig) -> None:
    with rig.camera as camera:
        before = camera.frame()
        rig.fault("unplugged")
        assert eventually(lambda: camera.status().code == "not_connected")
        with pytest.raises(NotConnectedError):
            camera.frame(timeout_s=1)
        rig.fault("")
        assert eventually(lambda: sees(rig) is not None)
        assert camera.frame().seq > before.seq
        assert camera.status().state == "ready"


def test_an_unplugged_camera_cannot_be_opened_and_can_once_it_is_plugged_in(rig: Rig) -> None:
    rig.fault("unplugged")
    with pytest.raises(NotConnectedError), rig.camera:
        pass
    assert rig.camera.status().state == "trouble"
    rig.fault("")
    with rig.camera as camera:
        assert camera.frame()


def test_a_frozen_camera_gives_no_old_picture_and_recovers(rig: Rig) -> None:
    with rig.camera as camera:
        camera.frame()
        rig.fault("frozen")
        assert eventually(lambda: camera.status().code == "frozen")
        with pytest.raises(NotRespondingError):
            camera.frame(timeout_s=0.2)
        rig.fault("")
        assert eventually(lambda: camera.status().state == "ready")
        assert eventually(lambda: sees(rig) is not None)


def test_black_pictures_are_shown_and_reported(rig: Rig) -> None:
    with rig.camera as camera:
        rig.fault("black")
        assert eventually(lambda: camera.status().code == "black")
        assert camera.frame().pixels.max() < 30
        rig.fault("")
        assert eventually(lambda: camera.status().state == "ready")


def test_green_pictures_are_shown_and_reported(rig: Rig) -> None:
    """They are what YUV cameras give when bytes are lost; each is like the other, and yet the camera is not frozen."""
    with rig.camera as camera:
        rig.fault("green")
        assert eventually(lambda: camera.status().code == "green")
        green = camera.frame().pixels[60, 80].astype(int)
        assert green[1] > green[0] + 50
        assert green[1] > green[2] + 50
        rig.fault("")
        assert eventually(lambda: camera.status().state == "ready")


def test_the_frames_around_a_moment_are_in_order_and_at_least_one_is_new(rig: Rig) -> None:
    with rig.camera as camera:
        newest = camera.frame(after=camera.frame().seq)
        frames = camera.around(2, 3)
    seqs = [frame.seq for frame in frames]
    assert seqs == sorted(set(seqs))
    assert 1 <= len(frames) <= 5
    assert seqs[-1] > newest.seq


def test_shutting_down_twice_is_once_and_for_all(rig: Rig) -> None:
    with rig.camera as camera:
        camera.frame()
        camera.shutdown()
        camera.shutdown()
        with pytest.raises(NotConnectedError):
            camera.frame(timeout_s=0.2)
    with pytest.raises(NotConnectedError), rig.camera:
        pass


@pytest.mark.parametrize("driver", CAMERAS)
def test_options_that_do_not_exist_are_refused(driver: str) -> None:
    with pytest.raises(ConfigurationError):
        make(driver, colour="pink")
