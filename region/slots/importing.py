"""Takes tables of appointments in: what is offered, and what a city's own booking system has given to whom."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.registration import Slot
from region.audit import note
from region.registry.changing import Actor, Key, changing, settle
from region.registry.enrolling import slot_text
from region.registry.reading import find
from region.registry.status import Role
from region.slots.leaving import leave
from region.slots.models import SlotRow
from region.slots.reading import BookedLine, SlotLine
from region.slots.waiting_line import move_up
from region.store import Store

CITY = Actor("booking", Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file brought.

    Attributes:
        counts: how many rows were `new`, `changed`, `same` or `refused`.
        refused: row number to why: a code of `reading.PROBLEMS`, `unknown` or `below_taken`.
    """

    counts: Mapping[str, int]
    refused: Mapping[int, str] = field(default_factory=dict)


def offer_slots(store: Store, year: int, venue: str, lines: Sequence[SlotLine]) -> Taken:
    """Offer appointments, any number of times: a row that is known changes its quota, never below what is taken."""
    counts: Counter[str] = Counter()
    refused: dict[int, str] = {}
    with store.write() as session:
        _hold(session, year, venue)
        for line in lines:
            done = line.problem or _offer(session, year, venue, line)
            if done in ("new", "changed", "same"):
                counts[done] += 1
            else:
                counts["refused"] += 1
                refused[line.row_number] = done
        settle(session, move_up(session, _offered(session, year, venue), store.now()))
        note(session, store.now(), "operator", "slots_offered", venue, f"{year} {dict(counts)}"[:200])
    return Taken(counts, refused)


def take_bookings(store: Store, year: int, venue: str, lines: Sequence[BookedLine]) -> Taken:
    """Give candidates the appointments that another system booked; no quota of ours is touched by them."""
    counts: Counter[str] = Counter()
    refused: dict[int, str] = {}
    for line in lines:
        done = line.problem or _give(store, year, venue, line)
        if done in ("changed", "same"):
            counts[done] += 1
        else:
            counts["refused"] += 1
            refused[line.row_number] = done
    with store.write() as session:
        note(session, store.now(), "operator", "bookings_taken", venue, f"{year} {dict(counts)}"[:200])
    return Taken(counts, refused)


def _offer(session: Session, year: int, venue: str, line: SlotLine) -> str:
    slot = line.slot
    if slot is None:
        return "no_day"
    place = {
        "exam_year": year,
        "venue": venue,
        "day": slot.day,
        "starts": f"{slot.starts:%H:%M}",
        "ends": f"{slot.ends:%H:%M}",
        "level": line.level,
        "party": line.party,
    }
    row = session.scalar(select(SlotRow).filter_by(**place))
    if row is None:
        session.add(SlotRow(id=secrets.token_hex(12), quota=line.quota, taken=0, **place))
        session.flush()
        return "new"
    if line.quota < row.taken:
        return "below_taken"
    is_same = row.quota == line.quota
    row.quota = line.quota
    return "same" if is_same else "changed"


def _hold(session: Session, year: int, venue: str) -> None:
    """Hold what is offered already, in the order of the ids, as everybody does who holds several."""
    here = select(SlotRow.id).where(SlotRow.exam_year == year, SlotRow.venue == venue)
    session.execute(here.order_by(SlotRow.id).with_for_update())


def _offered(session: Session, year: int, venue: str) -> Sequence[str]:
    """Return the appointments that have free places by now."""
    session.flush()
    free = SlotRow.exam_year == year, SlotRow.venue == venue, SlotRow.taken < SlotRow.quota
    return session.scalars(select(SlotRow.id).where(*free)).all()


def _give(store: Store, year: int, venue: str, line: BookedLine) -> str:
    key = _whose(store, year, venue, line)
    if key is None:
        return "unknown"
    return _set(store, key, line.slot)


def _whose(store: Store, year: int, venue: str, line: BookedLine) -> Key | None:
    known = {"reg_no": line.reg_no} if line.reg_no else {"id_no": line.id_no}
    return next((key for key in find(store, venue=venue, **known) if key.year == year), None)


def _set(store: Store, key: Key, slot: Slot | None) -> str:
    with changing(store, key, CITY) as change:
        if change.row.slot == slot_text(slot):
            return "same"
        freed = leave(change.session, key.year, key.id)
        change.row.slot = slot_text(slot)
        change.note("slot_imported", text=change.row.slot)
        settle(change.session, move_up(change.session, [freed], change.now))
    return "changed"
