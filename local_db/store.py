"""Writes visits: one screen, one transaction. Nothing else writes evidence, tickets or sealed records."""

import re
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from local_db import audit
from local_db.blobs import BlobFolder, SealedFolder
from local_db.clock import Clock
from local_db.day_gate import require_arrivals, require_open
from local_db.engine import Database
from local_db.errors import MissingBlobError, NoSuchVisitError, StaleVisitError
from local_db.models import (
    AttachmentRow,
    EvidenceRow,
    ProfileRow,
    RecordRow,
    RegistrationRow,
    TicketRow,
    VisitRow,
)
from local_db.removal import here_again
from local_db.rows import entries_after, evidence_row
from local_db.sealed import add_sealed, is_otherwise, sealed_files
from local_db.sending_models import OutboxRow
from local_db.tickets import ticket_number
from local_db.visits import SealedVersion, Ticket, Visit, load_visit, load_visits, ticket_of
from records.evidence import Entry, Evidence
from records.parts import FileKey
from records.seal import SealedObject, SealedRecord

_CODE = re.compile(r"[a-z_]{1,40}", re.ASCII)

Sealer = Callable[[Visit], SealedRecord | None]
"""Looks at a visit as it will be once saved and returns the record to seal if that finishes it."""


@dataclass(frozen=True, slots=True)
class PinnedProfile:
    """The profile that a new visit begins with; `source` is its TOML text, `digest` the text's SHA-256."""

    digest: str
    source: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Who acts, and at which station."""

    actor: str
    station: str


class Store:
    """The venue's visits. Captured files lie in `blobs`, encrypted ones in `sealed`."""

    def __init__(self, database: Database, blobs: BlobFolder, sealed: SealedFolder, clock: Clock) -> None:
        self.database = database
        self.blobs = blobs
        self.sealed = sealed
        self._clock = clock

    def visit(self, visit_id: str) -> Visit:
        """Return the visit as it is now.

        Raises:
            NoSuchVisitError: there is none with this id.
        """
        with self.database.reading() as session:
            return load_visit(session, visit_id)

    def visit_of(self, reg_no: str) -> Visit | None:
        """Return the visit of a registration, None if the candidate has not arrived yet."""
        with self.database.reading() as session:
            row = session.scalar(select(VisitRow).join(RegistrationRow).where(RegistrationRow.reg_no == reg_no))
            return load_visit(session, row.id) if row else None

    def visits_of(self, reg_nos: Collection[str]) -> list[Visit]:
        """Return the visits of registrations, of those who have arrived."""
        mine = VisitRow.registration_id == RegistrationRow.id
        query = select(VisitRow).join(RegistrationRow, mine).where(RegistrationRow.reg_no.in_(reg_nos))
        with self.database.reading() as session:
            return load_visits(session, session.scalars(query))

    def open_visit(
        self, reg_no: str, profile: PinnedProfile, day: date, lane: str, arrival: Evidence, origin: Origin
    ) -> tuple[Visit, Ticket]:
        """Note an arrival: open the visit if it is the first, and give a ticket for the day if there is none yet.

        Doing it twice, or at two doors at once, gives the same visit and the same ticket.

        Raises:
            NoSuchVisitError: there is no such registration.
            DayClosedError: the day is being closed, or is; a ticket that was given before is still given again.
            DiskFullError: no room for a file of the arrival; nothing of this was saved.
        """
        self._put_files([arrival])
        with self.database.writing() as session:
            registration = session.scalar(select(RegistrationRow).where(RegistrationRow.reg_no == reg_no))
            if registration is None:
                raise NoSuchVisitError("no such registration")
            visit = self._visit_row(session, registration, profile)
            ticket = session.scalar(select(TicketRow).where(TicketRow.visit_id == visit.id, TicketRow.day == day))
            if ticket is None:
                require_arrivals(session, self._clock.now())
                ticket = self._issue_ticket(session, visit.id, day, lane)
                self.add_within(session, visit.id, [arrival], origin)
        return self.visit(visit.id), ticket_of(ticket)

    def save_evidence(
        self, visit_id: str, after_seq: int, evidence: Sequence[Evidence], origin: Origin, sealer: Sealer
    ) -> Visit:
        """Save what one screen gave, and seal the record if that finishes the visit: one transaction.

        The files are on the disk before the rows that name them.

        Args:
            after_seq: `Visit.last_seq` that the screen was drawn from.

        Raises:
            NoSuchVisitError: there is none with this id.
            StaleVisitError: somebody else saved for this visit meanwhile; nothing of this was saved.
            DayClosedError: the day is closed; nothing of this was saved. A visit may still be sealed.
            DiskFullError: no room; nothing of this was saved.
        """
        visit, trust = self.visit(visit_id), self._trust()
        self._check_seq(visit.last_seq, after_seq)
        self._put_files(evidence)
        # Worked out, encrypted and written before the lock is taken: while one desk saves, all others wait.
        entries = entries_after(after_seq, evidence, origin.actor, origin.station, self._clock, trust)
        planned = replace(visit, entries=(*visit.entries, *entries))
        sealed = sealer(planned)
        self._put_sealed(sealed)
        try:
            with self.database.writing() as session:
                self._check_unchanged(session, visit)
                if evidence:
                    require_open(session, self._clock.now())
                here_again(session, self.blobs, evidence)
                self._add(session, visit_id, entries, origin)
                if sealed is None:
                    return planned
                now = self._clock.now()
                add_sealed(session, planned, sealed, now)
        except IntegrityError as error:  # another process took the same seq between our read and our write
            raise StaleVisitError("somebody else saved at the same moment") from error
        version = SealedVersion(sealed.digest, len(visit.versions) + 1, planned.last_seq, now, None)
        return replace(planned, versions=(*visit.versions, version))

    def _trust(self) -> str:
        with self.database.reading() as session:
            return audit.trust(session, self._clock)

    def plaintext(self, digest: str) -> bytes | None:
        """Return a captured file to seal, None where it is gone or damaged; an earlier version may hold it sealed."""
        try:
            return self.blobs.get(digest)
        except MissingBlobError:
            return None

    def sealed_files(self, visit_id: str) -> dict[FileKey, SealedObject]:
        """Return the visit's files that an earlier version holds encrypted."""
        with self.database.reading() as session:
            return sealed_files(session, visit_id)

    def unsealed(self) -> list[Visit]:
        """Return the visits that have evidence newer than their newest sealed version, or none."""
        last = select(func.max(EvidenceRow.seq)).where(EvidenceRow.visit_id == VisitRow.id).scalar_subquery()
        sealed = exists().where(RecordRow.visit_id == VisitRow.id, RecordRow.last_seq == last)
        with self.database.reading() as session:
            return load_visits(session, session.scalars(select(VisitRow).where(~sealed)))

    def sealed_otherwise(self, key_id: str, recipients: tuple[str, ...]) -> list[Visit]:
        """Return the visits whose newest version is not accepted and was refused, or has other keys than these."""
        later = aliased(RecordRow)
        newest = ~exists().where(later.visit_id == RecordRow.visit_id, later.version > RecordRow.version)
        query = select(RecordRow).where(newest, RecordRow.accepted_at.is_(None))
        with self.database.reading() as session:
            refused = set(session.scalars(select(OutboxRow.digest).where(OutboxRow.parked_at.is_not(None))))
            visits = [
                row.visit_id
                for row in session.scalars(query)
                if row.digest in refused or is_otherwise(row, key_id, recipients)
            ]
            return [one for one in (load_visit(session, visit) for visit in visits) if one.is_sealed]

    def sweep(self) -> int:
        """Remove captured files that no row names: a kill fell between file and row; return how many.

        Under the write lock: who is saving meanwhile looks there whether the files are still here (`here_again`).
        """
        with self.database.writing() as session:
            named = set(session.scalars(select(AttachmentRow.digest)))
            count = self.blobs.remove_others(named)
        for folder in (self.blobs, self.sealed):
            folder.remove_drafts()
        return count

    def profile_source(self, digest: str) -> str:
        """Return the text of a profile that some visit is pinned to.

        Raises:
            NoSuchVisitError: no visit was ever pinned to it.
        """
        with self.database.reading() as session:
            row = session.get(ProfileRow, digest)
            if row is None:
                raise NoSuchVisitError("no such profile")
            return row.source

    def note(self, act: str, subject: str, origin: Origin, **detail: str | int) -> None:
        """Add a line to the audit log. No personal data goes in: `subject` is an opaque id."""
        with self.database.writing() as session:
            self._audit(session, act, subject, origin, detail)

    def _visit_row(self, session: Session, registration: RegistrationRow, profile: PinnedProfile) -> VisitRow:
        visit = session.scalar(select(VisitRow).where(VisitRow.registration_id == registration.id))
        if visit is None:
            if session.get(ProfileRow, profile.digest) is None:
                session.add(ProfileRow(digest=profile.digest, source=profile.source, first_used_at=self._clock.now()))
            visit = VisitRow(
                id=uuid.uuid4().hex,
                registration_id=registration.id,
                profile_digest=profile.digest,
                opened_at=self._clock.now(),
            )
            session.add(visit)
            session.flush()
        return visit

    def _issue_ticket(self, session: Session, visit_id: str, day: date, lane: str) -> TicketRow:
        last = session.scalar(select(func.max(TicketRow.serial)).where(TicketRow.day == day)) or 0
        ticket = TicketRow(
            visit_id=visit_id,
            day=day,
            serial=last + 1,
            number=ticket_number(last + 1),
            lane=lane,
            issued_at=self._clock.now(),
        )
        session.add(ticket)
        session.flush()
        return ticket

    def _put_files(self, evidence: Sequence[Evidence]) -> None:
        files = [file.content for item in evidence for file in item.attachments]
        self.blobs.put_all([content for content in files if content is not None])

    def _put_sealed(self, sealed: SealedRecord | None) -> None:
        objects = sealed.objects if sealed else ()
        self.sealed.put_all([one.content for one in objects if one.content is not None])

    def add_within(self, session: Session, visit_id: str, evidence: Sequence[Evidence], origin: Origin) -> None:
        """Add evidence inside a transaction that is already writing something else."""
        last, trust = _last_seq(session, visit_id), audit.trust(session, self._clock)
        entries = entries_after(last, evidence, origin.actor, origin.station, self._clock, trust)
        self._add(session, visit_id, entries, origin)

    def _add(self, session: Session, visit_id: str, entries: Sequence[Entry], origin: Origin) -> None:
        for entry in entries:
            session.add(evidence_row(visit_id, entry))
            detail: dict[str, str | int] = {"seq": entry.seq, "part": entry.evidence.part, **_reason(entry.evidence)}
            self._audit(session, f"evidence:{entry.evidence.step}", visit_id, origin, detail)
        session.flush()

    def _check_unchanged(self, session: Session, visit: Visit) -> None:
        """Make sure that what was worked out before the lock still holds.

        Raises:
            StaleVisitError: evidence was added, or a newer roster changed the facts.
        """
        self._check_seq(_last_seq(session, visit.id), visit.last_seq)
        query = select(RegistrationRow.updated_at).join(VisitRow).where(VisitRow.id == visit.id)
        if session.scalar(query) != visit.roster_at:
            raise StaleVisitError("a newer roster changed the registration")

    @staticmethod
    def _check_seq(seq: int, expected: int) -> None:
        if seq != expected:
            raise StaleVisitError(f"visit is at {seq}, the page was drawn at {expected}")

    def _audit(self, session: Session, act: str, subject: str, origin: Origin, detail: dict[str, str | int]) -> None:
        audit.append(session, self._clock, audit.Act(origin.actor, origin.station, act, subject, detail))


def _last_seq(session: Session, visit_id: str) -> int:
    return session.scalar(select(func.max(EvidenceRow.seq)).where(EvidenceRow.visit_id == visit_id)) or 0


def _reason(evidence: Evidence) -> dict[str, str]:
    """Return why it was done where that is a code; what somebody typed stays in the evidence."""
    reason = evidence.data.get("reason")
    has_code = evidence.step == "materials" or evidence.part.startswith("exemption")
    return {"reason": reason} if has_code and isinstance(reason, str) and _CODE.fullmatch(reason) else {}
