"""The identity card at the door and at the desk: read without a touch, kept no longer than it is needed."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from records.registration import Registration
from tests.support.candidates import Candidate, Crew
from tests.support.venue_rig import venue_rig
from tests.support.web_pages import Browser, Page

PROFILES = Path(__file__).resolve().parents[2] / "profiles"


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with venue_rig(tmp_path_factory.mktemp("venue")) as rig:
        yield Crew.at(rig)


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """A venue of a region that wants the picture on the card in the record."""
    folder = tmp_path_factory.mktemp("keeping")
    home = folder / "venue"
    (home / "profiles").mkdir(parents=True)
    text = (PROFILES / "default.toml").read_text("utf-8").replace("[arrival]\n", "[arrival]\nkeep_card_photo = true\n")
    text = "\n".join(line for line in text.splitlines() if "keep_card_photo = false" not in line)
    (home / "profiles" / "keeping.toml").write_text(text, "utf-8")
    with venue_rig(folder, profile="keeping", home=home, people=6) as rig:
        yield Crew.at(rig)


def lay(crew: Crew, person: Registration, station: str = "kiosk-1", fault: str | None = None, **other: str) -> None:
    """Lay somebody's card on a reader."""
    names = ("name", "id_no", "sex", "ethnic_group", "born_on")
    card = {name: person.fields[name] for name in names} | other
    crew.rig.control(station, "card", card=card, subject=3, fault=fault)


def lift(crew: Crew, browser: Browser, station: str = "kiosk-1") -> None:
    """Take the card away, and have the page see that it is gone."""
    crew.rig.control(station, "card")
    assert look(browser).status_code == 204


def look(browser: Browser, then: str = "/kiosk/card"):  # type: ignore[no-untyped-def]
    """Ask as the page does in the background."""
    return browser.raw("POST", "/card/look", data={"csrf_token": browser.token(), "then": then})


def arrive_by_card(crew: Crew, person: Candidate) -> Page:
    """Lay the card on, and press "that is me"."""
    crew.kiosk.get("/kiosk/")
    lay(crew, person.registration)
    assert look(crew.kiosk).json() == {"go": "/kiosk/card"}
    page = crew.kiosk.press(crew.kiosk.get("/kiosk/card").form("step-form"))
    lift(crew, crew.kiosk)
    return page


def test_a_card_on_the_kiosk_leads_to_is_this_you_without_a_touch_and_one_press_gives_the_ticket(crew: Crew) -> None:
    person = crew.newcomer()
    crew.kiosk.get("/kiosk/")
    assert look(crew.kiosk).status_code == 204
    lay(crew, person.registration)
    assert look(crew.kiosk).json() == {"go": "/kiosk/card"}
    page = crew.kiosk.get("/kiosk/card")
    assert person.registration.fields["name"] in page.text
    assert person.registration.fields["id_no"] not in page.response.text, "the number stays on the other side"
    page = crew.kiosk.press(page.form("step-form"))
    assert page.path == "/kiosk/ticket"
    data = person.visit.entries[0].evidence.data
    assert (data["found_by"], data["card_name"], data["card_expired"]) == ("card", "same", "no")
    assert person.visit.entries[0].evidence.attachments == (), "this region does not keep the card's picture"
    lift(crew, crew.kiosk)


def test_what_was_read_is_forgotten_when_the_candidate_leaves_and_after_three_minutes(crew: Crew) -> None:
    person = crew.newcomer()
    arrive_by_card(crew, person)
    assert crew.kiosk.raw("GET", "/card/photo").headers["Content-Type"] == "image/jpeg"
    crew.kiosk.press(crew.kiosk.get("/kiosk/ticket").form(action="/kiosk/leave"))
    assert crew.kiosk.raw("GET", "/card/photo").status_code == 404
    assert crew.kiosk.get("/kiosk/card").path == "/kiosk/"
    other = crew.newcomer()
    lay(crew, other.registration)
    assert look(crew.kiosk).json()["go"] == "/kiosk/card"
    crew.rig.clock.forward(minutes=4)
    assert crew.kiosk.raw("GET", "/card/photo").status_code == 404
    crew.rig.clock.forward(minutes=-4)
    lift(crew, crew.kiosk)


def test_another_browser_sees_nothing_of_the_card(crew: Crew) -> None:
    person = crew.newcomer()
    crew.kiosk.get("/kiosk/")
    lay(crew, person.registration)
    assert look(crew.kiosk).json()["go"]
    other = crew.rig.browser("kiosk-2")
    assert other.raw("GET", "/card/photo").status_code == 404
    assert other.get("/kiosk/card").path == "/kiosk/"
    lift(crew, crew.kiosk)


