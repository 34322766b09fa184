"""What is asked of a camera, in which order, and what is said when it does otherwise."""

import os
import subprocess
import sys
from typing import Any

import cv2
import numpy as np
import pytest

from devices.camera.video import LiveVideo
from devices.errors import NotConnectedError

MJPG = cv2.VideoWriter.fourcc(*"MJPG")
YUYV = cv2.VideoWriter.fourcc(*"YUYV")


class FakeCapture:
    """Keeps what it is asked, says yes to all of it, and gives what it has."""

    def __init__(self, coding: int = MJPG, width: int = 1280, height: int = 720, is_open: bool = True) -> None:
        self._given = {
            cv2.CAP_PROP_FOURCC: coding,
            cv2.CAP_PROP_FRAME_WIDTH: width,
            cv2.CAP_PROP_FRAME_HEIGHT: height,
        }
        self._is_open = is_open
        self.asked: list[int] = []
        self.opened_with: tuple[Any, int, list[int]] | None = None
        self.reads = 0

    def opener(self, place: int | str, backend: int, options: list[int]) -> Any:
        self.opened_with = (place, backend, options)
        return self

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self._is_open

    def set(self, setting: int, _value: float) -> bool:
        self.asked.append(setting)
        return True

    def get(self, setting: int) -> float:
        return float(self._given[setting])

    def read(self) -> tuple[bool, Any]:
        self.reads += 1
        return True, np.full((int(self._given[cv2.CAP_PROP_FRAME_HEIGHT]), 4, 3), 90, np.uint8)

    def release(self) -> None:
        self._is_open = False


def test_the_coding_is_asked_for_before_the_size_and_the_first_frames_are_thrown_away() -> None:
    capture = FakeCapture()
    LiveVideo("0", "", 1280, 720, capture.opener)
    assert capture.asked == [cv2.CAP_PROP_FOURCC, cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT]
    assert capture.reads == 4


def test_a_camera_that_does_as_asked_is_not_mentioned(caplog: pytest.LogCaptureFixture) -> None:
    LiveVideo("0", "", 1280, 720, FakeCapture().opener)
    assert caplog.text == ""


def test_a_camera_that_says_yes_and_gives_something_else_is_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    LiveVideo("0", "", 1280, 720, FakeCapture(YUYV, 640, 480).opener)
    assert "camera 0 was asked for MJPG 1280 x 720 and gives YUYV 640 x 480" in caplog.text


def test_an_address_gets_time_limits_and_no_size() -> None:
    capture = FakeCapture()
    LiveVideo("rtsp://user:secret@10.0.0.9/1", "", 1280, 720, capture.opener)
    assert capture.asked == []
    assert capture.opened_with is not None
    _place, backend, options = capture.opened_with
    assert backend == cv2.CAP_FFMPEG
    limits = dict(zip(options[::2], options[1::2], strict=True))
    assert limits == {cv2.CAP_PROP_OPEN_TIMEOUT_MSEC: 5000, cv2.CAP_PROP_READ_TIMEOUT_MSEC: 2000}


def test_a_camera_that_is_not_there_is_said_to_be_without_its_password() -> None:
    with pytest.raises(NotConnectedError) as raised:
        LiveVideo("rtsp://user:secret@10.0.0.9/1", "", 1280, 720, FakeCapture(is_open=False).opener)
    assert "10.0.0.9" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_media_foundation_is_told_not_to_convert_before_opencv_is_loaded() -> None:
    """OpenCV reads the variable once, so it counts what it is when cv2 is imported."""
    code = (
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'cv2': import os; print(os.environ.get('OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS'))\n"
        "sys.meta_path.insert(0, Finder())\n"
        "import devices.camera.opencv\n"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OPENCV_")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=clean, check=True)
    assert done.stdout.split()[0] == "0"
