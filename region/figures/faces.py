"""Counts of how many different persons a picture of the face is held: exactly, with every record that is accepted.

A person is an identity document, over all years and venues, as the registrations know it. The law asks for the number
(人脸识别技术应用安全管理办法, in force since 2025-06-01): whoever holds 100 000 files it with the provincial office.

Whoever changes the count holds the parts it touches in their order, after registrations and before the venue, and a
person's row only under its part: nobody waits in a ring.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from region.database import inserting
from region.document import Document
from region.figures.models import FacePersonRow, FaceRow, FaceTallyRow
from region.keys import document_mark
from region.models import RecordRow
from region.registry.models import RegistrationRow
from region.store import Store

PARTS = 256
STEP, PICTURE = "photo", "picture"


@dataclass(frozen=True, slots=True)
class _Move:
    """One record more (`by` 1) or fewer (-1) of a person."""

    mark: str
    by: int

    @property
    def part(self) -> int:
        """Where the person is counted."""
        return int(self.mark[:2], 16) % PARTS


def shows_a_face(document: Document) -> bool:
    """Tell whether a record brought a picture of a face; tries that do not count stay at the venue."""
    files = (file for line in document.lines if line.step == STEP for file in line.files)
    return any(file.role == PICTURE and file.object for file in files)


def hold_face(session: Session, store: Store, row: RecordRow, document: Document, at: datetime) -> None:
    """Count the face in a record that is being accepted, if there is one and it is not counted yet."""
    if not shows_a_face(document) or session.get(FaceRow, row.digest) is not None:
        return
    of_person = select(RegistrationRow).where(RegistrationRow.person == row.person)
    newest = of_person.order_by(RegistrationRow.exam_year.desc()).limit(1).with_for_update()
    registration: RegistrationRow | None = session.scalar(newest)
    mark = _mark_of(registration) if registration else ""
    mark = mark or document_mark(session, store.vault, document.facts.get("id_no", "")) or row.person or ""
    face = FaceRow(record=row.digest, mark=mark, held_at=at)
    if registration is not None:
        face.exam_year, face.registration = registration.exam_year, registration.id
    session.add(face)
    session.flush()
    _count(session, [_Move(mark, 1)])


def let_faces_go(session: Session, records: Sequence[str], at: datetime) -> int:
    """Count the faces in these records no longer: their pictures were purged. Return how many that were."""
    held = select(FaceRow).where(FaceRow.record.in_(records), FaceRow.gone_at.is_(None)).order_by(FaceRow.record)
    faces = session.scalars(held.with_for_update()).all()
    for face in faces:
        face.gone_at = at
    session.flush()
    _count(session, [_Move(face.mark, -1) for face in faces])
    return len(faces)


def remark(session: Session, registrations: Iterable[RegistrationRow]) -> None:
    """Count the faces of people who have another identity document now under that one."""
    moves: list[_Move] = []
    for row in registrations:
        mark = _mark_of(row)
        of_it = FaceRow.exam_year == row.exam_year, FaceRow.registration == row.id, FaceRow.gone_at.is_(None)
        for face in session.scalars(select(FaceRow).where(*of_it, FaceRow.mark != mark)):
            moves += (_Move(face.mark, -1), _Move(mark, 1))
            face.mark = mark
    session.flush()
    _count(session, moves)


def hold_part(session: Session, part: int) -> None:
    """Keep others from counting in this part until the commit."""
    _add_to_part(session, part, 0)


def faces_held(session: Session) -> int:
    """Return of how many persons faces are held."""
    return session.scalar(select(func.coalesce(func.sum(FaceTallyRow.number), 0))) or 0


def recount_faces(session: Session) -> int:
    """Return the same from every face: slow, for tests and for whoever has doubts."""
    held = select(func.count(FaceRow.mark.distinct())).where(FaceRow.gone_at.is_(None))
    return session.scalar(held) or 0


def rebuild_faces(session: Session) -> None:
    """Put a recount in the place of what is kept; nobody may accept a record meanwhile."""
    for table in (FacePersonRow, FaceTallyRow):
        session.execute(delete(table))
    held = select(FaceRow.mark, func.count()).where(FaceRow.gone_at.is_(None)).group_by(FaceRow.mark)
    session.execute(insert(FacePersonRow).from_select(["mark", "number"], held))
    first = func.substr(FacePersonRow.mark, 1, 2)
    for digits, number in session.execute(select(first, func.count()).group_by(first)):
        _add_to_part(session, _Move(digits, 1).part, number)


def _mark_of(row: RegistrationRow) -> str:
    return row.id_mark or row.person


def _count(session: Session, moves: Iterable[_Move]) -> None:
    for move in sorted(moves, key=lambda one: (one.part, one.mark, -one.by)):
        hold_part(session, move.part)  # nobody else counts this person now
        number = _add_to_person(session, move)
        if number == 0:
            session.execute(delete(FacePersonRow).where(FacePersonRow.mark == move.mark))
        if (number, move.by) in ((1, 1), (0, -1)):
            _add_to_part(session, move.part, move.by)


def _add_to_part(session: Session, part: int, number: int) -> None:
    statement = inserting(session, FaceTallyRow).values(part=part, number=number)
    total = {"number": FaceTallyRow.number + statement.excluded.number}
    session.execute(statement.on_conflict_do_update(index_elements=["part"], set_=total))


def _add_to_person(session: Session, move: _Move) -> int:
    if move.by < 0:
        of_person = update(FacePersonRow).where(FacePersonRow.mark == move.mark)
        fewer = of_person.values(number=FacePersonRow.number + move.by).returning(FacePersonRow.number)
        return int(session.scalars(fewer.execution_options(synchronize_session=False)).one())
    statement = inserting(session, FacePersonRow).values(mark=move.mark, number=move.by)
    total = {"number": FacePersonRow.number + statement.excluded.number}
    more = statement.on_conflict_do_update(index_elements=["mark"], set_=total).returning(FacePersonRow.number)
    return int(session.scalars(more).one())
