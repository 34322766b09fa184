"""Arrivals: candidates at a kiosk find themselves; whom it turns away goes to the lead at the door."""

import re
import threading
from dataclasses import replace
from datetime import datetime

from kiosk.simulation.browser import GOOD, TELLS_WHAT_TO_DO, Browser
from kiosk.simulation.errors import NotOnPageError, UnexpectedAnswerError
from kiosk.simulation.page import Page
from kiosk.simulation.people import Candidate, roster_file, slot_now
from kiosk.step import CHINA

_VISIT = re.compile(r"^/visits/([0-9a-f]+)/")


def arrive(browser: Browser, candidate: Candidate) -> bool:
    """Type a number, say "that is me" and take the ticket; return False when the kiosk turns the candidate away."""
    page = _identified(browser, candidate)
    is_expected = candidate.habits.comes == "on_time" or "rebooked" in candidate.did
    expect = GOOD if is_expected else GOOD | {TELLS_WHAT_TO_DO}
    slip = candidate.slip() if is_expected else ""
    page = browser.send(page.form(), step="arrival", expect=expect, slip=slip)
    if page.status == TELLS_WHAT_TO_DO:
        browser.tally.count("turned_away")
        return False
    if page.path != "/kiosk/ticket":
        page = browser.open("/kiosk/ticket")
    _note_visit(candidate, page)
    candidate.ticket = _digits(page.texts.get(".ticket", ""))
    return True


def come_back(browser: Browser, candidate: Candidate) -> None:
    """Go on with the ticket; a kiosk asks for the end of the document number too."""
    page = browser.open("/kiosk/identify?by=ticket")
    page = browser.send(page.form(), {"number": candidate.ticket}, expect={200, 303, TELLS_WHAT_TO_DO})
    form = page.find("step-form")
    if form and form.has("proof"):
        browser.send(form, {"proof": candidate.registration.fields["id_no"][-4:]})


def leave(browser: Browser) -> None:
    """Wipe the screen for the next one."""
    form = next((form for form in browser.page.forms if form.action == "/kiosk/leave"), None)
    if form:
        browser.send(form)
    else:
        browser.open("/kiosk/")


class LeadAtTheDoor:
    """A lead with a browser of her own; she serves one candidate at a time."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._turn = threading.Lock()

    def admit(self, candidate: Candidate) -> None:
        """Let somebody in who comes at another time, with a reason."""
        with self._turn:
            page = self._browser.open("/arrivals/")
            page = self._browser.send(page.form_to("/arrivals/", "text"), {"text": candidate.reg_no}, expect={200})
            form = next((form for form in page.forms if form.values.get("reg_no") == candidate.reg_no), None)
            if form is None:
                raise NotOnPageError("the lead cannot let this candidate in")
            answers = {"reason": "路上堵车，已核实"} if form.has("reason") else {}
            page = self._browser.send(form, answers, step="arrival")
            found = _VISIT.match(page.path)
            if not found:
                raise UnexpectedAnswerError(f"no visit after the lead's word, but {page.path}")
            candidate.visit = found[1]
            candidate.ticket = _digits(page.texts.get("side-who", "").split("·")[0])
            self._browser.tally.count("let_in_by_lead")

    def rebook(self, candidate: Candidate) -> None:
        """Give somebody who came too early an appointment now, by a newer roster."""
        now = datetime.now(CHINA)
        candidate.registration = replace(candidate.registration, slot=slot_now(now))
        candidate.did.add("rebooked")
        self.import_roster(f"rebooked-{candidate.reg_no}.xlsx", roster_file([candidate]))

    def knows(self, reg_no: str) -> bool:
        """Tell whether a registration is known here."""
        with self._turn:
            page = self._browser.open("/search/")
            page = self._browser.send(page.form_to("/search/", "text"), {"text": reg_no}, expect={200})
            return reg_no in page.texts.get(".table", "")

    def import_roster(self, name: str, content: bytes) -> None:
        """Upload a roster."""
        with self._turn:
            page = self._browser.open("/admin/roster")
            form = page.form_to("/admin/roster", "file")
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            self._browser.send(form, files=[("file", (name, content, kind))])


def _identified(browser: Browser, candidate: Candidate) -> Page:
    """Return the page that asks "is this you?"."""
    fields, by = candidate.registration.fields, candidate.habits.found_by
    numbers = {"tail": fields["id_no"][-6:], "id_no": fields["id_no"], "reg_no": candidate.reg_no}
    page = browser.open(f"/kiosk/identify?by={by}")
    page = browser.send(page.form(), {"number": numbers[by]}, expect={200})
    form = page.form()
    if "reg_no" in form.choices:  # several have the same last six
        page = browser.send(form, {"reg_no": candidate.reg_no}, expect={200})
    return page


def _note_visit(candidate: Candidate, page: Page) -> None:
    visits = [found[1] for link in page.links if (found := _VISIT.match(link))]
    if not visits:
        raise UnexpectedAnswerError(f"no ticket on {page.path}")
    candidate.visit = visits[0]


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
