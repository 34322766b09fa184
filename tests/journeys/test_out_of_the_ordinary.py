"""What happens beside the straight way: corrections, refused consents, missing papers, bad captures, exemptions."""

from collections.abc import Iterator

import pytest

from records.evidence import Entry
from tests.support.candidates import DOT, NAME_IN_INK, Candidate, Crew
from tests.support.venue_rig import STAFF, venue_rig

NEW_MOBILE = "10000009999"


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with venue_rig(tmp_path_factory.mktemp("venue")) as rig:
        yield Crew.at(rig)


def entries(person: Candidate, step: str) -> list[Entry]:
    return [entry for entry in person.visit.entries if entry.evidence.step == step]


def test_a_correction_asked_for_at_the_kiosk_is_decided_by_staff_and_confirmed_again(crew: Crew) -> None:
    person = crew.newcomer()
    person.arrive()
    assert person.confirm("mobile").path.endswith("/wait")
    page = person.at_desk()
    assert "Corrections asked for" in page.text
    form = next(form for form in page.forms if form.has("new-mobile"))
    refused = crew.desk.press(form, "act=accept:mobile", **{"new-mobile": "12", "shown-mobile": "合同"})
    assert refused.status == 422
    assert refused.form("step-form")
    assert "Type a mobile number of 11 digits." in refused.text
    form = next(form for form in refused.forms if form.has("new-mobile"))
    assert form.value("shown-mobile") == "合同", "what was typed stays"
    crew.desk.press(form, "act=accept:mobile", **{"new-mobile": NEW_MOBILE})
    assert person.rig.venue.journey.case(person.visit).facts["mobile"] == NEW_MOBILE
    assert person.step == "form"
    assert person.confirm().step == "consent"


def test_a_rejected_correction_stays_as_it_is_and_says_why(crew: Crew) -> None:
    person = crew.newcomer()
    person.arrive()
    person.confirm("school")
    form = next(form for form in person.at_desk().forms if form.has("new-school"))
    crew.desk.press(form, "act=reject:school", **{"reason-school": "与毕业证一致"})
    assert "与毕业证一致" in person.come_to(crew.kiosk).text
    assert person.confirm().step == "consent"


def test_an_edit_after_signing_brings_confirmation_and_signature_back(crew: Crew) -> None:
    person = crew.newcomer().walk("fingerprint")
    assert person.states["signature"] == "done"
    form = next(form for form in person.at_desk("form").forms if form.has("field"))
    crew.desk.press(form, "act=correct", field="employer", new="测试新单位", shown="聘用合同")
    assert {step: person.states[step] for step in ("form", "consent", "materials", "signature")} == {
        "form": "todo",
        "consent": "done",
        "materials": "done",
        "signature": "todo",
    }
    person.walk("fingerprint")
    signatures = entries(person, "signature")
    assert len({entry.evidence.bound_to for entry in signatures}) == len(signatures) == 2


def test_refused_consents_lead_to_a_check_by_hand_by_two_people(crew: Crew) -> None:
    person = crew.newcomer()
    person.said = {"face": "refuse", "fingerprint": "refuse"}
    person.walk("fingerprint")
    assert person.come_to(crew.booth).path.endswith("/wait"), "a candidate alone cannot go on"
    alone = crew.booth.send(f"{person.url}/steps/fingerprint", {"csrf_token": crew.booth.token(), "act": "exempt"})
    assert alone.path.endswith("/wait")
    person.walk()
    assert {person.states["fingerprint"], person.states["photo"]} == {"waived"}
    reasons = [
        (entry.evidence.data["reason"], entry.evidence.data["second_staff"])
        for entry in (*entries(person, "fingerprint"), *entries(person, "photo"))
    ]
    assert reasons == [("consent_refused", "second")] * 2
    assert not any(entry.evidence.attachments for entry in entries(person, "photo"))
    overview = crew.desk.get("/lead/").text
    assert "Consent refused" in overview


@pytest.mark.parametrize(
    ("second", "pin", "words"),
    [
        ("second", "999999", "The second person's PIN is wrong."),
        ("lead", STAFF["lead"][0], "The second person must be somebody else."),
        ("guide", STAFF["guide"][0], "must be a second reviewer or a lead"),
        ("", "0", "A second member of staff has to give name and PIN."),
    ],
)
def test_an_exemption_needs_a_second_person_who_may(crew: Crew, second: str, pin: str, words: str) -> None:
    person = crew.newcomer()
    person.said["fingerprint"] = "refuse"
    person.walk("fingerprint")
    page = (
        person.exempt(reason="consent_refused", note="当面核对", second=second or "second", pin=pin)
        if second
        else (crew.desk.press(person.at_desk().form("exemption-form"), reason="consent_refused", note="当面核对"))
    )
    assert page.status == 422
    assert words in page.text
    assert page.form("exemption-form").value("note") == "当面核对", "what was typed stays"
    assert entries(person, "fingerprint") == []


def test_a_finger_is_excused_with_a_photo_and_the_next_one_is_asked_for(crew: Crew) -> None:
    person = crew.newcomer().walk("fingerprint")
    page = person.exempt(reason="injured", finger="11")
    assert (page.status, "Add a photo that shows the reason." in page.text) == (422, True)
    person.exempt(reason="injured", finger="11", camera="yes")
    excused = entries(person, "fingerprint")[-1].evidence
    assert (excused.part, excused.data["finger"], excused.data["second_staff"]) == ("exemption:11", 11, "second")
    assert [file.role for file in excused.attachments] == ["photo"]
    person.walk("photo")
    pressed = {entry.evidence.part for entry in entries(person, "fingerprint")} - {"exemption:11"}
    assert pressed == {"16", "12"}


