"""OpenCV's capture as a source: a camera, an address or a file, with the settings each of them needs."""

import logging
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np

from devices.base import Pixels
from devices.camera.pace import Pace
from devices.errors import ConfigurationError, NotConnectedError, NotRespondingError

log = logging.getLogger(__name__)

BACKENDS = {
    "": cv2.CAP_ANY,
    "dshow": cv2.CAP_DSHOW,
    "msmf": cv2.CAP_MSMF,
    "v4l2": cv2.CAP_V4L2,
    "ffmpeg": cv2.CAP_FFMPEG,
}

Opener = Callable[[int | str, int, list[int]], cv2.VideoCapture]

_WARM_UP_FRAMES = 4
"""The first pictures of a webcam are black or badly exposed."""

_FAILURES_IN_A_ROW = 5
_OPEN_TIMEOUT_MS, _READ_TIMEOUT_MS = 5000, 2000
"""A frozen network camera holds read() for 30 s unless told."""


class LiveVideo:
    """A camera by index, device file or address."""

    may_hold = False

    def __init__(self, source: str, backend: str, width_px: int, height_px: int, opener: Opener | None = None) -> None:
        """Open it.

        Args:
            opener: opens OpenCV's capture; for tests.

        Raises:
            NotConnectedError: there is no such camera, another program has it, or nobody answers at the address.
        """
        self._source = source
        is_address = "://" in source
        options: list[int] = []
        if is_address:
            options = [
                cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
                _OPEN_TIMEOUT_MS,
                cv2.CAP_PROP_READ_TIMEOUT_MSEC,
                _READ_TIMEOUT_MS,
            ]
        place = int(source) if source.isdigit() else source
        self._capture = (opener or _open)(place, _backend(backend, is_address), options)
        if not self._capture.isOpened():
            raise NotConnectedError(f"camera {_without_password(source)} cannot be opened")
        if not is_address:
            self._set_up(width_px, height_px)

    def _set_up(self, width_px: int, height_px: int) -> None:
        """Ask for the size; MJPG first, or USB 2 has no room for 1280 x 720 at more than a few frames a second.

        Drivers take what they like of it and say yes to everything: only what they answer afterwards counts.
        """
        wanted = {
            cv2.CAP_PROP_FOURCC: cv2.VideoWriter.fourcc(*"MJPG"),
            cv2.CAP_PROP_FRAME_WIDTH: width_px,
            cv2.CAP_PROP_FRAME_HEIGHT: height_px,
        }
        for setting, value in wanted.items():
            self._capture.set(setting, value)
        given = {setting: round(self._capture.get(setting)) for setting in wanted}
        if given != wanted:
            log.warning(
                "camera %s was asked for MJPG %d x %d and gives %s", self._source, width_px, height_px, _told(given)
            )
        for _ in range(_WARM_UP_FRAMES):
            _read(self._capture)

    def read(self) -> Pixels:
        for _ in range(_FAILURES_IN_A_ROW):
            pixels = _read(self._capture)
            if pixels is not None:
                return pixels
            if not self._capture.isOpened():
                break
            time.sleep(0.02)
        raise NotConnectedError(f"camera {_without_password(self._source)} stopped giving pictures")

    def close(self) -> None:
        self._capture.release()


class FileVideo:
    """A film, played at its own speed again and again."""

    may_hold = False

    def __init__(self, path: Path, fps: float = 0.0) -> None:
        """Open it.

        Args:
            fps: pictures a second; 0 for the film's own.

        Raises:
            ConfigurationError: there is no such file, or it is no film.
        """
        self._path = path
        self._capture = self._opened()
        own_fps = self._capture.get(cv2.CAP_PROP_FPS)
        self._pace = Pace(fps or (own_fps if 1 <= own_fps <= 120 else 15.0))

    def read(self) -> Pixels:
        self._pace.wait()
        pixels = _read(self._capture)
        if pixels is None:
            self._capture.release()
            self._capture = self._opened()
            pixels = _read(self._capture)
        if pixels is None:
            raise NotRespondingError(f"film {self._path.name} has no pictures")
        return pixels

    def close(self) -> None:
        self._capture.release()

    def _opened(self) -> cv2.VideoCapture:
        if not self._path.is_file():
            raise ConfigurationError(f"there is no film {self._path}")
        capture = _open(str(self._path), cv2.CAP_ANY, [])
        if not capture.isOpened():
            raise ConfigurationError(f"{self._path} is no film that OpenCV can play")
        return capture


def _backend(name: str, is_address: bool) -> int:
    if is_address:
        return cv2.CAP_FFMPEG  # the one that keeps the time-outs
    if not name and sys.platform == "win32":
        return cv2.CAP_DSHOW  # Media Foundation crashes with some cameras and opens slowly
    return BACKENDS[name]


def _open(source: int | str, backend: int, options: list[int]) -> cv2.VideoCapture:
    try:
        return cv2.VideoCapture(source, backend, options)
    except cv2.error as error:
        raise NotConnectedError("OpenCV could not open the camera") from error


def _read(capture: cv2.VideoCapture) -> Pixels | None:
    try:
        is_read, pixels = capture.read()
    except cv2.error as error:
        raise NotRespondingError("OpenCV could not read from the camera") from error
    if not is_read or not pixels.size:
        return None
    if pixels.ndim == 2:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
    return np.asarray(pixels, np.uint8)


def _told(given: Mapping[int, int]) -> str:
    """Return a camera's answer in words, e.g. `YUYV 640 x 480`."""
    code = given[cv2.CAP_PROP_FOURCC]
    letters = "".join(chr(code >> shift & 0xFF) for shift in (0, 8, 16, 24))
    coding = letters if letters.isprintable() else "raw"
    return f"{coding} {given[cv2.CAP_PROP_FRAME_WIDTH]} x {given[cv2.CAP_PROP_FRAME_HEIGHT]}"


def _without_password(source: str) -> str:
    """Return an address fit for the log."""
    scheme, mark, rest = source.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}" if mark else source
