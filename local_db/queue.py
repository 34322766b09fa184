"""Today's tickets and what was called, as facts; the order of the queue is computed in `kiosk.queueing`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from local_db import audit
from local_db.clock import Clock
from local_db.engine import Database
from local_db.models import CallRow, EvidenceRow, HelpRow, RegistrationRow, TicketRow, VisitRow
from local_db.online_models import OnlineRow
from local_db.visits import Ticket, Visit, load_visits, ticket_of


@dataclass(frozen=True, slots=True)
class Call:
    """One thing done with a ticket: `call`, `recall`, `absent` or `back`."""

    id: int
    ticket: str
    visit: str
    action: str
    step: str
    station: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HelpCall:
    """A candidate's call for staff that nobody has answered yet."""

    id: int
    station: str
    visit: str | None
    called_at: datetime


class Queue:
    """Reads and writes tickets, calls and help calls."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def ticket(self, number: str, day: date) -> Ticket | None:
        """Return today's ticket with this number."""
        with self._database.reading() as session:
            row = session.scalar(select(TicketRow).where(TicketRow.number == number, TicketRow.day == day))
            return ticket_of(row) if row else None

    def marks(self, day: date) -> dict[str, tuple[int, int]]:
        """Return the visits that have a ticket of the day, each with what is another once it may stand elsewhere.

        That is its last entry's number, and the region's count at the registration's last change there.
        """
        query = (
            select(TicketRow.visit_id, func.max(EvidenceRow.seq), func.coalesce(func.max(OnlineRow.change), 0))
            .join(EvidenceRow, EvidenceRow.visit_id == TicketRow.visit_id)
            .join(VisitRow, VisitRow.id == TicketRow.visit_id)
            .join(RegistrationRow, RegistrationRow.id == VisitRow.registration_id)
            .outerjoin(OnlineRow, (OnlineRow.reg_no == RegistrationRow.reg_no) & OnlineRow.is_here)
            .where(TicketRow.day == day)
            .group_by(TicketRow.visit_id)
        )
        with self._database.reading() as session:
            return {visit: (seq, change) for visit, seq, change in session.execute(query)}

    def visits(self, ids: Sequence[str]) -> list[Visit]:
        """Return these visits."""
        with self._database.reading() as session:
            return load_visits(session, session.scalars(select(VisitRow).where(VisitRow.id.in_(ids))))

    def calls(self, day: date) -> list[Call]:
        """Return everything called for tickets of the day, oldest first."""
        query = (
            select(
                CallRow.id,
                TicketRow.number,
                TicketRow.visit_id,
                CallRow.action,
                CallRow.step,
                CallRow.station,
                CallRow.at,
            )
            .join(TicketRow, TicketRow.id == CallRow.ticket_id)
            .where(TicketRow.day == day)
            .order_by(CallRow.id)
        )
        with self._database.reading() as session:
            return [Call(*row) for row in session.execute(query)]

    def note_call(self, ticket: Ticket, action: str, step: str, station: str, actor: str, after: int) -> bool:
        """Write down a call unless another desk was quicker.

        Args:
            after: id of the last call of this ticket that the caller has seen, 0 for none.

        Returns:
            Whether it was written; False means that the ticket was called elsewhere meanwhile.
        """
        with self._database.writing() as session:
            last = session.scalar(select(func.max(CallRow.id)).where(CallRow.ticket_id == ticket.id)) or 0
            if last != after:
                return False
            now = self._clock.now()
            session.add(CallRow(ticket_id=ticket.id, action=action, step=step, station=station, actor=actor, at=now))
            audit.append(
                session, self._clock, audit.Act(actor, station, f"queue:{action}", ticket.visit, {"step": step})
            )
            return True

    def call_help(self, station: str, visit: str | None, actor: str) -> None:
        """A candidate asks for staff; asking twice is asking once."""
        with self._database.writing() as session:
            waiting = select(HelpRow).where(HelpRow.station == station, HelpRow.answered_at.is_(None))
            if session.scalar(waiting) is None:
                session.add(HelpRow(station=station, visit_id=visit, called_at=self._clock.now()))
                audit.append(session, self._clock, audit.Act(actor, station, "help:called", visit or station))

    def help_wanted(self) -> list[HelpCall]:
        """Return the unanswered calls for staff, oldest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(HelpRow).where(HelpRow.answered_at.is_(None)).order_by(HelpRow.id))
            return [HelpCall(row.id, row.station, row.visit_id, row.called_at) for row in rows]

    def answer_help(self, help_id: int, actor: str, station: str) -> None:
        """A member of staff has gone there, from a station."""
        with self._database.writing() as session:
            row = session.get(HelpRow, help_id)
            if row and row.answered_at is None:
                row.answered_at, row.answered_by = self._clock.now(), actor
                detail = {"called_at": row.station}
                subject = row.visit_id or row.station
                audit.append(session, self._clock, audit.Act(actor, station, "help:answered", subject, detail))
