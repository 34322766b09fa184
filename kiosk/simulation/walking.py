"""Leads one candidate on from wherever the app says the visit stands, until somebody or something else is needed."""

import re
from enum import StrEnum

from kiosk.simulation import by_candidate, by_staff
from kiosk.simulation.browser import OK, OVERTAKEN, Browser
from kiosk.simulation.errors import GoesInCirclesError
from kiosk.simulation.page import Page
from kiosk.simulation.people import Candidate

MOST_SCREENS = 90
CAPTURED = ("signature", "fingerprint", "photo")
_STEP = re.compile(r"^/visits/[0-9a-f]+/steps/([a-z]+)$")


class Halt(StrEnum):
    """Why a walk ended."""

    DONE = "done"
    ELSEWHERE = "elsewhere"
    """The next step is done at another place."""
    NEEDS_STAFF = "needs_staff"
    PENDING = "pending"
    """Something has to be brought."""
    BOOTH = "booth"


def step_of(page: Page) -> str:
    """Return the step that a page shows, "" if it shows none."""
    found = _STEP.match(page.path)
    return found[1] if found else ""


def walk(browser: Browser, candidate: Candidate) -> Halt:
    """Do one screen after the other.

    Raises:
        SimulationError: the app got in the way.
    """
    is_staff = bool(browser.staff)
    acts = by_staff.ACTS if is_staff else by_candidate.ACTS
    page = browser.open(f"/visits/{candidate.visit}/")
    for _number in range(MOST_SCREENS):
        step = step_of(page)
        if not step:
            return _halt_at(page)
        if is_staff and step in CAPTURED and candidate.habits.booth and candidate.once("booth"):
            return Halt.BOOTH
        if step == "materials" and "pending" in candidate.did:
            return Halt.PENDING
        if is_staff and step == "fingerprint" and candidate.habits.edits and candidate.once("edit"):
            by_staff.correct_after_signing(browser, candidate)
        elif not acts[step](browser, page, candidate) and page.status == OK:
            return Halt.NEEDS_STAFF
        # After a second press a step that is done may be shown again; after a colleague's sign-in, the queue.
        is_left_over = browser.page is page or not browser.page.path.startswith("/visits/")
        is_left_over = is_left_over or browser.page.status == OVERTAKEN
        page = browser.open(f"/visits/{candidate.visit}/") if is_left_over else browser.page
    said = " ".join(page.texts.get(".error-summary", "").split())
    raise GoesInCirclesError(f"no end after {MOST_SCREENS} screens, at {step_of(page)!r}: {said}")


def _halt_at(page: Page) -> Halt:
    if page.path.endswith(("/done", "/overview")):
        return Halt.DONE
    return Halt.ELSEWHERE
