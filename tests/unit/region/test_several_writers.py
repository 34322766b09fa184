"""Several writers at once on PostgreSQL: each of these went wrong, or could, before it had a lock."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from records.verdict import Decision
from region.errors import AlreadyDecidedError, ConflictOpenError
from region.models import AuditLine, RecordRow, Reviewer, StoredFile, VerdictRow
from region.registry.enrolling import enrol_roster
from region.registry.models import RegistrationRow
from region.reviewers import add_reviewer
from region.verdicts import Opinion, give_verdict
from tests.support.region_app import OTHER_KEY, OTHER_VENUE, SECRET, Browser, Region, open_region
from tests.support.region_places import LargePlaces
from tests.support.region_records import OTHER_SIGNER, SEALER, VENUE, Sealer, sealed
from tests.support.registry import YEAR, registry_of, somebody

WAIT_S = 60
PASSED = Opinion(Decision.PASSED, "", "")


@pytest.fixture
def region(large_places: LargePlaces) -> Region:
    region = large_places.new()
    region.get("/status")  # so that it stands there already when the venue's key was used
    return region


@pytest.fixture
def other(region: Region) -> Iterator[Region]:
    """The same region in another process, as far as the database can tell."""
    opened = open_region(region.settings, region.clock)
    yield opened
    opened.store.close()


@contextmanager
def first_commit_held(region: Region) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Let the next commit wait; give the event that says it does, and the one that lets it go."""
    reached, goes_on = threading.Event(), threading.Event()

    def hold(_connection: Any) -> None:
        if not reached.is_set():
            reached.set()
            assert goes_on.wait(WAIT_S)

    engine = region.store._engine
    event.listen(engine, "commit", hold)
    try:
        yield reached, goes_on
    finally:
        goes_on.set()
        event.remove(engine, "commit", hold)


def until_it_waits_or_ends(region: Region, task: "Future[Any]") -> None:
    """Come back when the task is over or stands in the queue for a lock."""
    deadline = time.monotonic() + WAIT_S
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while not task.done() and time.monotonic() < deadline:
        with region.store.read() as session:
            if session.scalar(waiting):
                return
        time.sleep(0.02)


def count(region: Region, table: type) -> int:
    with region.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def delivered(region: Region, number: int, **more: Any) -> str:
    record, files = sealed(f"R{number:04}", **more)
    region.deliver(record, files)
    return record.digest


def reviewer(region: Region) -> str:
    with region.store.read() as session:
        return session.scalars(select(Reviewer.id)).one()


def seen_from(region: Region, cursor: int) -> tuple[list[str], int]:
    answer = region.get(f"/verdicts?since={cursor}").json
    return [one["record_digest"] for one in answer["verdicts"]], answer["cursor"]


def test_no_venue_misses_a_verdict_that_was_numbered_earlier_and_committed_later(region: Region, other: Region) -> None:
    slow, quick = delivered(region, 1), delivered(region, 2)
    judge = reviewer(region)
    with ThreadPoolExecutor(2) as pool, first_commit_held(region) as (reached, goes_on):
        first = pool.submit(give_verdict, region.store, slow, judge, PASSED)
        assert reached.wait(WAIT_S)
        second = pool.submit(give_verdict, other.store, quick, judge, PASSED)
        until_it_waits_or_ends(other, second)
        seen, cursor = seen_from(other, 0)
        goes_on.set()
        first.result(WAIT_S)
        second.result(WAIT_S)
    later, _cursor = seen_from(region, cursor)
    assert {*seen, *later} == {slow, quick}


def test_no_record_is_missing_from_a_reckoning_that_reads_on(region: Region, other: Region) -> None:
    """The same trap in the list of what the region holds."""
    (slow, _), (quick, _) = sealed("R0001"), sealed("R0002")
    with ThreadPoolExecutor(2) as pool, first_commit_held(region) as (reached, goes_on):
        first = pool.submit(region.put, f"/records/{slow.digest}", slow.content)
        assert reached.wait(WAIT_S)
        second = pool.submit(other.put, f"/records/{quick.digest}", quick.content)
        until_it_waits_or_ends(other, second)
        held = other.get("/records").json
        goes_on.set()
        assert {first.result(WAIT_S).status_code, second.result(WAIT_S).status_code} == {201}
    later = region.get(f"/records?after={held['cursor']}").json["records"]
    assert {one["digest"] for one in (*held["records"], *later)} == {slow.digest, quick.digest}


