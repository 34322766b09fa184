"""What became of each row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from records.registration import Registration
from rules.roster.words import REFUSALS, SKIPS


class RowVerdict(StrEnum):
    """Whether a row was taken."""

    ACCEPTED = "accepted"
    WARNED = "warned"
    REFUSED = "refused"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is to be said about a row.

    Attributes:
        code: a key of `words.FINDING_WORDS`.
        column: the Chinese header of the cell, "" for the row as a whole.
        rows: other rows it has to do with.
    """

    code: str
    column: str = ""
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row.

    Attributes:
        row_number: as the spreadsheet or the text editor numbers it, from 1.
        registration: what was read; for a refused row as far as it goes, None for a skipped one.
    """

    row_number: int
    findings: tuple[Finding, ...]
    registration: Registration | None

    @property
    def verdict(self) -> RowVerdict:
        """The hardest of the findings decides."""
        codes = {finding.code for finding in self.findings}
        if self.registration is None or codes & SKIPS.keys():
            return RowVerdict.SKIPPED
        if codes & REFUSALS.keys():
            return RowVerdict.REFUSED
        return RowVerdict.WARNED if codes else RowVerdict.ACCEPTED

    @property
    def accepted(self) -> Registration | None:
        """The registration to be imported, with the codes of its warnings; None if the row is not taken."""
        if self.registration is None or self.verdict in (RowVerdict.REFUSED, RowVerdict.SKIPPED):
            return None
        return replace(self.registration, warnings=tuple(dict.fromkeys(finding.code for finding in self.findings)))

    def adding(self, *findings: Finding) -> "Outcome":
        """Return the outcome with more findings."""
        return replace(self, findings=(*self.findings, *findings))


@dataclass(frozen=True, slots=True)
class Roster:
    """A file that was read.

    Attributes:
        digest: SHA-256 of the file.
        sheet: name of the sheet it was found on, "" for a text file.
        outcomes: one for each row below the header that is not blank.
    """

    digest: str
    sheet: str
    outcomes: Sequence[Outcome]

    @property
    def registrations(self) -> list[Registration]:
        """What is to be imported, in the order of the file."""
        return [taken for outcome in self.outcomes if (taken := outcome.accepted) is not None]

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each verdict, all four named."""
        verdicts = [outcome.verdict for outcome in self.outcomes]
        return {str(verdict): verdicts.count(verdict) for verdict in RowVerdict}
