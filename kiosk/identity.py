"""人证核验: two members of staff's eyes on two pictures. What they decide, and with what in sight, is kept as evidence.

Matching by machine is not promised: fringes, glasses and years make it wrong, and the law wants a way without it.
"""

from collections.abc import Mapping, Sequence

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from devices.bench import Bench
from kiosk.cards import PHOTO_FIELD, photo_type
from kiosk.pictures import photographed
from kiosk.step import Answers, Case, StepRejectedError
from records.evidence import IDENTITY, Attachment, Evidence

RESULTS: Mapping[str, LazyString] = {
    "pass": _l("Is the person on the card"),
    "fail": _l("Is not the person on the card"),
    "manual": _l("Cannot be said; the venue lead decides"),
}


def may_keep_face(case: Case) -> bool:
    """Tell whether the candidate has agreed that pictures of the face are kept."""
    entry = case.standing.get("consent", "face")
    return entry is not None and entry.evidence.data.get("agreed") is True


def compare(case: Case, answers: Answers, bench: Bench, *, has_card_photo: bool, keeps_card_photo: bool) -> Evidence:
    """Return what staff decided, with the pictures that may be kept.

    Args:
        has_card_photo: whether the picture on the card was beside the live one.
        keeps_card_photo: whether the profile wants the card's picture in the record.

    Raises:
        StepRejectedError: no decision, or the reason or the second person that it needs is missing.
        devices.errors.DeviceError: the camera has no picture to give.
    """
    result = answers.get("result")
    if result not in RESULTS:
        raise StepRejectedError({"result": _("Choose what you see.")})
    reason = answers.get("reason")[:200]
    problems = _lacking(result, reason, answers, has_card_photo=has_card_photo)
    if problems:
        raise StepRejectedError(problems)
    data = {
        "result": result,
        "reason": reason,
        "compared_with": "card" if has_card_photo else "document",
        "second": answers.second.id if answers.second else "",
    }
    kept = may_keep_face(case)
    pictures = [photographed(bench.camera, "live")] if kept and bench.has("camera") else []
    photo = answers.files.get(PHOTO_FIELD)
    if kept and keeps_card_photo and photo:
        pictures.append(Attachment.of("card_photo", photo_type(photo[0].content), photo[0].content))
    return Evidence(IDENTITY, case.now, data, attachments=tuple(pictures))


def result_choices() -> Sequence[tuple[str, str]]:
    """Return (code, words) of the decisions, in the language of the request."""
    return [(code, str(label)) for code, label in RESULTS.items()]


def _lacking(result: str, reason: str, answers: Answers, *, has_card_photo: bool) -> dict[str, str]:
    """Return what a decision other than a plain "yes" before the card's picture still needs."""
    if result == "pass" and has_card_photo:
        return {}
    problems = {}
    if not reason:
        problems["reason"] = str(_("Write what you saw."))
    if answers.second is None:
        problems["second_pin"] = str(_("A second member of staff looks as well, and gives name and PIN."))
    return problems
