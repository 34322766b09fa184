"""What a venue is told of its registrations, in the order of its count."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from records.online import (
    Captured,
    Online,
    OnlineItem,
    OnlinePicture,
    document_of,
    document_of_departed,
    slot_of,
)
from records.registration import Registration
from region.registry.box import Box
from region.registry.changing import Key
from region.registry.models import DepartureRow, ItemRow, OnsiteRow, PictureRow, RegistrationRow
from region.registry.reading import registration_of
from region.registry.rules import Rules
from region.store import Store

AT_MOST = 200

_Row = TypeVar("_Row", ItemRow, PictureRow, OnsiteRow)
Change = tuple[int, dict[str, Any]]


def changes_since(
    store: Store, box: Box, rules: Rules, venue: str, since: int, limit: int = AT_MOST
) -> tuple[list[dict[str, Any]], int]:
    """Return the registrations that changed behind a count, each as it stands now, and the count to go on from.

    One that has left the venue comes as a document that says so. Nothing of one that left is told but its number.

    Raises:
        DamagedHereError: the facts of one do not open.
    """
    limit = max(1, min(limit, AT_MOST))
    with store.read() as session:
        rows = session.scalars(
            select(RegistrationRow)
            .where(RegistrationRow.venue == venue, RegistrationRow.change > since)
            .order_by(RegistrationRow.change)
            .limit(limit)
        ).all()
        changes = [*_departures(session, box, venue, since, limit), *_standing(session, box, rules, rows)]
    told = sorted(changes, key=lambda change: change[0])[:limit]
    return [document for _change, document in told], told[-1][0] if told else since


def _departures(session: Session, box: Box, venue: str, since: int, limit: int) -> Iterable[Change]:
    """Return those that left, unless they have come back."""
    rows = session.execute(
        select(DepartureRow, RegistrationRow)
        .join(
            RegistrationRow,
            (RegistrationRow.exam_year == DepartureRow.exam_year) & (RegistrationRow.id == DepartureRow.registration),
        )
        .where(DepartureRow.venue == venue, DepartureRow.change > since)
        .order_by(DepartureRow.change)
        .limit(limit)
    )
    for departure, row in rows:
        reg_no = registration_of(box, row).reg_no
        key = str(Key(departure.exam_year, departure.registration))
        yield departure.change, document_of_departed(key, departure.change, reg_no)


def _standing(session: Session, box: Box, rules: Rules, rows: Sequence[RegistrationRow]) -> Iterable[Change]:
    keys = [(row.exam_year, row.id) for row in rows]
    items = _by_registration(session, ItemRow, keys, ItemRow.code)
    pictures = _by_registration(session, PictureRow, keys, PictureRow.code, PictureRow.position)
    records = _by_registration(session, OnsiteRow, keys, OnsiteRow.visit)
    for row in rows:
        key = row.exam_year, row.id
        online = Online(
            key=str(Key(*key)),
            change=row.change,
            status=row.status,
            is_submitted=row.submitted_at is not None,
            items=tuple(_item(item, pictures.get(key, []), rules) for item in items.get(key, [])),
            captured=tuple(Captured(step, one.visit) for one in records.get(key, []) for step in _steps(one)),
        )
        person = registration_of(box, row)
        yield row.change, document_of(online, Registration(person.reg_no, person.fields, slot_of(row.slot)))


def _by_registration(
    session: Session, table: type[_Row], keys: Sequence[tuple[int, str]], *order: Any
) -> Mapping[tuple[int, str], list[_Row]]:
    query = select(table).where(tuple_(table.exam_year, table.registration).in_(keys)).order_by(*order)
    if table is PictureRow:
        query = query.where(PictureRow.removed_at.is_(None))
    found: dict[tuple[int, str], list[_Row]] = {}
    for row in session.scalars(query) if keys else ():
        found.setdefault((row.exam_year, row.registration), []).append(row)
    return found


def _item(row: ItemRow, pictures: Sequence[PictureRow], rules: Rules) -> OnlineItem:
    opinion = rules.online.opinion(row.opinion)
    return OnlineItem(
        code=row.code,
        state=row.state,
        version=row.version,
        opinion=opinion.words.model_dump() if opinion else {},
        opinion_text=row.opinion_text,
        pictures=tuple(
            OnlinePicture(f"{one.exam_year}-{one.id}", one.object, one.media_type, one.size, one.source)
            for one in pictures
            if one.code == row.code
        ),
    )


def _steps(row: OnsiteRow) -> tuple[str, ...]:
    return tuple(step for step in row.captured.split(",") if step)
