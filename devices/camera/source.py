"""What a capture thread reads from."""

from typing import Protocol

from devices.base import Pixels


class Source(Protocol):
    """An open camera or file, used by one thread at a time.

    Attributes:
        may_hold: whether the same picture again and again is right (a still picture), or means it is frozen.
    """

    may_hold: bool

    def read(self) -> Pixels:
        """Wait for the next picture and return it, BGR; at most a few seconds.

        Raises:
            NotConnectedError: it went away.
            NotRespondingError: it is there and gives nothing.
        """

    def close(self) -> None:
        """Let go of it. May be called twice."""
