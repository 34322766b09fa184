"""What a reviewer must look at in a record: everything that did not go the ordinary way."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from records.evidence import CORRECTION
from region.document import Document, Line


class Kind(StrEnum):
    """Why a line of the trail is out of the ordinary."""

    EXEMPTION = "exemption"
    CORRECTION = "correction"
    CONSENT_REFUSED = "consent_refused"
    OVERRIDE = "override"
    ON_PAPER = "on_paper"
    REFUSAL_PROPOSED = "refusal_proposed"
    MATERIAL_FAILED = "material_failed"
    MATERIAL_PENDING = "material_pending"
    MATERIAL_WAIVED = "material_waived"
    CAPTURE_REJECTED = "capture_rejected"


_MATERIALS = {"fail": Kind.MATERIAL_FAILED, "pending": Kind.MATERIAL_PENDING, "waived": Kind.MATERIAL_WAIVED}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line that is out of the ordinary."""

    kind: Kind
    line: Line


def findings(document: Document) -> tuple[Finding, ...]:
    """Return the standing lines that are out of the ordinary, in the order of the trail."""
    return tuple(Finding(kind, line) for line in document.lines if line.stands for kind in _kinds(line))


def _kinds(line: Line) -> Iterator[Kind]:
    data = line.data
    if line.part.split(":")[0] == "exemption" or data.get("exemption"):
        yield Kind.EXEMPTION
    if line.step == CORRECTION:
        yield Kind.CORRECTION
    if data.get("decision") in ("refuse", "refused") or (line.step == "consent" and data.get("agreed") is False):
        yield Kind.CONSENT_REFUSED
    if any(value for key, value in data.items() if key.startswith("override")):
        yield Kind.OVERRIDE
    if line.step == "signature" and data.get("method") == "paper":
        yield Kind.ON_PAPER
    if line.part == "refusal" and data.get("state") == "proposed":
        yield Kind.REFUSAL_PROPOSED
    verdict = data.get("verdict")
    if isinstance(verdict, str) and verdict in _MATERIALS:
        yield _MATERIALS[verdict]
    if data.get("forced") or _is_best_of_rejected(line):
        yield Kind.CAPTURE_REJECTED


def _is_best_of_rejected(line: Line) -> bool:
    # Several tries of a finger stand side by side; only a photo stands alone, so only there one rejection says it all.
    return line.part == "" and line.data.get("accepted") is False
