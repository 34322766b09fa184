"""Where records contradict each other, or must not be taken as they are: found from the data, by one rule a kind.

A conflict is named by its kind and by what it is between. Once a settlement with that name is there it is over;
whatever changes one of its sides (a new version, a third venue) makes it another one, and it is asked about again.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, and_, exists, or_, select, text
from sqlalchemy.orm import Session, aliased

from records.canonical import digest_bytes
from records.verdict import Decision
from region.conflict_models import AlertRow, SettlementRow
from region.forks import Tip, tips
from region.models import CheckpointRow, RecordRow, VenueKey, VerdictRow

_OVER = (Decision.REFUSED.value, Decision.SET_ASIDE.value)


class Kind(StrEnum):
    """What is wrong."""

    SAME_PERSON = "same_person"
    FORK = "fork"
    REVOKED_KEY = "revoked_key"
    CROSSED = "crossed"
    CLOCK = "clock"
    LOG = "log"


BLOCKING = frozenset({Kind.SAME_PERSON, Kind.FORK, Kind.REVOKED_KEY})
"""No record that such a conflict is about passes before the conflict is settled."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the records a conflict is between.

    Attributes:
        digest: the record.
        line: what is set aside with it if another side counts; itself among them.
        can_count: False where another side has passed already.
    """

    digest: str
    line: tuple[str, ...]
    can_count: bool = True


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that a person has to look at.

    Attributes:
        venue: whose it is; of several the one that came last.
        at: since when.
        sides: the records it is between, the earliest first; none where it is about a log.
        subject: what it is about where it is no record.
        group: those of one kind and group can be settled together; "" where each stands for itself.
    """

    kind: Kind
    venue: str
    at: datetime
    sides: tuple[Side, ...] = ()
    subject: str = ""
    group: str = ""

    @property
    def subjects(self) -> list[str]:
        """What it is between, in one order whatever order it was found in."""
        return sorted(side.digest for side in self.sides) or [self.subject]

    @property
    def key(self) -> str:
        """Its name."""
        return digest_bytes(" ".join((self.kind, *self.subjects)).encode())


Rule = Callable[[Session, RecordRow | None], Iterator[Conflict]]
"""Finds conflicts of one kind: all of them, or only those about one record.

All of them are asked for with every page of a lead: each rule begins at an index over the few records it may be about.
"""


def find_open(session: Session, about: RecordRow | None = None) -> list[Conflict]:
    """Return what is not settled, the longest open first."""
    found = {conflict.key: conflict for rule in RULES.values() for conflict in rule(session, about)}
    if not found:
        return []
    settled = select(SettlementRow.key).where(SettlementRow.key.in_(found))
    open_ones = found.keys() - set(session.scalars(settled))
    return sorted((found[key] for key in open_ones), key=lambda one: (one.at, one.key))


def alike(session: Session, conflict: Conflict) -> list[Conflict]:
    """Return the other open ones that can be settled together with this one."""
    others = find_open(session) if conflict.group else []
    return [one for one in others if (one.kind, one.group) == (conflict.kind, conflict.group) and one != conflict]


def _same_person(session: Session, about: RecordRow | None) -> Iterator[Conflict]:
    """One registration number in records of several venues or visits."""
    current = (RecordRow.is_current, RecordRow.person.is_not(None))  # known since it was opened and accepted
    several = select(RecordRow.person).where(*current, text("records.has_double")).distinct()
    for person in [about.person] if about else session.scalars(several).all():
        if person is None:
            continue
        rows = session.execute(_judged().where(*current, RecordRow.person == person).order_by(RecordRow.seq)).all()
        visits = {(row.venue, row.visit): row for row, decision in rows if decision not in _OVER}
        passed = _passed_visits(session, person)
        if len(visits) > 1:
            sides = [
                Side(row.digest, (row.digest,), not passed or visit in passed)
                for visit, row in sorted(visits.items(), key=lambda pair: pair[1].seq)
            ]
            newest = max(visits.values(), key=lambda row: row.seq)
            yield Conflict(Kind.SAME_PERSON, newest.venue, newest.received_at, tuple(sides))


