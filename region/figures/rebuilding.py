"""Compares the figures that are kept with a count of everything, and puts the count in their place."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from region.errors import DamagedHereError, UnopenableError
from region.figures.faces import faces_held, hold_face, rebuild_faces, recount_faces
from region.figures.history import counted_days, rebuild_days, recount_days
from region.figures.models import FaceRow
from region.models import RecordRow
from region.opening import open_document
from region.registry.tallies import counted, rebuild, recount
from region.store import Store

_TABLES = ("registrations", "records", "tallies", "day_tallies", "faces", "face_persons", "face_tallies")
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """How many of each kind of figures differ from a count, and how many faces there are by both."""

    tallies: int
    days: int
    faces: int
    faces_recounted: int

    @property
    def is_right(self) -> bool:
        """Whether nothing differs."""
        return not self.tallies and not self.days and self.faces == self.faces_recounted


def check(store: Store) -> Checked:
    """Count everything, and compare. Reads all registrations and events."""
    with store.read() as session:
        return _check(session)


def rebuild_all(store: Store) -> Checked:
    """Put counts in the place of all figures, while nobody changes anything; return what had differed."""
    with store.write() as session:
        if not store.is_alone:
            session.execute(text(f"LOCK TABLE {', '.join(_TABLES)} IN SHARE ROW EXCLUSIVE MODE"))
        found = _check(session)
        rebuild(session)
        rebuild_days(session)
        rebuild_faces(session)
    return found


def find_faces(store: Store) -> int:
    """Open every accepted record whose face is not counted, and count it if it has one; return how many had.

    Records that do not open (a key that is not here, damage) are left out; later they are found again.
    """
    found = 0
    for digest in _accepted_without(store):
        with store.read() as session:
            content = session.scalars(select(RecordRow.content).where(RecordRow.digest == digest)).one()
        try:
            document = open_document(store, content, digest)
        except (UnopenableError, DamagedHereError):
            continue
        with store.write() as session:
            row = session.scalars(select(RecordRow).where(RecordRow.digest == digest).with_for_update()).one()
            hold_face(session, store, row, document, store.now())
            found += session.get(FaceRow, digest) is not None
    return found


def _check(session: Session) -> Checked:
    places, places_counted = dict(counted(session)), dict(recount(session))
    days, days_counted = dict(counted_days(session)), dict(recount_days(session))
    return Checked(
        sum(places.get(one) != places_counted.get(one) for one in {*places, *places_counted}),
        sum(days.get(one) != days_counted.get(one) for one in {*days, *days_counted}),
        faces_held(session),
        recount_faces(session),
    )


def _accepted_without(store: Store) -> Iterator[str]:
    row, last = RecordRow, 0
    without = row.accepted_at.is_not(None), ~exists().where(FaceRow.record == row.digest)
    while True:
        query = select(row.seq, row.digest).where(row.seq > last, *without).order_by(row.seq).limit(_AT_ONCE)
        with store.read() as session:
            page = session.execute(query).all()
        if not page:
            return
        yield from (digest for _seq, digest in page)
        last = page[-1].seq
