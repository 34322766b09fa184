"""What a device service answers, read strictly, and its error codes as our errors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ConfigurationError,
    DeviceError,
    NotConnectedError,
    NotRespondingError,
)
from devices.fingerprint.sbi.protocol import FINGER_TYPES, SPEC_VERSIONS, payload, unencoded
from devices.formats.coding import Coding, opened
from devices.formats.finger_image import FingerImage, read_record
from devices.quality.resolution import NATIVE_PPI


def _rejected(code: str) -> Callable[[str], DeviceError]:
    return lambda words: CaptureRejectedError(words, code)


ERRORS: Mapping[int, Callable[[str], DeviceError]] = {
    100: ConfigurationError,  # not registered
    101: _rejected("no_finger"),  # nothing biometric seen
    102: _rejected("messy"),  # cannot be extracted
    103: NotRespondingError,  # tampered with
    104: NotRespondingError,  # no management server
    105: _rejected("off_centre"),  # orientation
    106: NotConnectedError,  # no such device
    107: ConfigurationError,  # the device's key has expired
    108: ConfigurationError,  # the domain's key is missing
    109: ConfigurationError,  # so many fingers are not supported
    111: BusyError,  # not in the table; some services, ours among them, say it of a device in use
    202: NotConnectedError,  # no device connected
}
"""The specification's table. What is not in it (5xx is each maker's own) is NotRespondingError."""


@dataclass(frozen=True, slots=True)
class Service:
    """A device that a service offers."""

    device_id: str
    sub_id: str
    status: str
    purpose: str
    serial: str
    spec_version: str

    def check(self) -> None:
        """Make sure that fingers can be read with it now.

        Raises:
            BusyError, NotConnectedError, ConfigurationError.
        """
        if self.purpose.lower() == "auth":
            raise ConfigurationError(
                "the device encrypts what it reads for an authentication server; a venue needs one for registration"
            )
        status = self.status.lower()
        if status == "busy":
            raise BusyError("another program is using the device")
        if status == "not registered":
            raise ConfigurationError("the device is not registered with its maker's service")
        if status != "ready":
            raise NotConnectedError(f"the device says that it is {self.status!r}")


@dataclass(frozen=True, slots=True)
class Captured:
    """One capture, decoded; `quality` is the device's own word."""

    image: FingerImage
    quality: int | None
    taken_at: datetime
    serial: str


def raise_error(error: object) -> None:
    """Raise what an answer's error object says; 0 and nothing are success.

    Raises:
        DeviceError: see ERRORS.
    """
    if not isinstance(error, Mapping):
        return
    told = {str(name).lower(): value for name, value in error.items()}
    text = str(told.get("errorcode") or "0").strip()
    code = int(text) if text.lstrip("-").isdecimal() else -1
    if code:
        raise ERRORS.get(code, NotRespondingError)(f"the device says error {text}")


def services(answer: object) -> list[Service]:
    """Return the finger readers in the answer to a discovery; other devices and those with errors are left out.

    Raises:
        NotRespondingError: it is no list.
    """
    if not isinstance(answer, list):
        raise NotRespondingError("a discovery is answered with a list")
    found = []
    for one in answer:
        if not isinstance(one, Mapping) or not one.get("deviceId"):
            continue
        digital = payload(one["digitalId"]) if one.get("digitalId") else {}
        if str(digital.get("type", "finger")).lower() in FINGER_TYPES:
            found.append(_service(one, digital))
    return found


def status_in(answer: object, device_id: str) -> tuple[str, str]:
    """Return status and purpose of a device from the answer to an info request.

    Raises:
        DeviceError: the answer carries an error, or is none.
        NotConnectedError: the device is not in it.
    """
    for one in answer if isinstance(answer, list) else []:
        if not isinstance(one, Mapping):
            continue
        info = payload(one["deviceInfo"]) if one.get("deviceInfo") else {}
        if str(info.get("deviceId", device_id)) == device_id:
            raise_error(one.get("error"))
            return str(info.get("deviceStatus", "Ready")), str(info.get("purpose", ""))
    raise NotConnectedError(f"the service no longer knows the device {device_id!r}")


def captured(answer: object, transaction: str) -> Captured:
    """Return the one finger in the answer to a capture.

    Raises:
        DeviceError: the answer carries an error.
        NotRespondingError: it is of another transaction, or what it carries is no finger record.
        ConfigurationError: the record's picture is WSQ, and the package for it is not installed.
    """
    if isinstance(answer, Mapping):
        raise_error(answer.get("error"))
    blocks = answer.get("biometrics") if isinstance(answer, Mapping) else None
    if not isinstance(blocks, list) or not blocks or not isinstance(blocks[0], Mapping):
        raise NotRespondingError("the capture was answered without biometrics")
    raise_error(blocks[0].get("error"))
    data = payload(blocks[0].get("data"))
    if data.get("transactionId", transaction) != transaction:
        raise NotRespondingError("the capture is of another transaction")
    try:
        image = _image(unencoded(str(data.get("bioValue", ""))), data.get("kaodian"))
    except CaptureRejectedError as error:
        raise NotRespondingError(f"the device's record cannot be read: {error}") from error
    digital = payload(data["digitalId"]) if data.get("digitalId") else {}
    return Captured(image, _score(data.get("qualityScore")), _moment(data.get("timestamp")), _serial(digital))


def _image(content: bytes, own: object) -> FingerImage:
    """Return the picture of a record, or of the bare PNG that Kaodian's own agent sends and says so."""
    if isinstance(own, Mapping) and own.get("format") == "image/png":
        return FingerImage(opened(content, Coding.PNG), 0, int(own.get("resolutionPpi") or NATIVE_PPI), None)
    return read_record(content)[0]


def _service(one: Mapping[str, Any], digital: Mapping[str, Any]) -> Service:
    sub_ids, versions = one.get("deviceSubId"), one.get("specVersion") or []
    known = [version for version in SPEC_VERSIONS if version in versions]
    return Service(
        device_id=str(one["deviceId"]),
        sub_id=str(sub_ids[0]) if isinstance(sub_ids, list) and sub_ids else str(sub_ids or "0"),
        status=str(one.get("deviceStatus", "")),
        purpose=str(one.get("purpose", "")),
        serial=_serial(digital),
        spec_version=known[0] if known else SPEC_VERSIONS[-1],
    )


def _serial(digital: Mapping[str, Any]) -> str:
    return " ".join(str(digital[name]) for name in ("make", "model", "serialNo") if digital.get(name))


def _score(value: object) -> int | None:
    """Return the device's own score; -1 and what is no number stand for none."""
    try:
        score = round(float(str(value)))
    except (ValueError, OverflowError):
        return None
    return score if score >= 0 else None


def _moment(value: object) -> datetime:
    """Return the device's time, ours if it has none or one without a zone."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return datetime.now(UTC)
    return moment.astimezone(UTC) if moment.tzinfo else datetime.now(UTC)
