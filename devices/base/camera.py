"""What takes pictures."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from devices.base.device import Device, Pixels


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a camera.

    Attributes:
        seq: rises by at least one with each new picture of this device.
        pixels: rows × columns × 3, BGR, as OpenCV has it; not to be written to.
    """

    seq: int
    taken_at: datetime
    pixels: Pixels


class Camera(Device):
    """Takes pictures. While it is held, a thread of its own keeps the newest frame."""

    may_be_shared = True
    heals_by_opening = True
    readings = frozenset({"burst", "around"})

    @abstractmethod
    def frame(self, after: int = -1, timeout_s: float = 2.0) -> Frame:
        """Return the newest frame whose seq is greater than `after`, waiting for it if need be.

        It is for looking at: from afar it may have lost a little on the way. What is kept comes from `burst`.

        Raises:
            NotConnectedError: nobody holds the camera open, or it went away.
            NotRespondingError: no new frame within `timeout_s` (frozen).
        """

    @abstractmethod
    def burst(self, count: int, timeout_s: float = 3.0) -> Sequence[Frame]:
        """Return `count` successive new frames, for the caller to choose the best of.

        Raises:
            NotConnectedError, NotRespondingError: as `frame`.
        """

    def around(self, before: int, after: int, timeout_s: float = 3.0) -> Sequence[Frame]:
        """Return up to `before` frames of the moment just past and up to `after` new ones, at least one, in order.

        A camera that keeps no past frames gives as many new ones instead.

        Raises:
            NotConnectedError, NotRespondingError: as `frame`.
        """
        return self.burst(before + after, timeout_s)


class PushedCamera(Camera):
    """A camera whose pictures are brought by a page that is open at the station."""

    @abstractmethod
    def push(self, pixels: Pixels, window: str, *, is_still: bool) -> int:
        """Take a picture and return how many stills are wanted now.

        Args:
            window: which one brings it: two cannot be one camera.
            is_still: of the camera's full size and without loss; otherwise a check frame.

        Raises:
            BusyError: another window is bringing pictures.
        """

    @abstractmethod
    def note_trouble(self, code: str, window: str) -> None:
        """Take that the page has no camera: `not_connected`, `busy`, `not_allowed` or `insecure`."""
