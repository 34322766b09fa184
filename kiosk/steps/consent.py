"""Tells the candidate what is done with the data, and asks for each consent on its own."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from devices.bench import Bench
from kiosk.step import DONE, TODO, Answers, Case, Outcome, Step, StepRejectedError
from records.canonical import digest_document
from records.evidence import Evidence
from rules.words import StepOptions, Words

AGREED: Mapping[str, bool | None] = {"agree": True, "refuse": False, "read": None}
"""The decisions, and whether the candidate agreed; None where the notice asks for nothing."""


class Notice(BaseModel):
    """One text the candidate reads.

    Attributes:
        required: the law itself is the ground: the candidate is told and not asked. Otherwise the candidate may refuse,
            which leads to a check by hand and never to a disadvantage.
        body: paragraphs apart by an empty line.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["general", "face", "fingerprint"]
    version: str
    title: Words
    body: Words
    required: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of the text in both languages."""
        return digest_document({"title": self.title.model_dump(), "body": self.body.model_dump()})

    @property
    def decisions(self) -> tuple[str, ...]:
        """What can be answered."""
        return ("read",) if self.required else ("agree", "refuse")


class ConsentStep(Step):
    """Notice and consent: one text a page, one decision a text, nothing ticked beforehand."""

    id = "consent"

    class Options(StepOptions):
        """What a profile may set: the texts, in the order in which they are read."""

        notices: tuple[Notice, ...] = Field(min_length=1)

        @model_validator(mode="after")
        def _check_kinds(self) -> Self:
            kinds = [notice.kind for notice in self.notices]
            mistakes = [
                InitErrorDetails(
                    type=PydanticCustomError("notices", "{kind}: listed twice", {"kind": kind}),
                    loc=("notices", at, "kind"),
                    input=kind,
                )
                for at, kind in enumerate(kinds)
                if kind in kinds[:at]
            ]
            if mistakes:
                raise ValidationError.from_exception_data("consent", mistakes)
            return self

    options: Options

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
