"""Reads the verdict form."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from records.verdict import Decision
from region.labels import DECISIONS
from region.verdicts import MAX_REASON_CHARS, Opinion


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed, as it was typed."""

    decision: str = ""
    step: str = ""
    reason: str = ""


def read_answers(form: Mapping[str, str], steps: Collection[str]) -> tuple[Answers, Opinion | None, dict[str, str]]:
    """Return what was typed, the opinion if it is one, and what is wrong with each field."""
    answers = Answers(form.get("decision", ""), form.get("step", ""), form.get("reason", "").strip())
    problems: dict[str, str] = {}
    if answers.decision not in [decision.value for decision in DECISIONS]:
        problems["decision"] = _("Choose a decision.")
    is_returned = answers.decision == Decision.RETURNED
    if is_returned and answers.step not in steps:
        problems["step"] = _("Choose the step that has to be done again.")
    if answers.decision in (Decision.RETURNED, Decision.REFUSED) and not answers.reason:
        problems["reason"] = _("Write the reason; the venue and the candidate will read it.")
    if len(answers.reason) > MAX_REASON_CHARS:
        problems["reason"] = _("The reason is too long; at most %(most)s characters.", most=MAX_REASON_CHARS)
    if problems:
        return answers, None, problems
    step = answers.step if is_returned else ""
    return answers, Opinion(Decision(answers.decision), step, answers.reason), {}
