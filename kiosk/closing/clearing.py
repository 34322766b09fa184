"""Which captures have left this computer, which are still here and why, and the proof of both."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.closing.people import Person
from kiosk.venue import Venue
from local_db.removal_proofs import RemovalProofs
from local_db.visits import Visit
from records.canonical import canonical_bytes
from records.day import DayWindow
from records.sensitivity import Sensitivity, of_step

SCHEMA = "kaodian.removals/1"
REASONS = ("not_finished", "not_sealed", "not_accepted", "days", "next_round", "shared")
"""Why a capture is still here; of a file that several visits have, the first of theirs."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A day's captures: how many went, and how many are here for which reason."""

    removed: int
    remaining: Mapping[str, int]

    @property
    def left(self) -> int:
        """How many are still here."""
        return sum(self.remaining.values())


def cleared(venue: Venue, people: Sequence[Person]) -> Cleared:
    """Return how far the computer is cleared of the captures of these visits."""
    visits = venue.queue.visits([one.visit.id for one in people])
    captures = {visit.id: _captures(visit) for visit in visits}
    gone = venue.removal.removed({digest for digests in captures.values() for digest in digests})
    reasons: dict[str, set[str]] = {}
    for visit in visits:
        for digest in captures[visit.id] - gone:
            reasons.setdefault(digest, set()).add(_why_here(venue, visit))
    return Cleared(len(gone), Counter(min(why, key=REASONS.index) for why in reasons.values()))


def proof_of(venue: Venue, window: DayWindow, people: Sequence[Person]) -> bytes:
    """Return the proof as canonical JSON: each capture that went, its sealed object, and the word that allowed it."""
    proofs = RemovalProofs(venue.database)
    captures = proofs.captures([one.visit.id for one in people])
    words = proofs.words(sorted({one.record for one in captures}))
    return canonical_bytes(
        {
            "schema": SCHEMA,
            "venue": venue.settings.venue.id,
            "day": window.day.isoformat(),
            "made_at": venue.clock.now().isoformat(),
            "captures": [
                {
                    "sha256": one.digest,
                    "visit": one.visit,
                    "object": one.object,
                    "record": one.record,
                    "removed_at": one.removed_at.isoformat(),
                }
                for one in captures
            ],
            "records": {one.digest: _word(one.receipt) for one in words},
            "remaining": dict(cleared(venue, people).remaining),
        }
    )


def _word(receipt: bytes | None) -> Any:
    return json.loads(receipt) if receipt else None


def _captures(visit: Visit) -> set[str]:
    steps = [entry.evidence for entry in visit.entries if of_step(entry.evidence.step) is Sensitivity.BIOMETRICS]
    return {file.digest for evidence in steps for file in evidence.attachments}


def _why_here(venue: Venue, visit: Visit) -> str:
    """Return why the captures of a visit are still here."""
    rule = venue.journey.profile(visit).removal
    if not visit.is_sealed:
        return "not_sealed" if venue.journey.way(visit).is_finished else "not_finished"
    version = visit.versions[-1]
    if venue.removal.is_cleared(version.digest):
        return "shared"
    if rule.is_due(version.sealed_at, version.accepted_at, venue.clock.now()):
        return "next_round"
    return "days" if rule.biometrics == "at_once" or version.accepted_at else "not_accepted"
