"""Candidates who walk through a venue as people do: they see a page, fill it in and press what is there."""

import json
from dataclasses import dataclass

from local_db.visits import Visit
from records.registration import Registration
from records.seal import SealedRecord
from tests.support.builders import DESK, photo, seal_always
from tests.support.venue_rig import STAFF, VENUE_ID, VenueRig
from tests.support.web_pages import Browser, Page

NAME_IN_INK = json.dumps(
    {
        "width": 900,
        "height": 300,
        "strokes": [
            [{"x": 100 + 20 * n, "y": 80 + 12 * (n % 5), "pressure": 0.5, "time": 1000 + 40 * n} for n in range(15)],
            [{"x": 120 + 18 * n, "y": 200 - 9 * n, "pressure": 0.6, "time": 2000 + 40 * n} for n in range(15)],
        ],
    }
)
DOT = json.dumps({"width": 900, "height": 300, "strokes": [[{"x": 9, "y": 9, "pressure": 0.5, "time": 1}]]})


@dataclass(slots=True)
class Crew:
    """The browsers of a venue, one a station, and who sits there."""

    rig: VenueRig
    kiosk: Browser
    desk: Browser
    booth: Browser

    @classmethod
    def at(cls, rig: VenueRig) -> "Crew":
        """Open the venue's day: pair a kiosk, a booth and a desk."""
        return cls(rig, rig.browser("kiosk-1"), rig.browser("desk-1"), rig.browser("booth-1"))

    def newcomer(self) -> "Candidate":
        """Somebody who has not been here yet."""
        return Candidate(self, self.rig.newcomer())


