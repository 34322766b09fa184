"""Puts the day together: uploads the roster, starts everybody's thread, reckons up."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from kiosk.demo import BOOTHS, DESKS, KIOSKS
from kiosk.simulation.at_region import RegionList, Reviewer, reckon
from kiosk.simulation.browser import Browser, Patience
from kiosk.simulation.crew import ensure_demo, pair
from kiosk.simulation.day import IDLE_S, Day
from kiosk.simulation.door import LeadAtTheDoor
from kiosk.simulation.errors import SimulationError
from kiosk.simulation.judging import ensure_verdicts_at_desk, work_region
from kiosk.simulation.people import Candidate, first_number, make_candidates, roster_file
from kiosk.simulation.stations import desk_staff, work_booth, work_desk, work_kiosk
from kiosk.simulation.tally import Tally, tell
from kiosk.step import CHINA

Work = Callable[[], None]

TELLS_EVERY_S = 5.0
ARRIVES_AT_REGION_S = 120


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be played.

    Attributes:
        reviewer, secret: a demo reviewer's name and PIN at the region.
        limit_s: from the opening of the door.
    """

    candidates: int
    stations: int
    seed: int
    url: str
    region_url: str
    region_key: str
    reviewer: str
    secret: str
    limit_s: float


def play(plan: Plan) -> dict[str, Any]:
    """Play the day and return its result.

    Raises:
        SimulationError: it could not begin.
    """
    started, tally = time.monotonic(), Tally()
    lead_browser = Browser(plan.url, tally, Patience())
    ensure_demo(lead_browser)
    pair(lead_browser, f"desk-{DESKS}", "lead")
    lead = LeadAtTheDoor(lead_browser)
    records = RegionList(plan.region_url, plan.region_key)
    reviewer = Reviewer(Browser(plan.region_url, tally, Patience()))
    reviewer.sign_in(plan.reviewer, plan.secret)
    people = _bring_in(plan, lead)
    day = Day(people, tally, until=time.monotonic() + plan.limit_s)
    patience = Patience(until=day.until)
    tell(f"{plan.candidates} candidates, {plan.stations} desks, seed {plan.seed}: the door opens")
    workers: list[Work] = [
        *_stations(plan, day, lead, lambda: Browser(plan.url, tally, patience)),
        partial(work_region, day, reviewer, records),
    ]
    _run(day, workers)
    day.close()
    _wait_for_region(day, records)
    shown = ensure_verdicts_at_desk(day, lead_browser)
    return _result(plan, day, records, shown, time.monotonic() - started)


def _bring_in(plan: Plan, lead: LeadAtTheDoor) -> list[Candidate]:
    """Make people whom this venue does not know yet, and upload their roster."""
    now_local, taken = datetime.now(CHINA), 0
    while True:
        people = make_candidates(plan.candidates, plan.seed, first_number(plan.seed, taken), now_local)
        if not lead.knows(people[0].reg_no) and not lead.knows(people[-1].reg_no):
            break
        taken += 1
    lead.import_roster(f"simulated-{plan.seed}-{taken}.xlsx", roster_file(people))
    return people


def _stations(plan: Plan, day: Day, lead: LeadAtTheDoor, open_browser: Callable[[], Browser]) -> Iterable[Work]:
    """Return the work of every browser in the venue."""
    for candidate in day.candidates:
        day.for_kiosk.put(candidate)
    seats = [threading.Lock() for _desk in range(DESKS)]
    for number in range(max(1, plan.stations // 2)):
        yield partial(work_kiosk, day, open_browser(), f"kiosk-{number % KIOSKS + 1}", lead)
    for number in range(plan.stations):
        place = number % DESKS
        yield partial(work_desk, day, open_browser(), f"desk-{place + 1}", desk_staff(number), seats[place])
    for number in range(BOOTHS):
        yield partial(work_booth, day, open_browser(), f"booth-{number + 1}")


def _run(day: Day, workers: Sequence[Work]) -> None:
    """Let everybody work until the day is over."""
    with ThreadPoolExecutor(len(workers), thread_name_prefix="simulated") as pool:
        threads = [pool.submit(_guarded, day, work) for work in workers]
        told_at = 0.0
        while not day.over.wait(IDLE_S):
            if time.monotonic() - told_at > TELLS_EVERY_S:
                told_at = time.monotonic()
                _tell_progress(day)
            if time.monotonic() > day.until or any(thread.done() and thread.exception() for thread in threads):
                day.over.set()
    for thread in threads:
        thread.result()


def _guarded(day: Day, work: Work) -> None:
    try:
        work()
    except SimulationError as error:
        day.give_up(None, "start", error)


def _tell_progress(day: Day) -> None:
    counts = day.tally.counts
    arrived = sum(1 for one in day.candidates if one.visit)
    tell(
        f"arrived {arrived}, done {len(day.finished)} of {len(day.candidates)}, "
        f"judged {sum(1 for one in day.candidates if one.verdict)}, "
        f"requests {counts['http_requests']}, errors {len(day.tally.errors)}"
    )


def _wait_for_region(day: Day, records: RegionList) -> None:
    """Give the sync worker time to bring over what was finished last."""
    finished = {one.reg_no for one in day.finished}
    deadline = time.monotonic() + ARRIVES_AT_REGION_S
    while time.monotonic() < deadline:
        if reckon(finished, records.of(finished)).accepted == len(finished):
            return
        time.sleep(IDLE_S)


def _result(plan: Plan, day: Day, records: RegionList, shown: int, seconds: float) -> dict[str, Any]:
    finished = {one.reg_no for one in day.finished}
    found, counts = reckon(finished, records.of(finished)), day.tally.counts
    if found.lost or found.duplicated:
        tell(f"lost: {found.lost}; duplicated: {found.duplicated}")
    return {
        "candidates": plan.candidates,
        "stations": plan.stations,
        "finished": len(finished),
        "errors": len(day.tally.errors),
        "accepted": found.accepted,
        "lost": len(found.lost),
        "duplicated": len(found.duplicated),
        "exemptions": counts["exemptions"],
        "returned": counts["verdict_returned"],
        "passed": counts["verdict_passed"],
        "refused": counts["verdict_refused"],
        "verdicts_at_desk": shown,
        "let_in_by_lead": counts["let_in_by_lead"],
        "turned_away": counts["turned_away"],
        "came_back_with_papers": counts["came_back_with_papers"],
        "retries": counts["retries"],
        "http_requests": counts["http_requests"],
        "steps": day.tally.steps(),
        "pages": day.tally.pages(),
        "seed": plan.seed,
        "seconds": round(seconds, 1),
    }
