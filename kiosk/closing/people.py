"""Everybody who was expected or came on a day, each with what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.closing.reckoning import Attendance, Outcome, Reckoning, Slot, outcome_of, reckon
from kiosk.overview import Place, last_calls
from kiosk.venue import Venue
from local_db.day_book import ABSENT, CARRIED, DayAct
from local_db.queue import Call
from local_db.visits import Visit
from records.day import DayWindow
from records.evidence import RETURN

_DECISIONS = {CARRIED: Outcome.CARRIED, ABSENT: Outcome.ABSENT}


@dataclass(frozen=True, slots=True)
class Person:
    """A visit on the day that is looked at.

    Attributes:
        decision: the lead's, as long as nothing has happened since.
        call: the newest call of that day.
    """

    place: Place
    attendance: Attendance
    decision: DayAct | None
    call: Call | None

    @property
    def visit(self) -> Visit:
        """The visit."""
        return self.place.visit

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        return outcome_of(self.attendance)

    @property
    def ticket(self) -> str:
        """The newest number, "" if there never was one."""
        return self.visit.ticket.number if self.visit.ticket else ""


@dataclass(frozen=True, slots=True)
class DayPeople:
    """A day's people: `persons` have a visit, `reckoning` counts the others too."""

    persons: tuple[Person, ...]
    reckoning: Reckoning

    @property
    def open(self) -> list[Person]:
        """Those about whom somebody has to decide."""
        return [one for one in self.persons if one.outcome is Outcome.OPEN]

    @property
    def came(self) -> list[Person]:
        """Those who had a ticket of the day."""
        return [one for one in self.persons if one.attendance.came]


def window_of(day: date, zone: ZoneInfo) -> DayWindow:
    """Return the day from midnight to midnight of the venue's zone."""
    begins, ends = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return DayWindow(day, begins, ends)


def people_of(venue: Venue, day: date, acts: Sequence[DayAct]) -> DayPeople:
    """Return a day's people, given what was decided about them."""
    places = {place.visit.id: place for place in venue.overview.places(day)}
    appointments = venue.days.appointments(day)
    elsewhere = [one.visit for one in appointments if one.visit and one.visit not in places]
    came = set(places)
    for visit in venue.queue.visits(elsewhere) if elsewhere else ():
        places[visit.id] = Place(visit, venue.journey.way(visit), needs_staff=False)
    calls, decisions = last_calls(venue.queue.calls(day)), _decisions(acts)
    persons = [
        _person(day, place, calls.get(visit), decisions.get(visit), visit in came) for visit, place in places.items()
    ]
    strangers = [Attendance((one.starts, one.ends), came=False) for one in appointments if not one.visit]
    return DayPeople(
        tuple(sorted(persons, key=lambda one: one.ticket)),
        reckon([*(one.attendance for one in persons), *strangers]),
    )


def _person(day: date, place: Place, call: Call | None, decision: DayAct | None, came: bool) -> Person:
    visit, way = place.visit, place.way
    holds = decision if decision and _still_holds(decision, visit, call) else None
    attendance = Attendance(
        slot=_slot_of(visit, day),
        came=came,
        is_finished=way.is_finished,
        is_returned=_is_returned(visit, call),
        is_waiting=way.is_waiting,
        came_later=visit.ticket is not None and visit.ticket.day > day,
        decision=_DECISIONS[holds.act] if holds else None,
    )
    return Person(place, attendance, holds, call)


def _slot_of(visit: Visit, day: date) -> Slot | None:
    slot = visit.registration.slot
    return (slot.starts, slot.ends) if slot and slot.day == day else None


def _decisions(acts: Sequence[DayAct]) -> Mapping[str, DayAct]:
    return {one.subject: one for one in acts if one.act in _DECISIONS}


def _still_holds(decision: DayAct, visit: Visit, call: Call | None) -> bool:
    """Whether nothing has happened with a visit since a lead decided about it."""
    was_called = call is not None and call.action != "absent" and call.at > decision.at
    return decision.detail.get("seq") == visit.last_seq and not was_called


def _is_returned(visit: Visit, call: Call | None) -> bool:
    """Whether the region's return is the last thing that happened with a visit."""
    last = visit.entries[-1].evidence if visit.entries else None
    if last is None or last.step != RETURN:
        return False
    return call is None or call.action == "absent" or call.at < last.taken_at