def test_a_card_that_is_left_lying_does_not_bring_its_owner_back_before_the_next_person(crew: Crew) -> None:
    person = crew.newcomer()
    crew.kiosk.get("/kiosk/")
    lay(crew, person.registration)
    assert look(crew.kiosk).json()["go"]
    crew.kiosk.get("/kiosk/")
    told = look(crew.kiosk).json()
    assert "take the card off" in told["words"]
    assert "go" not in told
    lift(crew, crew.kiosk)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("half", "was not read whole"),
        ("no_name", "was not read whole"),
        ("garbage", "cannot be read"),
        ("encoding", "cannot be read"),
        ("silence", "does not work at the moment"),
        ("unplugged", "does not work at the moment"),
    ],
)
def test_a_reader_in_trouble_says_what_to_do_and_the_other_ways_in_stay_open(
    crew: Crew, fault: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    person = crew.newcomer()
    crew.kiosk.get("/kiosk/")
    lay(crew, person.registration, fault=fault)
    with caplog.at_level(logging.DEBUG):
        told = look(crew.kiosk).json()
    assert words in told["words"]
    assert ("again_ms" in told) == (fault in ("silence", "unplugged")), "a dead reader is not asked all the time"
    assert person.registration.fields["name"] not in caplog.text
    assert person.registration.fields["id_no"] not in caplog.text
    person.arrive()
    assert person.step == "form"
    crew.kiosk.get("/kiosk/")
    lay(crew, person.registration)
    assert look(crew.kiosk).json()["go"] == "/kiosk/card", "well again without a restart"
    lift(crew, crew.kiosk)


def test_a_card_of_nobody_on_the_roster_is_told_so(crew: Crew) -> None:
    crew.kiosk.get("/kiosk/")
    lay(crew, crew.newcomer().registration, id_no="110105194912310021")
    assert look(crew.kiosk).json()["go"]
    page = crew.kiosk.get("/kiosk/card")
    assert page.path == "/kiosk/"
    assert "No registration with the number of this card" in page.text
    lift(crew, crew.kiosk)


def test_a_reader_that_types_is_a_card_too(crew: Crew) -> None:
    person, kiosk = crew.newcomer(), crew.rig.browser("kiosk-2")
    page = kiosk.get("/kiosk/")
    form = next(form for form in page.forms if form.value("by") == "scan")
    page = kiosk.press(form, number=person.registration.fields["id_no"].lower())
    assert person.registration.fields["name"] in page.text
    kiosk.press(page.form("step-form"))
    data = person.visit.entries[0].evidence.data
    assert (data["found_by"], data["card_name"]) == ("card", "unread"), "a typed line has no name"
    page = kiosk.press(kiosk.get("/kiosk/").form(action="/kiosk/identify"), number=person.visit.ticket.number)  # type: ignore[union-attr]
    assert "last four" in page.text, "a ticket that is scanned is still a ticket"


def test_the_page_is_never_led_to_another_site(crew: Crew) -> None:
    crew.kiosk.get("/kiosk/")
    lay(crew, crew.newcomer().registration)
    assert look(crew.kiosk, "https://example.org/").json()["go"].startswith("/")
    lift(crew, crew.kiosk)


def test_at_the_desk_the_card_opens_the_door_and_what_does_not_fit_is_said(crew: Crew) -> None:
    person = crew.newcomer()
    crew.desk.get("/arrivals/")
    lay(crew, person.registration, "desk-1", name="别的名字", valid_until="20200101")
    assert look(crew.desk, "/arrivals/card").json()["go"] == "/arrivals/card"
    page = crew.desk.get("/arrivals/card")
    assert "not the name of the registration" in page.text
    assert "has expired" in page.text
    page = crew.desk.press(page.form(action="/arrivals/admit"))
    data = person.visit.entries[0].evidence.data
    assert (data["found_by"], data["card_name"], data["card_expired"]) == ("card", "other", "yes")
    crew.desk.get("/arrivals/")
    lift(crew, crew.desk, "desk-1")


def test_a_guide_sees_no_picture_of_a_card(crew: Crew) -> None:
    guide = crew.rig.browser("desk-1", "guide")
    guide.get("/arrivals/")
    lay(crew, crew.newcomer().registration, "desk-1")
    assert look(guide, "/arrivals/card").json()["go"]
    assert guide.raw("GET", "/card/photo").status_code == 404
    guide.get("/arrivals/")
    lift(crew, guide, "desk-1")


def test_the_picture_is_kept_only_where_the_region_says_so(keeping: Crew) -> None:
    person = keeping.newcomer()
    arrive_by_card(keeping, person)
    kept = person.visit.entries[0].evidence.attachments
    assert [(file.role, file.media_type) for file in kept] == [("card_photo", "image/jpeg")]
    assert keeping.rig.venue.store.blobs.get(kept[0].digest).startswith(b"\xff\xd8")


def decide(crew: Crew, person: Candidate, **answers: str) -> Page:
    """Decide at the desk whether it is the person."""
    page = crew.desk.get(f"{person.url}/identity/")
    return crew.desk.press(page.form("identity-form"), **answers)


def test_two_pictures_side_by_side_and_one_press(crew: Crew) -> None:
    person = crew.newcomer().walk("materials")
    crew.desk.get(f"{person.url}/identity/")
    lay(crew, person.registration, "desk-1")
    assert look(crew.desk, f"{person.url}/identity/").json()["go"]
    page = crew.desk.get(f"{person.url}/identity/")
    assert 'src="/card/photo"' in page.response.text
    assert "data-preview-url" in page.response.text
    page = decide(crew, person, result="pass")
    assert page.path == f"{person.url}/overview"
    evidence = person.visit.entries[-1].evidence
    assert (evidence.step, evidence.data["result"], evidence.data["compared_with"]) == ("identity", "pass", "card")
    assert [file.role for file in evidence.attachments] == ["live"], "the card's own picture is not kept here"
    assert person.walk("photo").step == "photo", "the way goes on as before"
    crew.desk.get("/arrivals/")
    lift(crew, crew.desk, "desk-1")


def test_a_mismatch_needs_a_reason_and_a_second_pair_of_eyes(crew: Crew) -> None:
    person = crew.newcomer().walk("materials")
    page = decide(crew, person, result="fail")
    assert page.status == 422
    assert "Write what you saw" in page.text
    page = decide(crew, person, result="fail", reason="脸型不同")
    assert "A second member of staff looks as well" in page.text
    wrong = decide(crew, person, result="fail", reason="脸型不同", second_staff="second", second_pin="000000")
    assert "PIN is wrong" in wrong.text
    same = decide(crew, person, result="fail", reason="脸型不同", second_staff="lead", second_pin="100001")
    assert "must be somebody else" in same.text
    assert all(entry.evidence.step != "identity" for entry in person.visit.entries)
    decide(crew, person, result="fail", reason="脸型不同", second_staff="second", second_pin="300003")
    data = person.visit.entries[-1].evidence.data
    assert (data["result"], data["reason"], data["second"]) == ("fail", "脸型不同", "second")


def test_without_the_cards_picture_even_a_match_needs_two_people(crew: Crew) -> None:
    person = crew.newcomer().walk("materials")
    assert decide(crew, person, result="pass").status == 422
    decide(crew, person, result="pass", reason="与身份证一致", second_staff="second", second_pin="300003")
    assert person.visit.entries[-1].evidence.data["compared_with"] == "document"


def test_without_consent_to_the_face_the_eyes_decide_and_no_picture_is_kept(crew: Crew) -> None:
    person = crew.newcomer()
    person.said["face"] = "refuse"
    person.walk("materials")
    assert "No picture is kept" in crew.desk.get(f"{person.url}/identity/").text
    decide(crew, person, result="pass", reason="与身份证一致", second_staff="second", second_pin="300003")
    assert person.visit.entries[-1].evidence.attachments == ()


def test_somebody_elses_card_is_not_laid_beside_this_face(crew: Crew) -> None:
    person, other = crew.newcomer().walk("materials"), crew.newcomer()
    crew.desk.get(f"{person.url}/identity/")
    lay(crew, other.registration, "desk-1")
    assert look(crew.desk, f"{person.url}/identity/").json()["go"]
    page = crew.desk.get(f"{person.url}/identity/")
    assert "somebody else" in page.text
    assert 'src="/card/photo"' not in page.response.text
    lift(crew, crew.desk, "desk-1")


def test_a_decision_on_an_old_page_is_not_mixed_in(crew: Crew) -> None:
    person = crew.newcomer().walk("materials")
    old = crew.desk.get(f"{person.url}/identity/").form("identity-form")
    answers = {"reason": "看不清", "second_staff": "second", "second_pin": "300003"}
    crew.desk.press(old, result="manual", **answers)
    before = person.visit.last_seq
    assert crew.desk.press(old, result="pass", **answers).status == 409
    assert person.visit.last_seq == before
