"""Who works at the venue: kiosks, desks and booths, each in a thread with a browser."""

import queue
import threading

from kiosk.simulation.browser import Browser
from kiosk.simulation.crew import DESK_STAFF, pair, sign_in, sign_out
from kiosk.simulation.day import IDLE_S, Day
from kiosk.simulation.door import LeadAtTheDoor, arrive, come_back, leave
from kiosk.simulation.errors import SimulationError
from kiosk.simulation.people import Candidate
from kiosk.simulation.walking import Halt, walk

STAFF_AT_BOOTHS = "second"


def work_kiosk(day: Day, browser: Browser, station: str, lead: LeadAtTheDoor) -> None:
    """One candidate after the other: arrival, form, consent."""
    pair(browser, station, "guide")
    while not day.over.is_set():
        candidate = _next(day.for_kiosk)
        if candidate is None:
            continue
        with candidate.turn:
            try:
                if _is_in(day, browser, candidate, lead):
                    walk(browser, candidate)
                leave(browser)
            except SimulationError as error:
                day.give_up(candidate, station, error)


def work_desk(day: Day, browser: Browser, station: str, home: str, seat: threading.Lock) -> None:
    """Call the next one, or serve who comes back, from the papers to the picture.

    Args:
        home: who sits there.
        seat: desks that several browsers share are used in turns, for their devices are one person's.
    """
    pair(browser, station, home)
    while not day.over.is_set():
        candidate = day.at_desk()
        try:
            with seat:
                candidate = candidate or day.of_visit(_called(browser))
                if candidate:
                    _serve(day, browser, candidate)
                if browser.staff != home:
                    sign_in(browser, home)
        except SimulationError as error:
            day.give_up(candidate, station, error)
        if candidate is None:
            day.over.wait(IDLE_S)


def work_booth(day: Day, browser: Browser, station: str) -> None:
    """The candidate alone, and staff who come when they are needed."""
    pair(browser, station, STAFF_AT_BOOTHS)
    while not day.over.is_set():
        candidate = _next(day.for_booth)
        if candidate is None:
            continue
        with candidate.turn:
            try:
                _capture(day, browser, candidate)
            except SimulationError as error:
                day.give_up(candidate, station, error)


def desk_staff(number: int) -> str:
    """Return who sits at the desk of this number."""
    return DESK_STAFF[number % len(DESK_STAFF)]


def _next(line: "queue.Queue[Candidate]") -> Candidate | None:
    try:
        return line.get(timeout=IDLE_S)
    except queue.Empty:
        return None


def _is_in(day: Day, browser: Browser, candidate: Candidate, lead: LeadAtTheDoor) -> bool:
    """Have the candidate before the kiosk; False if there was no getting in yet."""
    if candidate.visit:
        come_back(browser, candidate)
        return True
    if arrive(browser, candidate):
        return True
    if candidate.habits.comes == "early":
        lead.rebook(candidate)
        day.for_kiosk.put(candidate)
        return False
    lead.admit(candidate)
    leave(browser)
    come_back(browser, candidate)
    return True


def _called(browser: Browser) -> str:
    """Call the next one and return the visit, "" if nobody waits."""
    page = browser.open("/desk/")
    form = next(form for form in page.forms if form.action == "/desk/next" and not form.id)
    page = browser.send(form)
    return page.path.split("/")[2] if page.path.startswith("/visits/") else ""


def _serve(day: Day, browser: Browser, candidate: Candidate) -> None:
    with candidate.turn:
        if candidate.is_finished:
            return
        if candidate.is_reopened:
            page = browser.open(f"/visits/{candidate.visit}/overview")
            if ".side__verdict--returned" not in page.texts:
                day.comes_to_desk(candidate)
                return
            candidate.is_reopened = False
        day.settle(candidate, walk(browser, candidate))


def _capture(day: Day, browser: Browser, candidate: Candidate) -> None:
    come_back(browser, candidate)
    halt = walk(browser, candidate)
    if halt is Halt.DONE:
        leave(browser)
        day.settle(candidate, halt)
        return
    day.tally.count("staff_came_to_booth")
    sign_in(browser, STAFF_AT_BOOTHS)
    halt = walk(browser, candidate)
    sign_out(browser)
    if halt is Halt.DONE:
        day.settle(candidate, halt)
    else:
        day.comes_to_desk(candidate)
