"""The evening, with a real region: settled, compared by hash, backed up, confirmed, signed by two, cleared."""

import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from local_db.day_gate import DayState
from tests.support.builders import DAY, DESK, never, photo
from tests.support.evenings import Evening, evening_at
from tests.support.sensors import until
from tests.support.venue_rig import at


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with evening_at(tmp_path) as found:
        yield found


def test_a_whole_day_is_closed_confirmed_and_cleared(evening: Evening) -> None:
    finished = evening.crew.newcomer().walk()
    carried, left = evening.crew.newcomer(), evening.crew.newcomer()
    carried.arrive()
    left.arrive()
    evening.rig.sync()

    assert "Appointments = finished" in evening.page().text
    evening.press("begin")
    assert "No more tickets" in evening.crew.newcomer().arrive().text
    assert "Today has ended" in evening.crew.kiosk.get("/kiosk/").text
    assert "Somebody is still inside" in evening.press("settle").text
    assert "Choose the day" in evening.decide(carried, "carry", to_day=DAY.isoformat(), reason="materials").text
    evening.decide(carried, "carry", to_day=(DAY + timedelta(days=1)).isoformat(), reason="materials")
    evening.decide(left, "absent")
    counted = evening.day.people.reckoning.appointments
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
    [made] = evening.acts("day:reported")
    assert made.detail["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert "The second person must be somebody else" in evening.sign(second="lead").text
    assert "second person's PIN is wrong" in evening.sign(pin="999999").text
    assert "Your PIN is wrong" in evening.sign(own="999999").text
    assert "may not be the second" in evening.sign(second="guide").text
    assert evening.day.state is DayState.CLOSING
    assert "The day is closed" in evening.sign().text
    assert evening.acts("day:closed")[-1].detail["signers"] == ["lead", "second"]


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
    assert evening.acts("day:closed")[-1].detail["signers"] == ["lead2", "lead"]
    assert {act.actor for act in evening.acts("day:done")} == {"lead", "lead2"}


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
    assert [act.detail["reason"] for act in evening.acts("day:reopened")] == ["late_candidate"]
    evening.press("purge")
    assert not any(form.id == "reopen-form" for form in evening.page().forms)
    sent = {"csrf_token": evening.lead.token(), "after": str(evening.day.after), "reason": "mistake"}
    assert "cannot be reopened" in evening.lead.send(f"/lead/closing/{DAY}/reopen", sent).text


SWITCH = "from pathlib import Path; Path({path!r}).write_text('off')"


@pytest.mark.parametrize("code", [0, 1])
def test_a_lead_switches_the_computer_off_at_the_very_end_and_only_where_it_is_allowed(
    evening: Evening, tmp_path: Path, code: int
) -> None:
    off = tmp_path / "off"
    sent = {"csrf_token": evening.lead.token(), "after": str(evening.day.after)}
    path = f"/lead/closing/{DAY}/shut-down"
    assert evening.lead.send(path, sent).status == 404, "the settings do not allow it"
    program = SWITCH.format(path=str(off)) + f"; raise SystemExit({code})"
    evening.rig.tables["closing"] = {"shut_down": True, "command": [sys.executable, "-c", program]}
    evening.restart()
    sent = {"csrf_token": evening.lead.token()}
    evening.lead.send(path, sent | {"after": str(evening.day.after)})
    assert not off.exists(), "not before the day is over"
    evening.close()
    assert "Switch it off now" not in evening.page("purge").text
    assert "Switch it off now" in evening.press("purge").text
    assert not off.exists(), "never by itself"
    answer = evening.press("shut-down")
    until(off.exists)
    assert ("switches itself off within a minute" if code == 0 else "Switch it off by hand") in answer.text
    assert len(evening.acts("computer:shut-down")) == 1


def test_the_next_morning_the_lead_is_shown_the_day_that_was_not_closed(evening: Evening) -> None:
    rig = evening.rig
    person = evening.crew.newcomer()
    person.arrive()
    rig.clock.until(at(8, days=1))
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


def test_captures_go_and_the_proof_names_what_allowed_it(evening: Evening) -> None:
    rig = evening.rig
    person, inside = evening.crew.newcomer().finish_at_once(), evening.crew.newcomer()
    inside.arrive()
    rig.venue.store.save_evidence(inside.visit.id, inside.visit.last_seq, [photo(b"another")], DESK, never)
    rig.sync(2)
    evening.press("begin")
    for one in (person, inside):
        evening.decide(one, "carry", reason="no_time")
    for step in ("settle", "reconcile", "backup", "confirm", "report"):
        evening.press(step)
    evening.sign()
    assert "The visit is not finished" in evening.press("purge").text
    proof = json.loads(evening.lead.raw("GET", f"/lead/closing/{DAY}/removals.json").content)
    [gone] = proof["captures"]
    assert not rig.venue.store.blobs.has(gone["sha256"])
    record = person.visit.versions[-1].digest
    assert gone["record"] == record
    assert proof["records"][record]["receipt"]["state"] == "accepted"
    assert proof["remaining"] == {"not_finished": 1}
    assert [gone["object"]] == [one.digest for one in rig.venue.store.sealed_files(person.visit.id).values()]
