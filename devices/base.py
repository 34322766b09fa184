"""What each kind of device is, whoever makes it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from devices.errors import ConfigurationError

Pixels = npt.NDArray[np.uint8]
"""Picture as an array: rows × columns (grey) or rows × columns × 3 (blue, green, red), 0 black to 255."""


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """How a device is.

    Attributes:
        state: `ready`, `standby` (fine, not opened), `trouble` (see code) or `absent`.
        code: for trouble, what kind: `not_connected`, `not_responding`, `frozen`, `black`, `green`, `busy`,
            `configuration`, `no_paper`; for ready, a warning: `low_paper`.
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

    @abstractmethod
    def __enter__(self) -> Self: ...

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @abstractmethod
    def status(self) -> DeviceStatus:
        """Return how the device is, without opening it or waiting (well under 50 ms)."""

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

    @abstractmethod
    def frame(self, after: int = -1, timeout_s: float = 2.0) -> Frame:
        """Return the newest frame whose seq is greater than `after`, waiting for it if need be.

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


@dataclass(frozen=True, slots=True)
class Card:
    """What an identity document's chip says. Nothing of it is shown when the object is printed or logged.

    Attributes:
        name: may hold characters of the private use area where the chip's maker had none better.
        id_no: capitals and digits, without spaces.
        sex: 男, 女 or "".
        valid_until: None for 长期 and where the reader does not say.
        photo: JPEG or PNG as the reader gave it, or made from its bitmap; None if there is none.
    """

    id_no: str = field(repr=False)
    name: str = field(default="", repr=False)
    sex: str = field(default="", repr=False)
    ethnic_group: str = field(default="", repr=False)
    born_on: date | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)
    authority: str = field(default="", repr=False)
    valid_from: date | None = field(default=None, repr=False)
    valid_until: date | None = field(default=None, repr=False)
    photo: bytes | None = field(default=None, repr=False)


class CardReader(Device):
    """Reads the identity document that lies on it."""

    @abstractmethod
    def read(self, timeout_s: float) -> Card:
        """Return the document that was laid on since the last one, waiting for it; 0 looks once.

        Raises:
            NotConnectedError: nobody holds the reader open, or the cable or its service is gone.
            NotRespondingError: it is silent.
            CaptureRejectedError: `code` is `no_card` (none came in `timeout_s`), `same_card` (the one that was read
                before still lies there), `half_card` (part of it is missing) or `garbled` (the answer is no text, or
                in a wrong encoding).
        """

    def take_line(self, line: str) -> None:
        """Take a line that the station's page heard from a reader or scanner that types.

        Raises:
            ConfigurationError: this reader does not type.
        """
        raise ConfigurationError(f"{self.driver} does not type")


@dataclass(frozen=True, slots=True)
class Printed:
    """How a print went.

    Attributes:
        is_confirmed: the printer itself said that it is through; False where it answers nothing.
        is_paper_low: the roll is nearly at its end.
    """

    is_confirmed: bool
    is_paper_low: bool = False


class Printer(Device):
    """Prints slips.

    Attributes:
        width_px: dots in a row; pictures have to be exactly as wide.
    """

    width_px: int

    @abstractmethod
    def print_picture(self, picture: Pixels) -> Printed:
        """Print a grey picture, rows × `width_px`, darker than 128 is black; feed and cut.

        Raises:
            ValueError: the picture has another width.
            NotConnectedError: nobody holds the printer open, or the cable is out.
            NotRespondingError: it takes nothing any more.
            OutOfPaperError: nothing, or not everything, came out; paper has to be put in.
        """

    @abstractmethod
    def check(self) -> Printed:
        """Ask how the printer is, without printing.

        Raises:
            NotConnectedError, NotRespondingError, OutOfPaperError: as `print_picture`.
        """
