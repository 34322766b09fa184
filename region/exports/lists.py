"""The rows of every export; read page by page, so that a long one keeps no transaction open and little in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from region.desk.words import LEVELS, STATUSES
from region.desk.worklist import Cursor, Filter, list_registrations
from region.errors import DamagedHereError
from region.exports.workbook import Value
from region.figures.board import Stage, progress_of
from region.figures.charts import KINDS, STAGES
from region.figures.days import Kind
from region.figures.models import DayTallyRow
from region.labels import DECISIONS, STEPS
from region.models import RecordRow, VerdictRow
from region.registry.box import Box
from region.registry.changing import Actor
from region.registry.models import RegistrationRow
from region.registry.reading import registration_of
from region.registry.status import Status
from region.reviewers import reviewer_names
from region.slots.slip import masked
from region.store import Store
from region.venues import venue_names

AT_ONCE = 500
Head = Sequence[tuple[str, int]]
Rows = Iterator[Sequence[Value]]
UNREADABLE = "?"


@dataclass(frozen=True, slots=True)
class Listed:
    """What an export consists of; every word in it is looked up before the first row is read."""

    title: str
    head: Head
    rows: Rows


def progress(store: Store, year: int) -> Listed:
    """Where each venue's registrations stand."""
    names = venue_names(store)
    with store.read() as session:
        found = progress_of(session, year)
    head = [(_("Venue"), 24), *((str(word), 14) for word in STAGES.values()), (_("Number of registrations"), 14)]

    def rows() -> Rows:
        for venue, name in names.items():
            numbers = [found.get(venue, {}).get(stage, 0) for stage in Stage]
            yield [name, *numbers, sum(numbers)]

    return Listed(_("Progress by venue"), head, rows())


def day_reports(store: Store, year: int) -> Listed:
    """What happened on each day at each venue."""
    names = venue_names(store)
    head = [(_("Day"), 12), (_("Venue"), 24), *((str(word), 14) for word in KINDS.values())]

    def rows() -> Rows:
        last: tuple[date, str] | None = None
        while page := _days_after(store, year, last):
            for day, venue in page:
                yield [day, names.get(venue, venue), *(page[day, venue].get(kind, 0) for kind in KINDS)]
            last = max(page)

    return Listed(_("Day reports"), head, rows())


def worklist(store: Store, box: Box, actor: Actor, wanted: Filter, zone: tzinfo) -> Listed:
    """The registrations of a list as it is filtered: with names, document numbers without their middle."""
    names, statuses = venue_names(store), {status: str(word) for status, (_badge, word) in STATUSES.items()}
    levels = {level: str(word) for level, word in LEVELS.items()}
    head = [
        (_("Registration number"), 22),
        (_("Name"), 12),
        (_("ID number"), 22),
        (_("Venue"), 24),
        (_("Exam level"), 14),
        (_("Exam category"), 14),
        (_("State"), 16),
        (_("State since"), 18),
        (_("Submitted"), 18),
        (_("Waiting since"), 18),
        (_("Appointment"), 24),
    ]

    def rows() -> Rows:
        for row in _registrations(store, actor, wanted):
            number, name, id_no = _person(box, row)
            times = (_local(at, zone) for at in (row.status_since, row.submitted_at, row.waiting_since))
            level, status = levels.get(row.level, row.level), statuses[Status(row.status)]
            yield [number, name, id_no, names.get(row.venue, row.venue), level, row.category, status, *times, row.slot]

    return Listed(_("Registrations"), head, rows())


def verdicts(store: Store, venue: str, zone: tzinfo) -> Listed:
    """Every verdict on a venue's records, or on all venues'."""
    names, people = venue_names(store), reviewer_names(store)
    decisions = {decision.value: str(word) for decision, word in DECISIONS.items()}
    steps: Mapping[str, str] = {step: str(word) for step, word in STEPS.items()}
    head = [(_("Decided"), 18), (_("Venue"), 24), (_("Visit"), 38), (_("Version"), 10)]
    head += [(_("Verdict"), 16), (_("Step"), 14), (_("Reason"), 50), (_("Reviewer"), 14)]

    def rows() -> Rows:
        for found, visit, version in _verdicts(store, venue):
            decided = _local(found.decided_at, zone)
            reviewer = people.get(found.reviewer, found.reviewer)
            word, step = decisions.get(found.decision, found.decision), steps.get(found.step, found.step)
            yield [decided, names.get(found.venue, found.venue), visit, version, word, step, found.reason, reviewer]

    return Listed(_("Verdicts"), head, rows())


EXPORTS: Mapping[str, LazyString] = {
    "progress": _l("Progress by venue"),
    "days": _l("Day reports: what happened at each venue on each day"),
    "worklist": _l("Registrations, as filtered"),
    "verdicts": _l("Verdicts on the venues' records"),
}


def _days_after(store: Store, year: int, last: tuple[date, str] | None) -> dict[tuple[date, str], dict[Kind, int]]:
    """Return the figures of some days; a day of all venues fits into memory."""
    row = DayTallyRow
    following = select(row.day).where(row.exam_year == year)
    if last is not None:
        following = following.where(row.day > last[0])
    day = following.order_by(row.day).limit(1).scalar_subquery()
    query = select(row.day, row.venue, row.kind, row.number).where(row.exam_year == year, row.day == day)
    found: dict[tuple[date, str], dict[Kind, int]] = {}
    with store.read() as session:
        for at, venue, kind, number in session.execute(query.order_by(row.venue)):
            found.setdefault((at, venue), {})[Kind(kind)] = number
    return found


def _registrations(store: Store, actor: Actor, wanted: Filter) -> Iterator[RegistrationRow]:
    after: Cursor | None = None
    while True:
        page = list_registrations(store, actor, wanted, after=after, size=AT_ONCE)
        yield from page.rows
        if page.after is None:
            return
        after = page.after


def _verdicts(store: Store, venue: str) -> Iterator[tuple[VerdictRow, str, int]]:
    last = 0
    while True:
        query = select(VerdictRow, RecordRow.visit, RecordRow.version)
        query = query.join(RecordRow, RecordRow.digest == VerdictRow.record_digest).where(VerdictRow.seq > last)
        if venue:
            query = query.where(VerdictRow.venue == venue)
        with store.read() as session:
            page = session.execute(query.order_by(VerdictRow.seq).limit(AT_ONCE)).all()
        yield from page
        if len(page) < AT_ONCE:
            return
        last = page[-1][0].seq


def _person(box: Box, row: RegistrationRow) -> tuple[str, str, str]:
    """Return number, name and masked number of the document; one that does not open stops no list."""
    try:
        fields = registration_of(box, row).fields
    except DamagedHereError:
        return UNREADABLE, UNREADABLE, UNREADABLE
    return fields.get("reg_no", ""), fields.get("name", ""), masked(fields.get("id_no", ""))


def _local(at: datetime | None, zone: tzinfo) -> datetime | None:
    """Return the region's local time, without a zone: a cell knows none."""
    return at.astimezone(zone).replace(tzinfo=None, microsecond=0) if at else None
