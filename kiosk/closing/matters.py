"""What else a lead has to look at before the day ends: none of it is one visit's own way."""

from dataclasses import dataclass

from kiosk.venue import Venue


@dataclass(frozen=True, slots=True)
class Matters:
    """How many of each are open.

    Attributes:
        conflicts: what contradicts itself and waits for a lead, a print under two names among them.
        flagged: confirmed registrations of which a newer roster says something else.
        help_wanted: candidates' calls for staff that nobody has answered.
        logs: checkpoints of the audit log that the region has refused.
    """

    conflicts: int = 0
    flagged: int = 0
    help_wanted: int = 0
    logs: int = 0

    @property
    def is_clear(self) -> bool:
        """Whether there is nothing left to look at."""
        return not (self.conflicts or self.flagged or self.help_wanted or self.logs)


def matters_of(venue: Venue) -> Matters:
    """Return what is open at this moment, of whatever day."""
    return Matters(
        conflicts=len(venue.conflicts.open()),
        flagged=len(venue.search.flagged()),
        help_wanted=len(venue.queue.help_wanted()),
        logs=len(venue.checkpoints.refused()),
    )
