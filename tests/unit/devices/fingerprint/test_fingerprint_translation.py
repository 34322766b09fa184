"""Every word of pyfingerprint, every code of the manual and every way a port dies has its error."""

import ast
import errno
import inspect

import pytest
import serial
from pyfingerprint import pyfingerprint

from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ConfigurationError,
    NotConnectedError,
    NotRespondingError,
)
from devices.fingerprint.codes import Confirmation
from devices.fingerprint.translation import CONFIRMATION_OF_TEXT, SensorRefusedError, refusal, translate, translated

PROTOCOL_TEXTS = {
    "The received packet do not begin with a valid header!",
    "The received packet is corrupted (the checksum is wrong)!",
    "The received packet is no ack packet!",
    "The received packet is no data packet!",
}


def _texts_of_pyfingerprint() -> set[str]:
    """Return the words of every bare `Exception` in pyfingerprint's source, without the computed ones."""
    tree = ast.parse(inspect.getsource(pyfingerprint))
    calls = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    bare = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Exception"]
    return {call.args[0].value for call in bare if isinstance(call.args[0], ast.Constant)}


def test_every_text_pyfingerprint_raises_is_known():
    assert _texts_of_pyfingerprint() == set(CONFIRMATION_OF_TEXT) | PROTOCOL_TEXTS


@pytest.mark.parametrize("text", sorted(PROTOCOL_TEXTS))
def test_a_broken_answer_is_a_sensor_that_does_not_respond(text):
    assert type(translate(Exception(text))) is NotRespondingError


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The image is too messy", "messy"),
        ("The image contains too few feature points", "too_few_features"),
        ("The image is invalid", "unusable"),
        ("Could not read image", "unusable"),
        ("Unknown error 0x2", "no_finger"),
    ],
)
def test_what_the_finger_did_wrong_is_a_rejection_with_its_code(text, code):
    error = translate(Exception(text))
    assert isinstance(error, CaptureRejectedError)
    assert error.code == code


@pytest.mark.parametrize("text", ["The address is wrong", "Unknown error 0x13", "Unknown error 0x21"])
def test_what_settings_must_change_is_a_configuration_error(text):
    error = translate(Exception(text))
    assert type(error) is ConfigurationError
    assert not error.retryable


@pytest.mark.parametrize(
    ("text", "confirmation"),
    [("Could not download image", Confirmation.UP_IMAGE_FAIL), ("Error writing to flash", Confirmation.FLASH)]
    + [("Unknown error 0xfe", 0xFE)],
)
def test_what_the_sensor_cannot_do_is_a_refusal_that_keeps_its_code(text, confirmation):
    error = translate(Exception(text))
    assert isinstance(error, SensorRefusedError)
    assert error.confirmation == confirmation


def test_a_command_that_the_sensor_could_not_read_is_no_refusal():
    error = translate(Exception("Communication error"))
    assert isinstance(error, NotRespondingError)
    assert not isinstance(error, SensorRefusedError)


@pytest.mark.parametrize("code", [code for code in Confirmation if code is not Confirmation.OK])
def test_every_confirmation_code_has_an_error_that_names_it(code):
    assert str(refusal(code))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (serial.SerialException("device disconnected"), NotConnectedError),
        (serial.SerialException(errno.ENOENT, "could not open port /dev/ttyUSB0"), NotConnectedError),
        (OSError(errno.EIO, "Input/output error"), NotConnectedError),
        (serial.SerialTimeoutException("Write timeout"), NotRespondingError),
        (serial.SerialException(errno.EACCES, "could not open port /dev/ttyUSB0"), ConfigurationError),
        (serial.SerialException("could not open port 'COM3': PermissionError(13, 'Access is denied.')"), BusyError),
        (serial.SerialException(errno.EAGAIN, "Could not exclusively lock port /dev/ttyUSB0"), BusyError),
        (IndexError("list index out of range"), NotRespondingError),
        (NotConnectedError("already ours"), NotConnectedError),
    ],
)
def test_every_way_a_port_dies_has_its_error(error, kind):
    assert type(translate(error)) is kind


def test_the_cause_is_kept():
    with pytest.raises(NotConnectedError) as told, translated():
        raise OSError(errno.EIO, "gone")
    assert isinstance(told.value.__cause__, OSError)
