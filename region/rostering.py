"""Takes a roster file of the national system in, read as tolerantly as at a venue."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from region.audit import note
from region.registry.box import open_box
from region.registry.enrolling import enrol_roster
from region.store import Store
from rules.roster.outcome import RowVerdict
from rules.roster.reading import read_roster_bytes
from rules.roster.report import report_bytes


@dataclass(frozen=True, slots=True)
class Rostered:
    """What a roster brought.

    Attributes:
        counts: rows `accepted`, `warned`, `refused`, `skipped`; registrations `new`, `changed`, `same`.
        report: what became of every row, as CSV; it holds personal data and is never kept.
    """

    counts: Mapping[str, int]
    report: bytes


def take_roster(store: Store, year: int, venue: str, content: bytes, today: date, actor: str = "operator") -> Rostered:
    """Enrol a venue's roster, .xlsx or text, any number of times.

    Raises:
        RosterError: nothing of the file can be read; nothing was changed.
        MissingKeyError: the region has no key yet, or one is gone.
    """
    roster = read_roster_bytes(content, today)
    enrolled = enrol_roster(store, open_box(store), year, venue, roster.registrations)
    verdicts = Counter(str(outcome.verdict) for outcome in roster.outcomes)
    counts = {str(verdict): verdicts.get(str(verdict), 0) for verdict in RowVerdict}
    counts |= {"new": enrolled.new, "changed": enrolled.changed, "same": enrolled.same}
    with store.write() as session:
        words = f"{year} new {enrolled.new}, changed {enrolled.changed}, same {enrolled.same}"
        note(session, store.now(), actor, "roster_taken", venue, words)
    return Rostered(counts, report_bytes(roster.outcomes))
