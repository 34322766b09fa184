"""From the venue's desk to the region's, through the screens alone."""

import re
from dataclasses import replace

import pytest

from devices.quality.upload import WARNINGS
from region.picture_words import FOUND
from region.registry.status import Status
from region.reviewers import change_role, close_account
from tests.support.desks import ADMIN, LEAD, OTHER_LEAD, REVIEWER, VENUE_LEAD, VENUE_REVIEWER, Desk
from tests.support.region_app import OTHER_VENUE, Region
from tests.support.registry import PICTURE, Registry, somebody


def test_what_the_checks_found_stands_beside_the_picture(region: Region, registry: Registry) -> None:
    doubtful = replace(PICTURE, warnings=WARNINGS, quarters=1)
    key = replace(registry, picture=doubtful).submitted()
    page = Desk(region, VENUE_REVIEWER).get(f"/desk/{key}").text
    for words in FOUND.values():
        assert str(words) in page
    assert "turned by the candidate by 90°" in page
    fine = registry.submitted(1)
    assert "Found by the checks" not in Desk(region, VENUE_REVIEWER).get(f"/desk/{fine}").text


def test_from_the_venue_to_the_regions_approval(region: Region, registry: Registry) -> None:
    key = registry.submitted()
    venue, office = Desk(region, VENUE_REVIEWER), Desk(region, REVIEWER)
    assert registry.case(key).person.reg_no in venue.get("/desk/").text
    venue.judge_all(key)
    assert venue.conclude(key, "pass_at_venue").status_code == 303
    assert registry.case(key).status is Status.VENUE_PASSED
    assert registry.case(key).person.reg_no in office.get("/desk/").text
    assert office.act(key, "claim").status_code == 303
    assert office.conclude(key, "approve").status_code == 303
    assert registry.case(key).status is Status.APPROVED


def test_what_is_missing_is_named_in_words_and_what_was_typed_stays(region: Region, registry: Registry) -> None:
    key, venue = registry.submitted(), Desk(region, VENUE_REVIEWER)
    venue.act(key, "claim")
    answer = venue.conclude(key, "pass_at_venue", text="这句话不能丢")
    assert answer.status_code == 422
    assert "Valid identity document" in answer.text
    assert "Diploma" in answer.text
    assert "这句话不能丢" in answer.text
    assert re.search(r'value="pass_at_venue"\s+checked', answer.text), "what was chosen stays chosen"
    answer = venue.act(key, "mark", item="M04", mark="return", text="")
    assert answer.status_code == 422
    assert "Choose an opinion or write why" in answer.text
    answer = venue.conclude(key, "send_back", text="请补充")
    assert answer.status_code == 422
    assert "Note first what has to be sent back" in answer.text


def test_sent_back_twice_then_passed(region: Region, registry: Registry) -> None:
    key, venue = registry.submitted(), Desk(region, VENUE_REVIEWER)
    for _round in range(2):
        venue.judge_all(key, M04="return")
        assert venue.conclude(key, "send_back").status_code == 303
        assert registry.case(key).row.waiting_since is None
        old = registry.case(key).item("M04").pictures[0].id
        registry.wardrobe.remove(key, old)
        registry.wardrobe.add(key, "M04", PICTURE)
        registry.wardrobe.submit(key)
    page = venue.get(f"/desk/{key}?item=M04").text
    assert page.count("/pictures/") >= 5, "the standing picture and both earlier ones"
    assert "The picture cannot be read" in page
    venue.judge_all(key)
    assert venue.conclude(key, "pass_at_venue").status_code == 303


def test_a_refusal_takes_two_people(region: Region, registry: Registry) -> None:
    key, venue = registry.submitted(), Desk(region, VENUE_REVIEWER)
    venue.act(key, "claim")
    assert venue.conclude(key, "propose_refusal").status_code == 422
    assert venue.conclude(key, "propose_refusal", opinion="not_eligible").status_code == 303
    lead, other = Desk(region, LEAD), Desk(region, OTHER_LEAD)
    assert registry.case(key).person.reg_no in lead.get("/desk/?view=proposed").text
    page = lead.get(f"/desk/{key}").text
    assert "The conditions for this exam are not met" in page
    lead.act(key, "claim")
    assert lead.conclude(key, "refuse", text="同意").status_code == 303
    assert registry.case(key).status is Status.REFUSED
    own = registry.venue_passed(1)
    lead.act(own, "claim")
    lead.conclude(own, "propose_refusal", opinion="not_eligible")
    lead.act(own, "claim")
    answer = lead.conclude(own, "refuse", opinion="not_eligible")
    assert answer.status_code == 409
    assert "This takes a second person" in answer.text
    lead.act(own, "release")
    other.act(own, "claim")
    assert other.conclude(own, "dismiss", text="材料符合").status_code == 303
    assert registry.case(own).row.proposed_by == ""


def test_two_who_press_at_once_get_different_ones(region: Region, registry: Registry) -> None:
    first, second = registry.submitted(0), registry.submitted(1)
    one, two = Desk(region, VENUE_REVIEWER), Desk(region, VENUE_LEAD)
    taken = {desk.post("/desk/next").headers["Location"] for desk in (one, two)}
    assert taken == {f"/desk/{first}", f"/desk/{second}"}
    answer = one.post("/desk/next")
    assert "Nothing of this kind waits" in one.get(answer.headers["Location"]).text


