"""How a person who cannot or will not give a capture goes on: a reason, a second member of staff, a photo."""

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from devices.bench import Bench
from kiosk.pictures import photographed, uploaded_picture
from kiosk.step import Actor, Answers, Case, StepRejectedError
from records.evidence import Attachment, Evidence

PART = "exemption"
CONSENT_REFUSED = "consent_refused"
APPROVERS = ("REVIEW2", "LEAD")

REASONS: Mapping[str, LazyString] = {
    "missing": _l("Missing"),
    "injured": _l("Injured or bandaged"),
    "worn": _l("Worn or peeling"),
    "eczema": _l("Eczema or another skin condition"),
    "device": _l("The device does not work"),
    "other": _l("Another reason"),
    CONSENT_REFUSED: _l("Does not consent; identity checked by hand"),
}


def reason_choices(codes: Collection[str]) -> list[tuple[str, str]]:
    """Return (code, words) of the reasons, in the language of the request."""
    return [(code, str(REASONS[code])) for code in codes]


def is_consent_refused(case: Case, purpose: str) -> bool:
    """Tell whether the candidate said no to `face` or `fingerprint`."""
    entry = case.standing.get("consent", purpose)
    return entry is not None and entry.evidence.data.get("agreed") is False


def exempt(
    case: Case,
    step: str,
    answers: Answers,
    bench: Bench,
    *,
    reasons: Collection[str],
    without_photo: Collection[str] = (CONSENT_REFUSED,),
    part: str = PART,
    details: Mapping[str, Any] | None = None,
) -> Evidence:
    """Return the exemption that two members of staff agree on.

    Args:
        reasons: codes out of `REASONS` that fit here and now.
        without_photo: codes that need no photo.
        details: further data of the evidence, e.g. which finger.

    Raises:
        StepRejectedError: something is missing; each problem at its field.
        devices.errors.DeviceError: the camera that should take the photo has trouble.
    """
    approver = second_staff(answers)
    reason, note = answers.get("reason"), answers.get("note")
    if reason not in reasons:
        raise StepRejectedError({"reason": _("Choose the reason.")})
    if reason == "other" and not note:
        raise StepRejectedError({"note": _("Write what the reason is.")})
    photo = None if reason in without_photo else _photo(answers, bench)
    data = {"reason": reason, "note": note[:200], "second_staff": approver.id, **(details or {})}
    return Evidence(step, case.now, data, part=part, attachments=(photo,) if photo else ())


def second_staff(answers: Answers) -> Actor:
    """Return the second member of staff, who may approve and is not the one acting.

    Raises:
        StepRejectedError: there is none.
    """
    if not answers.actor.is_staff:
        raise StepRejectedError(_("Only staff can do this. Please call them."))
    second = answers.second
    if second is None:
        raise StepRejectedError({"second_staff": _("A second member of staff has to give name and PIN.")})
    if second.id == answers.actor.id:
        raise StepRejectedError({"second_staff": _("The second member of staff must be somebody else.")})
    if not second.may(*APPROVERS):
        raise StepRejectedError({"second_staff": _("The second member of staff must be a second reviewer or a lead.")})
    return second


def _photo(answers: Answers, bench: Bench) -> Attachment:
    uploaded = uploaded_picture(answers, "photo", "photo")
    if uploaded:
        return uploaded
    if answers.get("camera") == "yes" and bench.has("camera"):
        return photographed(bench.camera, "photo")
    raise StepRejectedError({"photo": _("Add a photo that shows the reason.")})
