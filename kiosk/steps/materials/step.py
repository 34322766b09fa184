"""Checks the papers at a desk: what this candidate has to bring, a verdict on each, pictures where they are wanted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext as _

from devices.bench import Bench
from kiosk.step import Answers, Case, Missing, Outcome, State, Step, StepRejectedError
from kiosk.steps.materials.answered import answered, problems_of, undecided
from kiosk.steps.materials.checked import (
    REFUSAL,
    Checked,
    checked,
    evidence_of,
    missing_of,
    outcome_of,
    refusal,
)
from kiosk.steps.materials.online import REVIEWED_ONLINE, compared_with, is_covered, is_outdated, shown
from kiosk.steps.materials.pages import field_of, taken_again, turned_page, with_shot, with_uploads, without
from kiosk.steps.materials.screen import drawn, screen
from records.evidence import Evidence
from rules.materials.options import MaterialsOptions
from rules.materials.required import Asked, required_items

Item = tuple[Asked, Checked]

DECIDERS = ("REVIEW2", "LEAD")
"""Who may propose that a candidate be refused, and take the proposal back."""


class MaterialsStep(Step):
    """The check of materials.

    The latest evidence of a material carries its verdict and all its pages, so that one entry tells the whole of it.
    A refusal is only proposed here: it stops the visit, for the region decides.
    """

    id = "materials"
    roles: ClassVar[tuple[str, ...]] = ("REVIEW1", "REVIEW2", "LEAD")
    Options = MaterialsOptions
    options: MaterialsOptions

    def outcome(self, case: Case) -> Outcome:
        """Done when everything required is passed or waived, see `outcome_of`; waived where online was enough."""
        items = self.items(case)
        covered = self.covered(items, case)
        is_refused = refusal(case.standing) is not None
        outcome = outcome_of(items, self.options, is_refused=is_refused, covered=covered)
        if outcome.state is State.DONE and covered and not case.standing.of(self.id):
            return Outcome(State.WAIVED, REVIEWED_ONLINE)
        return outcome

    def covered(self, items: Sequence[Item], case: Case) -> frozenset[str]:
        """Return the codes of the materials that need not be looked at here."""
        return frozenset(asked.code for asked, found in items if is_covered(asked, found, case))

    def items(self, case: Case) -> list[Item]:
        """Return the region's list with what is required of this candidate and how far each material is."""
        kinds = [flag for flag in case.facts.get("kinds", "").split(",") if flag]
        asked = required_items(kinds, case.facts, self.options)
        return [(one, checked(case.standing, one.code)) for one in asked]

    def missing(self, case: Case) -> list[Missing]:
        """Return what the candidate still has to bring, for the slip."""
        return missing_of(self.items(case), self.options)

    def screen(self, case: Case) -> Mapping[str, Any]:
        """Return the list for the desk."""
        items = self.items(case)
        seen = {asked.code: self._online(asked, found, case) for asked, found in items}
        return screen(items, self.options, case.today, refusal(case.standing), seen, self.covered(items, case))

    def _online(self, asked: Asked, found: Checked, case: Case) -> Mapping[str, Any] | None:
        item = case.online_item(asked.code)
        seen = shown(item)
        return {**seen, "is_outdated": is_outdated(item, found)} if seen else None

    def drawn(self, case: Case) -> Mapping[str, str]:
        """Return the results as the list shows them."""
        return drawn(self.items(case), case.today)

    def needs_staff(self, case: Case) -> bool:
        """Papers are always checked by staff."""
        return True

    def submit(self, case: Case, answers: Answers, bench: Bench) -> Sequence[Evidence]:
        """Keep what staff decided; only what changed becomes evidence.

        `act` is `save`, `all_pass`, `refuse`, `retract`, `paper:<code>` (on to the document camera), `shoot:<code>`
        (the page in view), `whole:<code>` (all that is in view), `compared:<code>` (the paper fits the pictures that
        the region has now), or `retake`, `turn`, `remove` and `:<code>:<digest>`.
        """
        if not answers.actor.may(*self.roles):
            raise StepRejectedError(_("Only reviewers check materials. Please ask one of them."))
        act = answers.get("act") or "save"
        if act in ("refuse", "retract"):
            return [self._refusal(case, answers, act)]
        if refusal(case.standing):
            raise StepRejectedError(_("A refusal is proposed. Take it back before going on."))
        before = self.items(case)
        after = [(asked, self._after(asked, found, case, answers, bench)) for asked, found in before]
        changed = [
            (asked, new)
            for (asked, old), (_asked, new) in zip(before, after, strict=True)
            if new != old or _is_confirmed_anew(asked, old, answers, case)
        ]
        problems = dict(self._problems(changed, case))
        if problems:
            raise StepRejectedError(problems)
        if not changed and act == "save":
            _ensure_nothing_open(after, self.covered(after, case))
        return [
            evidence_of(asked, found, self.options, case.now, compared_with(case.online_item(asked.code), found))
            for asked, found in changed
        ]

    def _after(self, asked: Asked, before: Checked, case: Case, answers: Answers, bench: Bench) -> Checked:
        """Return one material as the screen and the button pressed have it."""
        verb, _colon, rest = answers.get("act").partition(":")
        code, _colon, digest = rest.partition(":")
        found = answered(asked, before, answers, case.today)
        found = with_uploads(asked, found, answers.files.get(field_of(asked.code), ()))
        if code == asked.code:
            found = self._with_pages(verb, asked, found, digest, answers, bench)
        if verb == "all_pass" and asked.required and not found.verdict and not is_covered(asked, found, case):
            return replace(found, verdict="pass")
        return found

    def _with_pages(
        self, verb: str, asked: Asked, found: Checked, digest: str, answers: Answers, bench: Bench
    ) -> Checked:
        upright = self.options.upright
        match verb:
            case "shoot" | "whole":
                return with_shot(asked, found, bench, upright=upright, whole=verb == "whole")
            case "retake":
                return taken_again(asked, found, digest, bench, upright=upright)
            case "turn":
                return turned_page(asked, found, digest, answers.stored)
            case "remove":
                return without(found, digest)
        return found

    def _problems(self, changed: Sequence[Item], case: Case) -> Iterator[tuple[str, str]]:
        for asked, found in changed:
            item = case.online_item(asked.code)
            yield from problems_of(asked, found, self.options, case.today, len(item.pictures) if item else 0)

    def _refusal(self, case: Case, answers: Answers, act: str) -> Evidence:
        """Return the proposal to refuse the candidate, or the end of it."""
        if not answers.actor.may(*DECIDERS):
            raise StepRejectedError(_("Only a second reviewer or a lead decides on a refusal. Please ask one of them."))
        state = "proposed" if act == "refuse" else "retracted"
        if (refusal(case.standing) is None) == (state == "retracted"):
            raise StepRejectedError(_("This was decided already. Look at the page again."))
        reason = self.options.reason(answers.get("refusal_reason"))
        if state == "proposed" and (reason is None or "refusal" not in reason.applies):
            raise StepRejectedError({"refusal_reason": _("Choose the reason for the refusal.")})
        data = {
            "state": state,
            "reason": reason.code if reason else "",
            "reason_name": reason.words.model_dump() if reason else None,
            "note": answers.get("refusal_note")[:200],
        }
        return Evidence(self.id, case.now, data, part=REFUSAL)


def _is_confirmed_anew(asked: Asked, found: Checked, answers: Answers, case: Case) -> bool:
    """Tell whether staff say that the paper fits pictures which came after they compared it with others."""
    is_meant = answers.get("act") == f"compared:{asked.code}"
    return is_meant and is_outdated(case.online_item(asked.code), found)


def _ensure_nothing_open(items: Sequence[Item], covered: frozenset[str]) -> None:
    open_items = [asked for asked, found in items if asked.required and not found.verdict and asked.code not in covered]
    if open_items:
        raise StepRejectedError({f"verdict-{asked.code}": undecided(asked) for asked in open_items})
