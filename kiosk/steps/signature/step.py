"""Shows what is signed, takes the signature and binds it to exactly that."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from devices.bench import Bench
from kiosk.pictures import uploaded_picture
from kiosk.step import DONE, TODO, Answers, Case, Outcome, Step, StepRejectedError
from kiosk.steps.signature.picture import draw_png
from kiosk.steps.signature.shown import shown_answers, shown_facts
from kiosk.steps.signature.strokes import FIELD, ensure_name, read_drawing
from records.canonical import canonical_bytes, digest_document
from records.evidence import Attachment, Evidence
from rules.steps.signature import SignatureOptions

SIGNED_STEPS = ("form", "consent", "materials")
"""Steps whose answers a candidate signs, where they come before the signature."""


class SignatureStep(Step):
    """The signature. An edit of what was signed brings it back by itself, see `records.standing`."""

    id = "signature"
    Options = SignatureOptions
    options: SignatureOptions

    def outcome(self, case: Case) -> Outcome:
        """Done while the signature stands."""
        return DONE if case.standing.get(self.id) else TODO

    def screen(self, case: Case) -> Mapping[str, Any]:
        """Return all that is signed, and its digest, which comes back with the answers."""
        covers = self._covers(case)
        return {
            "shown": case.standing.digest(covers),
            "facts": shown_facts(case),
            "signed": [line for step in covers for line in shown_answers(case, step)],
            "declaration": self.options.declaration,
            "min_strokes": self.options.min_strokes,
            "min_ink_ms": self.options.min_ink_ms,
            "paper": self.options.paper,
        }

    def submit(self, case: Case, answers: Answers, bench: Bench) -> Sequence[Evidence]:
        """Keep the signature, bound to the digest of what the screen showed."""
        shown = case.standing.digest(self._covers(case))
        if answers.get("shown") != shown:
            words = _("The information has changed since this page was opened. Please read it again, then sign.")
            raise StepRejectedError(words)
        if answers.get("act") == "paper":
            return [self._on_paper(case, answers, shown)]
        return [self._drawn(case, answers, shown)]

    def _covers(self, case: Case) -> tuple[str, ...]:
        before = case.before(self.id)
        return tuple(step for step in SIGNED_STEPS if step in before)

    def _drawn(self, case: Case, answers: Answers, shown: str) -> Evidence:
        drawing = read_drawing(answers.get(FIELD))
        ensure_name(drawing, self.options)
        data = {
            "method": "drawn",
            "strokes": len(drawing.strokes),
            "points": len(drawing.points),
            "duration_ms": round(drawing.duration_ms),
        }
        points = Attachment.of("strokes", "application/json", canonical_bytes(drawing.document()))
        return self._evidence(case, shown, data, (points, Attachment.of("picture", "image/png", draw_png(drawing))))

    def _on_paper(self, case: Case, answers: Answers, shown: str) -> Evidence:
        if not self.options.paper or not answers.actor.is_staff:
            raise StepRejectedError(_("Only staff can take a signature on paper. Please call them."))
        reason, scan = answers.get("reason"), uploaded_picture(answers, "scan", "scan", is_paper=True)
        if not reason:
            raise StepRejectedError({"reason": _("Write why the signature is on paper.")})
        if scan is None:
            raise StepRejectedError({"scan": _("Add a picture of the signed paper.")})
        data = {"method": "paper", "reason": reason[:200], "witness": answers.actor.id}
        return self._evidence(case, shown, data, (scan,))

    def _evidence(self, case: Case, shown: str, data: Mapping[str, Any], files: tuple[Attachment, ...]) -> Evidence:
        signed = {
            "declaration_version": self.options.declaration_version,
            "declaration_digest": digest_document(self.options.declaration.model_dump()),
            "language": str(get_locale() or ""),
        }
        covers = self._covers(case)
        return Evidence(self.id, case.now, {**data, **signed}, covers=covers, bound_to=shown, attachments=files)
