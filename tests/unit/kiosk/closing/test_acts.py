"""What keeps a step from being done, what can be left undone, and what cannot."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.closing.acts import Closer
from kiosk.closing.finishing import close_day, make_report
from kiosk.closing.wizard import ClosingDay, look
from kiosk.errors import ClosingRefusedError
from kiosk.profile import parse_profile
from kiosk.step import Actor, Answers
from local_db.checkpoints import CheckpointBook
from local_db.day_book import TRIED
from local_db.store import Origin
from local_db.visits import Visit
from records.evidence import RETURN, Evidence
from rules.errors import ProfileError
from tests.support.builders import DAY, DESK, SIGNER, never
from tests.support.evenings import QUICK
from tests.support.quiet_venue import QuietVenue, quiet_venue


@contextmanager
def at_closing_time(home: Path, profile: str = QUICK) -> Iterator[QuietVenue]:
    """A venue without a region, a key or a stick, at closing time."""
    (home / "profiles").mkdir()
    (home / "profiles" / "quick.toml").write_text(profile, encoding="utf-8")
    named = {"id": "V-TEST", "name": {"zh": "测试考点", "en": "Test venue"}, "profile": "quick"}
    with quiet_venue(home, venue=named) as found:
        closer(found).begin()
        yield found


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[QuietVenue]:
    with at_closing_time(tmp_path) as found:
        yield found


def day_of(quiet: QuietVenue) -> ClosingDay:
    return look(quiet.venue, DAY)


def closer(quiet: QuietVenue) -> Closer:
    return Closer(quiet.venue, day_of(quiet), DESK)


def refusal(quiet: QuietVenue, act: str, *answers: str) -> str:
    """Return the code with which an act is refused; it must be."""
    with pytest.raises(ClosingRefusedError) as refused:
        getattr(closer(quiet), act)(*answers)
    return refused.value.code


def finished(quiet: QuietVenue) -> Visit:
    """Somebody comes late and does everything."""
    closer(quiet).reopen("late_candidate", "")
    visit = quiet.arrived()
    form = quiet.venue.journey.profile(visit).step("form")
    assert form is not None
    bench = quiet.venue.benches["kiosk-1"]
    visit = quiet.venue.journey.submit(visit, form, visit.last_seq, Answers({}, Actor()), bench, DESK)
    closer(quiet).begin()
    return visit


def test_what_else_is_open_is_settled_or_left_with_a_reason(quiet: QuietVenue) -> None:
    assert refusal(quiet, "waive", "settle", "looked_at", "") == "try_first", "there is nothing to leave"
    quiet.venue.queue.call_help("kiosk-1", None, "candidate")
    assert refusal(quiet, "settle") == "open_matters"
    assert refusal(quiet, "waive", "settle", "because", "") == "no_reason"
    assert refusal(quiet, "waive", "settle", "other", " ") == "no_note"
    closer(quiet).waive("settle", "looked_at", "")
    assert [one.state for one in day_of(quiet).steps][:2] == ["waived", "todo"]
    [call] = quiet.venue.queue.help_wanted()
    quiet.venue.queue.answer_help(call.id, "lead", "desk-1")
    closer(quiet).settle()
    assert day_of(quiet).step("settle").state == "done"


def test_a_new_matter_brings_the_step_back(quiet: QuietVenue) -> None:
    closer(quiet).settle()
    quiet.venue.queue.call_help("kiosk-1", None, "candidate")
    assert day_of(quiet).current == "settle"


def test_a_refused_checkpoint_is_a_matter_of_its_own_day(quiet: QuietVenue) -> None:
    book = CheckpointBook(quiet.venue.database, quiet.clock, "V-TEST", lambda: SIGNER)
    assert book.make()
    book.settle(1, "contradicts")
    assert day_of(quiet).matters.logs == 1
    quiet.clock.forward(days=1)
    assert look(quiet.venue, DAY + timedelta(days=1)).matters.is_clear


def test_somebody_finished_without_a_sealed_record_is_named(quiet: QuietVenue) -> None:
    visit = finished(quiet)
    closer(quiet).settle()
    closer(quiet).reconcile()
    found = day_of(quiet).found("reconcile")
    assert found is not None
    assert found.act == TRIED
    assert visit.ticket is not None
    assert found.detail["unsealed_tickets"] == [visit.ticket.number]
    assert day_of(quiet).current == "reconcile"


def test_a_venue_without_a_region_is_never_confirmed(quiet: QuietVenue) -> None:
    for act in ("settle", "reconcile"):
        getattr(closer(quiet), act)()
    assert refusal(quiet, "confirm") == "order"
    closer(quiet).waive("backup", "no_disk", "")
    assert refusal(quiet, "waive", "confirm", "no_line", "") == "try_first"
    assert closer(quiet).confirm() == "no_region"
    closer(quiet).waive("confirm", "no_line", "")
    assert refusal(quiet, "waive", "report", "no_line", "") == "not_waivable"
    assert [one.state for one in day_of(quiet).steps] == ["done", "done", "waived", "waived", "todo", "later"]


def test_whom_the_region_returned_is_listed_and_needs_no_decision(quiet: QuietVenue) -> None:
    visit = finished(quiet)
    assert visit.ticket is not None
    said = Evidence(RETURN, quiet.clock.now(), {"reason": "x"}, part="form", withdraws=("form",))
    quiet.venue.store.save_evidence(visit.id, visit.last_seq, [said], Origin("region", "region"), never)
    page = quiet.client("desk-1", "lead").get(f"/lead/closing/{DAY}").text
    assert "Returned by the region" in page
    assert visit.ticket.number in page
    assert day_of(quiet).people.open == []
    assert day_of(quiet).people.reckoning.appointments.returned == 1


def test_a_profile_says_whether_a_second_person_signs(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="closing"):
        parse_profile(QUICK + "[closing]\nsix_eyes = true\n", "quick.toml")
    assert parse_profile(QUICK, "quick.toml").closing.four_eyes, "unless it says otherwise"
    lead = Actor("lead", "lead", frozenset({"LEAD"}))
    alone = QUICK + "[closing]\nfour_eyes = false\n"
    with at_closing_time(tmp_path, alone) as quiet, quiet.app.test_request_context():
        closer(quiet).settle()
        closer(quiet).reconcile()
        closer(quiet).waive("backup", "no_disk", "")
        closer(quiet).confirm()
        closer(quiet).waive("confirm", "no_line", "")
        with pytest.raises(ClosingRefusedError, match="no_report"):
            close_day(quiet.venue, day_of(quiet), lead, None, DESK)
        make_report(quiet.venue, day_of(quiet), DESK)
        close_day(quiet.venue, day_of(quiet), lead, None, DESK)
        assert day_of(quiet).acts[-1].detail["signers"] == ["lead"]