def _passed_visits(session: Session, person: str) -> set[tuple[str, str]]:
    query = select(RecordRow.venue, RecordRow.visit).join(VerdictRow, VerdictRow.record_digest == RecordRow.digest)
    query = query.where(RecordRow.person == person, VerdictRow.decision == Decision.PASSED.value)
    return {(venue, visit) for venue, visit in session.execute(query)}


def _fork(session: Session, about: RecordRow | None) -> Iterator[Conflict]:
    """Two records that claim to be the same version of one visit, and what was built on each."""
    double = select(RecordRow.venue, RecordRow.visit).where(text("records.has_twin"))
    if about:
        double = double.where(RecordRow.venue == about.venue, RecordRow.visit == about.visit)
    for venue, visit in sorted({(venue, visit) for venue, visit in session.execute(double)}):
        mine = (RecordRow.venue == venue, RecordRow.visit == visit, ~RecordRow.is_held)
        judged = session.execute(_judged().where(*mine).order_by(RecordRow.version, RecordRow.seq)).all()
        found = tips([row for row, _decision in judged])
        decisions = {row.digest: decision for row, decision in judged}
        live = [tip for tip in found if decisions[tip.row.digest] not in _OVER]
        if len(live) > 1:
            newest = max(live, key=lambda tip: tip.row.seq).row
            yield Conflict(Kind.FORK, venue, newest.received_at, tuple(_fork_sides(live, decisions)))


def _fork_sides(live: list[Tip], decisions: Mapping[str, str]) -> Iterator[Side]:
    passed = [tip for tip in live if any(decisions[digest] == Decision.PASSED.value for digest in tip.line)]
    for tip in live:
        yield Side(tip.row.digest, tip.line, not passed or tip in passed)


def _revoked_key(session: Session, about: RecordRow | None) -> Iterator[Conflict]:
    """A record that is not judged yet and whose key was revoked, before or after it came."""
    revoked = session.scalars(select(VenueKey.key_id).where(VenueKey.revoked_at.is_not(None))).all()
    if not revoked:
        return
    later = aliased(RecordRow)
    replaced = exists().where(
        later.venue == RecordRow.venue,
        later.visit == RecordRow.visit,
        later.version > RecordRow.version,
        ~later.is_held,
    )
    waits = or_(RecordRow.is_current, and_(RecordRow.is_held, ~replaced))
    query = _judged().where(RecordRow.key_id.in_(revoked), RecordRow.decision == "", waits)
    yield from _single(session, Kind.REVOKED_KEY, query, about)


def _alerted(kind: Kind) -> Rule:
    """Return the rule for what was noticed in a record (`region.alerts`) that is not judged yet."""

    def rule(session: Session, about: RecordRow | None) -> Iterator[Conflict]:
        query = _judged().join(AlertRow, AlertRow.record_digest == RecordRow.digest)
        query = query.where(AlertRow.kind == kind.value, RecordRow.decision == "", RecordRow.is_current)
        yield from _single(session, kind, query, about)

    return rule


def _log(session: Session, about: RecordRow | None) -> Iterator[Conflict]:
    """A checkpoint that contradicts what the same venue had said of its log."""
    if about is None:
        query = select(CheckpointRow).where(text("checkpoints.trouble <> ''")).order_by(CheckpointRow.seq)
        for row in session.scalars(query):
            yield Conflict(Kind.LOG, row.venue, row.received_at, subject=row.digest)


def _judged() -> Select[RecordRow, str]:
    return select(RecordRow, RecordRow.decision)


def _single(session: Session, kind: Kind, query: Select[RecordRow, str], about: RecordRow | None) -> Iterator[Conflict]:
    if about:
        query = query.where(RecordRow.digest == about.digest)
    for row, _decision in session.execute(query.order_by(RecordRow.seq)).all():
        side = Side(row.digest, (row.digest,))
        yield Conflict(kind, row.venue, row.received_at, (side,), group=f"{row.venue} {row.key_id} {row.is_held}")


RULES: Mapping[Kind, Rule] = {
    Kind.SAME_PERSON: _same_person,
    Kind.FORK: _fork,
    Kind.REVOKED_KEY: _revoked_key,
    Kind.CROSSED: _alerted(Kind.CROSSED),
    Kind.CLOCK: _alerted(Kind.CLOCK),
    Kind.LOG: _log,
}
