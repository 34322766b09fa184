"""Words for a visit's trail: which part of a step, why it is out of the ordinary, what the region said."""

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kiosk.conflict_words import code_label
from kiosk.exemption import REASONS
from kiosk.filters import words
from kiosk.identity import RESULTS
from kiosk.line_words import trouble_label
from kiosk.steps.fingerprint.fingers import finger_name
from kiosk.wording import field_label, step_label
from records.evidence import CORRECTION, IDENTITY, RETAKE, RETURN
from rules.materials.catalogue import catalogue

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
    "set_aside": _l("Does not count at the region"),
    "reinstated": _l("Counts again at the region"),
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
_WAIVED = {
    "reviewed_online": _l("reviewed online"),
    "captured_before": _l("captured at an earlier visit"),
}


def register(app: Flask) -> None:
    """Add the filters of the staff's pages."""
    app.jinja_env.filters.update(
        exception_label=exception_label,
        decision_label=decision_label,
        code_label=code_label,
        reason_label=reason_label,
        trouble_label=trouble_label,
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
    return str(REASONS.get(reason) or _WAIVED.get(reason, reason))


def identity_label(result: str) -> str:
    """Return what staff saw when they compared the person with the document."""
    return str(RESULTS.get(result, result))


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
