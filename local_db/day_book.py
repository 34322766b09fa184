"""Keeps what is done to close a day, act by act, and finds what a day is made of.

The acts, in the order in which a day sees them:

* `begun`: no more arrivals are taken;
* `carried`, `absent`: a lead decided about a visit that was still inside;
* `done`, `waived`: a step of the closing was done, or left undone for a reason;
* `tried`: a step did not come out well; what was found is kept, and it is to be done again;
* `reported`: a day report was made;
* `closed`: nothing more is taken;
* `reopened`: all of it is to be done again, for a reason; decisions about visits stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from local_db import audit
from local_db.clock import Clock
from local_db.day_gate import CLOSED, STATE_AFTER, DayState, state_at
from local_db.day_models import DayActRow
from local_db.engine import Database
from local_db.errors import StaleDayError
from local_db.models import EvidenceRow, RecordRow, RegistrationRow, TicketRow, VisitRow
from local_db.store import Origin
from records.day import DayWindow

DONE, TRIED, WAIVED, CARRIED, ABSENT, REPORTED = "done", "tried", "waived", "carried", "absent", "reported"


@dataclass(frozen=True, slots=True)
class NewAct:
    """What is to be written down.

    Attributes:
        detail: what the closing has to remember; `told` are the numbers and codes of it that the audit log gets.
    """

    act: str
    step: str = ""
    subject: str = ""
    reason: str = ""
    note: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayAct:
    """An act as it was written down; see `DayActRow`."""

    id: int
    act: str
    step: str
    subject: str
    reason: str
    note: str
    detail: Mapping[str, Any]
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Appointment:
    """One registration's slot on a day, and its visit if there ever was one."""

    starts: time
    ends: time
    visit: str | None


class DayBook:
    """The days of a venue."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def state(self) -> DayState:
        """Return how far the closing of the present day is."""
        with self._database.reading() as session:
            return state_at(session, self._clock.now())

    def acts(self, day: date) -> list[DayAct]:
        """Return what was done to close a day, oldest first."""
        query = select(DayActRow).where(DayActRow.day == day).order_by(DayActRow.id)
        with self._database.reading() as session:
            return [_act_of(row) for row in session.scalars(query)]

    def add(self, window: DayWindow, new: NewAct, origin: Origin, after: int, entries: int | None = None) -> None:
        """Write down an act, provided that nothing has happened since the page was drawn.

        Args:
            after: id of the last act of the day that was seen, 0 for none.
            entries: `newest_entry()` that was seen, where no visit may have gone on either.

        Raises:
            StaleDayError: something has happened; nothing was written.
        """
        with self._database.writing() as session:
            last = session.scalar(select(func.max(DayActRow.id)).where(DayActRow.day == window.day)) or 0
            if last != after or (entries is not None and _newest_entry(session) != entries):
                raise StaleDayError("something has happened since the page was drawn")
            session.add(
                DayActRow(
                    day=window.day,
                    begins_at=window.begins_at,
                    ends_at=window.ends_at,
                    act=new.act,
                    step=new.step,
                    subject=new.subject,
                    reason=new.reason,
                    note=new.note,
                    detail=dict(new.detail),
                    actor=origin.actor,
                    station=origin.station,
                    at=self._clock.now(),
                )
            )
            subject = new.subject or window.day.isoformat()
            detail = {"step": new.step, "reason": new.reason, **new.told}
            audit.append(
                session, self._clock, audit.Act(origin.actor, origin.station, f"day:{new.act}", subject, detail)
            )

    def newest_entry(self) -> int:
        """Return a number that grows with every piece of evidence of any visit."""
        with self._database.reading() as session:
            return _newest_entry(session)

    def appointments(self, day: date) -> list[Appointment]:
        """Return every appointment of a day, in the order of the slots."""
        columns = (RegistrationRow.slot_starts, RegistrationRow.slot_ends, VisitRow.id)
        query = select(*columns).outerjoin(VisitRow, VisitRow.registration_id == RegistrationRow.id)
        query = query.where(RegistrationRow.slot_day == day)
        with self._database.reading() as session:
            rows = session.execute(query.order_by(RegistrationRow.slot_starts, RegistrationRow.id)).all()
            return [Appointment(starts or time(), ends or time(), visit) for starts, ends, visit in rows]

    def sealed(self, visits: Sequence[str]) -> dict[str, int]:
        """Return up to which entry each of these visits is sealed; one that is not is left out."""
        query = select(RecordRow.visit_id, func.max(RecordRow.last_seq)).where(RecordRow.visit_id.in_(visits))
        with self._database.reading() as session:
            return dict(session.execute(query.group_by(RecordRow.visit_id)).all())

    def unclosed(self, since: date, before: date) -> list[date]:
        """Return the days on which people came and that nobody has closed, oldest first."""
        came = select(TicketRow.day).where(TicketRow.day >= since, TicketRow.day < before).distinct()
        with self._database.reading() as session:
            return [day for day in session.scalars(came.order_by(TicketRow.day)) if not _is_closed(session, day)]


def _is_closed(session: Session, day: date) -> bool:
    query = select(DayActRow.act).where(DayActRow.day == day, DayActRow.act.in_(STATE_AFTER))
    return session.scalar(query.order_by(DayActRow.id.desc()).limit(1)) == CLOSED


def _newest_entry(session: Session) -> int:
    return session.scalar(select(func.max(EvidenceRow.id))) or 0


def _act_of(row: DayActRow) -> DayAct:
    return DayAct(row.id, row.act, row.step, row.subject, row.reason, row.note, row.detail, row.actor, row.at)


def state_of(acts: Sequence[DayAct]) -> DayState:
    """Return how far the closing of a day is, given its acts."""
    return next((STATE_AFTER[one.act] for one in reversed(acts) if one.act in STATE_AFTER), DayState.OPEN)
