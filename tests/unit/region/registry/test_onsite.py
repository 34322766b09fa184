"""What a venue's accepted record does to its registration."""

from collections.abc import Mapping
from typing import Any

import pytest

from records.evidence import Attachment, Evidence
from region.registry.changing import Key
from region.registry.contents import open_picture
from region.registry.models import OnsiteRow
from region.registry.reviewing import Said
from region.registry.status import Status
from tests.support.region_app import OTHER_VENUE, Region
from tests.support.region_records import AT, OTHER_SIGNER, SEALER, VENUE, Sealer, ordinary_evidence, picture, sealed
from tests.support.registry import FIRST, LEAD, Registry, somebody

ME = somebody().reg_no
REASON = {"zh": "公章无效", "en": "invalid seal"}


def material(code: str, verdict: str, *pages: bytes, **data: Any) -> Evidence:
    """What staff found about one material, with the pages they took."""
    taken = tuple(Attachment.of("page", "image/png", page) for page in pages)
    return Evidence("materials", AT, {"verdict": verdict, **data}, part=code, attachments=taken)


def compared(code: str, version: int) -> Evidence:
    """The original fitted the pictures of that version."""
    return material(code, "pass", online={"version": version, "pictures": ["2027-x"]})


def visit(*materials: Evidence) -> list[Evidence]:
    """A whole visit with these findings."""
    return [act for act in ordinary_evidence(picture()) if act.step != "materials"] + list(materials)


def bring(region: Region, *materials: Evidence, version: int = 1, **more: Any) -> str:
    """Have a visit's record accepted."""
    record, files = sealed(ME, visit(*materials), version=version, **more)
    region.deliver(record, files)
    return record.digest


def versions(registry: Registry, key: Key) -> Mapping[str, int]:
    return {item.asked.code: item.row.version for item in registry.case(key).items if item.row}


def test_what_the_candidate_brought_becomes_pictures_and_passes_at_the_venue(
    region: Region, published: Registry
) -> None:
    key = published.enrol(somebody())
    front, back = picture(11), picture(12)
    bring(region, material("M02", "pass", front, back), material("M04", "pass"))
    case = published.case(key)
    assert case.status is Status.VENUE_PASSED
    assert published.states(key) == {"M02": "passed", "M04": "passed", "M05": "empty"}
    pages = case.items[0].pictures
    assert [(page.source, page.width, page.height, page.version) for page in pages] == [("venue", 90, 120, 1)] * 2
    assert [open_picture(region.store, published.box, page) for page in pages] == [front, back]
    assert case.row.waiting_since is not None
    acts = [event.act for event in case.events]
    assert acts[-1] == "pass_at_venue"
    assert {event.actor for event in case.events[1:]} == {f"record:{VENUE}"}


def test_a_page_that_was_replaced_at_the_desk_is_a_new_version(region: Region, published: Registry) -> None:
    key = published.submitted()
    before = published.case(key).items[1].pictures
    bring(region, compared("M02", 2), material("M04", "pass", picture(21)))
    case = published.case(key)
    assert (case.status, versions(published, key)) == (Status.VENUE_PASSED, {"M02": 2, "M04": 2})
    assert [page.source for page in case.items[0].pictures] == ["candidate", "candidate"]
    assert [page.source for page in case.items[1].pictures] == ["venue"]
    assert before[0].id not in {page.id for page in case.items[1].pictures}


def test_a_paper_compared_with_other_pictures_than_stand_passes_nothing(region: Region, published: Registry) -> None:
    key = published.submitted()
    bring(region, compared("M02", 1), compared("M04", 1))
    assert published.states(key)["M02"] == "waiting"
    assert published.states(key)["M04"] == "passed"
    assert published.case(key).status is Status.FILLING
    assert "original_of_other_version" in [event.act for event in published.case(key).events]


def test_a_correction_updates_and_an_older_version_that_comes_late_does_not(
    region: Region, published: Registry
) -> None:
    key = published.enrol(somebody())
    older = sealed(ME, visit(material("M02", "pass", picture(1), picture(2)), material("M04", "pass", picture(3))))
    bring(region, material("M02", "pass", picture(1), picture(2)), material("M04", "pass", picture(9)), version=2)
    at = published.revision(key)
    region.deliver(*older)
    assert published.revision(key) == at
    (page,) = published.case(key).items[1].pictures
    assert open_picture(region.store, published.box, page) == picture(9)
    bring(region, material("M02", "pass", picture(1), picture(2)), material("M04", "pass", picture(10)), version=3)
    (page,) = published.case(key).items[1].pictures
    assert open_picture(region.store, published.box, page) == picture(10)
    assert versions(published, key)["M04"] == 2


def test_the_same_record_again_is_one(region: Region, published: Registry) -> None:
    key = published.enrol(somebody())
    record, files = sealed(ME, visit(material("M02", "pass"), material("M04", "pass")))
    region.deliver(record, files)
    at = published.revision(key)
    region.deliver(record, files)
    assert published.revision(key) == at


