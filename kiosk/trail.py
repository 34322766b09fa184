"""Words for a visit's trail: which part of a step, why it is out of the ordinary, what the region said."""

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kiosk.exemption import REASONS
from kiosk.filters import words
from kiosk.identity import RESULTS
from kiosk.steps.fingerprint.fingers import finger_name
from kiosk.steps.materials.catalogue import catalogue
from kiosk.wording import field_label, step_label
from records.evidence import CORRECTION, IDENTITY, RETAKE, RETURN

_EXCEPTIONS = {
    "exemption": _l("Exemption"),
    "refusal": _l("Consent refused"),
    "override": _l("Let in outside the appointment"),
    "forced": _l("Accepted below the limit"),
    "fail": _l("Does not match"),
    "pending": _l("Missing, to be brought later"),
    CORRECTION: _l("Correction"),
    RETAKE: _l("Do again"),
    RETURN: _l("Returned by the region"),
    IDENTITY: _l("Identity check not passed"),
}
_DECISIONS = {
    "passed": _l("Passed by the region"),
    "returned": _l("Returned by the region"),
    "refused": _l("Refused by the region"),
}
_PARTS = {
    "exemption": _l("exemption"),
    "refusal": _l("refusal"),
    "take": _l("picture taken"),
    "accepted": _l("picture accepted"),
    "general": _l("general notice"),
    "face": _l("face"),
    "fingerprint": _l("fingerprint"),
    "commitment": _l("commitment"),
}
_REFUSALS = {
    "revoked_key": _l(
        "The region no longer takes this computer's signing key. Have the administrator make a new one and seal again."
    ),
    "unknown_signer": _l(
        "The region does not know this computer's signing key yet. Have it enrolled, then send again."
    ),
    "bad_signature": _l("The region says the record's signature is wrong. Tell the administrator."),
    "unknown_recipient": _l(
        "Sealed to a key that is not the region's. Have the administrator ask for the right one, then seal again."
    ),
    "cannot_be_opened": _l("The region cannot open the record. Have the administrator seal it again."),
    "401": _l("The region does not know this venue's key. Tell the administrator."),
    "403": _l("The region says this record belongs to another venue. Tell the administrator."),
    "409": _l("The region holds something else under this number. Tell the region's office."),
    "413": _l("The file is larger than the region takes. Tell the region's office."),
    "422": _l("The region cannot read it. Tell the region's office."),
}


def register(app: Flask) -> None:
    """Add the filters of the staff's pages."""
    app.jinja_env.filters.update(
        exception_label=exception_label,
        decision_label=decision_label,
        reason_label=reason_label,
        refusal_label=refusal_label,
        identity_label=identity_label,
        part_label=part_label,
    )


def exception_label(kind: str) -> str:
    """Return what is out of the ordinary, in words."""
    return str(_EXCEPTIONS.get(kind, kind))


def decision_label(decision: str) -> str:
    """Return the region's decision, in words."""
    return str(_DECISIONS.get(decision, decision))


def reason_label(reason: str) -> str:
    """Return the words for a reason's code; what staff wrote themselves stays as it is."""
    return str(REASONS.get(reason, reason))


def identity_label(result: str) -> str:
    """Return what staff saw when they compared the person with the document."""
    return str(RESULTS.get(result, result))


def refusal_label(error: str) -> str:
    """Return why the region refused an object, and whom to tell."""
    known = next((text for code, text in _REFUSALS.items() if code in error.split()), None)
    if known is not None:
        return str(known)
    return str(_("It could not be sent. Tell the administrator: %(error)s", error=error))


def part_label(step: str, part: str) -> str:
    """Return the words for a part of a step: a field, a step, a finger, a material."""
    if step == CORRECTION:
        return field_label(part)
    if step in (RETAKE, RETURN):
        return step_label(part)
    kind, _colon, detail = part.rpartition(":")
    if kind == "page":
        return str(_("page %(number)s", number=detail))
    name = finger_name(int(detail)) if step == "fingerprint" and detail.isdigit() else _material(step, detail)
    return f"{_PARTS[kind]} · {name}" if kind in _PARTS else name


def _material(step: str, code: str) -> str:
    if step == "materials":
        known = catalogue().materials.get(code)
        if known:
            return words(known.name)
    return str(_PARTS.get(code, code))
