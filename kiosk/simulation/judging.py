"""The region's day: returns some records, passes most; and whether its words reach the desks."""

import time

from kiosk.simulation.at_region import ACCEPTED, Held, RegionList, Reviewer, newest
from kiosk.simulation.browser import Browser
from kiosk.simulation.day import GIVEN_UP, IDLE_S, RETURNED, Day
from kiosk.simulation.errors import SimulationError
from kiosk.simulation.people import Candidate

LOOKS_EVERY_S = 2 * IDLE_S
LOOKED_UP = 20
"""For so many candidates a desk is asked whether it shows the region's verdict."""
REACHES_DESK_S = 30


def work_region(day: Day, reviewer: Reviewer, records: RegionList) -> None:
    """Judge what comes in; say when the day is over."""
    by_reg_no = {one.reg_no: one for one in day.candidates}
    while not day.over.wait(LOOKS_EVERY_S):
        try:
            for held in newest(records.of(by_reg_no.keys())).values():
                _judge(day, reviewer, by_reg_no[held.reg_no], held)
        except SimulationError as error:
            day.give_up(None, "region", error)
        if day.is_done() or time.monotonic() > day.until:
            day.over.set()


def ensure_verdicts_at_desk(day: Day, browser: Browser) -> int:
    """Look some candidates up at a desk and return for how many of them it shows the region's verdict."""
    judged = [one for one in day.candidates if one.verdict not in ("", GIVEN_UP)][-LOOKED_UP:]
    deadline = time.monotonic() + REACHES_DESK_S
    missing = judged
    while missing:
        missing = [one for one in missing if not _is_shown(browser, one)]
        if missing and time.monotonic() > deadline:
            day.tally.error("desk", f"{len(missing)} verdicts of the region are not shown")
            break
        if missing:
            time.sleep(IDLE_S)
    return len(judged) - len(missing)


def _judge(day: Day, reviewer: Reviewer, candidate: Candidate, held: Held) -> None:
    habits, is_first = candidate.habits, held.version == 1
    is_due = candidate.verdict == ("" if is_first else RETURNED)
    is_wanted = habits.judged or (bool(habits.returned) and is_first)
    if not (is_due and is_wanted and candidate.is_finished and held.state == ACCEPTED):
        return
    try:
        verdict = reviewer.judge(candidate, held)
    except SimulationError as error:
        day.give_up(None, "region", error)
        verdict = GIVEN_UP
    if not verdict:
        return
    candidate.verdict = verdict
    day.tally.count(f"verdict_{verdict}")
    if verdict == RETURNED:
        candidate.is_finished, candidate.is_reopened = False, True
        day.comes_to_desk(candidate)


def _is_shown(browser: Browser, candidate: Candidate) -> bool:
    page = browser.open(f"/visits/{candidate.visit}/overview")
    return f".side__verdict--{candidate.verdict}" in page.texts
