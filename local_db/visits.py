"""Visits as the rest of the program sees them, and how they come out of the rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_db.errors import NoSuchVisitError
from local_db.models import EvidenceRow, RecordRow, RegistrationRow, TicketRow, VisitRow
from local_db.online_models import OnlineRow
from records.evidence import Attachment, Entry, Evidence
from records.online import Online, read_captured, read_item
from records.registration import Registration, Slot


@dataclass(frozen=True, slots=True)
class Ticket:
    """A queue ticket of one day. `number` is digits only, the last of them a check digit."""

    id: int
    visit: str
    day: date
    number: str
    lane: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class SealedVersion:
    """A sealed version of the record; `last_seq` is its last entry, `accepted_at` None until the region says so."""

    digest: str
    version: int
    last_seq: int
    sealed_at: datetime
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything known of one candidate's visit.

    Attributes:
        roster_at: when the roster last changed the registration.
        entries: all evidence in the order of saving, also what no longer stands.
        versions: sealed versions of the record, oldest first.
        ticket: the newest ticket.
        online: how far the registration is at the region, None while the region has told nothing of it.
    """

    id: str
    registration: Registration
    roster_at: datetime
    profile_digest: str
    opened_at: datetime
    entries: tuple[Entry, ...]
    versions: tuple[SealedVersion, ...]
    ticket: Ticket | None
    online: Online | None = None

    @property
    def last_seq(self) -> int:
        """The last entry's number; a page sends it back to show what it was drawn from."""
        return self.entries[-1].seq if self.entries else 0

    @property
    def is_sealed(self) -> bool:
        """Whether nothing was added since the newest sealed version."""
        return bool(self.versions) and self.versions[-1].last_seq == self.last_seq


def registration_of(row: RegistrationRow) -> Registration:
    """Return the registration in a row."""
    slot = None
    if row.slot_day and row.slot_starts and row.slot_ends:
        slot = Slot(row.slot_day, row.slot_starts, row.slot_ends)
    return Registration(row.reg_no, row.fields, slot, row.extra, tuple(row.warnings))


def load_visit(session: Session, visit_id: str) -> Visit:
    """Return the visit.

    Raises:
        NoSuchVisitError: there is none with this id.
    """
    row = session.get(VisitRow, visit_id)
    if row is None:
        raise NoSuchVisitError("no such visit")
    return load_visits(session, [row])[0]


def load_visits(session: Session, rows: Iterable[VisitRow]) -> list[Visit]:
    """Return the visits of the rows, with four queries however many there are."""
    visit_rows = list(rows)
    ids = [row.id for row in visit_rows]
    entries: dict[str, list[Entry]] = {visit_id: [] for visit_id in ids}
    evidence = select(EvidenceRow).where(EvidenceRow.visit_id.in_(ids)).order_by(EvidenceRow.visit_id, EvidenceRow.seq)
    for line in session.scalars(evidence):
        entries[line.visit_id].append(_entry_of(line))
    versions: dict[str, list[SealedVersion]] = {visit_id: [] for visit_id in ids}
    columns = (RecordRow.visit_id, RecordRow.digest, RecordRow.version, RecordRow.last_seq, RecordRow.sealed_at)
    sealed = select(*columns, RecordRow.accepted_at).where(RecordRow.visit_id.in_(ids)).order_by(RecordRow.version)
    for visit_id, digest, version, last_seq, sealed_at, accepted_at in session.execute(sealed):
        versions[visit_id].append(SealedVersion(digest, version, last_seq, sealed_at, accepted_at))
    tickets: dict[str, Ticket] = {}
    for ticket in session.scalars(select(TicketRow).where(TicketRow.visit_id.in_(ids)).order_by(TicketRow.day)):
        tickets[ticket.visit_id] = ticket_of(ticket)
    online = online_of(session, [row.registration.reg_no for row in visit_rows])
    return [
        Visit(
            row.id,
            registration_of(row.registration),
            row.registration.updated_at,
            row.profile_digest,
            row.opened_at,
            tuple(entries[row.id]),
            tuple(versions[row.id]),
            tickets.get(row.id),
            online.get(row.registration.reg_no),
        )
        for row in visit_rows
    ]


def online_of(session: Session, reg_nos: Iterable[str]) -> dict[str, Online]:
    """Return how far registrations are at the region, those of which it has told and which are this venue's."""
    rows = session.scalars(select(OnlineRow).where(OnlineRow.reg_no.in_(list(reg_nos)), OnlineRow.is_here))
    return {
        row.reg_no: Online(
            row.key,
            row.change,
            row.status,
            row.is_submitted,
            tuple(read_item(item) for item in row.items),
            read_captured(row.captured),
        )
        for row in rows
    }


def ticket_of(row: TicketRow) -> Ticket:
    """Return the ticket in a row."""
    return Ticket(row.id, row.visit_id, row.day, row.number, row.lane, row.issued_at)


def _entry_of(row: EvidenceRow) -> Entry:
    attachments = tuple(
        Attachment(file.role, file.media_type, file.digest, file.size_bytes) for file in row.attachments
    )
    evidence = Evidence(
        step=row.step,
        taken_at=row.taken_at,
        data=row.data,
        part=row.part,
        covers=tuple(row.covers),
        bound_to=row.bound_to,
        withdraws=tuple(row.withdraws),
        attachments=attachments,
    )
    return Entry(row.seq, evidence, row.actor, row.station, row.monotonic_ns, row.boot, row.clock)
