"""更正: who may ask and decide in which phase, and what a correction takes back."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from region.corrections.deciding import Decision, decide_correction
from region.corrections.errors import PictureRefusedError, RequestRefusedError
from region.corrections.evidence import read_evidence
from region.corrections.phases import Closed, Phase, closed_for, may_decide, may_request
from region.corrections.requesting import Wish, request_correction
from region.picture_words import REFUSALS
from region.preparing import Preparer
from region.registry.changing import CANDIDATE, Actor, Key
from region.registry.ending import end_review
from region.registry.enrolling import enrol_roster
from region.registry.errors import (
    ClaimedError,
    NotAllowedError,
    ReasonMissingError,
    SecondPersonError,
    UnknownRegistrationError,
)
from region.registry.reading import find
from region.registry.status import Role, Status
from region.registry.window_models import WindowRow
from rules.online import Corrections
from tests.support.desks import VENUE_LEAD, VENUE_REVIEWER, Desk
from tests.support.hostile import HOSTILE
from tests.support.region_app import Region
from tests.support.region_records import VENUE
from tests.support.registry import FIRST, LEAD, SECOND, THIRD, YEAR, Registry, rules

Ask = Callable[..., str]


def wish(field: str = "diploma_no", new: str = "123456789") -> Wish:
    return Wish(field, new, "毕业证书上是这样")


def photo() -> bytes:
    content = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "a maker nobody needs to know"
    exif[0x0112] = 6  # lies on its side
    Image.new("RGB", (600, 400), "white").save(content, "JPEG", exif=exif)
    return content.getvalue()


def ask(registry: Registry, key: Key, actor: Actor, wanted: Wish | None = None) -> str:
    return request_correction(registry.store, registry.box, registry.rules, key, actor, wanted or wish())


def decide(registry: Registry, id_: str, actor: Actor, said: Decision) -> str:
    return decide_correction(registry.store, registry.box, registry.rules, YEAR, id_, actor, said)


def test_a_second_person_of_the_venue_decides_and_the_diploma_is_judged_again(registry: Registry) -> None:
    key = registry.submitted()
    registry.mark_all(key, FIRST)
    registry.review.release(key, FIRST)
    id_ = ask(registry, key, FIRST)
    with pytest.raises(SecondPersonError):
        decide(registry, id_, FIRST, Decision(accept=True))
    assert decide(registry, id_, SECOND, Decision(accept=True)) == "accepted"
    case = registry.case(key)
    assert case.person.fields["diploma_no"] == "123456789"
    assert (case.item("M04").row.mark, registry.states(key)["M04"]) == ("", "waiting")
    assert case.item("M02").row.mark == "pass", "the identity document shows no diploma number"
    assert "facts_changed" in [event.act for event in case.events]
    assert decide(registry, id_, SECOND, Decision(accept=False, words="x")) == "accepted", "it is decided"


def test_papers_may_be_asked_for_again(registry: Registry) -> None:
    key = registry.submitted()
    registry.mark_all(key, FIRST)
    registry.review.release(key, FIRST)
    id_ = ask(registry, key, CANDIDATE)
    with pytest.raises(ReasonMissingError):
        decide(registry, id_, SECOND, Decision(accept=True, upload_again=True))
    decide(registry, id_, SECOND, Decision(accept=True, words="请上传新证书", upload_again=True))
    case = registry.case(key)
    assert (case.item("M04").state, case.item("M04").row.opinion_text) == ("returned", "请上传新证书")
    assert case.row.submitted_at is None
    assert case.row.waiting_since is None


def test_what_the_region_had_goes_back_to_the_venue(registry: Registry) -> None:
    key = registry.venue_passed()
    id_ = ask(registry, key, THIRD)
    with pytest.raises(NotAllowedError):
        decide(registry, id_, FIRST, Decision(accept=True))
    assert decide(registry, id_, LEAD, Decision(accept=True)) == "accepted"
    case = registry.case(key)
    assert case.status is Status.FILLING
    assert case.row.waiting_since is not None
    other = registry.venue_passed(1)
    mobile = ask(registry, other, THIRD, wish("mobile", "10000000009"))
    decide(registry, mobile, LEAD, Decision(accept=True))
    assert registry.case(other).status is Status.VENUE_PASSED, "no paper shows a telephone number"


def test_people_are_found_by_the_corrected_name(registry: Registry) -> None:
    key = registry.submitted()
    decide(registry, ask(registry, key, FIRST, wish("name", "新测试名")), SECOND, Decision(accept=True))
    assert find(registry.store, name="新测试名") == [key]


def test_turned_down_overtaken_or_in_somebodys_hands(registry: Registry) -> None:
    key = registry.submitted()
    id_ = ask(registry, key, FIRST)
    with pytest.raises(ReasonMissingError):
        decide(registry, id_, SECOND, Decision(accept=False))
    registry.review.claim(key, replace(SECOND, id="r-venue-3"))
    with pytest.raises(ClaimedError):
        decide(registry, id_, SECOND, Decision(accept=False, words="与原件不符"))
    registry.review.release(key, replace(SECOND, id="r-venue-3"))
    assert decide(registry, id_, SECOND, Decision(accept=False, words="与原件不符")) == "rejected"
    school = ask(registry, key, FIRST, wish("school", "甲校"))
    with pytest.raises(RequestRefusedError, match="open"):
        ask(registry, key, FIRST, wish("school", "乙校"))
    person = registry.case(key).person
    moved = replace(person, fields={**person.fields, "school": "丙校"})
    enrol_roster(registry.store, registry.box, YEAR, VENUE, [moved])
    assert decide(registry, school, SECOND, Decision(accept=True)) == "overtaken"
    assert registry.case(key).person.fields["school"] == "丙校"
    with pytest.raises(UnknownRegistrationError):
        decide(registry, "nobody", SECOND, Decision(accept=True))


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (wish("reg_no"), "field"),
        (wish("mobile", ""), "value"),
        (wish("mobile", "x" * 201), "value"),
        (wish("employer", "a\0b"), "value"),
    ],
)
def test_nonsense_is_not_taken(registry: Registry, wanted: Wish, why: str) -> None:
    key = registry.submitted()
    before = registry.revision(key)
    with pytest.raises(RequestRefusedError, match=why):
        ask(registry, key, FIRST, wanted)
    assert registry.revision(key) == before


def test_nobody_corrects_after_the_review(registry: Registry, region: Region) -> None:
    key = registry.submitted()
    end_review(registry.store, YEAR, LEAD)
    for actor in (FIRST, CANDIDATE, LEAD):
        with pytest.raises(RequestRefusedError, match="phase"):
            ask(registry, key, actor)


def test_candidates_ask_until_the_upload_closes(registry: Registry, region: Region) -> None:
    key, now = registry.submitted(), region.clock()
    with registry.store.write() as session:
        session.add(WindowRow(exam_year=YEAR, venue="", kind="upload", opens_at=now.replace(day=1), closes_at=now))
    with pytest.raises(RequestRefusedError, match="phase"):
        ask(registry, key, CANDIDATE)
    assert ask(registry, key, FIRST)


@pytest.mark.parametrize("status", list(Status))
def test_the_phases_as_a_table(status: Status) -> None:
    now = Phase(status, is_upload_past=False, is_review_over=False)
    usual, late = Corrections(), Corrections(venue="region_review")
    filling, passed = status is Status.FILLING, status is Status.VENUE_PASSED
    assert may_request(Role.CANDIDATE, now, usual) is filling
    assert may_request(Role.VENUE_REVIEW, now, usual) is filling
    assert may_request(Role.VENUE_REVIEW, now, late) is (filling or passed)
    assert may_request(Role.REVIEW, now, usual) is passed
    assert not may_request(Role.VENUE_LEAD, now, Corrections(venue="never"))
    assert not may_request(Role.CANDIDATE, now, Corrections(candidate="never"))
    assert may_decide(SECOND, now, FIRST.id) is filling
    assert may_decide(LEAD, now, THIRD.id) is passed
    assert not may_decide(SECOND, now, SECOND.id)


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.VENUE_REVIEW, Role.REVIEW])
def test_nobody_asks_once_the_window_of_corrections_has_closed(role: Role) -> None:
    status = Status.VENUE_PASSED if role is Role.REVIEW else Status.FILLING
    open_, closed = (Phase(status, False, False, False, past) for past in (False, True))
    assert may_request(role, open_, Corrections())
    assert not may_request(role, closed, Corrections())
    assert may_decide(LEAD if role is Role.REVIEW else SECOND, closed, "somebody"), "what was asked before is decided"


def test_a_venue_asks_until_its_own_review_ends_or_the_regions() -> None:
    now = Phase(Status.FILLING, is_upload_past=True, is_review_over=False, is_venue_review_past=True)
    assert not may_request(Role.VENUE_REVIEW, now, Corrections())
    assert may_request(Role.VENUE_REVIEW, now, Corrections(venue="region_review"))


def test_the_windows_of_a_venue_decide_its_phase(registry: Registry, region: Region) -> None:
    key, now = registry.submitted(), region.clock()
    with registry.store.write() as session:
        session.add(WindowRow(exam_year=YEAR, venue="", kind="corrections", closes_at=now))
    with pytest.raises(RequestRefusedError, match="phase"):
        ask(registry, key, FIRST)
    with registry.store.write() as session:
        own = WindowRow(exam_year=YEAR, venue=VENUE, kind="corrections", closes_at=now + timedelta(days=1))
        session.add(own)
    assert ask(registry, key, FIRST)


def files(*contents: bytes) -> list[FileStorage]:
    return [FileStorage(io.BytesIO(content), f"proof-{number}.jpg") for number, content in enumerate(contents)]


def test_evidence_is_turned_upright_and_says_nothing_else() -> None:
    [picture] = read_evidence(Preparer(), rules(), files(photo()))
    with Image.open(io.BytesIO(picture.content)) as shown:
        assert (shown.format, shown.size, dict(shown.getexif())) == ("JPEG", (400, 600), {})


@pytest.mark.parametrize(("code", "make"), HOSTILE)
def test_evidence_that_is_no_picture_is_named(code: str, make: Callable[[], bytes]) -> None:
    with pytest.raises(PictureRefusedError) as refused:
        read_evidence(Preparer(), rules(), files(photo(), make()))
    assert refused.value.name == "proof-1.jpg"
    assert refused.value.reason in REFUSALS, code


def test_a_request_takes_three_pictures_and_says_so() -> None:
    with pytest.raises(RequestRefusedError, match="too_many"):
        read_evidence(Preparer(), rules(), files(*[photo()] * 4))


def test_the_same_request_twice_is_one(registry: Registry) -> None:
    key = registry.submitted()
    first = ask(registry, key, CANDIDATE)
    assert ask(registry, key, CANDIDATE) == first
    with pytest.raises(RequestRefusedError, match="open"):
        ask(registry, key, FIRST)
    with pytest.raises(RequestRefusedError, match="open"):
        ask(registry, key, CANDIDATE, wish(new="another"))
    assert [event.act for event in registry.case(key).events].count("correction_requested") == 1


def test_why_nothing_may_be_asked() -> None:
    never, now = Corrections(candidate="never"), Phase(Status.FILLING, is_upload_past=False, is_review_over=False)
    assert closed_for(Role.CANDIDATE, now, Corrections()) is Closed.OPEN
    assert closed_for(Role.CANDIDATE, now, never) is Closed.NEVER
    assert closed_for(Role.CANDIDATE, replace(now, is_upload_past=True), Corrections()) is Closed.DEADLINE
    assert closed_for(Role.CANDIDATE, replace(now, is_review_over=True), Corrections()) is Closed.OVER
    assert closed_for(Role.CANDIDATE, replace(now, status=Status.VENUE_PASSED), Corrections()) is Closed.DECIDED
    assert closed_for(Role.ADMIN, now, Corrections()) is Closed.DECIDED


def test_asked_for_and_decided_on_the_screens(region: Region, registry: Registry) -> None:
    key = registry.submitted()
    one, two = Desk(region, VENUE_REVIEWER), Desk(region, VENUE_LEAD)
    one.get(f"/corrections/new/{key}")
    refused = one.post(f"/corrections/new/{key}", field="mobile", new="", reason="我写的原因")
    assert refused.status_code == 422
    assert "我写的原因" in refused.text
    data = {"csrf_token": one._token, "field": "diploma_no", "new": "777", "reason": "证书号有误"}
    answer = one.client.post(f"/corrections/new/{key}", data={**data, "evidence": (io.BytesIO(photo()), "a.jpg")})
    assert answer.status_code == 303
    path = two.get("/corrections/").text.split('class="review__link" href="')[1].split('"')[0]
    page = two.get(path).text
    assert "Diploma" in page
    shown = two.get(f"{path}/evidence/1")
    assert shown.mimetype == "image/jpeg"
    assert two.get(f"{path}/evidence/2").status_code == 404
    assert one.post(path, act="accept").status_code == 409
    two.get(path)
    assert two.post(path, act="reject").status_code == 422
    assert two.post(path, act="accept").status_code == 303
    assert registry.case(key).person.fields["diploma_no"] == "777"
    assert "Corrected" in two.get(f"/desk/{key}").text
    kept = b"".join(file.read_bytes() for file in region.settings.home.rglob("*") if file.is_file())
    assert "证书号有误".encode() not in kept
