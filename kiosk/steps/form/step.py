"""Reads the registration back to the candidate, page by page, each fact with a tick for what is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _

from devices.bench import Bench
from kiosk.step import DONE, TODO, Answers, Case, Outcome, Step, StepRejectedError
from kiosk.steps.form.corrections import CORRECTABLE, Correction, corrected, corrections, rejected, requested, undecided
from records.evidence import Evidence
from rules.steps.form import FormOptions

_MASKS = {"id_no": "id", "mobile": "mobile"}


class FormStep(Step):
    """The confirmation form (现场确认流程表).

    Each page that was read is evidence of its own (part `page:1` …), bound to the facts like the whole form (part ""):
    who comes back goes on at the page not read yet, and an accepted correction has everything read again.
    """

    id = "form"

    Options = FormOptions
    options: FormOptions
    roles: ClassVar[tuple[str, ...]] = ("GUIDE", "REVIEW1", "REVIEW2", "CAPTURE", "LEAD")

    @property
    def pages(self) -> tuple[tuple[str, ...], ...]:
        """The fields of each page."""
        fields, size = self.options.fields, self.options.per_page
        return tuple(fields[start : start + size] for start in range(0, len(fields), size))

    def outcome(self, case: Case) -> Outcome:
        """Done while the confirmation stands and no request is open."""
        return DONE if case.standing.get(self.id) and not undecided(case.standing) else TODO

    def needs_staff(self, case: Case) -> bool:
        """Once everything was read, requests have to be decided before the candidate can go on."""
        return bool(undecided(case.standing)) and self._is_read(case, len(self.pages))

    def screen(self, case: Case) -> Mapping[str, Any]:
        """Return the page to be read now, and for staff the requests."""
        page = self._page(case)
        known = {correction.field: correction for correction in corrections(case.standing)}
        return {
            "page": page,
            "pages": len(self.pages),
            "rows": [_row(case, field, known.get(field)) for field in self.pages[page - 1]],
            "is_waiting": self.needs_staff(case),
            "is_done": self.outcome(case) == DONE,
            "requests": [_row(case, request.field, request) for request in undecided(case.standing)],
            "decided": [correction for correction in known.values() if correction.state != "requested"],
            "correctable": CORRECTABLE,
            "deciders": self.options.deciders,
        }

    def submit(self, case: Case, answers: Answers, bench: Bench) -> Sequence[Evidence]:
        """Take a page that was read, or what staff decide.

        `act` is `next` (the default), `back`, and for staff `accept:<field>`, `reject:<field>` or `correct`; the last
        is possible at any time, also after signing, and voids what was confirmed and signed by itself.
        """
        act, _colon, field = answers.get("act").partition(":")
        if act in ("accept", "reject", "correct"):
            return [self._decided(case, answers, act, field)]
        page = self._page(case)
        if answers.get("page", str(page)) != str(page):
            raise StepRejectedError(_("This page was read already. Please go on from here."))
        if act == "back":
            return [self._read(case, page - 1, "reopened")] if page > 1 else []
        if self.outcome(case) == DONE:
            return []
        return self._next(case, page, answers)

    def _next(self, case: Case, page: int, answers: Answers) -> list[Evidence]:
        if self.needs_staff(case):
            raise StepRejectedError(_("Corrections were asked for. Staff decide on them first."))
        open_fields = {request.field for request in undecided(case.standing)}
        ticked = [field for field in self.pages[page - 1] if answers.get(f"correct-{field}") == "yes"]
        new = [requested(case, field) for field in ticked if field not in open_fields and field in CORRECTABLE]
        if page < len(self.pages) or new or open_fields:
            return [*new, self._read(case, page, "read")]
        data = {"fields": list(self.options.fields)}
        return [Evidence(self.id, case.now, data, bound_to=case.standing.digest())]

    def _decided(self, case: Case, answers: Answers, act: str, field: str) -> Evidence:
        if not answers.actor.may(*self.options.deciders):
            raise StepRejectedError(_("You may not decide on corrections. Please ask a second reviewer or a lead."))
        if act == "correct":
            field = answers.get("field")
            if field not in CORRECTABLE:
                raise StepRejectedError({"field": _("Choose what is to be corrected.")})
            return corrected(case, field, answers)
        if field not in [request.field for request in undecided(case.standing)]:
            raise StepRejectedError(_("This request was decided already."))
        if act == "accept":
            return corrected(case, field, answers, f"-{field}")
        return rejected(case, field, answers, f"-{field}")

    def _read(self, case: Case, page: int, state: str) -> Evidence:
        return Evidence(self.id, case.now, {"state": state}, part=f"page:{page}", bound_to=case.standing.digest())

    def _is_read(self, case: Case, page: int) -> bool:
        entry = case.standing.get(self.id, f"page:{page}")
        return entry is not None and entry.evidence.data["state"] == "read"

    def _page(self, case: Case) -> int:
        """Return the first page not read yet, from 1; the last one when all were."""
        unread = (page for page in range(1, len(self.pages)) if not self._is_read(case, page))
        return next(unread, len(self.pages))


def _row(case: Case, field: str, known: Correction | None) -> dict[str, Any]:
    return {
        "field": field,
        "value": case.facts.get(field, ""),
        "mask": _MASKS.get(field, ""),
        "can_correct": field in CORRECTABLE,
        "state": known.state if known else "",
        "reason": known.reason if known else "",
    }
