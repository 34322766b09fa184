"""The evening, with a real region: settled, compared by hash, backed up, confirmed, signed by two, cleared."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from kiosk.closing.wizard import ClosingDay, look
from local_db.audit_models import AuditRow
from local_db.day_gate import DayState
from local_db.models import RecordRow
from local_db.sending_models import OutboxRow
from tests.support.builders import DAY
from tests.support.candidates import Candidate, Crew
from tests.support.venue_rig import STAFF, VenueRig, announced, at, venue_rig
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


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    stick, home = tmp_path / "stick", tmp_path / "venue"
    stick.mkdir()
    for folder in ("profiles", "vault"):
        (home / folder).mkdir(parents=True)
    (home / "profiles" / "quick.toml").write_text(QUICK, encoding="utf-8")
    with venue_rig(tmp_path, profile="quick", people=6, backup=stick) as rig:
        yield Evening(rig)


def acts_of(rig: VenueRig, act: str) -> list[AuditRow]:
    with rig.venue.database.reading() as session:
        return list(session.scalars(select(AuditRow).where(AuditRow.act == act).order_by(AuditRow.id)))


def test_a_whole_day_is_closed_confirmed_and_cleared(evening: Evening) -> None:
    rig = evening.rig
    finished = evening.crew.newcomer().walk()
    carried, left = evening.crew.newcomer(), evening.crew.newcomer()
    carried.arrive()
    left.arrive()
    rig.sync()

    assert "Appointments = finished" in evening.page().text
    evening.press("begin")
    assert "No more tickets" in evening.crew.newcomer().arrive().text
    assert "Today has ended" in evening.crew.kiosk.get("/kiosk/").text
    assert "Somebody is still inside" in evening.press("settle").text
    assert "Choose the day" in evening.decide(carried, "carry", to_day=DAY.isoformat(), reason="materials").text
    evening.decide(carried, "carry", to_day=(DAY + timedelta(days=1)).isoformat(), reason="materials")
    evening.decide(left, "absent")
    day = evening.day.people.reckoning
    counted = day.appointments
    assert (counted.total, counted.finished, counted.carried, counted.absent, counted.open) == (6, 1, 1, 4, 0)
    assert evening.states == "tlllll"

    evening.press("settle")
    assert "Everything was compared by hash" in evening.press("reconcile").text
    assert "was read back" in evening.press("backup").text
    assert "The region confirms the day" in evening.press("confirm").text
    assert evening.states == "ddddtl"
    found = evening.day.found("confirm")
    assert found is not None
    assert found.detail["digest"] == hashlib.sha256(f"{finished.visit.versions[-1].digest}\n".encode()).hexdigest()
    assert found.detail["records"] == 1

    evening.press("report")
    pdf = evening.lead.raw("GET", f"/lead/closing/{DAY}/report.pdf").content
    [made] = acts_of(rig, "day:reported")
    assert made.detail["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert "The second person must be somebody else" in evening.sign(second="lead").text
    assert "second person's PIN is wrong" in evening.sign(pin="999999").text
    assert "Your own PIN" in evening.sign(own="999999").text
    assert "may not be the second" in evening.sign(second="guide").text
    assert evening.day.state is DayState.CLOSING
    assert "The day is closed" in evening.sign().text
    assert acts_of(rig, "day:closed")[-1].detail["signers"] == ["lead", "second"]

    refused = evening.crew.newcomer().arrive()
    assert "Today is closed" in refused.text
    form = evening.crew.kiosk.get("/kiosk/")
    assert "Today has ended" in form.text
    assert "can be reopened" not in evening.press("purge").text
    assert evening.states == "dddddd"
    assert evening.crew.kiosk.get("/kiosk/").path == "/pair", "every other screen is signed off"
    proof = evening.lead.raw("GET", f"/lead/closing/{DAY}/removals.json").content
    assert acts_of(rig, "day:done")[-1].detail["sha256"] == hashlib.sha256(proof).hexdigest()


def ticket_of(person: Candidate) -> str:
    assert person.visit.ticket is not None
    return person.visit.ticket.number


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    assert shutil.which("pdftotext"), "poppler-utils is installed by scripts/test_system.py"
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()


def test_without_line_and_stick_the_day_is_closed_with_reasons_and_says_so(evening: Evening, tmp_path: Path) -> None:
    rig = evening.rig
    person, inside = evening.crew.newcomer().walk(), evening.crew.newcomer()
    inside.arrive()
    rig.region.switch_off()
    (tmp_path / "stick").rename(tmp_path / "pocket")
    evening.press("begin")
    evening.decide(inside, "carry", reason="power")
    evening.press("settle")
    page = evening.press("reconcile")
    assert "Not sent yet" in page.text
    assert ticket_of(person) in page.text
    assert evening.states == "dtllll", "what is only queued is not done"
    assert "Write the reason down" in evening.waive("other").text
    evening.waive("other", "Wang Wu knows")
    assert "is not there. Plug it in" in evening.press("backup").text
    evening.waive("no_disk")
    assert "the region does not answer" in evening.press("confirm").text
    evening.waive("no_line")
    assert evening.states == "dwwwtl"
    evening.press("report")
    words = text_of(evening.lead.raw("GET", f"/lead/closing/{DAY}/report.pdf").content, tmp_path)
    for expected in ("NOT CONFIRMED BY THE REGION", "Day report", "no_line", "no_disk", "quick@1", "0.2.0"):
        assert expected in words, expected
    assert "Signature 1" in words
    assert ticket_of(inside) in words
    for someone in (person, inside):
        fields = someone.registration.fields
        assert not [name for name in ("name", "id_no", "mobile", "employer") if fields[name] in words]
        assert someone.registration.reg_no not in words
    assert "Wang Wu" not in words, "what somebody typed stays on this computer"
    evening.sign()
    assert evening.day.state is DayState.CLOSED
    assert [act.detail["reason"] for act in acts_of(rig, "day:waived")] == ["other", "no_disk", "no_line"]

    rig.region.switch_on()
    rig.sync(2)
    assert person.visit.versions[-1].accepted_at is not None, "closing a day stops nothing on its way"


def test_what_is_missing_is_named_object_by_object_until_it_is_there(evening: Evening) -> None:
    rig = evening.rig
    good, bad, wrong = (evening.crew.newcomer().walk() for _person in range(3))
    good_digest, refused, misfit = (one.visit.versions[-1].digest for one in (good, bad, wrong))
    rig.region.line.mood = lambda environ: "refuse" if announced(environ) == refused else "well"
    rig.sync(2)
    with rig.venue.database.writing() as session:
        receipt = session.scalars(select(RecordRow.receipt).where(RecordRow.digest == good_digest)).one()
        session.execute(update(RecordRow).where(RecordRow.digest == misfit).values(receipt=receipt))
        file = session.scalars(select(OutboxRow).where(OutboxRow.kind == "file").order_by(OutboxRow.id).limit(1)).one()
        file.receipt, of_file = receipt, file.digest
    for step in ("begin", "settle"):
        evening.press(step)
    page = evening.press("reconcile")
    for words, digest in (("Refused by the region", refused), ("The receipt kept here does not fit", misfit)):
        assert words in page.text
        assert digest[:16] in page.text
    assert page.text.count("The receipt kept here does not fit") == 2
    assert of_file[:16] in page.text
    found = evening.day.found("reconcile")
    assert found is not None
    assert (found.detail["records"], found.detail["accepted"]) == (3, 1)

    evening.waive("waiting_for_region")
    evening.press("backup")
    assert "holds other records" in evening.press("confirm").text, "it has accepted two, and one receipt here is none"
    rig.region.line.mood = "well"
    rig.venue.outbox.send_again([refused])
    evening.lead.press(evening.page("reconcile").form(action=f"{DAY}/send"))
    rig.sync(3)
    again = evening.lead.press(evening.page("reconcile").form(action=f"{DAY}/reconcile"))
    assert "Everything was compared by hash" in again.text
    assert "The region confirms the day" in evening.press("confirm").text
    assert evening.states == "ddddtl", "what was left undone is done after all"


def test_an_object_that_changed_on_the_disk_is_named(evening: Evening) -> None:
    rig = evening.rig
    evening.crew.newcomer().walk()
    rig.sync(2)
    path = next(one for one in sorted((rig.home / "sealed").rglob("*")) if one.is_file())
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    for step in ("begin", "settle"):
        evening.press(step)
    page = evening.press("reconcile")
    assert "Damaged on this computer" in page.text
    assert path.name[:16] in page.text


def test_it_goes_on_where_it_was_left_after_every_step_and_with_another_lead(evening: Evening) -> None:
    rig = evening.rig
    evening.crew.newcomer().walk()
    rig.sync()
    rig.venue.book.add("lead2", "另一组长（测试）", rig.venue.doorkeeper.hash("700007"), ["LEAD"])
    evening.press("begin")
    evening.restart()
    assert evening.states == "tlllll"
    for step in ("settle", "reconcile"):
        evening.press(step)
    evening.restart()
    assert evening.states == "ddtlll"
    evening.lead.get("/sign-in")
    evening.lead.send("/sign-in", {"csrf_token": evening.lead.token(), "staff": "lead2", "pin": "700007"})
    for step in ("backup", "confirm", "report"):
        evening.press(step)
    evening.sign(second="lead", own="700007")
    evening.restart()
    assert evening.states == "dddddt"
    assert acts_of(rig, "day:closed")[-1].detail["signers"] == ["lead2", "lead"]
    assert {act.actor for act in acts_of(rig, "day:done")} == {"lead", "lead2"}


def test_wrong_order_twice_and_two_leads_at_once_change_nothing(evening: Evening) -> None:
    evening.crew.newcomer().walk()
    evening.rig.sync()
    evening.page()
    for step in ("purge", "report", "confirm", "backup", "reconcile", "settle", "nonsense"):
        sent = {"csrf_token": evening.lead.token(), "after": "0"}
        page = evening.lead.send(f"/lead/closing/{DAY}/{step}", sent)
        assert "not this step's turn" in page.text or page.status == 404, step
        evening.page()
    assert evening.day.acts == ()

    begin = evening.page().form(action=f"{DAY}/begin")
    other = evening.rig.browser("desk-1")
    theirs = other.get(f"/lead/closing/{DAY}").form(action=f"{DAY}/begin")
    evening.lead.press(begin)
    assert "Something has happened" in other.press(theirs).text
    evening.lead.send(begin.action, dict(begin.fields))
    assert [act.act for act in evening.day.acts] == ["begun"]
    for staff in ("review", "second", "guide", "admin"):
        assert evening.rig.browser("desk-1", staff).get(f"/lead/closing/{DAY}").status == 403

    settle = evening.page().form(action=f"{DAY}/settle")
    evening.lead.press(settle)
    assert "Something has happened" in evening.lead.send(settle.action, dict(settle.fields)).text
    assert [act.act for act in evening.day.acts] == ["begun", "done"]


def test_what_happens_meanwhile_makes_steps_to_be_done_again(evening: Evening) -> None:
    rig = evening.rig
    evening.crew.newcomer().walk()
    late = evening.crew.newcomer()
    late.arrive()
    rig.sync()
    evening.press("begin")
    evening.decide(late, "absent")
    for step in ("settle", "reconcile", "backup", "confirm", "report"):
        evening.press(step)
    assert evening.states == "ddddtl"
    late.walk()
    assert evening.states[:2] == "dt", "a new record is to be compared, and the backup lacks it"
    rig.sync()
    for step in ("reconcile", "backup", "confirm"):
        evening.press(step)
    assert "Make it again, then sign" in evening.page().text
    assert evening.day.people.reckoning.appointments.finished == 2
    evening.press("report")
    evening.sign()
    assert evening.day.state is DayState.CLOSED


def test_a_closed_day_takes_nothing_and_is_reopened_with_a_reason(evening: Evening) -> None:
    rig = evening.rig
    inside = evening.crew.newcomer()
    inside.arrive()
    page = inside.come_to(evening.crew.kiosk)
    evening.press("begin")
    evening.decide(inside, "absent")
    for step in ("settle", "reconcile", "backup", "confirm", "report"):
        evening.press(step)
    evening.sign()
    before = inside.visit.last_seq
    refused = evening.crew.kiosk.press(page.form("step-form"), "act=next")
    assert refused.status == 409
    assert "Today is closed" in refused.text
    assert inside.visit.last_seq == before
    assert evening.crew.newcomer().arrive().status == 422

    form = evening.page().form("reopen-form")
    assert "Write the reason down" in evening.lead.press(form, reason="other").text
    evening.lead.press(evening.page().form("reopen-form"), reason="late_candidate")
    assert evening.day.state is DayState.OPEN
    inside.walk()
    rig.sync()
    evening.close()
    assert evening.day.people.reckoning.appointments.finished == 1
    assert [act.detail["reason"] for act in acts_of(rig, "day:reopened")] == ["late_candidate"]
    evening.press("purge")
    assert not any(form.id == "reopen-form" for form in evening.page().forms)
    sent = {"csrf_token": evening.lead.token(), "after": str(evening.day.after), "reason": "mistake"}
    assert "cannot be reopened" in evening.lead.send(f"/lead/closing/{DAY}/reopen", sent).text


def test_the_next_morning_the_lead_is_shown_the_day_that_was_not_closed(evening: Evening) -> None:
    rig = evening.rig
    person = evening.crew.newcomer()
    person.arrive()
    rig.clock.time = at(8, days=1)
    lead = rig.browser("desk-1")
    assert lead.page.path == f"/lead/closing/{DAY}"
    assert "was not closed" in lead.page.text
    assert rig.browser("desk-2", "review").page.path == "/desk/", "only a lead can close it"
    evening.lead = lead
    evening.press("begin")
    kiosk = rig.browser("kiosk-1")
    assert "Today has ended" not in kiosk.get("/kiosk/").text, "closing yesterday keeps nobody out today"
    evening.decide(person, "absent")
    for step in ("settle", "reconcile", "backup", "confirm", "report"):
        evening.press(step)
    evening.sign()
    evening.press("purge")
    assert evening.day.state is DayState.CLOSED
    assert lead.get("/").path == "/desk/"
    assert kiosk.get("/kiosk/").path == "/kiosk/", "the new day's screens stay signed on"
    assert evening.lead.get(f"/lead/closing/{DAY + timedelta(days=2)}").status == 404


def test_captures_go_and_the_proof_names_what_allowed_it(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (tmp_path / "venue" / "vault").mkdir(parents=True)
    with venue_rig(tmp_path, people=3, backup=stick) as rig:
        evening = Evening(rig)
        person, inside = evening.crew.newcomer().walk(), evening.crew.newcomer().walk("fingerprint")
        rig.sync(2)
        evening.press("begin")
        evening.decide(inside, "carry", reason="no_time")
        for step in ("settle", "reconcile", "backup", "confirm", "report"):
            evening.press(step)
        evening.sign()
        page = evening.press("purge")
        assert "The visit is not finished" in page.text
        proof = json.loads(evening.lead.raw("GET", f"/lead/closing/{DAY}/removals.json").content)
        captures = {one["sha256"] for one in proof["captures"]}
        assert captures
        assert not any(rig.venue.store.blobs.has(digest) for digest in captures)
        record = person.visit.versions[-1].digest
        assert {one["record"] for one in proof["captures"]} == {record}
        assert proof["records"][record]["receipt"]["state"] == "accepted"
        assert proof["remaining"]["not_finished"] > 0
        objects = {one.digest for one in rig.venue.store.sealed_files(person.visit.id).values()}
        assert {one["object"] for one in proof["captures"]} - {""} <= objects
