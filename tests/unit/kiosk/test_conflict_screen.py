"""The lead's page of conflicts, and what is put on record of looking at candidates' data."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.conflict_words import EXPLANATIONS, OUTCOMES, REASONS, TITLES
from kiosk.settling import REASONS as POSSIBLE
from kiosk.views.conflicts import _FACTS
from local_db.audit_models import AuditRow
from local_db.conflict_rules import OVERTAKEN, RULES, Conflict, Kind
from local_db.sending_models import VerdictRow
from local_db.visits import Visit
from records.verdict import Decision, Verdict
from tests.support.builders import DESK, START
from tests.support.quiet_venue import QuietVenue, quiet_venue


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[QuietVenue]:
    with quiet_venue(tmp_path) as venue:
        yield venue


@pytest.fixture
def visit(quiet: QuietVenue) -> Visit:
    return quiet.arrived()


def overtaken(quiet: QuietVenue, visit: Visit) -> Conflict:
    quiet.venue.store.note(OVERTAKEN, visit.id, DESK, step="materials", other="booth-1", after=1)
    (found,) = quiet.venue.conflicts.open()
    return found


def noted(quiet: QuietVenue, act: str) -> list[tuple[str, str, str]]:
    with quiet.venue.database.reading() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.act == act).order_by(AuditRow.id))
        return [(row.actor, row.station, row.subject) for row in rows]


def test_every_kind_has_its_rule_its_words_and_something_to_decide() -> None:
    for kind in Kind:
        assert kind in RULES
        assert kind in _FACTS
        assert TITLES[kind]
        assert EXPLANATIONS[kind]
        assert all(reason in REASONS for reason in POSSIBLE[kind])
    assert OUTCOMES


def test_the_list_says_in_plain_words_what_is_wrong_and_with_whom(quiet: QuietVenue, visit: Visit) -> None:
    lead = quiet.client("desk-1", "lead")
    assert "Nothing contradicts anything" in lead.get("/lead/conflicts/").text
    conflict = overtaken(quiet, visit)
    for path in ("/lead/conflicts/", "/lead/conflicts/?kind=two_stations", "/lead/"):
        assert "One candidate at two stations at once" in lead.get(path).text
    assert visit.ticket is not None
    page = lead.get(f"/lead/conflicts/{conflict.key}").text
    assert visit.ticket.number in page
    assert "Materials" in page
    assert "booth-1" in page
    assert "Conflicts (1)" in page


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, "Choose what is to be."),
        ({"outcome": "seal_again", "reason": "other", "note": "x"}, "Choose what is to be."),
        ({"outcome": "one_person"}, "Choose a reason."),
        ({"outcome": "one_person", "reason": "new_key"}, "Choose a reason."),
        ({"outcome": "one_person", "reason": "other", "note": "  "}, "Write the reason in your own words."),
        ({"outcome": "one_person", "reason": "other", "note": "长" * 501}, "too long"),
    ],
)
def test_an_unfinished_decision_is_shown_again(
    quiet: QuietVenue, visit: Visit, given: dict[str, str], complaint: str
) -> None:
    conflict = overtaken(quiet, visit)
    answer = quiet.client("desk-1", "lead").post(f"/lead/conflicts/{conflict.key}", data=given)
    assert answer.status_code == 422
    assert complaint in answer.text
    assert quiet.venue.conflicts.open() == [conflict]


def test_the_second_lead_is_told_that_it_is_settled(quiet: QuietVenue, visit: Visit) -> None:
    conflict, lead = overtaken(quiet, visit), quiet.client("desk-1", "lead")
    decision = {"outcome": "two_people", "reason": "faces_compared"}
    answer = lead.post(f"/lead/conflicts/{conflict.key}", data=decision, follow_redirects=True)
    assert "call the region" in answer.text
    assert "Faces and documents were compared" in answer.text
    for ask in (lead.get, lead.post):
        again = ask(f"/lead/conflicts/{conflict.key}", follow_redirects=True)
        assert "Somebody has noted this already." in again.text


@pytest.mark.parametrize("role", ["guide", "review1", "capture", "admin", "audit"])
def test_only_a_lead_or_second_reviewer_settles(quiet: QuietVenue, visit: Visit, role: str) -> None:
    conflict, client = overtaken(quiet, visit), quiet.client("desk-1", role)
    assert client.get("/lead/conflicts/").status_code == 403
    assert client.post(f"/lead/conflicts/{conflict.key}", data={"outcome": "one_person"}).status_code == 403


def test_calls_for_help_and_who_answered_them_are_on_record(quiet: QuietVenue, visit: Visit) -> None:
    candidate = quiet.client("kiosk-1", visit=visit.id)
    for _time in range(2):
        candidate.post("/kiosk/help")
    assert noted(quiet, "help:called") == [("candidate", "kiosk-1", visit.id)]
    (asked,) = quiet.venue.queue.help_wanted()
    desk = quiet.client("desk-1", "guide")
    for _time in range(2):
        desk.post(f"/desk/help/{asked.id}")
    assert noted(quiet, "help:answered") == [("guide", "desk-1", visit.id)]


def test_looking_at_a_candidates_data_is_on_record_once_in_a_while(quiet: QuietVenue, visit: Visit) -> None:
    review, path = quiet.client("desk-1", "review1"), f"/visits/{visit.id}/overview"
    for _look in range(3):
        assert review.get(path).status_code == 200
    lead = quiet.client("desk-1", "lead")
    assert lead.get(path).status_code == 200
    assert noted(quiet, "data:viewed") == [("review1", "desk-1", visit.id), ("lead", "desk-1", visit.id)]


def test_what_was_not_shown_was_not_looked_at(quiet: QuietVenue, visit: Visit) -> None:
    assert quiet.client("desk-1", "admin").get(f"/visits/{visit.id}/overview").status_code == 403
    assert quiet.client("desk-1", "lead").get("/visits/nobody/overview").status_code == 404
    own = quiet.client("kiosk-1", visit=visit.id)
    assert own.get(f"/visits/{visit.id}/steps/form").status_code == 200
    assert noted(quiet, "data:viewed") == [], "a candidate may look at what is the candidate's"


def test_the_first_to_see_what_the_region_decided_is_on_record(quiet: QuietVenue, visit: Visit) -> None:
    verdict = Verdict(1, visit.registration.reg_no, "a" * 64, Decision.PASSED, "", "", START)
    quiet.venue.outbox.verdicts.apply([verdict], 1)
    assert noted(quiet, "verdict:seen") == []
    for role in ("review1", "lead"):
        quiet.client("desk-1", role).get(f"/visits/{visit.id}/overview")
    assert noted(quiet, "verdict:seen") == [("review1", "desk-1", visit.id)]
    with quiet.venue.database.reading() as session:
        (row,) = session.scalars(select(VerdictRow)).all()
    assert (row.seen_by, row.seen_at) == ("review1", quiet.clock.now())