def test_another_reviewer_has_it_in_hand(region: Region, registry: Registry) -> None:
    key = registry.submitted()
    one, two = Desk(region, VENUE_REVIEWER), Desk(region, VENUE_LEAD)
    one.act(key, "claim")
    answer = two.act(key, "mark", item="M02", mark="return", opinion="unclear", text="我的话")
    assert answer.status_code == 409
    assert f"{VENUE_REVIEWER} has this registration in hand" in answer.text
    assert "我的话" not in answer.text.split('id="notes"')[0]
    region.clock.advance(minutes=16)
    two.act(key, "claim")
    answer = one.conclude(key, "pass_at_venue", text="还在")
    assert answer.status_code == 409
    assert "还在" in answer.text


def test_a_registration_that_changed_meanwhile_is_looked_at_again(region: Region, registry: Registry) -> None:
    key, venue = registry.submitted(), Desk(region, VENUE_REVIEWER)
    venue.judge_all(key)
    answer = venue.conclude(key, "pass_at_venue", text="保留", revision="1")
    assert answer.status_code == 409
    assert "was changed while you looked at it" in answer.text
    assert "保留" in answer.text
    assert registry.case(key).status is Status.FILLING


def test_a_reviewer_who_loses_the_account_is_told_and_loses_no_word(region: Region, registry: Registry) -> None:
    key, venue = registry.submitted(), Desk(region, VENUE_REVIEWER)
    venue.act(key, "claim")
    venue.act(key, "note", text="看过原件", code="")
    close_account(region.store, VENUE_REVIEWER)
    answer = venue.post(f"/desk/{key}/mark", item="M02", mark="return", text="没有写完的话")
    assert answer.status_code == 403
    assert "This account was closed" in answer.text
    assert "没有写完的话" in answer.text
    assert venue.get(f"/desk/{key}").status_code == 303
    other = Desk(region, VENUE_LEAD)
    assert "看过原件" in other.get(f"/desk/{key}").text
    assert other.act(key, "claim").status_code == 303, "a colleague need not wait for the claim to run out"


def test_a_reviewer_who_loses_the_role_is_refused_at_the_next_request(region: Region, registry: Registry) -> None:
    key, office = registry.venue_passed(), Desk(region, LEAD)
    office.act(key, "claim")
    change_role(region.store, LEAD, "admin")
    answer = office.post(f"/desk/{key}/conclude", act="approve", revision="9", text="这句要留住")
    assert answer.status_code == 403
    assert "its role was changed" in answer.text
    assert "这句要留住" in answer.text
    change_role(region.store, REVIEWER, "venue_review", OTHER_VENUE)
    assert registry.case(key).status is Status.VENUE_PASSED


def test_a_venue_sees_only_its_own(region: Region, registry: Registry) -> None:
    other = registry.enrol(somebody(5), OTHER_VENUE)
    picture = registry.wardrobe.add(other, "M02", PICTURE)
    venue = Desk(region, VENUE_REVIEWER)
    for path in (f"/desk/{other}", f"/desk/{other}/pictures/{picture}", f"/desk/{other}/pictures/{picture}/original"):
        assert venue.get(path).status_code == 404
    for act in ("claim", "release", "mark", "note", "conclude"):
        assert (
            venue.post(f"/desk/{other}/{act}", item="M02", mark="pass", act="pass_at_venue", revision="1").status_code
            == 404
        )
    assert (
        registry.case(other).person.reg_no
        not in venue.post("/desk/search", text=registry.case(other).person.reg_no).text
    )
    assert venue.get("/records").status_code == 403
    assert venue.get("/checkpoints").status_code == 403


def test_pictures_are_shown_with_their_purpose_and_originals_to_leads_of_the_region_only(
    region: Region, registry: Registry
) -> None:
    key, venue = registry.submitted(), Desk(region, VENUE_REVIEWER)
    picture = registry.case(key).item("M02").pictures[0].id
    shown = venue.get(f"/desk/{key}/pictures/{picture}")
    assert (shown.data[:2], shown.mimetype) == (b"\xff\xd8", "image/jpeg")
    assert shown.data != PICTURE.content, "purpose and day stand across it"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    original = f"/originals/{key}/{picture}"
    assert original not in venue.get(f"/desk/{key}?item=M02").text
    assert venue.get(original).status_code == 403
    assert region.app.test_client().get(f"/desk/{key}/pictures/{picture}").status_code == 303


def test_an_administrator_sees_no_candidate(region: Region, registry: Registry) -> None:
    key, admin = registry.submitted(), Desk(region, ADMIN)
    for path in ("/desk/", f"/desk/{key}", "/records"):
        assert admin.get(path).status_code == 403


@pytest.mark.parametrize("field", ["reg_no", "id_no", "name"])
def test_people_are_looked_up_without_a_trace_in_the_address(region: Region, registry: Registry, field: str) -> None:
    key, venue = registry.submitted(), Desk(region, VENUE_REVIEWER)
    answer = venue.post("/desk/search", text=registry.case(key).person.fields[field])
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk/{key}")
    assert "Nobody found" in venue.post("/desk/search", text="查无此人").text


def test_notes_are_kept_as_they_are_written_and_change_no_revision(region: Region, registry: Registry) -> None:
    key, venue = registry.submitted(), Desk(region, VENUE_REVIEWER)
    venue.act(key, "claim")
    before = registry.revision(key)
    answer = venue.client.post(
        f"/desk/{key}/note",
        data={"csrf_token": venue._token, "code": "M04", "text": "半句话"},
        headers={"X-Fragment": "yes"},
    )
    assert answer.status_code == 204
    assert registry.revision(key) == before
    assert "半句话" in venue.get(f"/desk/{key}?item=M04").text
    assert "半句话" not in Desk(region, VENUE_LEAD).get(f"/desk/{key}?item=M04").text, "a draft is nobody else's"
    kept = b"".join(path.read_bytes() for path in region.settings.home.rglob("*") if path.is_file())
    assert "半句话".encode() not in kept
