"""Every conflict of the sync contract, with a real venue and a real region: found, shown, settled by a person, told."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from local_db.audit_models import AuditRow
from local_db.conflict_rules import Conflict, Kind
from local_db.visits import Visit
from region.conflicts import Conflict as RegionConflict
from region.conflicts import find_open
from region.signers import revoke
from tests.support.builders import DESK, photo
from tests.support.candidates import Candidate, Crew
from tests.support.second_venue import second_venue
from tests.support.venue_rig import VenueRig, venue_rig
from tests.support.web_pages import Page


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """One venue for all tests that leave nothing open and break nothing."""
    with venue_rig(tmp_path_factory.mktemp("venue")) as rig:
        yield Crew.at(rig)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Crew]:
    """A venue of one's own, to be restored, revoked or shifted in time."""
    with venue_rig(tmp_path / "own") as rig:
        yield Crew.at(rig)


def here(rig: VenueRig) -> list[Conflict]:
    return rig.venue.conflicts.open()


def only_here(rig: VenueRig) -> Conflict:
    (found,) = here(rig)
    return found


def at_region(rig: VenueRig) -> list[RegionConflict]:
    with rig.region.store.read() as session:
        return find_open(session)


def only_at_region(rig: VenueRig) -> RegionConflict:
    (found,) = at_region(rig)
    return found


def settle(crew: Crew, outcome: str, reason: str = "other", note: str = "组长已核对") -> Page:
    """Settle the venue's only conflict on the lead's page."""
    page = crew.desk.get(f"/lead/conflicts/{only_here(crew.rig).key}")
    return crew.desk.press(page.form("settle-form"), outcome=outcome, reason=reason, note=note)


def settle_at_region(rig: VenueRig, choice: str, reason: str = "other", note: str = "审核员已核对") -> None:
    """Settle the region's only conflict on the reviewers' page."""
    with rig.region.reviewer() as browser:
        page = browser.get(f"/conflicts/{only_at_region(rig).key}")
        form = next(form for form in page.forms if form.has("reason"))
        answer = browser.press(form, choice=choice, reason=reason, note=note)
        assert "The conflict is settled" in answer.text, answer.text


def corrected(person: Candidate, content: bytes) -> Visit:
    """Something is captured again after sealing: the record is sealed as a new version."""
    store, visit = person.rig.venue.store, person.visit
    return store.save_evidence(visit.id, visit.last_seq, [photo(content)], DESK, person._sealed)


def acts(rig: VenueRig) -> list[str]:
    with rig.venue.database.reading() as session:
        return list(session.scalars(select(AuditRow.act)))


def test_one_candidate_at_two_stations_of_a_venue(crew: Crew) -> None:
    person = crew.newcomer().walk("materials")
    second = crew.rig.browser("desk-2", "review")
    theirs = second.get(f"{person.url}/").form("step-form")
    person.show_papers()
    refused = second.press(theirs, "act=all_pass")
    assert "another station" in refused.text or "already done" in refused.text
    conflict = only_here(crew.rig)
    assert (conflict.kind, conflict.visits) == (Kind.TWO_STATIONS, (person.visit.id,))
    assert (conflict.detail["station"], conflict.detail["other"]) == ("desk-2", "desk-1")
    assert "One candidate at two stations at once" in crew.desk.get("/lead/conflicts/").text
    assert "Settled" in settle(crew, "one_person", "desk_helped").text
    assert here(crew.rig) == []
    assert "conflict:settled" in acts(crew.rig)
    assert person.step == "signature", "nobody was stopped"


def test_one_candidate_at_two_venues(crew: Crew, tmp_path: Path) -> None:
    rig, person = crew.rig, crew.newcomer().finish_at_once()
    rig.sync()
    ours = person.visit.versions[-1].digest
    with second_venue(rig.region, tmp_path / "second") as there:
        theirs = there.finish(person.registration).versions[-1].digest
        there.worker.round()
        conflict = only_at_region(rig)
        assert {side.digest for side in conflict.sides} == {ours, theirs}
        settle_at_region(rig, theirs, "moved", "考生经批准改到第二考点")
        there.worker.round()
        assert there.shelf.outbox.verdicts.counts() == {}, "whose record counts is told nothing"
    rig.sync()
    told = only_here(rig)
    assert (told.kind, told.visits, told.detail["code"]) == (Kind.SET_ASIDE, (person.visit.id,), "other_visit")
    page = crew.desk.get(f"/lead/conflicts/{told.key}")
    assert "Another venue's record of this candidate counts" in page.text
    assert "考生经批准改到第二考点" in page.text
    assert "Does not count at the region" in crew.desk.get(f"{person.url}/overview").text
    settle(crew, "told", "region_asked")
    assert here(rig) == []


