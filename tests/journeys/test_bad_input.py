"""Impatient fingers, old pages, wrong numbers, wrong files: each gets words, and nothing is lost."""

import io
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from tests.support.candidates import Candidate, Crew
from tests.support.venue_rig import STAFF, venue_rig
from tests.support.web_pages import Browser, Page


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with venue_rig(tmp_path_factory.mktemp("venue")) as rig:
        yield Crew.at(rig)


def count(person: Candidate, step: str) -> int:
    return sum(entry.evidence.step == step for entry in person.visit.entries)


def test_a_repeated_click_saves_once(crew: Crew) -> None:
    person = crew.newcomer()
    page = person.identify(by="id_no")
    form = page.form("step-form")
    with ThreadPoolExecutor(3) as clicks:
        answers = [crew.kiosk.raw("POST", form.action, data=dict(form.fields)) for _click in range(2)]
        list(clicks.map(lambda _n: crew.kiosk.raw("POST", form.action, data=dict(form.fields)), range(3)))
    assert {answer.status_code for answer in answers} == {303}
    assert count(person, "arrival") == 1
    first = crew.kiosk.get(f"{person.url}/").form("step-form")
    sent = dict(first.fields) | {"act": "next"}
    statuses = [crew.kiosk.send(first.action, sent).status for _click in range(3)]
    assert statuses == [200, 409, 409]
    assert count(person, "form") == 1
    person.walk("materials")
    papers = person.at_desk().form("step-form")
    sent = dict(papers.fields) | {"act": "all_pass"}
    pages = [crew.desk.send(papers.action, sent) for _click in range(2)]
    assert [(page.status, page.step) for page in pages] == [(200, "signature"), (409, "materials")]
    assert len({entry.evidence.part for entry in person.visit.entries if entry.evidence.step == "materials"}) == count(
        person, "materials"
    )


def test_the_back_button_shows_an_old_page_that_does_no_harm(crew: Crew) -> None:
    person = crew.newcomer()
    person.arrive()
    old = crew.kiosk.get(f"{person.url}/").form("step-form")
    person.confirm()
    before = person.visit.last_seq
    page = crew.kiosk.send(old.action, dict(old.fields) | {"act": "next", "correct-mobile": "yes"})
    assert (page.step, person.visit.last_seq) == ("consent", before)
    notice = page.form("step-form")
    person.consent()
    before = person.visit.last_seq
    page = crew.kiosk.send(notice.action, dict(notice.fields) | {"face": "refuse"})
    assert (page.path, person.visit.last_seq) == (f"{person.url}/wait", before)


def test_two_desks_with_the_same_candidate_mix_nothing(crew: Crew) -> None:
    person = crew.newcomer().walk("materials")
    other = crew.rig.browser("desk-2", "review")
    ours, theirs = person.at_desk().form("step-form"), other.get(f"{person.url}/").form("step-form")
    decided = {"verdict-M01": "waived", "reason-M01": "verified_online", "note-M01": "窗口二的备注"}
    other.press(theirs, "act=save", **decided)
    before = person.visit.last_seq
    page = crew.desk.press(ours, "act=all_pass", **{"note-M02": "我们写的备注"})
    assert page.status == 409
    assert "at another station meanwhile" in page.text
    assert person.visit.last_seq == before
    fresh = page.form("step-form")
    assert fresh.value("note-M02") == "我们写的备注", "what was typed stays"
    assert {name: fresh.value(name) for name in decided} == decided, "what the other desk saved stays as well"
    crew.desk.press(fresh, "act=all_pass")
    assert person.step == "signature"
    page = other.press(theirs, "act=save", **{"verdict-M01": "pass"})
    assert person.step == "signature"
    assert "already done" in page.text or "at another station" in page.text


def test_two_desks_that_call_the_next_at_once_get_two_people(crew: Crew) -> None:
    people = [crew.newcomer() for _person in range(2)]
    for person in people:
        person.walk("materials")
    desks = [crew.desk, crew.rig.browser("desk-2", "review")]
    buttons = [desk.get("/desk/").form(action="/desk/next") for desk in desks]
    with ThreadPoolExecutor(2) as pool:
        pages: list[Page] = list(pool.map(lambda pair: pair[0].press(pair[1]), zip(desks, buttons, strict=True)))
    opened = {page.path for page in pages}
    assert all("/steps/materials" in path for path in opened), [page.text[:200] for page in pages]
    assert len(opened) == 2


