"""Tells the candidate what is done with the data, and asks for each consent on its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from devices.bench import Bench
from kiosk.step import DONE, TODO, Answers, Case, Outcome, Step, StepRejectedError
from records.evidence import Evidence
from rules.steps.consent import ConsentOptions, Notice

AGREED: Mapping[str, bool | None] = {"agree": True, "refuse": False, "read": None}
"""The decisions, and whether the candidate agreed; None where the notice asks for nothing."""


class ConsentStep(Step):
    """Notice and consent: one text a page, one decision a text, nothing ticked beforehand."""

    id = "consent"

    Options = ConsentOptions
    options: ConsentOptions

    def outcome(self, case: Case) -> Outcome:
        """Done when every text has its decision; a refusal is one."""
        return DONE if self._current(case) is None else TODO

    def screen(self, case: Case) -> Mapping[str, Any]:
        """Return the text to be read now; the last one once all are decided."""
        notices = self.options.notices
        notice = self._current(case) or notices[-1]
        return {
            "notice": notice,
            "page": notices.index(notice) + 1,
            "pages": len(notices),
            "decision": self._decision(case, notice),
        }

    def submit(self, case: Case, answers: Answers, bench: Bench) -> Sequence[Evidence]:
        """Keep the decisions: of the text shown, and of others if the screen sent them as well.

        The field is named after the notice's kind and holds `agree`, `refuse` or `read`.
        """
        current = self._current(case)
        if current is None:
            return []
        given = [
            (notice, answers.get(notice.kind))
            for notice in self.options.notices
            if notice == current or (answers.get(notice.kind) and not self._decision(case, notice))
        ]
        problems = {
            str(notice.kind): _missing(notice) for notice, decision in given if decision not in notice.decisions
        }
        if problems:
            raise StepRejectedError(problems)
        return [self._evidence(case, notice, decision) for notice, decision in given]

    def _evidence(self, case: Case, notice: Notice, decision: str) -> Evidence:
        data = {
            "decision": decision,
            "agreed": AGREED[decision],
            "text_version": notice.version,
            "text_digest": notice.digest,
        }
        return Evidence(self.id, case.now, data, part=notice.kind)

    def _current(self, case: Case) -> Notice | None:
        return next((notice for notice in self.options.notices if not self._decision(case, notice)), None)

    def _decision(self, case: Case, notice: Notice) -> str:
        """Return the decision on this very text, "" if there is none."""
        entry = case.standing.get(self.id, notice.kind)
        if entry is None or entry.evidence.data["text_digest"] != notice.digest:
            return ""
        return str(entry.evidence.data["decision"])


def _missing(notice: Notice) -> str:
    if notice.required:
        return str(_("Please confirm that you have read this."))
    return str(_("Choose whether you agree. Either answer is fine."))