def test_a_correction_after_sealing_names_what_it_replaces_and_both_sides_see_the_history(crew: Crew) -> None:
    rig, person = crew.rig, crew.newcomer().finish_at_once()
    rig.sync()
    first = person.visit.versions[-1].digest
    second = corrected(person, b"a better picture").versions[-1].digest
    rig.sync()
    page = crew.desk.get(f"{person.url}/overview").text
    assert "Versions of the record" in page
    assert first[:12] in page
    assert second[:12] in page
    with rig.region.reviewer() as browser:
        newer, older = browser.get(f"/records/{second}").text, browser.get(f"/records/{first}").text
    assert "New since the version before (1)" in newer
    assert first[:12] in newer
    assert "Replaced by a newer version" in older
    assert here(rig) == []
    assert at_region(rig) == []


@pytest.mark.parametrize(("outcome", "step"), [("covered", False), ("do_again", True)])
def test_a_return_that_crosses_a_correction_is_settled_on_both_sides(crew: Crew, outcome: str, step: bool) -> None:
    rig, person = crew.rig, crew.newcomer().finish_at_once()
    rig.sync()
    first = person.visit.versions[-1].digest
    rig.region.judge(first, "returned", "photo", "照片过暗")
    second = corrected(person, b"a brighter picture").versions[-1].digest
    rig.sync(2)
    assert person.visit.last_seq == 3, "nothing was reopened by itself"
    crossed = only_at_region(rig)
    assert (crossed.kind.value, crossed.sides[0].digest) == ("crossed", second)
    conflict = only_here(rig)
    assert (conflict.kind, conflict.detail["version"], conflict.detail["newest"]) == (Kind.CROSSED, 1, 2)
    assert "照片过暗" in crew.desk.get(f"/lead/conflicts/{conflict.key}").text
    settle(crew, outcome, "correction_does_it")
    assert here(rig) == []
    assert ("return" in [entry.evidence.step for entry in person.visit.entries]) is step
    assert person.visit.is_sealed is not step
    settle_at_region(rig, "judge", "covers_return", "")
    assert at_region(rig) == []
    rig.region.judge(second, "passed")
    assert rig.sync()
    assert [verdict.decision.value for verdict in rig.venue.outbox.verdicts.of(person.registration.reg_no)] == [
        "returned",
        "passed",
    ]


def test_a_verdict_for_an_older_version_is_shown_until_the_newer_one_has_its_own(crew: Crew) -> None:
    rig, person = crew.rig, crew.newcomer().finish_at_once()
    rig.sync()
    first = person.visit.versions[-1].digest
    rig.region.judge(first, "passed")
    second = corrected(person, b"a better picture").versions[-1].digest
    rig.sync(2)
    conflict = only_here(rig)
    assert (conflict.kind, conflict.detail["decision"]) == (Kind.CROSSED, "passed")
    assert "Seen; the region decides on the newest version" in crew.desk.get(f"/lead/conflicts/{conflict.key}").text
    with rig.region.reviewer() as browser:
        assert "Judge the newer one" in browser.get(f"/records/{first}").text
    rig.region.judge(second, "passed")
    rig.sync()
    assert here(rig) == [], "the newest version has its own verdict"


def test_a_venue_put_back_from_an_old_backup_seals_the_same_version_again(own: Crew, tmp_path: Path) -> None:
    rig, person = own.rig, own.newcomer().finish_at_once()
    rig.sync()
    rig.stop()
    shutil.copytree(rig.home, tmp_path / "backup")
    rig.open()
    lost = corrected(person, b"before the loss").versions[-1].digest
    rig.sync()
    rig.region.judge(lost, "returned", "photo", "请重拍")
    rig.stop()
    shutil.rmtree(rig.home)
    shutil.copytree(tmp_path / "backup", rig.home)
    rig.open()
    own = Crew.at(rig)
    rig.sync()
    unknown = only_here(rig)
    assert (unknown.kind, unknown.visits) == (Kind.UNKNOWN, (person.visit.id,))
    settle(own, "restored", "backup_restored")
    again = corrected(person, b"after the restore").versions[-1].digest
    assert again != lost
    rig.sync()
    forks = [one for one in at_region(rig) if one.kind.value == "fork"]
    assert [{side.digest for side in fork.sides} for fork in forks] == [{lost, again}]
    with rig.region.reviewer() as browser:
        page = browser.get(f"/conflicts/{forks[0].key}")
        form = next(form for form in page.forms if form.has("reason"))
        browser.press(form, choice=again, reason="restored", note="以恢复之后的为准")
    assert at_region(rig) == []
    rig.sync()
    assert here(rig) == [], "the other version had its verdict, which stays; it is in the history"


