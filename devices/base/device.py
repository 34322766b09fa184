"""What all devices have in common."""

from abc import ABC, abstractmethod
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
        code: for trouble, what kind: `not_connected`, `not_responding`, `frozen`, `black`, `green`, `busy`,
            `configuration`, `no_paper`, `no_agent` (the desk's own PC does not answer), `claimed_twice`,
            `not_allowed` and `insecure` (the browser does not give its camera to the page); for ready, a warning:
            `low_paper`.
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
