"""What is out of the ordinary in a visit, for people who look over it."""

from dataclasses import dataclass

from local_db.visits import Visit
from records.evidence import CORRECTION, IDENTITY, RETAKE, RETURN
from records.standing import standing


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    """One thing to look at: `kind` is exemption, refusal, override, correction, retake, return, identity,
    pending or fail."""

    kind: str
    step: str
    part: str
    reason: str


def exceptions_of(visit: Visit) -> list[ExceptionLine]:
    """Return everything out of the ordinary that stands, oldest first."""
    lines = []
    for entry in standing(visit.entries, visit.registration.fields).entries:
        evidence = entry.evidence
        kind = _kind_of(evidence.step, evidence.part, dict(evidence.data))
        if kind:
            reason = str(evidence.data.get("reason") or evidence.data.get("override_reason") or "")
            lines.append(ExceptionLine(kind, evidence.step, evidence.part, reason))
    return lines


def _kind_of(step: str, part: str, data: dict[str, object]) -> str:
    if step in (CORRECTION, RETAKE, RETURN):
        return step
    if part.startswith("exemption"):
        return "exemption"
    if step == IDENTITY:
        return IDENTITY if data.get("result") != "pass" else ""
    if data.get("agreed") is False:
        return "refusal"
    if data.get("override_reason"):
        return "override"
    if data.get("forced"):
        return "forced"
    verdict = data.get("verdict")
    return str(verdict) if verdict in ("fail", "pending") else ""
