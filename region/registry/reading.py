"""Reads registrations: one whole, with its items, pictures and history, or by what somebody knows of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.registration import Registration
from region.keys import document_mark, name_mark, person_mark
from region.registry.box import Box
from region.registry.changing import Key, is_claimed
from region.registry.errors import UnknownRegistrationError
from region.registry.locks import ItemState, Lock, Situation, lock_of
from region.registry.models import EventRow, ItemRow, PictureRow, RegistrationRow
from region.registry.rules import Rules, is_over, window
from region.registry.status import Status
from region.store import Store
from rules.materials.required import Asked


@dataclass(frozen=True, slots=True)
class Item:
    """One material of one registration, as it concerns the candidate and as it stands.

    Attributes:
        row: None while nobody has touched it.
        lock: why the candidate cannot change it now.
    """

    asked: Asked
    row: ItemRow | None
    pictures: tuple[PictureRow, ...]
    lock: Lock

    @property
    def state(self) -> ItemState:
        """How far it is."""
        return ItemState(self.row.state) if self.row else ItemState.EMPTY

    @property
    def is_complete(self) -> bool:
        """Whether it has as many pictures as it takes, or takes none."""
        return self.asked.images == "never" or len(self.pictures) >= max(self.asked.min, 1)


@dataclass(frozen=True, slots=True)
class Case:
    """A registration with all that belongs to it.

    Attributes:
        items: the region's whole list in its order, then items that are no longer on it and have pictures.
        is_over: whether the whole review has ended, after which candidates may see every status.
    """

    row: RegistrationRow
    person: Registration
    items: tuple[Item, ...]
    events: tuple[EventRow, ...]
    situation: Situation
    is_over: bool = False

    @property
    def key(self) -> Key:
        """Which one."""
        return Key(self.row.exam_year, self.row.id)

    @property
    def status(self) -> Status:
        """Where it stands."""
        return Status(self.row.status)

    def item(self, code: str) -> Item | None:
        """Return the item of this code."""
        return next((item for item in self.items if item.asked.code == code), None)

    def to_bring(self) -> tuple[str, ...]:
        """Return the codes of required items that lack pictures, in the list's order."""
        return tuple(item.asked.code for item in self.items if item.asked.required and not item.is_complete)


def read_case(store: Store, box: Box, key: Key, rules: Rules, venue: str | None = None) -> Case:
    """Return a registration.

    Args:
        venue: whose it has to be; None where every venue's will do.

    Raises:
        UnknownRegistrationError: there is none, or it is another venue's.
        DamagedHereError: its fields do not open.
    """
    with store.read() as session:
        row = session.get(RegistrationRow, (key.year, key.id))
        if row is None or (venue is not None and row.venue != venue):
            raise UnknownRegistrationError(str(key))
        kept, pictures = _kept(session, key)
        events = session.scalars(
            select(EventRow)
            .where(EventRow.exam_year == key.year, EventRow.registration == key.id)
            .order_by(EventRow.number)
        ).all()
        now = situation_of(session, row, rules, store.now())
        over = is_over(session, row.exam_year, row.venue, store.now())
    person = registration_of(box, row)
    items = tuple(
        Item(asked, kept.get(asked.code), pictures.get(asked.code, ()), _lock(kept.get(asked.code), now))
        for asked in rules.asked(person)
    )
    return Case(row, person, items, tuple(events), now, over)


def registration_of(box: Box, row: RegistrationRow) -> Registration:
    """Return what the national system says of the candidate."""
    fields = box.open_fields(row.facts, str(Key(row.exam_year, row.id)))
    return Registration(fields.get("reg_no", ""), fields)


def situation_of(session: Session, row: RegistrationRow, rules: Rules, now: datetime) -> Situation:
    """Return what the locks of its items depend on."""
    upload = window(session, row.exam_year, row.venue, "upload")
    return Situation(
        Status(row.status),
        rules.online.lock,
        is_offered=rules.online.upload and rules.online.mode != "on_site",
        is_begun=upload is None or upload.is_begun(now),
        is_past=upload is not None and upload.is_past(now),
        is_submitted=row.submitted_at is not None,
        is_claimed=is_claimed(row, now),
    )


def find(store: Store, *, reg_no: str = "", id_no: str = "", name: str = "", venue: str | None = None) -> list[Key]:
    """Return the registrations, newest year first, of whoever is named by exactly one of these; at most 50."""
    with store.read() as session:
        if reg_no:
            wanted = RegistrationRow.person == person_mark(session, store.vault, reg_no)
        elif id_no:
            wanted = RegistrationRow.id_mark == document_mark(session, store.vault, id_no)
        else:
            wanted = RegistrationRow.name_mark == (name_mark(session, store.vault, name) or "-")
        query = select(RegistrationRow.exam_year, RegistrationRow.id).where(wanted)
        if venue is not None:
            query = query.where(RegistrationRow.venue == venue)
        rows = session.execute(query.order_by(RegistrationRow.exam_year.desc(), RegistrationRow.id).limit(50)).all()
    return [Key(year, id_) for year, id_ in rows]


def _kept(session: Session, key: Key) -> tuple[Mapping[str, ItemRow], Mapping[str, tuple[PictureRow, ...]]]:
    of_items = ItemRow.exam_year == key.year, ItemRow.registration == key.id
    items = {row.code: row for row in session.scalars(select(ItemRow).where(*of_items))}
    standing = select(PictureRow).where(
        PictureRow.exam_year == key.year, PictureRow.registration == key.id, PictureRow.removed_at.is_(None)
    )
    pictures: dict[str, tuple[PictureRow, ...]] = {}
    for picture in session.scalars(standing.order_by(PictureRow.code, PictureRow.position)):
        pictures[picture.code] = (*pictures.get(picture.code, ()), picture)
    return items, pictures


def _lock(row: ItemRow | None, now: Situation) -> Lock:
    return lock_of(ItemState(row.state) if row else ItemState.EMPTY, now)
