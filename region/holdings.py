"""What the region holds of one venue, for the venue's own reckoning at the end of the day."""

from dataclasses import dataclass

from sqlalchemy import select

from records.receipt import ACCEPTED, STORED
from region.models import RecordRow
from region.persons import Persons
from region.store import Store

MAX_RECORDS = 500


@dataclass(frozen=True, slots=True)
class Holding:
    """One version of one candidate's record.

    Attributes:
        seq: the list's cursor.
        reg_no: "" until the record's identity part is here and opens.
        state: the word of its receipt.
    """

    seq: int
    digest: str
    reg_no: str
    visit: str
    version: int
    state: str


def records_after(store: Store, persons: Persons, venue: str, after: int) -> tuple[Holding, ...]:
    """Return this venue's records behind the cursor, every version, in order of arrival, at most `MAX_RECORDS`."""
    query = select(RecordRow).where(RecordRow.venue == venue, RecordRow.seq > after)
    with store.read() as session:
        rows = session.scalars(query.order_by(RecordRow.seq).limit(MAX_RECORDS)).all()
    return tuple(
        Holding(row.seq, row.digest, persons.of(row).reg_no, row.visit, row.version, _state(row)) for row in rows
    )


def _state(row: RecordRow) -> str:
    return ACCEPTED if row.accepted_at else STORED
