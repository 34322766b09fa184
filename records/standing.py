"""Which evidence counts now. Everything else about a visit is computed from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from records.canonical import digest_document
from records.evidence import CORRECTION, Entry


@dataclass(frozen=True, slots=True)
class Standing:
    """The evidence that counts.

    Attributes:
        facts: the candidate's fields with accepted corrections applied.
        entries: standing entries in the order of saving.
    """

    facts: Mapping[str, str]
    entries: tuple[Entry, ...]

    def of(self, step: str) -> tuple[Entry, ...]:
        """Return the step's standing entries, oldest first."""
        return tuple(entry for entry in self.entries if entry.evidence.step == step)

    def get(self, step: str, part: str = "") -> Entry | None:
        """Return the standing entry of one part of a step."""
        return next((entry for entry in self.of(step) if entry.evidence.part == part), None)

    def digest(self, covers: Sequence[str] = ()) -> str:
        """Return the digest of the facts and of the standing data of the steps in `covers`.

        This is what a confirmation or a signature is bound to: change anything of it and the digest changes.
        """
        return _binding(self.facts, self.entries, covers)


def standing(entries: Iterable[Entry], fields: Mapping[str, str]) -> Standing:
    """Return what stands: the latest of each (step, part), less what was withdrawn or bound to other data.

    An edit after signing therefore brings the signature back by itself, and so do a retake and a return.

    Args:
        entries: all of the visit's entries in the order of `seq`.
        fields: the candidate's fields as the roster has them.
    """
    latest: dict[tuple[str, str], Entry] = {}
    facts = dict(fields)
    for entry in entries:
        evidence = entry.evidence
        for step in evidence.withdraws:
            latest = {key: old for key, old in latest.items() if key[0] != step}
        latest[evidence.step, evidence.part] = entry
        if evidence.step == CORRECTION and evidence.data.get("state") == "accepted":
            facts[evidence.part] = str(evidence.data["new"])
    return Standing(facts, tuple(sorted(_still_bound(latest.values(), facts), key=lambda entry: entry.seq)))


def _still_bound(entries: Iterable[Entry], facts: Mapping[str, str]) -> list[Entry]:
    """Return the entries that are bound to nothing or to what stands.

    What is bound to facts alone is decided first: a signature over the form covers only those pages of it that stand,
    as the candidate saw them.
    """
    kept: list[Entry] = []
    for entry in sorted(entries, key=_binding_depth):
        evidence = entry.evidence
        if not evidence.bound_to or evidence.bound_to == _binding(facts, kept, evidence.covers):
            kept.append(entry)
    return kept


def _binding_depth(entry: Entry) -> tuple[bool, bool, int]:
    return bool(entry.evidence.bound_to), bool(entry.evidence.covers), entry.seq


def _binding(facts: Mapping[str, str], entries: Iterable[Entry], covers: Sequence[str]) -> str:
    shown: dict[str, dict[str, Any]] = {step: {} for step in covers}
    for entry in entries:
        if entry.evidence.step in shown:
            shown[entry.evidence.step][entry.evidence.part] = dict(entry.evidence.data)
    return digest_document({"facts": dict(facts), "steps": shown})


def never_again(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries that can stand no more whatever comes: a later try of their part, or a withdrawal, is there.

    What is only bound to other data than the present may stand again when the data changes back.
    """
    latest: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        for step in entry.evidence.withdraws:
            latest = {key: old for key, old in latest.items() if key[0] != step}
        latest[entry.evidence.step, entry.evidence.part] = entry
    kept = {entry.seq for entry in latest.values()}
    return tuple(entry for entry in entries if entry.seq not in kept)
