"""What hardware can do to us.

DeviceError                    retryable says whether the same call may succeed if tried again
├── NotConnectedError          nobody opened it, the cable is out, or the port is gone
│   └── NoAgentError           its computer, or the agent on it, does not answer
├── NotRespondingError         it is plugged in and silent, or answers nonsense
├── BusyError                  another page of the venue is using it at this moment
├── CaptureRejectedError       it works; what it saw cannot be used (`code` says why)
├── OutOfPaperError            the printer works and has no paper, or its cover is open
└── ConfigurationError         the settings name something that does not exist
    └── ClaimedTwiceError      two stations name the same port; neither gets it
"""

from collections.abc import Sequence
from typing import ClassVar


class DeviceError(Exception):
    """Base of everything that leaves `devices`.

    Attributes:
        state: the code of the device's status, where whoever raised it knows more than the class says (`frozen`).
    """

    retryable: ClassVar[bool] = True
    state: str = ""


class NotConnectedError(DeviceError):
    """Nobody opened it, the cable is out, or the port is gone. Plugging it in again helps."""


class NoAgentError(NotConnectedError):
    """The desk's own PC, or the agent on it, does not answer. Switching it on helps."""

    state = "no_agent"


class NotRespondingError(DeviceError):
    """It is plugged in and silent, or what it answers is no protocol. Unplug and plug again."""


class BusyError(DeviceError):
    """Another page of the venue is using it at this moment. Waiting helps."""


class CaptureRejectedError(DeviceError):
    """The device works; what it saw cannot be used.

    Attributes:
        code: why, for the screen to put in words: `no_finger`, `messy`, `too_few_features`, `no_frame`,
            `no_card`, `same_card`, `half_card`, `garbled`, …
    """

    def __init__(self, message: str, code: str = "unusable") -> None:
        super().__init__(message)
        self.code = code


class OutOfPaperError(DeviceError):
    """The printer works and has no paper, or its cover is open. What was sent did not come out, or not whole."""


class ConfigurationError(DeviceError):
    """The settings name a driver, a port or a file that does not exist. Trying again does not help."""

    retryable = False


class ClaimedTwiceError(ConfigurationError):
    """Two stations name the same port. Neither gets it: a print must not come from the candidate at another desk.

    Attributes:
        port: what both claim, as the settings name it.
        stations: who claims it.
    """

    def __init__(self, port: str, stations: Sequence[str]) -> None:
        super().__init__(f"{port} is claimed by {' and '.join(stations)}; change the settings of one of them")
        self.port = port
        self.state = "claimed_twice"
        self.stations = tuple(stations)


_TROUBLE: dict[type[DeviceError], str] = {
    NotConnectedError: "not_connected",
    NotRespondingError: "not_responding",
    BusyError: "busy",
    OutOfPaperError: "no_paper",
    ConfigurationError: "configuration",
}


def trouble_of(error: DeviceError) -> str:
    """Return the code that a device's status has after `error`; see `DeviceStatus`."""
    return next((code for kind, code in _TROUBLE.items() if isinstance(error, kind)), "not_responding")
