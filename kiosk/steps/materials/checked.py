"""What has been found out about each material, read from the standing evidence, and what follows from it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kiosk.step import DONE, TODO, Missing, Outcome, State
from records.evidence import Attachment, Evidence
from records.standing import Standing
from rules.materials.options import MaterialsOptions
from rules.materials.required import Asked

STEP = "materials"
REFUSAL = "refusal"
"""Part of the evidence by which a second reviewer or a lead proposes that the candidate be refused."""

VERDICTS = ("pass", "fail", "pending", "waived")


@dataclass(frozen=True, slots=True)
class Checked:
    """One material as it stands.

    Attributes:
        verdict: one of `VERDICTS`, "" while nobody has decided.
        due: the day by which it has to be brought, where it is pending.
        pages: its pictures in order.
        compared: which pictures at the region it was compared with, see `online.compared_with`; None for none.
    """

    verdict: str = ""
    reason: str = ""
    note: str = ""
    due: date | None = None
    pages: tuple[Attachment, ...] = ()
    compared: Mapping[str, Any] | None = field(default=None, compare=False)


def checked(now_standing: Standing, code: str) -> Checked:
    """Return what stands about one material."""
    entry = now_standing.get(STEP, code)
    if entry is None:
        return Checked()
    data = entry.evidence.data
    due = date.fromisoformat(data["due"]) if data.get("due") else None
    pages = entry.evidence.attachments
    told = data.get("verdict", ""), data.get("reason", ""), data.get("note", "")
    return Checked(*told, due, pages, data.get("online"))


def evidence_of(
    asked: Asked,
    found: Checked,
    options: MaterialsOptions,
    taken_at: datetime,
    compared: Mapping[str, Any] | None = None,
) -> Evidence:
    """Return the evidence of one material: the verdict and all its pages, which replace what stood before.

    Names and reasons go along in words, because the region has another profile or none.

    Args:
        compared: which pictures at the region lay beside the paper.
    """
    reason = options.reason(found.reason)
    data: dict[str, Any] = {
        "name": asked.name.model_dump(),
        "required": asked.required,
        "verdict": found.verdict,
        "reason": found.reason,
        "reason_name": reason.words.model_dump() if reason else None,
        "note": found.note,
        "due": found.due.isoformat() if found.due else "",
        "pages": [page.digest for page in found.pages],
    }
    if compared:
        data["online"] = dict(compared)
    return Evidence(STEP, taken_at, data, part=asked.code, attachments=found.pages)


def refusal(now_standing: Standing) -> Mapping[str, Any] | None:
    """Return the standing proposal to refuse the candidate."""
    entry = now_standing.get(STEP, REFUSAL)
    return entry.evidence.data if entry and entry.evidence.data["state"] == "proposed" else None


def outcome_of(
    items: Sequence[tuple[Asked, Checked]],
    options: MaterialsOptions,
    *,
    is_refused: bool = False,
    covered: frozenset[str] = frozenset(),
) -> Outcome:
    """Return how far the check of materials is.

    A failed material keeps the step open: staff change the verdict, or somebody entitled proposes the refusal, and
    then the visit ends here and the region decides. What staff judged counts even where the rule did not ask for it.

    Args:
        covered: codes of the materials that need not be looked at here.
    """
    if is_refused:
        return Outcome(State.REFUSED)
    here = [(asked, found) for asked, found in items if asked.code not in covered]
    verdicts = {found.verdict for asked, found in here if asked.required or found.verdict}
    if "" in verdicts or "fail" in verdicts:
        return TODO
    if "pending" in verdicts:
        until = min((found.due for _, found in items if found.verdict == "pending" and found.due), default=None)
        return Outcome(State.PENDING, reason="materials", until=until, blocks=options.pending == "stop")
    return DONE


def missing_of(items: Iterable[tuple[Asked, Checked]], options: MaterialsOptions) -> list[Missing]:
    """Return what is still to be brought, in the order of the list."""
    found = []
    for asked, state in items:
        if state.verdict == "pending":
            reason = options.reason(state.reason)
            found.append(Missing(asked.code, asked.name, reason.words if reason else None, state.note, state.due))
    return found
