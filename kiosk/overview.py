"""Where everybody is today, computed from the evidence and remembered until a visit changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock

from kiosk.flow import Way
from kiosk.journey import Journey
from kiosk.profile import Profile
from kiosk.queueing import Waiting, in_order
from kiosk.settings import Station
from local_db.queue import Call, Queue
from local_db.visits import Visit

CLAIM_LASTS = timedelta(minutes=20)
"""A called candidate belongs to the calling station for so long after the last sign of life."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one visit stands."""

    visit: Visit
    way: Way
    needs_staff: bool

    @property
    def step(self) -> str:
        """The id of the step to be done, "" when nothing is left."""
        return self.way.current.step.id if self.way.current else ""


def served_steps(station: Station, profile: Profile) -> tuple[str, ...]:
    """Return the ids of the steps that candidates are called to at this station."""
    if station.serves:
        return station.serves
    return tuple(step.id for step in profile.steps if step.options.place == station.kind)


class Overview:
    """Today's visits with their ways."""

    def __init__(self, queue: Queue, journey: Journey, stations: dict[str, Station]) -> None:
        self._queue = queue
        self._journey = journey
        self._stations = stations
        self._known: dict[str, tuple[tuple[int, int], date, Place]] = {}
        self._lock = Lock()

    def places(self, day: date) -> list[Place]:
        """Return where every visit with a ticket of the day stands."""
        marks = self._queue.marks(day)
        with self._lock:
            self._known = {visit: kept for visit, kept in self._known.items() if kept[1] == day}
            known = {visit: kept[2] for visit, kept in self._known.items() if marks.get(visit) == kept[0]}
        fresh = {place.visit.id: place for place in self._look(sorted(set(marks) - set(known)))}
        with self._lock:  # others may have looked at other visits meanwhile: nothing of theirs is thrown away
            self._known |= {visit: (_mark(place.visit), day, place) for visit, place in fresh.items()}
        return [*known.values(), *fresh.values()]

    def line(self, station: str, day: date, now: datetime) -> list[Place]:
        """Return who waits for this station, in the order they are to be called."""
        return self._in_line(self._stations[station], self.places(day), last_calls(self._queue.calls(day)), now)

    def waiting(self, day: date, now: datetime) -> int:
        """Return how many wait to be called anywhere."""
        calls, calling = last_calls(self._queue.calls(day)), self._calling()
        return sum(
            1
            for place in self.places(day)
            if any(self._waits_for(place, steps, one) for one, steps in calling)
            and not self._is_away(place, calls, now)
        )

    def ahead(self, visit: str, day: date, now: datetime) -> int | None:
        """Return how many are called before this one where its next step is done, None if nobody calls for it."""
        places, calls = self.places(day), last_calls(self._queue.calls(day))
        mine = next((place for place in places if place.visit.id == visit), None)
        if mine is None or self._is_away(mine, calls, now):
            return None
        for station, steps in self._calling():
            if self._waits_for(mine, steps, station):
                line = self._in_line(station, places, calls, now)
                return [place.visit.id for place in line].index(visit)
        return None

    def called_to(self, station: str, day: date) -> list[Call]:
        """Return whom this station has called and still waits for, newest first."""
        steps = served_steps(self._stations[station], self._journey.profiles.today)
        open_here = {
            place.visit.id for place in self.places(day) if self._waits_for(place, steps, self._stations[station])
        }
        calls = last_calls(self._queue.calls(day)).values()
        mine = [call for call in calls if call.station == station and call.action in ("call", "recall")]
        return sorted((call for call in mine if call.visit in open_here), key=lambda call: -call.id)

    def _in_line(self, station: Station, places: Iterable[Place], calls: dict[str, Call], now: datetime) -> list[Place]:
        steps = served_steps(station, self._journey.profiles.today)
        waiting = {
            place.visit.id: place
            for place in places
            if self._waits_for(place, steps, station) and not self._is_away(place, calls, now)
        }
        tickets = [_waiting(place, calls.get(visit)) for visit, place in waiting.items()]
        called = sum(1 for call in calls.values() if call.step in steps)
        return [waiting[one.visit] for one in in_order(tickets, called)]

    def _calling(self) -> list[tuple[Station, tuple[str, ...]]]:
        """Return the stations that call candidates, each with the steps it serves."""
        profile = self._journey.profiles.today
        return [(one, served_steps(one, profile)) for one in self._stations.values() if one.kind in ("desk", "booth")]

    def _look(self, visits: Sequence[str]) -> Iterable[Place]:
        for visit in self._queue.visits(visits) if visits else ():
            way = self._journey.way(visit)
            current = way.current
            needs_staff = current is not None and current.step.needs_staff(self._journey.case(visit))
            yield Place(visit, way, needs_staff)

    @staticmethod
    def _waits_for(place: Place, steps: Sequence[str], station: Station) -> bool:
        if place.way.current is None or place.way.is_waiting:
            return False
        return place.step in steps or (station.kind == "desk" and place.needs_staff)

    def _is_away(self, place: Place, calls: dict[str, Call], now: datetime) -> bool:
        """Whether the candidate is at a station already, or missed the call and has not reported again."""
        call = calls.get(place.visit.id)
        if call is None or call.action == "back":
            return False
        if call.action == "absent":
            return True
        caller = self._stations.get(call.station)
        if caller is None or not self._waits_for(place, served_steps(caller, self._journey.profiles.today), caller):
            return False
        last = place.visit.entries[-1]
        if last.station != call.station and last.evidence.taken_at > call.at:  # has gone on elsewhere since the call
            return False
        return now - max(call.at, last.evidence.taken_at) < CLAIM_LASTS


def last_calls(calls: Iterable[Call]) -> dict[str, Call]:
    """Return the newest call of each visit."""
    return {call.visit: call for call in calls}


def _mark(visit: Visit) -> tuple[int, int]:
    """Return what `Queue.marks` says of the visit as it was looked at."""
    return visit.last_seq, visit.online.change if visit.online else 0


def _waiting(place: Place, call: Call | None) -> Waiting:
    ticket = place.visit.ticket
    if ticket is None:
        raise ValueError("a place of today has a ticket of today")
    slot = place.visit.registration.slot
    back_at = call.at if call and call.action == "back" else None
    starts = slot.starts if slot and slot.day == ticket.day else None
    return Waiting(place.visit.id, ticket.number, ticket.lane, starts, ticket.issued_at, back_at)
