"""The list: every view and filter along an index, page by page, counted only so far."""

import threading
from functools import partial

import pytest
from sqlalchemy import event

from region.desk import worklist
from region.desk.queue import claim_next
from region.desk.worklist import Filter, View, counts, list_registrations, read_cursor, views_for
from region.registry.changing import Actor
from region.registry.reviewing import Said
from region.registry.status import Role
from tests.support.region_app import Region
from tests.support.region_records import VENUE
from tests.support.registry import FIRST, SECOND, THIRD, YEAR, Registry, somebody


def ids(page):
    return [row.id for row in page.rows]


def test_pages_lead_on_and_back(registry: Registry, region: Region) -> None:
    in_twos = partial(list_registrations, size=2)
    keys = []
    for number in range(5):
        keys.append(registry.submitted(number).id)
        region.clock.advance(seconds=number % 2)  # some wait since the same moment
    first = in_twos(registry.store, FIRST, Filter(YEAR))
    second = in_twos(registry.store, FIRST, Filter(YEAR), after=first.after)
    third = in_twos(registry.store, FIRST, Filter(YEAR), after=second.after)
    assert sorted(ids(first) + ids(second) + ids(third)) == sorted(keys)
    assert (first.before, third.after) == (None, None)
    back = in_twos(registry.store, FIRST, Filter(YEAR), before=read_cursor(str(third.before)))
    assert ids(back) == ids(second)
    assert ids(in_twos(registry.store, FIRST, Filter(YEAR), before=back.before)) == ids(first)


def test_each_view_holds_what_it_says(registry: Registry) -> None:
    waiting, passed, approved = registry.submitted(0), registry.venue_passed(1), registry.venue_passed(2)
    empty = registry.enrol(somebody(3))
    registry.review.claim(approved, THIRD)
    registry.review.approve(approved, THIRD, registry.revision(approved))
    registry.review.claim(waiting, FIRST)
    registry.review.propose_refusal(waiting, FIRST, registry.revision(waiting), Said("not_eligible"))
    registry.review.claim(passed, THIRD)

    def shown(actor, view):
        return ids(list_registrations(registry.store, actor, Filter(YEAR, view)))

    assert shown(FIRST, View.WAITING) == [waiting.id]
    assert shown(FIRST, View.PROPOSED) == [waiting.id]
    assert shown(FIRST, View.CANDIDATE) == [empty.id]
    assert shown(FIRST, View.AT_REGION) == [passed.id]
    assert shown(FIRST, View.APPROVED) == [approved.id]
    assert shown(THIRD, View.WAITING) == [passed.id]
    assert shown(THIRD, View.MINE) == [passed.id]
    assert shown(FIRST, View.MINE) == []
    assert shown(THIRD, View.AT_VENUE) == [waiting.id]
    numbers = counts(registry.store, THIRD, Filter(YEAR), views_for(THIRD))
    assert (numbers[View.WAITING], numbers[View.AT_VENUE], numbers[View.PAID]) == (1, 1, 0)


def test_filters_narrow_the_list(registry: Registry) -> None:
    first, second = registry.submitted(0), registry.submitted(1)
    registry.mark_all(second, FIRST, M04="return")
    row = registry.case(first).row
    of_level = ids(list_registrations(registry.store, FIRST, Filter(YEAR, level=row.level, category=row.category)))
    assert first.id in of_level
    assert ids(list_registrations(registry.store, FIRST, Filter(YEAR, category="none"))) == []
    assert ids(list_registrations(registry.store, FIRST, Filter(YEAR, has_opinions=True))) == [second.id]
    assert ids(list_registrations(registry.store, THIRD, Filter(YEAR, View.AT_VENUE, venue="V-OTHER"))) == []
    assert row.category in worklist.categories(registry.store, YEAR)


@pytest.mark.parametrize("places", ["embedded"], indirect=True)  # the plan in SQLite's words; PostgreSQL's: test_plans
def test_no_list_reads_the_whole_table(registry: Registry) -> None:
    asked = []
    event.listen(registry.store._engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
    for actor in (FIRST, THIRD):
        for view in View:
            list_registrations(registry.store, actor, Filter(YEAR, view))
        counts(registry.store, actor, Filter(YEAR), views_for(actor))
        worklist.categories(registry.store, YEAR)
    plans = []
    with registry.store.read() as session:
        for statement, parameters in [one for one in asked if "registrations" in one[0]]:
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans += [line[3] for line in plan if "registrations" in line[3]]
    assert plans
    assert [line for line in plans if not line.startswith(("SEARCH registrations", "CO-ROUTINE"))] == []


def test_the_next_one_is_who_waits_longest_and_is_in_nobodys_hands(registry: Registry, region: Region) -> None:
    keys = []
    for number in range(3):
        keys.append(registry.submitted(number))
        region.clock.advance(minutes=1)
    store, review = registry.store, registry.review
    assert claim_next(store, review, FIRST, Filter(YEAR)) == keys[0]
    assert claim_next(store, review, SECOND, Filter(YEAR)) == keys[1]
    registry.review.release(keys[0], FIRST)
    assert claim_next(store, review, FIRST, Filter(YEAR), but=keys[0]) == keys[2]
    assert claim_next(store, review, FIRST, Filter(YEAR)) == keys[0]
    assert claim_next(store, review, SECOND, Filter(YEAR)) is None
    assert claim_next(store, review, THIRD, Filter(YEAR)) is None, "nothing waits for the region"


@pytest.mark.parametrize("nonsense", ["", "~", "x~1", "2026-01-01~a", "2026-01-01T00:00:00+00:00~" + "a" * 33, "~a'b"])
def test_a_made_up_cursor_is_none(nonsense: str) -> None:
    assert read_cursor(nonsense) is None


def test_many_who_press_at_once_get_different_ones(registry: Registry) -> None:
    keys = [registry.submitted(number) for number in range(6)]
    taken, begin = [], threading.Barrier(6)

    def press(number: int) -> None:
        actor = Actor(f"r-many-{number}", Role.VENUE_REVIEW, VENUE)
        begin.wait()
        taken.append(claim_next(registry.store, registry.review, actor, Filter(YEAR)))

    threads = [threading.Thread(target=press, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, taken)) == sorted(map(str, keys))


def test_counts_end_where_nobody_counts_further(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist, "MOST_COUNTED", 2)
    for number in range(5):
        registry.enrol(somebody(number))
    assert counts(registry.store, FIRST, Filter(YEAR), (View.CANDIDATE,)) == {View.CANDIDATE: 3}