def at_once(*acts: Any) -> list[Any]:
    """Do all of it at the same time; return each result, or the error."""
    gate = threading.Barrier(len(acts))

    def do(act: Any) -> Any:
        gate.wait(WAIT_S)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        tasks = [pool.submit(do, act) for act in acts]
        return [task.exception(WAIT_S) or task.result() for task in tasks]


def test_the_same_objects_from_two_lines_are_taken_once(region: Region, other: Region) -> None:
    record, files = sealed()
    both = (region, other) * 4
    answers = at_once(*(lambda one=one: one.put(f"/records/{record.digest}", record.content) for one in both))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    for digest, content in files.items():
        answers = at_once(*(lambda one=one, d=digest, c=content: one.put(f"/files/{d}", c) for one in both))
        assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert (count(region, RecordRow), count(region, StoredFile)) == (1, len(files))
    with region.store.read() as session:
        accepted = select(func.count()).where(AuditLine.act == "record_accepted")
        assert session.scalar(accepted) == 1


def test_of_two_versions_that_arrive_together_the_newer_counts(region: Region, other: Region) -> None:
    for round_no in range(4):
        old, _files = sealed(f"R{round_no:04}")
        new, _files = sealed(f"R{round_no:04}", version=2, previous=old.digest, red=201)
        at_once(
            lambda old=old: region.put(f"/records/{old.digest}", old.content),
            lambda new=new: other.put(f"/records/{new.digest}", new.content),
        )
        with region.store.read() as session:
            current = select(RecordRow.digest).where(RecordRow.visit == f"visit-R{round_no:04}", RecordRow.is_current)
            assert session.scalars(current).all() == [new.digest]


def test_a_person_at_two_venues_passes_at_neither_however_many_reviewers_decide_at_once(
    region: Region, other: Region
) -> None:
    here = delivered(region, 1)
    record, files = sealed(
        "R0001", venue=OTHER_VENUE, visit="elsewhere", sealer=Sealer(SEALER.recipients, OTHER_SIGNER)
    )
    region.put(f"/records/{record.digest}", record.content, key=OTHER_KEY)
    for digest, content in files.items():
        region.put(f"/files/{digest}", content, key=OTHER_KEY)
    judge = reviewer(region)
    results = at_once(
        lambda: give_verdict(region.store, here, judge, PASSED),
        lambda: give_verdict(other.store, record.digest, judge, PASSED),
    )
    assert [type(one) for one in results] == [ConflictOpenError, ConflictOpenError], "a person settles that first"
    assert count(region, VerdictRow) == 0


def test_a_record_is_judged_once_however_many_reviewers_decide_at_once(region: Region, other: Region) -> None:
    here = delivered(region, 1)
    first, second = reviewer(region), add_reviewer(region.store, "审核员另一", SECRET, "review")
    results = at_once(
        lambda: give_verdict(region.store, here, first, PASSED),
        lambda: give_verdict(other.store, here, second, PASSED),
    )
    assert [type(one) for one in results if isinstance(one, Exception)] == [AlreadyDecidedError]
    assert count(region, VerdictRow) == 1


def test_tries_at_two_processes_are_counted_together(region: Region, other: Region) -> None:
    at_once(*(lambda one=one: Browser(one).sign_in(secret="wrong") for one in (region, other, region, other, region)))
    assert Browser(other).sign_in(secret=SECRET).status_code == 422


def test_a_roster_that_two_processes_bring_is_enrolled_once(region: Region, other: Region) -> None:
    people = [somebody(number) for number in range(12)]
    box = registry_of(region.store).box
    outcomes = at_once(
        lambda: enrol_roster(region.store, box, YEAR, VENUE, people),
        lambda: enrol_roster(other.store, box, YEAR, VENUE, people[::-1]),
    )
    assert sorted((one.new, one.same) for one in outcomes) == [(0, 12), (12, 0)]
    assert count(region, RegistrationRow) == 12
    with region.store.read() as session:
        changes = session.scalars(select(RegistrationRow.change)).all()
    assert sorted(changes) == list(range(1, 13))