def test_after_the_last_bad_try_the_next_finger_comes_and_the_best_press_is_kept(crew: Crew) -> None:
    person = crew.newcomer().walk("fingerprint")
    for quality in ("partial", "dry", "off_centre", "partial", "dry"):
        crew.rig.control("booth-1", "fingerprint", finger="A-11", quality=quality)
        page = person.press_finger()
    tries = [entry.evidence for entry in entries(person, "fingerprint")]
    assert [one.part for one in tries] == ["11"] * 5
    scores = tries[-1].data["tries"]
    assert max(scores) < 55
    best = tries[scores.index(max(scores))]
    assert tries[-1].attachments == best.attachments != ()
    assert tries[-1].data["best_try"] == scores.index(max(scores)) + 1
    assert "left thumb" in page.text
    crew.rig.control("booth-1", "fingerprint", finger=["A-16", "B-16"])
    person.walk("photo")
    assert person.states["fingerprint"] == "done"


def test_a_picture_of_nobody_is_not_accepted_and_retakes_are_counted(crew: Crew) -> None:
    person = crew.newcomer().walk("photo")
    crew.rig.control("booth-1", "camera", fault="nobody")
    page = crew.booth.press(person.come_to(crew.booth).form("step-form"))
    assert "This picture cannot be used" in page.text
    form = page.form("step-form")
    forced = crew.booth.send(form.action, dict(form.fields) | {"act": "accept"})
    assert (forced.status, person.states["photo"]) == (422, "todo")
    crew.rig.control("booth-1", "camera")
    for left in (3, 2, 1):
        assert f"{left} times" in page.text or (left == 1 and "once" in page.text)
        page = crew.booth.press(page.form("step-form"), "act=retake")
        page = crew.booth.press(page.form("step-form"))
    assert "It cannot be taken again without staff." in page.text
    again = crew.booth.send(form.action, dict(page.form("step-form").fields) | {"act": "retake"})
    assert (again.status, "as often as possible" in again.text) == (422, True)
    crew.booth.press(again.form("step-form"), "act=accept")
    assert person.states["photo"] == "done"
    assert person.visit.is_sealed


def test_an_empty_or_dot_like_signature_is_refused_on_the_server(crew: Crew) -> None:
    person = crew.newcomer().walk("signature")
    form = person.come_to(crew.booth).form("step-form")
    for strokes in ("", DOT, "[]", '{"width": 1e400}', "x" * 200_000):
        page = crew.booth.press(form, strokes=strokes)
        assert (page.status, person.step) == (422, "signature")
    assert crew.booth.press(page.form("step-form"), strokes=NAME_IN_INK).status == 200
    assert person.step == "fingerprint"


def test_a_proposed_refusal_stops_the_visit_and_the_region_decides(crew: Crew) -> None:
    person = crew.newcomer().walk("materials")
    form = next(form for form in person.at_desk().forms if form.has("refusal_reason"))
    unexplained = crew.desk.press(form, "act=refuse")
    assert (unexplained.status, "Choose the reason for the refusal." in unexplained.text) == (422, True)
    crew.desk.press(form, "act=refuse", refusal_reason="education", refusal_note="学历不符")
    assert person.step == ""
    assert person.come_to(crew.booth).step == "", "nothing is captured any more"
    crew.rig.sync()
    record = person.visit.versions[-1]
    assert record.accepted_at is not None
    crew.rig.region.judge(record.digest, "refused", reason="学历不在承认范围")
    crew.rig.sync()
    overview = crew.desk.get(f"{person.url}/overview").text
    assert "Refused by the region" in overview
    assert "学历不在承认范围" in overview


def test_missing_papers_give_a_slip_and_the_visit_goes_on_there_another_day(crew: Crew) -> None:
    person = crew.newcomer().walk("materials")
    form = person.at_desk().form("step-form")
    later = {"verdict-M11": "pending", "reason-M11": "forgotten", "note-M11": "明天带来"}
    crew.desk.press(form, "act=all_pass", **later)
    assert person.states["materials"] == "pending"
    slip = crew.desk.get(f"{person.url}/slip.pdf").response
    assert (slip.status_code, slip.content[:4]) == (200, b"%PDF")
    assert person.come_to(crew.kiosk).path.endswith("/wait")
    assert "Something is still missing" in crew.kiosk.page.text
    assert not person.visit.versions

    first_ticket = person.visit.ticket
    crew.rig.clock.forward(days=2)
    assert crew.kiosk.get("/kiosk/").path == "/pair", "browsers are paired anew each day"
    tomorrow = Crew.at(crew.rig)
    back = Candidate(tomorrow, person.registration)
    assert back.arrive().path == "/kiosk/ticket"
    assert back.visit.ticket != first_ticket
    assert {back.states[step] for step in ("arrival", "form", "consent")} == {"done"}
    page = back.at_desk()
    assert page.step == "materials"
    tomorrow.desk.press(page.form("step-form"), "act=save", **{"verdict-M11": "pass"})
    back.walk()
    assert back.visit.is_sealed
    crew.kiosk, crew.desk, crew.booth = tomorrow.kiosk, tomorrow.desk, tomorrow.booth
