"""Devices that do what a test tells them, written against `devices.base`."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import numpy as np

from devices.base import (
    Camera,
    Device,
    DeviceStatus,
    FingerprintReader,
    FingerScan,
    Frame,
    OnProgress,
    Pixels,
    ScanProgress,
)
from devices.bench import Bench
from devices.errors import DeviceError, NotConnectedError

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


class Switch(Device):
    """Is open or closed; counts how often it was opened."""

    def __init__(self) -> None:
        self.is_open = False
        self.opened = 0

    def __enter__(self) -> Self:
        self.is_open = True
        self.opened += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_open = False

    def status(self) -> DeviceStatus:
        return DeviceStatus("ready" if self.is_open else "standby")

    def shutdown(self) -> None:
        self.is_open = False

    def ensure_open(self) -> None:
        if not self.is_open:
            raise NotConnectedError("nobody holds it open")


class FakeCamera(Switch, Camera):
    """Shows the given pictures in turn, again and again, or has the given trouble."""

    driver = "camera.fake"

    def __init__(self, *pictures: Pixels, trouble: DeviceError | None = None) -> None:
        super().__init__()
        self._pictures = pictures or (plain_picture(),)
        self._trouble = trouble
        self._seq = 0

    def frame(self, after: int = -1, timeout_s: float = 2.0) -> Frame:
        self.ensure_open()
        if self._trouble:
            raise self._trouble
        self._seq = max(self._seq, after) + 1
        return Frame(self._seq, AT, self._pictures[self._seq % len(self._pictures)])

    def burst(self, count: int, timeout_s: float = 3.0) -> Sequence[Frame]:
        return [self.frame() for _ in range(count)]


class FakeReader(FingerprintReader, Switch):
    """Gives the next of the given presses, or raises it."""

    driver = "fingerprint.fake"

    def __init__(self, presses: Iterable[FingerScan | DeviceError]) -> None:
        super().__init__()
        self._presses = iter(presses)

    def scan(self, timeout_s: float, on_progress: OnProgress | None = None) -> FingerScan:
        self.ensure_open()
        press = next(self._presses)
        if isinstance(press, DeviceError):
            raise press
        if on_progress is not None:
            on_progress(ScanProgress(True, len(press.pixels), len(press.pixels), press.pixels))
        return press

    def is_same_finger(self, first: bytes, second: bytes) -> bool:
        return first == second


def bench_of(**devices: Device) -> Bench:
    """A station with these devices, by role."""
    return Bench("测试台", devices)


def plain_picture(grey: int = 200, width_px: int = 640, height_px: int = 480) -> Pixels:
    """A camera's picture of a wall: nobody is there."""
    return np.full((height_px, width_px, 3), grey, dtype=np.uint8)


def finger_scan(pixels: Pixels, template: bytes = b"template", device_quality: int | None = None) -> FingerScan:
    """A press that gave this print."""
    return FingerScan(pixels, template, 500, "fake-0001", AT, device_quality)


def finger_print(cover: float = 1.0, low: int = 60, high: int = 215) -> Pixels:
    """Rings like ridges on a round touch of the glass.

    Args:
        cover: size of the touch; 1 fills the sensor's window.
        low, high: grey of ridges and valleys; a dry finger has light ridges.
    """
    down, across = np.mgrid[0:288, 0:256].astype(float)
    away = np.hypot(across - 128, 0.8 * (down - 184))
    grey = low + (high - low) * (np.sin(2 * np.pi * away / 9) + 1) / 2
    touched = ((across - 128) / (110 * cover)) ** 2 + ((down - 144) / (135 * cover)) ** 2 <= 1
    return np.where(touched, grey, 255).astype(np.uint8)
