"""Takes the candidate's picture, shows it and lets the candidate accept it. The registration's is never touched."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _

from devices.base import Pixels
from devices.bench import Bench
from devices.quality.portrait import assess
from devices.quality.portrait_guide import guide
from kiosk.exemption import APPROVERS, CONSENT_REFUSED, PART, exempt, is_consent_refused, reason_choices
from kiosk.step import DONE, TODO, Answers, Case, Outcome, State, Step, StepRejectedError
from kiosk.steps.photo.take import ACCEPTED, TAKE, accept, discard, take
from kiosk.steps.photo.words import advice, check_rows, waiting_rows
from records.evidence import Entry, Evidence
from rules.steps.photo import PhotoOptions

REASONS = ("device", "injured", "other")


class PhotoStep(Step):
    """The picture."""

    id = "photo"
    roles: ClassVar[tuple[str, ...]] = ("CAPTURE", "REVIEW2", "LEAD")
    Options = PhotoOptions
    options: PhotoOptions
    consent: ClassVar[str] = "face"
    """The purpose under which the candidate agreed, or did not, to be photographed."""

    def outcome(self, case: Case) -> Outcome:
        """Done with an accepted picture; waived where two members of staff said why there is none."""
        if case.standing.get(self.id, ACCEPTED):
            return DONE
        exemption = case.standing.get(self.id, PART)
        return Outcome(State.WAIVED, str(exemption.evidence.data["reason"])) if exemption else TODO

    def screen(self, case: Case) -> Mapping[str, Any]:
        """Return whether the live picture or the one just taken is shown, and what is said about it."""
        taken, is_refused = self._taken(case), is_consent_refused(case, self.consent)
        return {
            "is_done": self.outcome(case).state is not State.TODO,
            "is_refused": is_refused,
            "take": _told(taken) if taken else None,
            "retakes_left": max(0, self.options.retakes + 1 - self._count(case)),
            "checks": waiting_rows(self.options.spec().warn),
            "reasons": reason_choices((CONSENT_REFUSED,) if is_refused else REASONS),
        }

    def live_checks(self, pixels: Pixels) -> list[dict[str, Any]]:
        """Return what the checks say of a live frame: code, ok, label in the language of the request.

        The first row that is not ok may say which way to move, as `guide`.
        """
        spec = self.options.spec()
        report = assess(pixels, spec)
        return check_rows(report, guide(report, spec))

    def needs_staff(self, case: Case) -> bool:
        """Without consent, or after the last try in vain, only staff can go on."""
        if is_consent_refused(case, self.consent):
            return True
        taken = self._taken(case)
        is_usable = taken is not None and bool(taken.evidence.data["ok"])
        return self._count(case) > self.options.retakes and not is_usable

    def submit(self, case: Case, answers: Answers, bench: Bench) -> Sequence[Evidence]:
        """Take a picture, throw it away, accept it, or keep why there is none."""
        if self.outcome(case).state is not State.TODO:
            raise StepRejectedError(_("The picture is done already."))
        act = answers.get("act")
        if act == "exempt":
            return [self._exempt(case, answers, bench)]
        if is_consent_refused(case, self.consent):
            raise StepRejectedError(_("No consent was given to a picture. Staff check the identity by hand."))
        if act == "accept":
            return [self._accept(case, answers)]
        if act not in ("take", "retake"):
            raise StepRejectedError(_("Choose what to do."))
        self._ensure_may_take(case, answers)
        taken = self._taken(case)
        if act == "retake" and taken:
            return [discard(case, taken)]
        with bench.camera as camera:
            return [take(case, self._count(case) + 1, camera, self.options)]

    def _taken(self, case: Case) -> Entry | None:
        """Return the picture that waits to be accepted."""
        if case.standing.get(self.id, ACCEPTED):
            return None
        entry = case.standing.get(self.id, TAKE)
        return entry if entry and not entry.evidence.data["discarded"] else None

    def _count(self, case: Case) -> int:
        entry = case.standing.get(self.id, TAKE)
        return int(entry.evidence.data["try"]) if entry else 0

    def _ensure_may_take(self, case: Case, answers: Answers) -> None:
        if self._count(case) > self.options.retakes and not answers.actor.is_staff:
            raise StepRejectedError(_("The picture was taken again as often as possible. Please call the staff."))

    def _accept(self, case: Case, answers: Answers) -> Evidence:
        taken = self._taken(case)
        if taken is None or answers.get("take") != str(taken.seq):
            raise StepRejectedError(_("This is not the picture that was shown. Please look at it again."))
        return accept(case, taken, {} if taken.evidence.data["ok"] else _approval(taken, answers))

    def _exempt(self, case: Case, answers: Answers, bench: Bench) -> Evidence:
        reasons = (CONSENT_REFUSED,) if is_consent_refused(case, self.consent) else REASONS
        without_photo = (CONSENT_REFUSED, "device")
        return exempt(case, self.id, answers, bench, reasons=reasons, without_photo=without_photo)


def _approval(taken: Entry, answers: Answers) -> dict[str, Any]:
    """Return who takes a picture that failed its checks, and why."""
    people = (answers.actor, answers.second)
    approver = next((person for person in people if person and person.may(*APPROVERS)), None)
    if not answers.actor.is_staff or approver is None:
        problems = " ".join(advice(code) for code in taken.evidence.data["problems"])
        raise StepRejectedError(_("This picture cannot be used. %(problems)s Please take it again.", problems=problems))
    reason = answers.get("reason")
    if not reason:
        raise StepRejectedError({"reason": _("Write why this picture is accepted.")})
    return {"reason": reason[:200], "approved_by": approver.id}


def _told(taken: Entry) -> dict[str, Any]:
    data = taken.evidence.data
    picture = next(file.digest for file in taken.evidence.attachments if file.role == "picture")
    return {
        "seq": taken.seq,
        "number": data["try"],
        "ok": data["ok"],
        "picture": picture,
        "problems": [advice(code) for code in data["problems"]],
    }