class Candidate:
    """One person of the roster."""

    def __init__(self, crew: Crew, registration: Registration) -> None:
        self.crew = crew
        self.rig = crew.rig
        self.registration = registration
        self.said: dict[str, str] = {"face": "agree", "fingerprint": "agree"}
        """What is answered to the consents."""

    @property
    def visit(self) -> Visit:
        """The visit as the venue has it."""
        visit = self.rig.venue.store.visit_of(self.registration.reg_no)
        assert visit is not None, "has not arrived"
        return visit

    @property
    def url(self) -> str:
        """The visit's address."""
        return f"/visits/{self.visit.id}"

    @property
    def step(self) -> str:
        """The id of the step to be done, "" when nothing is left."""
        current = self.rig.venue.journey.way(self.visit).current
        return current.step.id if current else ""

    @property
    def states(self) -> dict[str, str]:
        """How far each step is."""
        way = self.rig.venue.journey.way(self.visit)
        return {position.step.id: position.outcome.state.value for position in way.positions}

    def walk(self, until: str = "") -> "Candidate":
        """Do everything, in the order the venue asks, up to a step."""
        if self.rig.venue.store.visit_of(self.registration.reg_no) is None:
            self.arrive()
        while self.step and self.step != until:
            before = self.visit.last_seq
            self.do(self.step)
            assert self.visit.last_seq > before, f"stuck at {self.step}: {self.crew.booth.page.text[:600]}"
        return self

    def do(self, step: str) -> Page:
        """Do one step where it is done."""
        acts = {
            "form": self.confirm,
            "consent": self.consent,
            "materials": self.show_papers,
            "signature": self.sign,
            "fingerprint": self.press_finger,
            "photo": self.be_photographed,
        }
        return acts[step]()

    def identify(self, kiosk: Browser | None = None, by: str = "tail") -> Page:
        """Type a number at a kiosk."""
        kiosk = kiosk or self.crew.kiosk
        number = {
            "tail": self.registration.fields["id_no"][-6:],
            "id_no": self.registration.fields["id_no"],
            "reg_no": self.registration.reg_no,
        }[by]
        page = kiosk.press(kiosk.get(f"/kiosk/identify?by={by}").form("step-form"), number=number)
        if page.forms and page.form("step-form").has("asked"):
            page = kiosk.press(page.form("step-form"), reg_no=self.registration.reg_no)
        return page

    def arrive(self, kiosk: Browser | None = None, by: str = "id_no") -> Page:
        """Come through the door: number, "that is me", ticket."""
        kiosk = kiosk or self.crew.kiosk
        return kiosk.press(self.identify(kiosk, by).form("step-form"))

    def come_to(self, browser: Browser) -> Page:
        """Stand before a kiosk or a booth with the ticket, if one does not stand there already."""
        page = browser.get(f"{self.url}/")
        if page.status != 403:
            return page
        ticket = self.visit.ticket
        assert ticket is not None
        page = browser.press(browser.get("/kiosk/identify?by=ticket").form("step-form"), number=ticket.number)
        if page.path.startswith("/visits/"):
            return page
        return browser.press(page.form("step-form"), proof=self.registration.fields["id_no"][-4:])

    def confirm(self, *wrong: str) -> Page:
        """Read all pages of the confirmation form, ticking what is wrong."""
        page = self.come_to(self.crew.kiosk)
        while page.step == "form" and page.form("step-form").buttons:
            ticks = {f"correct__{name}": "yes" for name in wrong if f'"correct-{name}"' in page.response.text}
            page = self.crew.kiosk.press(page.form("step-form"), "act=next", **ticks)
            assert page.status == 200, page.text
        return page

    def consent(self) -> Page:
        """Read every notice and answer it."""
        page = self.come_to(self.crew.kiosk)
        while page.step == "consent":
            page = self.crew.kiosk.press(page.form("step-form"), **_asked(page, self.said))
            assert page.status == 200, page.text
        return page

    def show_papers(self) -> Page:
        """All originals match."""
        desk = self.crew.desk
        return desk.press(desk.get(f"{self.url}/").form("step-form"), "act=all_pass")

    def sign(self) -> Page:
        """Write the name."""
        booth = self.crew.booth
        return booth.press(self.come_to(booth).form("step-form"), strokes=NAME_IN_INK)

    def press_finger(self) -> Page:
        """Press once; without consent staff record the check by hand."""
        page = self.come_to(self.crew.booth)
        if page.step != "fingerprint":
            return self.exempt(reason="consent_refused")
        return self.crew.booth.press(page.form("step-form"))

    def be_photographed(self) -> Page:
        """Take the picture and use it; without consent staff record the check by hand."""
        booth = self.crew.booth
        page = self.come_to(booth)
        if page.step != "photo":
            return self.exempt(reason="consent_refused")
        if not page.form("step-form").has("take"):
            page = booth.press(page.form("step-form"))
        return booth.press(page.form("step-form"), "act=accept")

    def exempt(self, *, second: str = "second", pin: str = "", **answers: str) -> Page:
        """At the desk: two members of staff record why a capture cannot be had."""
        desk = self.crew.desk
        form = desk.get(f"{self.url}/").form("exemption-form")
        return desk.press(form, second_staff=second, second_pin=pin or STAFF[second][0], **answers)

    def finish_at_once(self) -> "Candidate":
        """Come, and have everything behind the door done in one stroke; for tests of what comes after it."""
        self.arrive()
        picture = photo(self.registration.reg_no.encode())
        self.rig.venue.store.save_evidence(self.visit.id, self.visit.last_seq, [picture], DESK, self._sealed)
        return self

    def at_desk(self, step: str = "") -> Page:
        """Open the visit at the desk, at a step if one is named."""
        return self.crew.desk.get(f"{self.url}/steps/{step}" if step else f"{self.url}/")

    def _sealed(self, visit: Visit) -> SealedRecord:
        venue = self.rig.venue
        assert venue.sealing.sealer is not None
        return seal_always(venue.store, visit, VENUE_ID, venue.sealing.sealer)


def _asked(page: Page, said: dict[str, str]) -> dict[str, str]:
    markup = " ".join(page.response.text.split())
    return {kind: answer for kind, answer in said.items() if f'name="{kind}" value="agree"' in markup}
