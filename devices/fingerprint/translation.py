"""Turns what pyfingerprint, pyserial and the sensor say into the errors of `devices`.

pyfingerprint raises bare `Exception` with a text, so the text is all there is to tell one from another.
"""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

import serial

from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ConfigurationError,
    DeviceError,
    NotConnectedError,
    NotRespondingError,
)
from devices.fingerprint.codes import Confirmation

CONFIRMATION_OF_TEXT = {
    "Communication error": Confirmation.PACKET_ERROR,
    "Could not read image": Confirmation.ENROL_FAIL,
    "The image is too messy": Confirmation.MESSY,
    "The image contains too few feature points": Confirmation.FEW_FEATURES,
    "Could not store template in that position": Confirmation.BAD_PAGE,
    "Could not load template from that position": Confirmation.BAD_PAGE,
    "Invalid position": Confirmation.BAD_PAGE,
    "The template could not be read": Confirmation.TEMPLATE_READ,
    "Could not download characteristics": Confirmation.UP_CHAR_FAIL,
    "Could not upload characteristics": Confirmation.CANNOT_RECEIVE,
    "Could not download image": Confirmation.UP_IMAGE_FAIL,
    "The image is invalid": Confirmation.NO_VALID_IMAGE,
    "Error writing to flash": Confirmation.FLASH,
    "Invalid register number": Confirmation.BAD_REGISTER,
    "The address is wrong": Confirmation.WRONG_ADDRESS,
}


class SensorRefusedError(NotRespondingError):
    """The sensor answered as it should, and the answer is no. Asking again gets the same.

    Attributes:
        confirmation: its code, one of Confirmation or a number that no manual has.
    """

    def __init__(self, confirmation: int) -> None:
        known = KNOWN.get(confirmation)
        super().__init__(f"the sensor refused with code {confirmation:#04x} ({known.name if known else 'unknown'})")
        self.confirmation = known or confirmation


KNOWN = {int(known): known for known in Confirmation}
REJECTED = {
    Confirmation.NO_FINGER: "no_finger",
    Confirmation.ENROL_FAIL: "unusable",
    Confirmation.MESSY: "messy",
    Confirmation.FEW_FEATURES: "too_few_features",
    Confirmation.NO_VALID_IMAGE: "unusable",
}
MISCONFIGURED = {
    Confirmation.WRONG_PASSWORD: "the sensor has another password",
    Confirmation.MUST_VERIFY: "the sensor wants its password first",
    Confirmation.WRONG_ADDRESS: "the sensor has another address",
    Confirmation.BAD_REGISTER: "the sensor does not know this setting",
    Confirmation.BAD_REGISTER_VALUE: "the sensor does not take this setting's value",
}


@contextmanager
def translated() -> Iterator[None]:
    """Let only errors of `devices` out of the block."""
    try:
        yield
    except Exception as error:
        told = translate(error)
        if told is error:
            raise
        raise told from error


def translate(error: Exception) -> DeviceError:
    """Return what `error` means."""
    if isinstance(error, DeviceError):
        return error
    if isinstance(error, serial.SerialTimeoutException):
        return NotRespondingError(f"the sensor's port takes no bytes: {error}")
    if isinstance(error, OSError):
        return _of_port(error)
    if type(error).__module__ == "termios":  # no OSError, and there is no such module on Windows to name it by
        return NotConnectedError(f"the port is gone: {error}")
    code = confirmation_of(str(error))
    if code is not None:
        return refusal(code)
    return NotRespondingError(f"the sensor answered nonsense: {error}")


def confirmation_of(text: str) -> int | None:
    """Return the confirmation code that pyfingerprint put into these words, None if it came from elsewhere."""
    if text in CONFIRMATION_OF_TEXT:
        return CONFIRMATION_OF_TEXT[text]
    unknown = re.fullmatch(r"Unknown error (0x[0-9a-f]+)", text)
    return int(unknown[1], 16) if unknown else None


def refusal(code: int) -> DeviceError:
    """Return the error for a confirmation code other than OK."""
    known = KNOWN.get(code)
    if known in REJECTED:
        return CaptureRejectedError(f"the sensor refused the finger ({known.name})", REJECTED[known])
    if known in MISCONFIGURED:
        return ConfigurationError(MISCONFIGURED[known])
    if known is Confirmation.PACKET_ERROR:
        return NotRespondingError("the sensor received a command that was garbled on the way")
    return SensorRefusedError(code)


def _of_port(error: OSError) -> DeviceError:
    text = str(error)
    if "exclusively lock" in text or "PermissionError(13" in text:  # Linux; Windows, where a port in use is "denied"
        return BusyError(f"another program has the port: {text}")
    if error.errno == errno.EACCES:
        return ConfigurationError(f"no right to open the port (group dialout?): {text}")
    return NotConnectedError(f"the port is gone: {text}")
