"""Requests to correct a fact, and what staff decide about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from kiosk.pictures import uploaded_picture
from kiosk.step import Answers, Case, StepRejectedError
from kiosk.steps.form.values import ensure_value, tidy
from records.evidence import CORRECTION, Evidence
from records.registration import FIELDS, SLOT_FIELDS
from records.standing import Standing

CORRECTABLE = tuple(field for field in FIELDS if field not in (*SLOT_FIELDS, "reg_no"))
"""What may be corrected at the venue; the registration number is the national system's own."""

_TEXT_MAX = 200


@dataclass(frozen=True, slots=True)
class Correction:
    """The latest about one field.

    Attributes:
        state: `requested`, `accepted` or `rejected`.
        new: the accepted value.
        reason: why it was rejected.
    """

    field: str
    state: str
    old: str
    new: str
    reason: str


def corrections(now_standing: Standing) -> list[Correction]:
    """Return the latest correction of each field, oldest first."""
    return [_correction(entry.evidence.data, entry.evidence.part) for entry in now_standing.of(CORRECTION)]


def undecided(now_standing: Standing) -> list[Correction]:
    """Return the requests that wait for staff."""
    return [correction for correction in corrections(now_standing) if correction.state == "requested"]


def requested(case: Case, field: str) -> Evidence:
    """Return the candidate's word that a fact is wrong."""
    data = {"state": "requested", "field": field, "old": case.facts.get(field, "")}
    return Evidence(CORRECTION, case.now, data, part=field)


def corrected(case: Case, field: str, answers: Answers, suffix: str = "") -> Evidence:
    """Return a fact set right by staff, with what shows it.

    Args:
        suffix: behind the names of the form's fields `new`, `shown`, `certain` and `picture`.

    Raises:
        StepRejectedError: the value cannot be right, or nothing shows it.
    """
    new, old = tidy(field, answers.get(f"new{suffix}")), case.facts.get(field, "")
    is_certain = answers.get(f"certain{suffix}") == "yes"
    try:
        ensure_value(field, new, case.facts, is_certain=is_certain)
    except StepRejectedError as error:
        raise StepRejectedError({f"new{suffix}": str(error)}) from error
    if new == old:
        raise StepRejectedError({f"new{suffix}": _("This is what it says already. Type another value, or reject it.")})
    shown = answers.get(f"shown{suffix}")[:_TEXT_MAX]
    picture = uploaded_picture(answers, f"picture{suffix}", "original", is_paper=True)
    if not shown and picture is None:
        raise StepRejectedError({f"shown{suffix}": _("Write which original was shown, or add a picture of it.")})
    data = {"state": "accepted", "field": field, "old": old, "new": new, "shown": shown, "as_printed": is_certain}
    return Evidence(CORRECTION, case.now, data, part=field, attachments=(picture,) if picture else ())


def rejected(case: Case, field: str, answers: Answers, suffix: str) -> Evidence:
    """Return the decision that a fact stays as it is.

    Raises:
        StepRejectedError: no reason was given.
    """
    reason = answers.get(f"reason{suffix}")[:_TEXT_MAX]
    if not reason:
        raise StepRejectedError({f"reason{suffix}": _("Write why it stays as it is.")})
    data = {"state": "rejected", "field": field, "old": case.facts.get(field, ""), "reason": reason}
    return Evidence(CORRECTION, case.now, data, part=field)


def _correction(data: Mapping[str, Any], field: str) -> Correction:
    return Correction(field, data["state"], data.get("old", ""), data.get("new", ""), data.get("reason", ""))
