"""Finds registrations: by number for candidates, by anything for staff."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from local_db.engine import Database
from local_db.models import RegistrationRow, RosterImport, VisitRow
from local_db.visits import registration_of
from records.registration import Registration
from rules.roster.folding import name_folded
from rules.roster.identity import tidy_id_no


@dataclass(frozen=True, slots=True)
class Found:
    """A registration, with its visit if the candidate has arrived before, and what a newer roster says of it."""

    registration: Registration
    visit: str | None
    flagged: dict[str, str] | None = None


class Search:
    """Looks through the roster; every query uses an index or is bounded by `limit`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_reg_no(self, reg_no: str) -> Found | None:
        """Return the registration with this number."""
        found = self._where(RegistrationRow.reg_no == reg_no, limit=1)
        return found[0] if found else None

    def by_id_no(self, id_no: str) -> list[Found]:
        """Return registrations with this document number."""
        return self._where(RegistrationRow.id_no == tidy_id_no(id_no), limit=10)

    def by_tail(self, tail: str, name: str = "") -> list[Found]:
        """Return registrations whose document number ends in these six characters, narrowed by a name if given."""
        conditions = [RegistrationRow.id_tail == tail]
        if name:
            conditions.append(RegistrationRow.name_folded == name_folded(name))
        return self._where(*conditions, limit=10)

    def anything(self, text: str, limit: int = 30) -> list[Found]:
        """Return what staff may mean: registration number, document number or its tail, or the start of a name."""
        folded = name_folded(text)
        if not folded:
            return []
        upper = tidy_id_no(text)
        by_name = RegistrationRow.name_folded.startswith(folded, autoescape=True)
        by_number = RegistrationRow.reg_no.startswith(upper, autoescape=True)
        by_document = (RegistrationRow.id_no == upper) | (RegistrationRow.id_tail == upper)
        return self._where(by_name | by_number | by_document, limit=limit)

    def flagged(self, limit: int = 100) -> list[Found]:
        """Return confirmed registrations of which a newer roster says something else."""
        return self._where(RegistrationRow.flagged.is_not(None), limit=limit)

    def count_expected(self, day: date) -> int:
        """Return how many have an appointment on this day."""
        with self._database.reading() as session:
            query = select(func.count()).select_from(RegistrationRow).where(RegistrationRow.slot_day == day)
            return session.scalar(query) or 0

    def imports(self, limit: int = 20) -> list[RosterImport]:
        """Return the newest roster imports."""
        with self._database.reading() as session:
            return list(session.scalars(select(RosterImport).order_by(RosterImport.id.desc()).limit(limit)))

    def _where(self, *conditions: object, limit: int) -> list[Found]:
        query = (
            select(RegistrationRow, VisitRow.id)
            .outerjoin(VisitRow, VisitRow.registration_id == RegistrationRow.id)
            .where(*conditions)  # type: ignore[arg-type]
            .order_by(RegistrationRow.reg_no)
            .limit(limit)
        )
        with self._database.reading() as session:
            return [Found(registration_of(row), visit, row.flagged) for row, visit in session.execute(query)]
