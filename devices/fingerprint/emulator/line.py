"""The cable between the emulated sensor and whoever drives it: something with a path or URL that pyserial can open."""

from abc import ABC, abstractmethod


class LineClosedError(Exception):
    """The cable is out, or nobody takes what is sent."""


class Line(ABC):
    """One serial port, from the sensor's side."""

    url: str
    """What to open: a device path, or `socket://127.0.0.1:…`. The same again after the cable was out."""

    @abstractmethod
    def plug_in(self) -> None:
        """Make the port appear."""

    @abstractmethod
    def unplug(self) -> None:
        """Make the port go away; whoever has it open gets an error. May be called twice."""

    @property
    @abstractmethod
    def is_plugged_in(self) -> bool:
        """Tell whether the port is there."""

    @property
    def baud_rate(self) -> int | None:
        """The speed that whoever drives it has set, None if this cable does not tell."""
        return None

    @abstractmethod
    def receive(self, timeout_s: float) -> bytes:
        """Return what has come in, b"" if nothing does in `timeout_s`."""

    @abstractmethod
    def send(self, data: bytes) -> None:
        """Send all of it.

        Raises:
            LineClosedError: nobody took it within `STUCK_S`.
        """


STUCK_S = 1.0
"""A driver that died in the middle of a picture leaves a full buffer behind; the rest is dropped after so long."""
