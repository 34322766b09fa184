"""A finished visit is sealed, cleared from the computer, returned, sealed again; and what happens without keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.key_commands import opened_keys
from kiosk.settings import PROFILES
from kiosk.verifying import Finding, verify
from records.manifest import unwrap
from region.models import RecordRow
from region.signers import enrol, revoke
from tests.support.candidates import Candidate, Crew
from tests.support.venue_rig import VENUE_ID, VenueRig, venue_rig

PADLOCK = b"<svg"


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    with venue_rig(tmp_path) as rig:
        yield Crew.at(rig)


def biometrics(person: Candidate) -> list[str]:
    steps = ("signature", "fingerprint", "photo")
    entries = [entry for entry in person.visit.entries if entry.evidence.step in steps]
    return [file.digest for entry in entries for file in entry.evidence.attachments]


def photo_of(person: Candidate) -> str:
    """The picture of the face."""
    photos = [entry for entry in person.visit.entries if entry.evidence.step == "photo"]
    return next(file.digest for entry in photos for file in entry.evidence.attachments)


def pages(person: Candidate) -> list[str]:
    entries = [entry for entry in person.visit.entries if entry.evidence.step == "materials"]
    return [file.digest for entry in entries for file in entry.evidence.attachments]


def objects_of(rig: VenueRig, record: str) -> set[str]:
    with rig.region.store.read() as session:
        content = session.scalars(select(RecordRow.content).where(RecordRow.digest == record)).one()
    return {one.digest for one in unwrap(content, record).manifest.files}


def complaints(rig: VenueRig) -> list[Finding]:
    return [finding for finding in verify(rig.venue) if not finding.is_good]


def test_captures_leave_the_computer_when_the_region_has_opened_the_record(crew: Crew) -> None:
    rig, person = crew.rig, crew.newcomer().walk()
    captured = biometrics(person)
    assert captured
    assert rig.venue.caretaker.round() == 0, "the region has not opened it yet"
    assert all(rig.venue.store.blobs.has(digest) for digest in captured)
    rig.sync()
    assert rig.venue.caretaker.round() == len(set(captured))
    assert not any(rig.venue.store.blobs.has(digest) for digest in captured)
    assert all(rig.venue.store.blobs.has(digest) for digest in pages(person))
    assert "Captures removed from this computer" in crew.desk.get(f"{person.url}/overview").text
    assert crew.desk.get(f"{person.url}/files/{photo_of(person)}").response.content.startswith(PADLOCK)
    assert complaints(rig) == []
    assert crew.booth.get(f"{person.url}/receipt.pdf").response.content.startswith(b"%PDF"), "a reprint needs none"


def test_what_is_returned_after_removal_is_sealed_again_with_the_files_it_had(crew: Crew) -> None:
    rig, person = crew.rig, crew.newcomer().walk()
    rig.sync()
    rig.venue.caretaker.round()
    first = person.visit.versions[-1].digest
    rig.region.judge(first, "returned", "photo", "照片模糊，请重做")
    rig.sync()
    assert person.step == "photo"
    person.walk()
    rig.sync()
    second = person.visit.versions[-1]
    assert second.accepted_at is not None
    kept = objects_of(rig, first) & objects_of(rig, second.digest)
    assert len(kept) >= 2, "fingerprints and signature are the same objects"
    assert objects_of(rig, second.digest) - objects_of(rig, first), "and the photo is a new one"
    with rig.region.reviewer() as reviewer:
        assert "Content unchanged" in reviewer.get(f"/records/{second.digest}").text
    rig.venue.caretaker.round()
    assert complaints(rig) == []


def test_a_profile_may_have_captures_removed_at_once(tmp_path: Path) -> None:
    own = tmp_path / "venue" / "profiles" / "default.toml"
    own.parent.mkdir(parents=True)
    source = (PROFILES / "default.toml").read_text(encoding="utf-8")
    own.write_text(source.replace('biometrics = "when_accepted"', 'biometrics = "at_once"'), encoding="utf-8")
    with venue_rig(tmp_path) as rig:
        rig.region.switch_off()
        person = Crew.at(rig).newcomer().walk()
        captured = biometrics(person)
        file = next(iter(rig.venue.store.sealed_files(person.visit.id).values()))
        path = rig.home / "sealed" / file.digest[:2] / file.digest
        content = path.read_bytes()
        path.write_bytes(content[:-1])
        assert rig.venue.caretaker.round() == 0, "what is sealed is looked at before the only other copy goes"
        path.write_bytes(content)
        assert rig.venue.caretaker.round() == len(set(captured))
        rig.stop()
        rig.open()
        assert not any(rig.venue.store.blobs.has(digest) for digest in captured)
        rig.region.switch_on()
        rig.sync(2)
        assert person.visit.versions[-1].accepted_at is not None, "what was sealed is whole without them"
        assert complaints(rig) == []


def test_a_damaged_capture_is_said_before_it_is_sealed_and_done_again(crew: Crew) -> None:
    rig, person = crew.rig, crew.newcomer().walk("photo")
    digest = next(
        file.digest
        for entry in person.visit.entries
        for file in entry.evidence.attachments
        if entry.evidence.step == "signature"
    )
    rig.venue.store.blobs.path(digest).write_bytes(b"damaged")
    assert [finding.words.split()[0] for finding in complaints(rig) if finding.what == "files"][-1] == digest
    before = person.visit.last_seq
    page = person.do("photo")
    while page.status == 200 and person.visit.last_seq > before and person.step:
        before = person.visit.last_seq
        page = person.do("photo")
    assert page.status == 500
    assert "Signature is damaged on this computer" in page.text
    assert person.visit.versions == ()
    assert crew.desk.get(f"{person.url}/").status == 200


def test_a_stolen_computers_key_is_revoked_and_what_it_held_is_sealed_again(crew: Crew) -> None:
    rig = crew.rig
    first = crew.newcomer().finish_at_once()
    with opened_keys(rig.venue.settings, rig.venue.key, rig.clock) as keys:
        old = keys.current()
    revoke(rig.region.store, old.key_id, "PC stolen")
    rig.sync()
    assert first.visit.versions[-1].accepted_at is None
    assert "The region has it and holds it" in crew.desk.get("/lead/sending/").text
    assert [one.kind for one in rig.venue.conflicts.open()] == ["held"]
    assert rig.venue.outbox.counts().sent == 1

    rig.stop()
    with opened_keys(rig.venue.settings, rig.venue.key, rig.clock) as keys:
        enrol(rig.region.store, VENUE_ID, keys.make(replace=True).public)
    rig.open()
    (visit,) = rig.venue.journey.sealed_otherwise()
    again = rig.venue.journey.seal_again(visit)
    assert [version.version for version in again.versions] == [1, 2]
    rig.sync()
    assert first.visit.versions[-1].accepted_at is not None
    assert rig.venue.conflicts.open() == [], "the later version settles it"
    assert rig.venue.journey.sealed_otherwise() == []
    assert complaints(rig) == []


def test_visits_finished_without_a_key_are_sealed_once_there_is_one(crew: Crew) -> None:
    rig = crew.rig
    rig.stop()
    sealing_key = rig.home / "region-sealing.pub"
    given = sealing_key.read_text(encoding="ascii")
    sealing_key.unlink()
    rig.open()
    assert "ask the region for its sealing key" in rig.venue.sealing.trouble
    person = Crew.at(rig).newcomer().walk()
    assert person.step == ""
    assert person.visit.versions == ()
    rig.stop()
    sealing_key.write_text(given, encoding="ascii")
    rig.open()
    assert rig.venue.journey.seal_overdue() == 1
    assert rig.venue.journey.seal_overdue() == 0
    rig.sync()
    assert person.visit.versions[-1].accepted_at is not None
