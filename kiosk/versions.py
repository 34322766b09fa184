"""The versions of a visit's record, each with what it brought and what the region said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from local_db.visits import SealedVersion, Visit
from records.verdict import Verdict


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One sealed version.

    Attributes:
        replaces: digest of the version before it, "" for the first.
        news: the steps of the acts that the version before it did not have, each once.
        said: what the region decided about this very version.
    """

    version: int
    digest: str
    replaces: str
    sealed_at: datetime
    accepted_at: datetime | None
    news: tuple[str, ...]
    said: tuple[Verdict, ...]


def versions_of(visit: Visit, verdicts: Sequence[Verdict]) -> list[VersionLine]:
    """Return the visit's versions, newest first."""
    before: list[SealedVersion | None] = [None, *visit.versions]
    lines = [_line(visit, one, earlier, verdicts) for one, earlier in zip(visit.versions, before, strict=False)]
    return lines[::-1]


def _line(visit: Visit, one: SealedVersion, before: SealedVersion | None, verdicts: Sequence[Verdict]) -> VersionLine:
    first = before.last_seq if before else 0
    steps = [entry.evidence.step for entry in visit.entries if first < entry.seq <= one.last_seq]
    return VersionLine(
        version=one.version,
        digest=one.digest,
        replaces=before.digest if before else "",
        sealed_at=one.sealed_at,
        accepted_at=one.accepted_at,
        news=tuple(dict.fromkeys(steps)) if before else (),
        said=tuple(verdict for verdict in verdicts if verdict.record_digest == one.digest),
    )
