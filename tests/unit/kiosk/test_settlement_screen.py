"""What was settled at the venue is taken back: an added act with a reason, by the same or a higher role."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from local_db.audit_models import AuditRow
from local_db.conflict_rules import Conflict, Kind
from local_db.conflicts import Decision as Decided
from local_db.visits import Visit
from records.verdict import Decision, Verdict
from tests.support.builders import DESK, START
from tests.support.quiet_venue import QuietVenue, quiet_venue
from tests.unit.kiosk.test_conflict_screen import overtaken

RECORD = "a" * 64


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[QuietVenue]:
    with quiet_venue(tmp_path) as venue:
        yield venue


@pytest.fixture
def visit(quiet: QuietVenue) -> Visit:
    return quiet.arrived()


def settled_by(quiet: QuietVenue, conflict: Conflict, staff: str, outcome: str = "one_person") -> str:
    """Settle it through the screen; the address of the settlement."""
    reason = {"outcome": outcome, "reason": "other", "note": "看过了"}
    assert quiet.client("desk-1", staff).post(f"/lead/conflicts/{conflict.key}", data=reason).status_code == 303
    (one, *_older) = quiet.venue.conflicts.settled(9)
    return f"/lead/settlements/{one.id}"


def said(quiet: QuietVenue, visit: Visit, *decisions: Decision) -> None:
    verdicts = [
        Verdict(number, visit.registration.reg_no, RECORD, one, "", "另一份有效", START, "other_visit")
        for number, one in enumerate(decisions, 1)
    ]
    quiet.venue.outbox.verdicts.apply(verdicts, len(verdicts))


def test_the_conflict_is_open_again_and_everything_stays_on_record(quiet: QuietVenue, visit: Visit) -> None:
    conflict = overtaken(quiet, visit)
    path, lead = settled_by(quiet, conflict, "lead"), quiet.client("desk-1", "lead")
    assert path in lead.get("/lead/conflicts/").text
    assert "Take it back" in lead.get(path).text
    done = lead.post(path, data={"note": "两位考生，看错了"}, follow_redirects=True)
    assert "The settlement is taken back" in done.text
    assert "两位考生，看错了" in done.text
    (again,) = quiet.venue.conflicts.open()
    assert (again.name, again.kind) == (conflict.name, conflict.kind)
    assert again.key != conflict.key, "a page from before the first settlement settles nothing"
    assert "Taken back" in lead.get(path).text
    settled_by(quiet, again, "lead", "two_people")
    assert quiet.venue.conflicts.open() == []
    assert [one.decision.outcome for one in quiet.venue.conflicts.settled(9)] == ["two_people", "one_person"]
    with quiet.venue.database.reading() as session:
        acts = session.scalars(select(AuditRow).where(AuditRow.act.startswith("conflict:")).order_by(AuditRow.id)).all()
    assert [row.act for row in acts] == ["conflict:settled", "conflict:taken-back", "conflict:settled"]
    assert acts[1].detail == {"kind": "two_stations", "outcome": "one_person"}, "what was typed is in no log"
    for act in ("UPDATE retractions SET note = ''", "DELETE FROM retractions"):
        with pytest.raises(DatabaseError, match="append-only"), quiet.venue.database.writing() as session:
            session.execute(text(act))


@pytest.mark.parametrize(
    ("note", "status", "complaint"), [(" ", 422, "Write the reason"), ("长" * 501, 422, "too long")]
)
def test_it_needs_a_reason(quiet: QuietVenue, visit: Visit, note: str, status: int, complaint: str) -> None:
    path = settled_by(quiet, overtaken(quiet, visit), "lead")
    answer = quiet.client("desk-1", "lead").post(path, data={"note": note})
    assert answer.status_code == status
    assert complaint in answer.text
    assert quiet.venue.conflicts.open() == []


def test_it_happens_once(quiet: QuietVenue, visit: Visit) -> None:
    path, lead = settled_by(quiet, overtaken(quiet, visit), "lead"), quiet.client("desk-1", "lead")
    lead.post(path, data={"note": "看错了"})
    again = lead.post(path, data={"note": "再来一次"})
    assert again.status_code == 409
    assert "Somebody has taken this back already" in again.text
    (one,) = quiet.venue.conflicts.settled(9)
    assert not quiet.venue.conflicts.take_back(one, "同时", DESK), "also when two do it at the same moment"
    assert lead.get("/lead/settlements/99").status_code == 404


def test_who_may_take_it_back(quiet: QuietVenue, visit: Visit) -> None:
    path = settled_by(quiet, overtaken(quiet, visit), "lead")
    second = quiet.client("desk-1", "review2")
    refused = second.post(path, data={"note": "看错了"})
    assert refused.status_code == 409
    assert "Only a lead can take it back" in refused.text
    assert "Take it back" not in second.get(path).text
    assert quiet.client("desk-1", "lead").post(path, data={"note": "看错了"}).status_code == 303
    (again,) = quiet.venue.conflicts.open()
    path = settled_by(quiet, again, "review2")
    assert quiet.client("desk-1", "lead").post(path, data={"note": "看错了"}).status_code == 303
    for staff in ("guide", "review1", "capture", "admin"):
        assert quiet.client("desk-1", staff).get(path).status_code == 403


@pytest.mark.parametrize("outcome", ["send_again", "seal_again", "do_again", "clock_right"])
def test_what_was_done_is_done(quiet: QuietVenue, visit: Visit, outcome: str) -> None:
    conflict = overtaken(quiet, visit)
    quiet.venue.conflicts.settle(conflict, Decided(outcome, "other", "已处理"), DESK)
    (one,) = quiet.venue.conflicts.settled(9)
    answer = quiet.client("desk-1", "lead").post(f"/lead/settlements/{one.id}", data={"note": "看错了"})
    assert answer.status_code == 409
    assert "is done and cannot be undone" in answer.text


def test_the_regions_word_that_a_record_counts_again_replaces_the_one_before(quiet: QuietVenue, visit: Visit) -> None:
    said(quiet, visit, Decision.SET_ASIDE)
    assert [one.kind for one in quiet.venue.conflicts.open()] == [Kind.SET_ASIDE]
    assert quiet.venue.outbox.verdicts.counts() == {"set_aside": 1}
    said(quiet, visit, Decision.SET_ASIDE, Decision.REINSTATED)
    (again,) = quiet.venue.conflicts.open()
    assert again.kind is Kind.REINSTATED
    assert quiet.venue.outbox.verdicts.counts() == {"reinstated": 1}
    lead = quiet.client("desk-1", "lead")
    assert "The region counts this record again" in lead.get(f"/lead/conflicts/{again.key}").text
    assert "Counts again at the region" in lead.get(f"/lead/conflicts/{again.key}").text
    settled_by(quiet, again, "lead", "told_again")
    assert quiet.venue.conflicts.open() == []
    said(quiet, visit, Decision.SET_ASIDE, Decision.REINSTATED, Decision.SET_ASIDE)
    assert [one.kind for one in quiet.venue.conflicts.open()] == [Kind.SET_ASIDE], "and it is asked about anew"