@pytest.mark.parametrize("step", ["photo", "signature", "consent"])
def test_a_step_cannot_be_skipped_by_its_address(crew: Crew, step: str) -> None:
    person = crew.newcomer()
    person.arrive()
    before = person.visit.last_seq
    for browser in (crew.kiosk, crew.desk):
        assert browser.get(f"{person.url}/steps/{step}").step == "form"
        data = {"csrf_token": browser.token(), "after": str(before), "act": "take", "face": "agree"}
        assert browser.send(f"{person.url}/steps/{step}", data).step == "form"
    assert crew.kiosk.get(f"{person.url}/done").step == "form"
    assert person.visit.last_seq == before
    assert crew.desk.get(f"{person.url}/steps/nonsense").status == 404


def test_a_kiosk_cannot_open_the_candidate_of_another_kiosk(crew: Crew) -> None:
    person = crew.newcomer()
    person.arrive()
    strange = crew.rig.browser("kiosk-2")
    strange.press(strange.get("/").form(action="/sign-out")) if "Sign out" in strange.page.text else None
    token = strange.get("/kiosk/identify").form("step-form").value("csrf_token")
    for path in ("/", "/steps/form", "/wait", "/done", "/receipt.pdf", "/ticket.pdf", "/slip.pdf"):
        assert strange.get(f"{person.url}{path}").status == 403
    answer = strange.send(f"{person.url}/steps/form", {"csrf_token": token, "after": "1", "act": "next"})
    assert answer.status == 403
    assert "This is not allowed here" in answer.text
    assert count(person, "form") == 0
    crew.kiosk.press(crew.kiosk.get("/kiosk/ticket").form(action="/kiosk/leave"))
    assert crew.kiosk.get(f"{person.url}/").status == 403, "the kiosk has forgotten its candidate"


def test_a_guide_who_opens_a_step_of_others_is_led_somewhere(crew: Crew) -> None:
    person = crew.newcomer().walk("materials")
    guide = crew.rig.browser("desk-2", "guide")
    page = guide.get(f"{person.url}/")
    assert (page.status, page.path) == (200, f"{person.url}/overview")
    data = {"csrf_token": guide.token(), "after": str(person.visit.last_seq), "act": "all_pass"}
    assert guide.send(f"{person.url}/steps/materials", data).path == f"{person.url}/overview"
    assert person.step == "materials"


def test_five_wrong_pins_lock_the_name_and_time_opens_it(crew: Crew) -> None:
    browser = crew.rig.browser()

    def sign_in(pin: str) -> Page:
        return browser.press(browser.get("/pair").form("pair-form"), station="desk-2", staff="second", pin=pin)

    words = [sign_in("999999").text for _try in range(5)]
    assert all("Name or PIN is wrong." in text for text in words[:4])
    assert "Too many wrong PINs. Try again after 09:05" in words[4]
    locked = sign_in(STAFF["second"][0])
    assert (locked.status, "Too many wrong PINs." in locked.text) == (422, True)
    crew.rig.clock.forward(minutes=5, seconds=1)
    assert sign_in(STAFF["second"][0]).path == "/desk/"


def test_guessing_many_pins_at_once_locks_the_name_all_the_same(crew: Crew) -> None:
    browsers = [crew.rig.browser() for _browser in range(6)]
    forms = [browser.get("/pair").form("pair-form") for browser in browsers]

    def guess(pair: tuple[Browser, int]) -> str:
        browser, number = pair
        return browser.press(forms[number], station="desk-2", staff="guide", pin=f"90000{number}").text

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(guess, [(browser, number) for number, browser in enumerate(browsers)]))
    member = crew.rig.venue.book.get("guide")
    assert member is not None
    assert member.locked_until is not None
    crew.rig.clock.forward(minutes=6)


@pytest.mark.parametrize(("by", "number"), [("tail", "000000"), ("id_no", "990101190001010009"), ("reg_no", "'; --")])
def test_an_unknown_number_says_what_to_do(crew: Crew, by: str, number: str) -> None:
    page = crew.kiosk.press(crew.kiosk.get(f"/kiosk/identify?by={by}").form("step-form"), number=number)
    assert page.status == 422
    assert "No registration with this number. Check it and type it again, or call the staff." in page.text
    assert page.form("step-form").value("number") == number


def test_staff_who_search_in_vain_are_told_what_else_to_try(crew: Crew) -> None:
    form = crew.desk.get("/search/").form(action="/search/")
    assert "Nothing found." in crew.desk.press(form, text="不存在的人").text


