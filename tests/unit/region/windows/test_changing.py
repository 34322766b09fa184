"""Windows are set by administrators, written down, and shut out nobody unasked; all that goes by time reads them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from region.models import AuditLine
from region.payment.batches import OutsideWindowError, Plan, make_batch, run_due
from region.payment.orders import link_of
from region.registry.changing import Actor, Key
from region.registry.errors import ChangedMeanwhileError, ItemLockedError, NotAllowedError, ReviewOverError
from region.registry.locks import Lock
from region.registry.rules import Window
from region.registry.status import Role
from region.registry.window_models import WindowChangeRow
from region.registry.windows import Place
from region.windows.changing import Wish, change_window, changes_of, windows_of
from region.windows.errors import ImpossibleWindowError, LocksOutError
from region.windows.kinds import KINDS
from region.windows.words import EFFECTS, NAMES
from tests.support.region_app import OTHER_VENUE, Region
from tests.support.region_records import VENUE
from tests.support.registry import FIRST, LEAD, THIRD, YEAR, Registry, registry_of, somebody

ADMIN = Actor("r-admin", Role.ADMIN)


class Calendar:
    """Sets windows as an administrator; times are days from now."""

    def __init__(self, region: Region) -> None:
        region.clock.advance(days=365)  # into the exam year
        self.region, self.store = region, region.store

    def at(self, days: float) -> datetime:
        return self.region.clock() + timedelta(days=days)

    def put(self, kind: str, opens: float | None, closes: float | None, venue: str = "", *, sure: bool = False) -> bool:
        new = None if closes is None else Window(None if opens is None else self.at(opens), self.at(closes))
        return self.change(kind, new, venue, sure=sure)

    def change(self, kind: str, new: Window | None, venue: str = "", *, sure: bool = False, **other: object) -> bool:
        seen = windows_of(self.store, YEAR).get((venue, kind))
        given: Mapping[str, object] = {"reason": "按通知调整", "seen": seen, "actor": ADMIN, **other}
        wish = Wish(Place(YEAR, venue, kind), new, str(given["reason"]), given["seen"], sure)  # type: ignore[arg-type]
        return change_window(self.store, given["actor"], wish)  # type: ignore[arg-type]


@pytest.fixture
def calendar(region: Region) -> Calendar:
    return Calendar(region)


@pytest.fixture
def registry(calendar: Calendar) -> Registry:
    return registry_of(calendar.store, lock="on_deadline")


def test_a_window_is_kept_with_who_changed_it_when_and_why(calendar: Calendar) -> None:
    assert calendar.put("upload", -1, 5)
    assert calendar.put("upload", -1, 9)
    assert calendar.put("upload", None, None)
    taken, moved, made = changes_of(calendar.store, YEAR)
    assert (made.opened_at, made.closed_at, made.closes_at) == (None, None, calendar.at(5))
    assert (moved.closed_at, moved.closes_at, moved.changed_by) == (calendar.at(5), calendar.at(9), ADMIN.id)
    assert (taken.closed_at, taken.closes_at, taken.reason) == (calendar.at(9), None, "按通知调整")
    assert windows_of(calendar.store, YEAR) == {}
    with calendar.store.read() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.act == "window_changed")).all()
    assert [line.actor for line in lines] == [ADMIN.id] * 3
    assert all("按通知" not in f"{line.subject}{line.detail}" for line in lines)
    for statement in (delete(WindowChangeRow), update(WindowChangeRow).values(reason="")):
        with pytest.raises(DatabaseError), calendar.store.write() as session:
            session.execute(statement)


def test_the_same_again_changes_nothing(calendar: Calendar) -> None:
    calendar.put("payment", 1, 5)
    assert not calendar.put("payment", 1, 5)
    assert len(changes_of(calendar.store, YEAR)) == 1


def test_what_cannot_be_is_refused_and_says_why(calendar: Calendar) -> None:
    calendar.put("region_review", None, 20)
    calendar.put("upload", -1, 6, OTHER_VENUE)
    long_ago = Window(None, calendar.at(-900))
    for why, attempt in {
        "turned": lambda: calendar.put("upload", 5, 4),
        "order": lambda: calendar.put("venue_review", None, 21),
        "times": lambda: calendar.change("corrections", long_ago),
        "reason": lambda: calendar.change("corrections", Window(None, calendar.at(1)), reason="  "),
        "venue": lambda: calendar.put("region_review", None, 9, VENUE),
        "kind": lambda: calendar.put("lunch", 0, 1),
    }.items():
        with pytest.raises(ImpossibleWindowError) as caught:
            attempt()
        assert caught.value.why == why
    with pytest.raises(ImpossibleWindowError) as caught:
        calendar.put("venue_review", None, 5)  # fits by itself, and not to one venue's own window
    assert (caught.value.why, caught.value.other, caught.value.at) == ("order", "upload", OTHER_VENUE)
    with pytest.raises(NotAllowedError):
        calendar.change("corrections", Window(None, calendar.at(1)), actor=LEAD)
    with pytest.raises(ChangedMeanwhileError):
        calendar.change("region_review", Window(None, calendar.at(25)), seen=None)
    assert set(windows_of(calendar.store, YEAR)) == {("", "region_review"), (OTHER_VENUE, "upload")}


def test_candidates_are_shut_out_only_once_somebody_confirms(calendar: Calendar, registry: Registry) -> None:
    key = registry.enrol(somebody(0))
    registry.enrol(somebody(1))
    registry.enrol(somebody(2), venue=OTHER_VENUE)
    calendar.put("upload", -9, 9, OTHER_VENUE)
    with pytest.raises(LocksOutError) as caught:
        calendar.put("upload", -9, -1)
    assert caught.value.count == 2, "the other venue has a window of its own"
    registry.fill(key)
    calendar.put("upload", -9, -1, sure=True)
    with pytest.raises(ItemLockedError) as locked:
        registry.wardrobe.add(key, "M05", registry.picture)
    assert locked.value.lock is Lock.DEADLINE
    assert not calendar.put("upload", -9, -1), "what is shut already shuts out nobody"
    assert calendar.put("upload", -9, 3, VENUE)
    registry.wardrobe.add(key, "M05", registry.picture)


def test_what_was_submitted_is_changed_until_the_deadline_of_the_window(calendar: Calendar, registry: Registry) -> None:
    calendar.put("upload", -1, 2)
    key = registry.submitted()
    registry.wardrobe.add(key, "M05", registry.picture)
    calendar.region.clock.advance(days=2)
    assert registry.case(key).item("M05").lock is Lock.DEADLINE  # type: ignore[union-attr]


def test_venues_decide_until_their_review_ends_and_get_more_time_one_by_one(
    calendar: Calendar, registry: Registry
) -> None:
    key = registry.submitted()
    with pytest.raises(LocksOutError):
        calendar.put("venue_review", None, -1)
    calendar.put("venue_review", None, -1, sure=True)
    with pytest.raises(ReviewOverError):
        registry.review.claim(key, FIRST)
    calendar.put("venue_review", None, 1, VENUE)
    registry.mark_all(key, FIRST)
    calendar.region.clock.advance(days=2)
    with pytest.raises(ReviewOverError):
        registry.review.pass_at_venue(key, FIRST, registry.revision(key))
    calendar.put("venue_review", None, 1, VENUE)
    registry.pass_at_venue(key)


def approved(registry: Registry) -> Key:
    key = registry.venue_passed()
    registry.review.claim(key, THIRD)
    registry.review.approve(key, THIRD, registry.revision(key))
    return key


def test_payment_is_opened_and_offered_within_its_window(calendar: Calendar, registry: Registry) -> None:
    key, store = approved(registry), calendar.store
    calendar.put("payment", 2, 4)
    for days in (0, 5):
        with pytest.raises(OutsideWindowError):
            make_batch(store, LEAD, Plan(YEAR, "", "", calendar.at(days)))
    make_batch(store, LEAD, Plan(YEAR, "", "", calendar.at(2)))
    calendar.put("payment", 3, 5)
    calendar.region.clock.advance(days=2)
    assert run_due(store) == 0, "the window was moved behind the batch"
    calendar.region.clock.advance(days=1)
    assert run_due(store) == 1
    assert link_of(store, "https://pay.example/", key)
    calendar.region.clock.advance(days=2)
    assert link_of(store, "https://pay.example/", key) == ""


def test_every_kind_has_its_words() -> None:
    assert set(KINDS) == set(NAMES) == set(EFFECTS)
