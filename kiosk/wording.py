"""Words for the codes that people see, in one place; translated when they are shown."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ConfigurationError,
    DeviceError,
    NotConnectedError,
    OutOfPaperError,
)
from kiosk.step import State

_STEPS = {
    "arrival": _l("Arrival"),
    "form": _l("Check details"),
    "consent": _l("Notice and consent"),
    "materials": _l("Materials"),
    "signature": _l("Signature"),
    "fingerprint": _l("Fingerprint"),
    "photo": _l("Photo"),
    "done": _l("Done"),
    "correction": _l("Correction"),
    "retake": _l("Do again"),
    "return": _l("Returned by the region"),
    "identity": _l("Identity check"),
}
_FIELDS = {
    "reg_no": _l("Registration number"),
    "name": _l("Name"),
    "sex": _l("Sex"),
    "ethnic_group": _l("Ethnic group"),
    "born_on": _l("Date of birth"),
    "nationality": _l("Nationality"),
    "id_type": _l("Document type"),
    "id_no": _l("Document number"),
    "exam_level": _l("Exam level"),
    "exam_category": _l("Exam category"),
    "education": _l("Education"),
    "study_form": _l("Form of study"),
    "school": _l("School"),
    "major": _l("Major"),
    "graduated": _l("Graduated in"),
    "diploma_no": _l("Diploma number"),
    "employer": _l("Employer"),
    "mobile": _l("Mobile number"),
    "slot_day": _l("Appointment day"),
    "slot_time": _l("Appointment time"),
    "kinds": _l("Candidate kind"),
}
_STATES = {
    State.TODO: _l("To do"),
    State.DONE: _l("Done"),
    State.WAIVED: _l("Waived"),
    State.PENDING: _l("Missing, to be brought later"),
    State.REFUSED: _l("Refusal proposed"),
}
_ROLES = {
    "GUIDE": _l("Guide"),
    "REVIEW1": _l("Reviewer"),
    "REVIEW2": _l("Second reviewer"),
    "CAPTURE": _l("Capture"),
    "LEAD": _l("Venue lead"),
    "ADMIN": _l("Administrator"),
    "AUDIT": _l("Auditor"),
}
_DEVICES = {
    "camera": _l("Camera"),
    "fingerprint": _l("Fingerprint reader"),
    "document_camera": _l("Document camera"),
    "card": _l("Card reader"),
    "printer": _l("Printer"),
}
_TROUBLES = {
    "no_agent": _l(
        "The computer at this desk that has the device does not answer. Switch it on and start its device program, "
        "then press the button once more."
    ),
    "claimed_twice": _l(
        "Two stations are set to the same port, so neither may use it. Continue at another station and tell the "
        "administrator; the page Devices says which two."
    ),
    "not_allowed": _l(
        "The browser may not use the camera. Click the camera beside the address, allow it, and try again."
    ),
    "insecure": _l(
        "The browser gives its camera only to a secure page. Open this page on the camera's own computer as "
        "http://127.0.0.1, or over https, and try again."
    ),
}

KNOWN_ROLES = tuple(_ROLES)


def step_label(step_id: str) -> str:
    """Return the name of a step."""
    return str(_STEPS.get(step_id, step_id))


def field_label(field: str) -> str:
    """Return the name of a roster field."""
    return str(_FIELDS.get(field, field))


def state_label(state: State) -> str:
    """Return the words for how far a step is."""
    return str(_STATES[state])


def role_label(role: str) -> str:
    """Return the name of a staff role."""
    return str(_ROLES.get(role, role))


def device_label(role: str) -> str:
    """Return the name of a device role."""
    return str(_DEVICES.get(role, role))


def device_trouble(error: DeviceError) -> str:
    """Return what went wrong with a device and what to do next."""
    if error.state in _TROUBLES:
        return str(_TROUBLES[error.state])
    if isinstance(error, NotConnectedError):
        return str(
            gettext("The device is not connected. Check the cable, plug it in again and press the button once more.")
        )
    if isinstance(error, BusyError):
        return str(gettext("The device is being used on another page. Wait a moment and press the button again."))
    if isinstance(error, ConfigurationError):
        return str(gettext("This station has no such device. Continue at another station, or tell the administrator."))
    if isinstance(error, OutOfPaperError):
        return str(gettext("The printer has no paper, or its cover is open. Put a roll in and close it."))
    if isinstance(error, CaptureRejectedError):
        return str(gettext("The picture cannot be used. Please try again."))
    return str(gettext("The device does not answer. Unplug it, plug it in again and press the button once more."))