def picture(width_px: int = 1200, height_px: int = 1600, quality: int = 97) -> bytes:
    """A page with lines and a grainy half, as a phone takes it."""
    pixels = np.full((height_px, width_px), 235, np.uint8)
    pixels[::24, 60:-60] = 40
    pixels[:, : width_px // 2] -= np.random.default_rng(5).integers(0, 30, (height_px, width_px // 2), dtype=np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "JPEG", quality=quality)
    return content.getvalue()


def plain(width_px: int, height_px: int) -> bytes:
    content = io.BytesIO()
    Image.new("L", (width_px, height_px), 200).save(content, "PNG", compress_level=1)
    return content.getvalue()


def upload(crew: Crew, person: Candidate, content: bytes, name: str = "scan.jpg") -> Page:
    form = person.at_desk().form("step-form")
    return crew.desk.press(form, "act=save", {"pages-M02": (name, content, "image/jpeg")}, **{"note-M11": "写好的备注"})


@pytest.fixture(scope="module")
def papers(crew: Crew) -> Candidate:
    """Somebody whose papers are being checked."""
    return crew.newcomer().walk("materials")


@pytest.mark.parametrize("size_px", [(3000, 4000), (7400, 5500)], ids=["a phone's", "forty megapixels"])
def test_a_large_picture_is_made_to_fit(crew: Crew, size_px: tuple[int, int]) -> None:
    person = crew.newcomer().walk("materials")
    upload(crew, person, picture(*size_px, quality=97 if size_px[0] < 4000 else 60))
    (kept,) = [entry.evidence.attachments[0] for entry in person.visit.entries if entry.evidence.part == "M02"]
    assert kept.size_bytes <= 200_000
    shown = crew.desk.raw("GET", f"{person.url}/files/{kept.digest}")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")


@pytest.mark.parametrize(
    ("make", "name", "words"),
    [
        (lambda: plain(8800, 7200), "huge.png", "The picture has too many pixels."),
        (lambda: picture()[:60_000], "half.jpg", "The picture did not arrive whole or is damaged."),
        (lambda: b"%PDF-1.7 not a picture at all", "renamed.jpg", "Only JPEG and PNG pictures can be kept."),
        (lambda: b"\xff\xd8\xff\xe0 nonsense behind a jpeg's first bytes", "broken.jpg", "picture"),
        (lambda: plain(20, 20), "tiny.png", "The picture is too small to be read."),
    ],
    ids=["sixty megapixels", "truncated", "renamed", "broken", "tiny"],
)
def test_a_file_that_cannot_be_used_says_why(
    crew: Crew, papers: Candidate, make: Callable[[], bytes], name: str, words: str
) -> None:
    before = papers.visit.last_seq
    page = upload(crew, papers, make(), name)
    assert page.status == 422
    assert words in page.text
    assert page.form("step-form").value("note-M11") == "写好的备注", "what was typed stays"
    assert papers.visit.last_seq == before


def test_an_upload_of_fifty_megabytes_is_answered_in_words_and_loses_nothing(crew: Crew, papers: Candidate) -> None:
    before = papers.visit.last_seq
    page = upload(crew, papers, b"\xff\xd8" + bytes(50 * 1024 * 1024))
    assert "The files are too large together." in page.text
    assert (page.step, papers.visit.last_seq) == ("materials", before)
    roster = crew.desk.get("/admin/roster")
    form = next(form for form in roster.forms if form.action == "")
    page = crew.desk.press(form, "", {"file": ("roster.xlsx", bytes(50 * 1024 * 1024), "application/zip")})
    assert page.status == 413
    assert "Choose a smaller file and send it again." in page.text


def test_a_roster_that_is_none_says_what_is_wrong(crew: Crew) -> None:
    roster = crew.desk.get("/admin/roster")
    form = next(form for form in roster.forms if form.action == "")
    page = crew.desk.press(form, "", {"file": ("roster.xlsx", b"PK\x03\x04 not a workbook", "application/zip")})
    assert page.status == 422
    assert "field-file-problem" in page.response.text


def test_a_form_without_its_token_is_answered_in_words_at_a_kiosk_as_a_kiosks_page(crew: Crew) -> None:
    person = crew.newcomer()
    person.arrive()
    page = crew.kiosk.send(f"{person.url}/steps/form", {"after": "1", "act": "next"})
    assert page.status == 400
    assert "This page was open too long" in page.text
    assert 'data-device="kiosk"' in page.response.text
    assert count(person, "form") == 0


def test_what_went_wrong_is_logged_without_personal_data(
    crew: Crew, papers: Candidate, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="kiosk"):
        crew.desk.press(crew.desk.get("/search/").form(action="/search/"), text=papers.registration.fields["name"])
        upload(crew, papers, b"not a picture", f"{papers.registration.fields['name']}.jpg")
        crew.desk.get("/visits/made-up/")
    fields = papers.registration.fields
    assert "NoSuchVisitError" in caplog.text
    assert not any(fields[name] in caplog.text for name in ("name", "id_no", "mobile"))
