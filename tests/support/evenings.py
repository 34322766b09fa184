"""A venue at closing time, with a real region: the lead's browser, and what stands behind the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from kiosk.closing.wizard import ClosingDay, look
from local_db.audit_models import AuditRow
from local_db.day_gate import DayState
from tests.support.builders import DAY
from tests.support.candidates import Candidate, Crew
from tests.support.venue_rig import STAFF, VenueRig, venue_rig
from tests.support.web_pages import Page

QUICK = """
id = "quick"
version = "1"
name = { zh = "快", en = "quick" }
steps = ["arrival", "form"]
[arrival]
place = "kiosk"
[form]
place = "kiosk"
fields = ["name", "id_no"]
"""


class Evening:
    """A venue at closing time, and the lead's browser."""

    def __init__(self, rig: VenueRig) -> None:
        self.rig = rig
        self.crew = Crew.at(rig)
        self.lead = rig.browser("desk-2")

    @property
    def day(self) -> ClosingDay:
        return look(self.rig.venue, DAY)

    @property
    def states(self) -> str:
        """The first letter of each step's state: d(one), w(aived), t(odo), l(ater)."""
        return "".join(one.state[0] for one in self.day.steps)

    def page(self, step: str = "") -> Page:
        return self.lead.get(f"/lead/closing/{DAY}" + (f"?step={step}" if step else ""))

    def press(self, action: str, **answers: str) -> Page:
        """Press a button of the page as it stands, then show the page anew."""
        form = self.page().form(action=f"{DAY}/{action}")
        return self.lead.press(form, **answers)

    def decide(self, person: Candidate, how: str, **answers: str) -> Page:
        form = self.page().form("people-form")
        return self.lead.press(form, f"{how}={person.visit.id}", **answers)

    def waive(self, reason: str, note: str = "") -> Page:
        return self.lead.press(self.page().form("waive-form"), reason=reason, note=note)

    def sign(self, second: str = "second", pin: str = "", own: str = STAFF["lead"][0]) -> Page:
        form = self.page().form("sign-form")
        return self.lead.press(form, pin=own, second_staff=second, second_pin=pin or STAFF[second][0])

    def until_report(self) -> "Evening":
        for step in ("begin", "settle", "reconcile", "backup", "confirm"):
            self.press(step)
        assert self.states == "ddddtl", self.lead.page.text[:800]
        return self

    def close(self) -> "Evening":
        self.until_report().press("report")
        self.sign()
        assert self.day.state is DayState.CLOSED, self.lead.page.text[:800]
        return self

    def restart(self) -> None:
        """The program ends and starts again on what lies on the disk."""
        self.rig.stop()
        self.rig.open()
        self.lead = self.rig.browser("desk-2")

    def acts(self, act: str) -> list[AuditRow]:
        """The audit log's entries of one act, oldest first."""
        with self.rig.venue.database.reading() as session:
            return list(session.scalars(select(AuditRow).where(AuditRow.act == act).order_by(AuditRow.id)))


@contextmanager
def evening_at(folder: Path, people: int = 6) -> Iterator[Evening]:
    """Run a venue with a stick and a region; a visit is over after the form."""
    stick, home = folder / "stick", folder / "venue"
    stick.mkdir()
    for name in ("profiles", "vault"):
        (home / name).mkdir(parents=True)
    (home / "profiles" / "quick.toml").write_text(QUICK, encoding="utf-8")
    with venue_rig(folder, profile="quick", people=people, backup=stick) as rig:
        yield Evening(rig)


def ticket_of(person: Candidate) -> str:
    assert person.visit.ticket is not None
    return person.visit.ticket.number
