"""What all cameras with a capture thread have in common."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from devices.base import Camera, DeviceStatus, Frame
from devices.camera.grabber import Grabber


class GrabbedCamera(Camera):
    """A camera that hands every call to its grabber; a driver says how its source is opened."""

    keeps_time = True

    def __init__(self, grabber: Grabber) -> None:
        self._grabber = grabber

    def __enter__(self) -> Self:
        self._grabber.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._grabber.release()

    def frame(self, after: int = -1, timeout_s: float = 2.0) -> Frame:
        return self._grabber.frame(after, timeout_s)

    def burst(self, count: int, timeout_s: float = 3.0) -> Sequence[Frame]:
        return self._grabber.burst(count, timeout_s)

    def around(self, before: int, after: int, timeout_s: float = 3.0) -> Sequence[Frame]:
        return self._grabber.around(before, after, timeout_s)

    def status(self) -> DeviceStatus:
        return self._grabber.status()

    def shutdown(self) -> None:
        self._grabber.shutdown()
