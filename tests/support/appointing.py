"""Appointments that are offered and had, for tests of the region."""

from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

from records.registration import Slot
from region.registry.changing import Key
from region.registry.models import RegistrationRow
from region.slots.booking import Booking
from region.slots.importing import offer_slots
from region.slots.models import SlotRow
from region.slots.reading import SlotLine
from rules.booking import BookingOptions
from tests.support.region_app import Region
from tests.support.region_records import VENUE
from tests.support.registry import YEAR, Registry, somebody

ZONE = ZoneInfo("Asia/Shanghai")
NINE = Slot(date(2026, 3, 9), time(9), time(9, 30))
TEN = Slot(date(2026, 3, 9), time(10), time(10, 30))


def line(slot: Slot = NINE, quota: int = 1, level: str = "", party: str = "") -> SlotLine:
    return SlotLine(2, slot, quota, level, party)


def offered(region: Region, *lines: SlotLine, venue: str = VENUE) -> list[str]:
    """Offer these; return their ids in the order of the day."""
    offer_slots(region.store, YEAR, venue, lines)
    with region.store.read() as session:
        rows = session.query(SlotRow).filter_by(venue=venue).order_by(SlotRow.day, SlotRow.starts, SlotRow.party)
        return [row.id for row in rows]


def booking(region: Region, **options: object) -> Booking:
    return Booking(region.store, BookingOptions.model_validate({"offered": True, **options}), ZONE)


def slot_of(region: Region, key: Key) -> str:
    with region.store.read() as session:
        return session.get_one(RegistrationRow, (key.year, key.id)).slot


def taken(region: Region, slot: str) -> int:
    with region.store.read() as session:
        return session.get_one(SlotRow, slot).taken


def candidates(registry: Registry, count: int) -> list[Key]:
    return [registry.enrol(replace(somebody(number), slot=None)) for number in range(count)]
