"""Asks for one finger after the other and keeps the best press of each."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _

from devices.bench import Bench
from kiosk.exemption import CONSENT_REFUSED, PART, REASONS, exempt, is_consent_refused, second_staff
from kiosk.step import DONE, TODO, Answers, Case, Outcome, State, Step, StepRejectedError
from kiosk.steps.fingerprint.fingers import FINGERS, UNCERTAIN, finger_name
from kiosk.steps.fingerprint.options import FingerprintOptions
from kiosk.steps.fingerprint.press import force, press
from kiosk.steps.fingerprint.progress import Progress, progress
from kiosk.steps.fingerprint.screen import screen
from records.evidence import Evidence


class FingerprintStep(Step):
    """The fingers."""

    id = "fingerprint"
    roles: ClassVar[tuple[str, ...]] = ("CAPTURE", "REVIEW2", "LEAD")
    Options = FingerprintOptions
    options: FingerprintOptions

    def outcome(self, case: Case) -> Outcome:
        """Done with enough fingers; waived where two members of staff said why there are fewer."""
        known = self._progress(case)
        if known.reason:
            return Outcome(State.WAIVED, known.reason)
        return TODO if known.missing else DONE

    def screen(self, case: Case) -> Mapping[str, Any]:
        """Return which finger is to be pressed and how the last press was."""
        return screen(self._progress(case), self.options, is_refused=is_consent_refused(case, self.id))

    def receipt_lines(self, case: Case) -> Sequence[tuple[str, str]]:
        """Return which fingers were captured: at the exam's door the candidate has to know."""
        names = [finger_name(tried.finger) for tried in self._progress(case).accepted]
        return [(_("Fingers captured"), ", ".join(names))] if names else []

    def needs_staff(self, case: Case) -> bool:
        """Without consent, with no finger left to ask for or the time over, only staff can go on."""
        return is_consent_refused(case, self.id) or self._progress(case).is_stuck

    def submit(self, case: Case, answers: Answers, bench: Bench) -> Sequence[Evidence]:
        """Read one press, or keep what staff decide about a finger that cannot be read."""
        known = self._progress(case)
        if known.reason or not known.missing:
            raise StepRejectedError(_("The fingers are done already."))
        act = answers.get("act")
        if act == "exempt":
            return [self._exempt(case, known, answers, bench)]
        if is_consent_refused(case, self.id):
            raise StepRejectedError(_("No consent was given to fingerprints. Staff check the identity by hand."))
        if act == "force":
            return self._force(case, known, answers)
        if act != "press":
            raise StepRejectedError(_("Choose what to do."))
        return [press(case, known, bench, self.options)]

    def _progress(self, case: Case) -> Progress:
        return progress(case.standing.of(self.id), self.options)

    def _force(self, case: Case, known: Progress, answers: Answers) -> Sequence[Evidence]:
        best = [tried for tried in known.spent if tried.attachments][: known.missing]
        if not known.is_stuck or not best:
            raise StepRejectedError(_("There are still fingers to try."))
        second = second_staff(answers)
        return [force(case, tried, second.id) for tried in best]

    def _exempt(self, case: Case, known: Progress, answers: Answers, bench: Bench) -> Evidence:
        is_refused = is_consent_refused(case, self.id)
        reasons = [reason for reason in REASONS if (reason == CONSENT_REFUSED) == is_refused]
        code = 99 if is_refused else _code(known, answers)
        part = PART if code == 99 else f"{PART}:{code}"
        return exempt(case, self.id, answers, bench, reasons=reasons, part=part, details={"finger": code})


def _code(known: Progress, answers: Answers) -> int:
    """Return the finger, hand (97, 98) or all (99) that staff excuse."""
    text = answers.get("finger")
    code = int(text) if text.isascii() and text.isdecimal() else 0
    given = {tried.finger for tried in known.accepted}
    if code not in (*FINGERS, *UNCERTAIN) or code in given:
        raise StepRejectedError({"finger": _("Choose the finger that cannot be read.")})
    return code