def test_a_missing_item_is_not_passed_over(region: Region, published: Registry) -> None:
    key = published.enrol(somebody())
    bring(region, material("M02", "pass"))
    assert published.case(key).status is Status.FILLING


def test_a_waived_item_counts_with_its_reason(region: Region, published: Registry) -> None:
    key = published.enrol(somebody())
    bring(region, material("M02", "pass"), material("M04", "waived", reason_name={"zh": "已联网核验", "en": "x"}))
    case = published.case(key)
    assert case.status is Status.VENUE_PASSED
    assert next(event for event in case.events if event.act == "item_waived").text == "已联网核验"


def test_a_proposed_refusal_waits_for_somebody_of_the_region(region: Region, published: Registry) -> None:
    key = published.enrol(somebody())
    refusal = Evidence("materials", AT, {"state": "proposed", "reason_name": REASON, "note": "看过"}, part="refusal")
    bring(region, material("M02", "pass"), material("M04", "fail", reason_name=REASON), refusal)
    case = published.case(key)
    assert (case.status, case.row.proposed_by) == (Status.FILLING, f"record:{VENUE}")
    assert published.states(key)["M04"] == "returned"
    assert case.items[1].row is not None
    assert case.items[1].row.opinion_text == "公章无效"
    published.review.claim(key, LEAD)
    published.review.refuse(key, LEAD, published.revision(key), Said(text="不符合条件"))
    assert published.case(key).status is Status.REFUSED


def test_after_the_regions_decision_a_record_is_only_noted(region: Region, published: Registry) -> None:
    key = published.venue_passed()
    published.review.claim(key, LEAD)
    published.review.approve(key, LEAD, published.revision(key))
    bring(region, material("M02", "pass", picture(1), picture(2)), material("M04", "fail", reason_name=REASON))
    case = published.case(key)
    assert case.status is Status.APPROVED
    assert published.states(key)["M04"] == "passed"
    assert case.events[-1].act == "record_accepted"


def test_captures_are_noted_and_told_to_the_next_venue(region: Region, published: Registry) -> None:
    key = published.enrol(somebody())
    exempt = [act for act in visit(material("M02", "pass")) if act.step != "photo"]
    exempt.append(Evidence("photo", AT, {"reason": "other"}, part="exemption"))
    region.deliver(*sealed(ME, exempt))
    with region.store.read() as session:
        row = session.get(OnsiteRow, (key.year, key.id, f"visit-{ME}"))
    assert row is not None
    assert (row.captured, row.exempted) == ("fingerprint,signature", "photo")
    published.enrol(somebody(), venue=OTHER_VENUE)
    told = region.get("/registrations?since=0", key="key-of-another-venue").json["registrations"]
    assert told[0]["captured"] == [
        {"step": "fingerprint", "visit": f"visit-{ME}"},
        {"step": "signature", "visit": f"visit-{ME}"},
    ]


def test_a_record_of_a_venue_that_is_not_theirs_changes_no_material(region: Region, published: Registry) -> None:
    key = published.enrol(somebody())
    stranger = Sealer(SEALER.recipients, OTHER_SIGNER)
    record, files = sealed(ME, visit(material("M02", "pass")), venue=OTHER_VENUE, sealer=stranger)
    assert region.put(f"/records/{record.digest}", record.content, key="key-of-another-venue").status_code == 201
    for digest, content in files.items():
        assert region.put(f"/files/{digest}", content, key="key-of-another-venue").status_code == 201
    assert published.states(key)["M02"] == "empty"
    assert published.case(key).events[-1].act == "record_accepted"


def test_a_record_of_somebody_who_is_not_registered_is_accepted_as_before(region: Region, published: Registry) -> None:
    record, files = sealed("R-NOBODY")
    region.deliver(record, files)
    assert region.get(f"/records/{record.digest}").json["receipt"]["state"] == "accepted"


def test_whoever_holds_it_has_to_look_anew(region: Region, published: Registry) -> None:
    key = published.submitted()
    published.mark_all(key, FIRST)
    seen = published.revision(key)
    bring(region, compared("M02", 2), compared("M04", 1))
    case = published.case(key)
    assert case.row.revision > seen
    assert (case.status, case.row.claimed_by) == (Status.VENUE_PASSED, "")
    assert {item.row.mark for item in case.items if item.row} == {""}


@pytest.mark.parametrize("key_gone", ["registry"])
def test_a_lost_key_delays_the_acceptance_and_loses_nothing(region: Region, published: Registry, key_gone: str) -> None:
    key = published.enrol(somebody())
    path = region.settings.home / "keys"
    (secret,) = [file for file in path.iterdir() if key_gone in file.name]
    kept = secret.read_bytes()
    secret.unlink()
    record, files = sealed(ME, visit(material("M02", "pass"), material("M04", "pass")))
    region.deliver(record, files)
    assert region.get(f"/records/{record.digest}").json["receipt"]["state"] == "stored"
    secret.write_bytes(kept)
    assert region.get(f"/records/{record.digest}").json["receipt"]["state"] == "accepted"
    assert published.case(key).status is Status.VENUE_PASSED