def test_a_record_of_a_revoked_key_is_held_and_accepted_once_a_person_has_looked(own: Crew) -> None:
    rig = own.rig
    before = own.newcomer().finish_at_once()
    rig.sync()
    assert rig.venue.sealing.sealer is not None
    revoke(rig.region.store, rig.venue.sealing.sealer.signer.key_id, "PC stolen")
    assert [one.kind.value for one in at_region(rig)] == ["revoked_key"]
    settle_at_region(rig, "genuine", "before_loss")
    after = own.newcomer().finish_at_once()
    rig.sync(2)
    assert before.visit.versions[-1].accepted_at is not None
    assert after.visit.versions[-1].accepted_at is None
    held = only_here(rig)
    assert (held.kind, held.visits) == (Kind.HELD, (after.visit.id,))
    settle_at_region(rig, "genuine", "compared")
    rig.sync(2)
    assert after.visit.versions[-1].accepted_at is not None
    assert here(rig) == []


def test_a_clock_that_jumps_a_year_is_seen_on_both_sides_and_nothing_is_left_out(own: Crew) -> None:
    rig, person = own.rig, own.newcomer()
    right = rig.clock.now()
    rig.region.store.now = lambda: right + timedelta(hours=1)
    person.arrive()
    rig.clock.forward(days=365)
    late, visit = replace(photo(b"taken a year late"), taken_at=rig.clock.now()), person.visit
    rig.venue.store.save_evidence(visit.id, visit.last_seq, [late], DESK, person._sealed)
    rig.clock.forward(days=-365)
    rig.sync()
    assert [entry.clock for entry in person.visit.entries] == ["ok", "ahead"]
    record = person.visit.versions[-1]
    assert record.accepted_at is not None
    assert [one.kind.value for one in at_region(rig)] == ["clock"]
    with rig.region.reviewer() as browser:
        page = browser.get(f"/records/{record.digest}").text
    assert "365 days ahead" in page
    assert "The venue's computer doubted its clock" in page
    conflict = only_here(rig)
    assert conflict.kind is Kind.CLOCK
    settle(own, "clock_right", "clock_compared")
    assert here(rig) == []
    assert "clock:confirmed" in acts(rig)
    settle_at_region(rig, "plausible", "battery")
    assert at_region(rig) == []


@pytest.mark.parametrize("outcome", ["send_again", "seal_again"])
def test_what_the_region_refuses_for_good_is_sent_or_sealed_again_by_the_lead(crew: Crew, outcome: str) -> None:
    rig, person = crew.rig, crew.newcomer().finish_at_once()
    rig.region.line.mood = "refuse"
    rig.sync()
    rig.region.line.mood = "well"
    rig.sync()
    assert person.visit.versions[-1].accepted_at is None, "parked stays parked until somebody looks"
    conflict = only_here(rig)
    assert (conflict.kind, conflict.visits) == (Kind.PARKED, (person.visit.id,))
    assert "The region cannot read it" in crew.desk.get(f"/lead/conflicts/{conflict.key}").text
    settle(crew, outcome, "cause_removed")
    rig.sync(2)
    assert person.visit.versions[-1].accepted_at is not None
    assert len(person.visit.versions) == (2 if outcome == "seal_again" else 1)
    assert here(rig) == []


def test_a_damaged_sealed_file_is_encrypted_anew_when_the_lead_seals_again(crew: Crew) -> None:
    rig, person = crew.rig, crew.newcomer().finish_at_once()
    file = next(iter(rig.venue.store.sealed_files(person.visit.id).values()))
    path = rig.home / "sealed" / file.digest[:2] / file.digest
    path.write_bytes(path.read_bytes()[:-1])
    rig.sync()
    assert "damaged or gone" in crew.desk.get(f"/lead/conflicts/{only_here(rig).key}").text
    settle(crew, "seal_again", "file_damaged")
    assert rig.venue.outbox.counts().parked == 1, "until the region has the new version"
    rig.sync(2)
    assert person.visit.versions[-1].accepted_at is not None
    assert here(rig) == []
    assert rig.venue.outbox.counts().parked == 0
