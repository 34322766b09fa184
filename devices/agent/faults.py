"""How trouble with a device travels between agent and venue: each class of `devices.errors` as a code and back.

The numbers are those of MOSIP's Secure Biometric Interface, so that another client understands them; our own name
stands beside them, because a number there covers more than one case here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ConfigurationError,
    DeviceError,
    NotConnectedError,
    NotRespondingError,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One class of trouble. `number` is SBI's errorCode, `status` the HTTP status."""

    error: type[DeviceError]
    number: str
    status: HTTPStatus


SUCCESS: Mapping[str, str] = {"errorCode": "0", "errorInfo": "Success"}

FAULTS = (
    Fault(CaptureRejectedError, "101", HTTPStatus.UNPROCESSABLE_ENTITY),
    Fault(NotConnectedError, "106", HTTPStatus.SERVICE_UNAVAILABLE),
    Fault(NotRespondingError, "110", HTTPStatus.GATEWAY_TIMEOUT),
    Fault(BusyError, "111", HTTPStatus.CONFLICT),
    Fault(ConfigurationError, "502", HTTPStatus.NOT_FOUND),
)
_BY_NAME = {fault.error.__name__: fault for fault in FAULTS}


def fault_of(error: DeviceError) -> Fault:
    """Return how an error travels."""
    return next((fault for fault in FAULTS if isinstance(error, fault.error)), _BY_NAME["NotRespondingError"])


def pack_error(error: DeviceError, state: str = "") -> dict[str, Any]:
    """Return an error as it travels.

    Args:
        state: what the device's status says of it, e.g. `frozen`.
    """
    fault = fault_of(error)
    code = error.code if isinstance(error, CaptureRejectedError) else ""
    return {
        "error": {"errorCode": fault.number, "errorInfo": str(error)},
        "kaodian": {"error": fault.error.__name__, "code": code, "state": state},
    }


def unpack_error(table: Mapping[str, Any]) -> DeviceError | None:
    """Return the error that came, None if all is well; a code of another program's SBI is understood too."""
    said = table.get("error") or SUCCESS
    number, words = str(said.get("errorCode", "0")), str(said.get("errorInfo", ""))
    if number == SUCCESS["errorCode"]:
        return None
    own = table.get("kaodian") or {}
    fault = _BY_NAME.get(str(own.get("error")))
    fault = fault or next((one for one in FAULTS if one.number == number), _BY_NAME["NotRespondingError"])
    if fault.error is CaptureRejectedError:
        return CaptureRejectedError(words, str(own.get("code") or "unusable"))
    error = fault.error(words)
    error.state = str(own.get("state") or "")
    return error
