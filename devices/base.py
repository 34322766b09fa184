"""What each kind of device is, whoever makes it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""Picture as an array: rows × columns (grey) or rows × columns × 3 (blue, green, red), 0 black to 255."""


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """How a device is.

    Attributes:
        state: `ready`, `standby` (fine, not opened), `trouble` (see code) or `absent`.
        code: for trouble, what kind: `not_connected`, `not_responding`, `frozen`, `black`, `busy`, `configuration`,
            `no_agent` (the desk's own PC does not answer), `claimed_twice`, `not_allowed` and `insecure` (the browser
            does not give its camera to the page).
        last_good_at: aware UTC of the last picture or scan, None if never.
    """

    state: str
    code: str = ""
    last_good_at: datetime | None = None


class Device(ABC):
    """Something plugged in. `with device:` holds it open; it may be held by several threads in turn.

    Raises (on entering): NotConnectedError, NotRespondingError, BusyError, ConfigurationError.
    """

    driver: str
    """The table's name of the driver, e.g. `camera.opencv`; goes into the evidence with what it captured."""

    keeps_time: ClassVar[bool] = False
    """Its calls come back in time whatever the hardware does, so nobody has to watch each of them (`guard.py`)."""

    may_be_shared: ClassVar[bool] = False
    """Several may hold it at once."""

    heals_by_opening: ClassVar[bool] = False
    """In trouble and not in use, it may be opened and closed again to see whether it is back."""

    readings: ClassVar[frozenset[str]] = frozenset()
    """The methods that count when it is asked how often the device fails."""

    @abstractmethod
    def __enter__(self) -> Self: ...

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @abstractmethod
    def status(self) -> DeviceStatus:
        """Return how the device is, without opening it or waiting (well under 50 ms)."""

    def probe(self) -> None:  # noqa: B027 - most drivers know without looking
        """Look whether it is there, without opening it, for at most a second; `status` tells what was found."""

    def port(self) -> str:
        """Return what no other station may use at the same time, e.g. `COM3`; "" if anybody may."""
        return ""

    @abstractmethod
    def shutdown(self) -> None:
        """Let go of threads, ports and files for good; may be called twice."""


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


@dataclass(frozen=True, slots=True)
class FingerScan:
    """One press on a fingerprint reader.

    Attributes:
        pixels: rows × columns grey, 0 black ridge to 255 white.
        template: the sensor's own template, opaque bytes; b"" if it gives none.
        resolution_ppi: pixels per inch of `pixels`.
        device_id: what the reader says it is, for the evidence.
        device_quality: the reader's own score if it has one; recorded, not trusted.
    """

    pixels: Pixels
    template: bytes
    resolution_ppi: int
    device_id: str
    taken_at: datetime
    device_quality: int | None = None


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """How far a scan has come.

    Attributes:
        is_pressed: a finger has been felt and its print is being read; until then it is waited for.
        rows_done: rows of the print that have arrived, counted from the top.
        rows: rows of the whole print.
        pixels: the whole print as it is so far, rows × columns grey; what has not arrived is white.
            Not to be written to.
    """

    is_pressed: bool
    rows_done: int
    rows: int
    pixels: Pixels


OnProgress = Callable[[ScanProgress], None]
"""Told how a scan goes, in the thread that scans. What it raises ends the scan and comes out of it unchanged."""


class FingerprintReader(Device):
    """Reads one finger at a time."""

    heals_by_opening = True
    readings = frozenset({"scan"})

    @abstractmethod
    def scan(self, timeout_s: float, on_progress: OnProgress | None = None) -> FingerScan:
        """Wait for a finger, read it and return the print with its template, both from this one press.

        Args:
            on_progress: called at least every half second while a finger is waited for, as often as rows arrive
                while its print is read (a reader that gives pictures in one piece: once), and last with all rows.
                It ends the scan by raising, e.g. CaptureRejectedError for a press that is bad already; the reader
                is then fit for the next scan.

        Raises:
            what `on_progress` raises.
            NotConnectedError: nobody holds the reader open, or the cable came out.
            NotRespondingError: it is silent or out of step.
            CaptureRejectedError: `code` is `no_finger` (nobody pressed in `timeout_s`), `messy`,
                `too_few_features` or `unusable`.
        """

    @abstractmethod
    def is_same_finger(self, first: bytes, second: bytes) -> bool:
        """Tell whether two templates of this reader's kind are of one finger, by the reader's own matcher."""
