"""What else a lead has to look at before the day ends: none of it is one visit's own way."""

from dataclasses import dataclass

from kiosk.venue import Venue
from local_db.conflict_rules import Kind
from records.day import DayWindow

ON_THE_WAY = frozenset({Kind.PARKED, Kind.HELD})
"""Conflicts about what was sent: the reconciliation, which comes next, names each of them."""


@dataclass(frozen=True, slots=True)
class Matters:
    """How many of each are open.

    Attributes:
        conflicts: what contradicts itself and waits for a lead, a print under two names among them.
        flagged: confirmed registrations of which a newer roster says something else.
        help_wanted: candidates' calls for staff that nobody has answered.
        logs: checkpoints of the audit log, made on the day, that the region has refused.
    """

    conflicts: int = 0
    flagged: int = 0
    help_wanted: int = 0
    logs: int = 0

    @property
    def is_clear(self) -> bool:
        """Whether there is nothing left to look at."""
        return not (self.conflicts or self.flagged or self.help_wanted or self.logs)


def matters_of(venue: Venue, window: DayWindow) -> Matters:
    """Return what is open at this moment; a refused checkpoint stays refused, and belongs to its day only."""
    refused = {number for number, _code in venue.checkpoints.refused()}
    made = [one for one in venue.checkpoints.every() if window.begins_at <= one.made_at < window.ends_at]
    return Matters(
        conflicts=sum(one.kind not in ON_THE_WAY for one in venue.conflicts.open()),
        flagged=len(venue.search.flagged()),
        help_wanted=len(venue.queue.help_wanted()),
        logs=sum(1 for one in made if one.number in refused),
    )
