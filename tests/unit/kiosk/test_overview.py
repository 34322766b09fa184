"""Who is in a desk's line: a call keeps others away, until the candidate has gone on somewhere else."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.flow import Position, Way
from kiosk.overview import CLAIM_LASTS, Overview
from kiosk.settings import Station
from kiosk.step import TODO
from local_db.queue import Call
from records.evidence import Entry, Evidence
from rules.words import Words

DAY = date(2027, 1, 15)
NINE = datetime(2027, 1, 15, 1, 0, tzinfo=UTC)
WORDS = Words(zh="窗口", en="Desk")
STATIONS = {name: Station(kind="desk", label=WORDS) for name in ("desk-1", "desk-2")} | {
    "kiosk-1": Station(kind="kiosk", label=WORDS)
}


def step(step_id: str, place: str) -> Any:
    return SimpleNamespace(id=step_id, options=SimpleNamespace(place=place), needs_staff=lambda _case: False)


MATERIALS = step("materials", "desk")


def visit(name: str, at_station: str, after_min: int) -> Any:
    """Make a visit whose last sign of life is at a station, so many minutes after nine."""
    entry = Entry(1, Evidence("form", NINE + timedelta(minutes=after_min), {}), "candidate", at_station, 0, "boot")
    ticket = SimpleNamespace(number=name, lane="normal", day=DAY, issued_at=NINE)
    registration = SimpleNamespace(slot=None)
    told = {"ticket": ticket, "registration": registration, "online": None}
    return SimpleNamespace(id=name, entries=(entry,), last_seq=1, **told)


def overview(visits: Sequence[Any], calls: Sequence[Call] = ()) -> Overview:
    by_id = {one.id: one for one in visits}
    queue: Any = SimpleNamespace(
        marks=lambda _day: dict.fromkeys(by_id, (1, 0)),
        visits=lambda ids: [by_id[one] for one in ids],
        calls=lambda _day: list(calls),
    )
    way = Way((Position(MATERIALS, TODO),), Position(MATERIALS, TODO))
    profile = SimpleNamespace(steps=(MATERIALS,))
    journey: Any = SimpleNamespace(
        way=lambda _visit: way, case=lambda _visit: None, profiles=SimpleNamespace(today=profile)
    )
    return Overview(queue, journey, STATIONS)


def called(name: str) -> Call:
    return Call(1, name, name, "call", "materials", "desk-1", NINE + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("station", "minute", "is_in_line"),
    [
        ("kiosk-1", 1, False),  # was there before the call: sits at desk 1 now
        ("desk-1", 6, False),  # sits at desk 1 and goes on there
        ("kiosk-1", 8, True),  # desk 1 sent the candidate back to a kiosk, where it went on
    ],
)
def test_a_called_candidate_is_offered_again_only_after_going_on_elsewhere(station, minute, is_in_line):
    known = overview([visit("A", station, minute)], [called("A")])
    line = known.line("desk-2", DAY, NINE + timedelta(minutes=9))
    assert [place.visit.id for place in line] == (["A"] if is_in_line else [])


def test_a_claim_that_shows_no_life_ends():
    known = overview([visit("A", "kiosk-1", 1)], [called("A")])
    assert known.line("desk-2", DAY, NINE + timedelta(minutes=6) + CLAIM_LASTS)


def test_who_is_ahead_is_the_place_in_the_line():
    known = overview([visit("A", "kiosk-1", 1), visit("B", "kiosk-1", 1), visit("C", "kiosk-1", 1)], [called("A")])
    now = NINE + timedelta(minutes=6)
    line = [place.visit.id for place in known.line("desk-1", DAY, now)]
    assert [known.ahead(one, DAY, now) for one in line] == [0, 1]
    assert known.ahead("A", DAY, now) is None
    assert known.ahead("nobody", DAY, now) is None
