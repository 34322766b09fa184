"""更正 by the candidate: what may be asked when, what came of it, and nothing of what is others'."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from region.corrections.deciding import Decision, decide_correction
from region.corrections.requesting import Wish, request_correction
from region.portal.app import PATH as PORTAL
from region.registry.ending import end_review
from region.registry.review_models import CorrectionPictureRow, CorrectionRow
from region.registry.window_models import WindowRow
from tests.support.desks import REVIEWER, VENUE_LEAD, Desk, staff
from tests.support.portal import PAPER, Candidate, PortalRegion, key_of, publish
from tests.support.region_places import Places
from tests.support.registry import FIRST, LEAD, SECOND, YEAR, rules, somebody


@pytest.fixture
def places(embedded_places: Places) -> Places:
    """The acts themselves run on both kinds of places, in `desk/test_corrections.py`."""
    return embedded_places


def send(browser: Candidate, *evidence: tuple[str, bytes], **fields: str) -> TestResponse:
    """Send the form as it was opened last."""
    values = {"field": "diploma_no", "new": "20200001", "reason": "证书上是这样", **fields}
    files = [("evidence", FileStorage(io.BytesIO(content), name)) for name, content in evidence]
    boundary, body = encode_multipart(MultiDict([("csrf_token", browser._token), *values.items(), *files]))
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.client.post(f"{PORTAL}/corrections/new", data=body, content_type=kind)


def asked(browser: Candidate, *evidence: tuple[str, bytes], **fields: str) -> str:
    """Ask, and return the address of the request within the portal."""
    browser.get("/corrections/new")
    response = send(browser, *evidence, **fields)
    assert response.status_code == 303, response.text
    return str(response.location).removeprefix(PORTAL)


def decide(portal: PortalRegion, path: str, said: Decision) -> str:
    registry = portal.registry
    id_ = path.rpartition("/")[2]
    return decide_correction(portal.store, registry.box, registry.rules, YEAR, id_, SECOND, said)


def test_what_a_candidate_asks_for_is_decided_at_the_venue_and_read_here(
    portal: PortalRegion, candidate: Candidate
) -> None:
    """Through the screens of both, from the wrong number to the right one."""
    staff(portal.region)
    assert "/portal/corrections" in candidate.get("/").text
    path = asked(candidate, ("diploma.jpg", PAPER), ("back.png", PAPER))
    text = candidate.get(path).text
    assert "Waits for a decision" in text
    assert "20200001" in text
    for number in (1, 2):
        shown = candidate.get(f"{path}/evidence/{number}.jpg")
        assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert candidate.get(f"{path}/evidence/3.jpg").status_code == 404
    office = Desk(portal.region, REVIEWER)
    id_ = path.rpartition("/")[2]
    office.get(f"/corrections/{YEAR}/{id_}")
    early = office.post(f"/corrections/{YEAR}/{id_}", act="accept", words="")
    assert early.status_code == 409, "it stands at the venue, which decides"
    venue = Desk(portal.region, VENUE_LEAD)
    line = venue.get("/corrections/").text.split('class="review__link" href="')[1].split('"')[0]
    assert "20200001" in venue.get(line).text
    assert venue.get(f"{line}/evidence/2").mimetype == "image/jpeg"
    venue.get(line)
    assert venue.post(line, act="accept", words="与证书一致").status_code == 303
    assert "Corrected" in candidate.get("/corrections").text
    assert "与证书一致" in candidate.get(path).text
    assert portal.registry.case(key_of(portal)).person.fields["diploma_no"] == "20200001"
    assert "20200001" in candidate.get("/").text


def test_a_request_that_was_turned_down_says_why_and_may_be_made_again(
    portal: PortalRegion, candidate: Candidate
) -> None:
    path = asked(candidate)
    assert decide(portal, path, Decision(accept=False, words="请上传毕业证书编号页")) == "rejected"
    assert "请上传毕业证书编号页" in candidate.get(path).text
    assert asked(candidate, ("proof.jpg", PAPER)) != path


def test_numbers_are_not_shown_whole_where_others_look_over_the_shoulder(candidate: Candidate) -> None:
    path = asked(candidate, field="mobile", new="10000000042")
    assert "10000000042" not in candidate.get("/corrections").text
    assert "10000000042" in candidate.get(path).text, "what one has typed has to be read over"
    assert somebody().fields["mobile"] not in candidate.get("/corrections/new").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"field": "reg_no"}, "Choose the field"),
        ({"new": ""}, "Write the new value"),
        ({"new": "x" * 201}, "Write the new value"),
        ({"new": somebody().fields["diploma_no"]}, "says already"),
    ],
)
def test_nonsense_comes_back_with_what_was_typed(
    portal: PortalRegion, candidate: Candidate, fields: dict[str, str], words: str
) -> None:
    candidate.get("/corrections/new")
    response = send(candidate, **fields)
    assert response.status_code == 422
    assert words in response.text
    assert "证书上是这样" in response.text
    assert _rows(portal) == 0


def test_evidence_that_is_an_svg_named_jpg_is_named_and_nothing_is_kept(
    portal: PortalRegion, candidate: Candidate
) -> None:
    candidate.get("/corrections/new")
    response = send(candidate, ("good.jpg", PAPER), ("proof.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    assert response.status_code == 422
    assert "proof.jpg: This file is no picture" in response.text
    assert _rows(portal) == 0
    candidate.get("/corrections/new")
    assert send(candidate, *[("p.jpg", PAPER)] * 4).status_code == 422


def test_the_form_sent_twice_is_one_request(portal: PortalRegion, candidate: Candidate) -> None:
    candidate.get("/corrections/new")
    first, second = send(candidate, ("a.jpg", PAPER)), send(candidate, ("a.jpg", PAPER))
    assert first.location == second.location
    assert _rows(portal) == 1
    with portal.store.read() as session:
        assert len(session.scalars(select(CorrectionPictureRow)).all()) == 1


def test_nobody_reads_what_others_ask_for(portal: PortalRegion, candidate: Candidate) -> None:
    path = asked(candidate, ("a.jpg", PAPER))
    registry = portal.registry
    wish = Wish("school", "别的学校", "")
    of_staff = request_correction(portal.store, registry.box, registry.rules, key_of(portal), FIRST, wish)
    assert candidate.get(f"/corrections/{of_staff}").status_code == 404, "what the venue asks for is the venue's"
    assert "别的学校" not in candidate.get("/corrections").text
    thief = portal.signed_in(1)
    assert thief.get(path).status_code == 404
    assert thief.get(f"{path}/evidence/1.jpg").status_code == 404
    assert "20200001" not in thief.get("/corrections").text


def closing(portal: PortalRegion) -> None:
    now = portal.store.now()
    times = {"opens_at": now - timedelta(days=9), "closes_at": now - timedelta(days=1)}
    with portal.store.write() as session:
        session.add(WindowRow(exam_year=YEAR, venue="", kind="upload", **times))


def ending(portal: PortalRegion) -> None:
    end_review(portal.store, YEAR, LEAD)


def forbidding(portal: PortalRegion) -> None:
    portal.region.clock.advance(minutes=1)
    publish(portal.region, rules().source.replace("[online]", "[online]\ncorrections = { candidate = 'never' }"))


def passing(portal: PortalRegion) -> None:
    key = key_of(portal)
    portal.registry.fill(key)
    portal.registry.wardrobe.submit(key)
    portal.registry.pass_at_venue(key)


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (closing, "ended with the time for uploading"),
        (ending, "The whole review has ended"),
        (forbidding, "Your region takes no corrections here"),
        (passing, "The review has gone on"),
    ],
)
def test_a_closed_phase_says_so_in_words(portal: PortalRegion, candidate: Candidate, happens, words: str) -> None:
    candidate.get("/corrections/new")
    happens(portal)
    refused = send(candidate)  # the form was open before
    assert refused.status_code == 409
    for text in (refused.text, candidate.get("/corrections").text, candidate.get("/corrections/new").text):
        assert words in text
        assert 'name="new"' not in text
    assert _rows(portal) == 0


def test_what_nobody_can_decide_any_more_does_not_wait_for_ever(portal: PortalRegion, candidate: Candidate) -> None:
    path = asked(candidate)
    ending(portal)
    for where in (path, "/corrections"):
        assert "Not decided before the review ended" in candidate.get(where).text


def _rows(portal: PortalRegion) -> int:
    with portal.store.read() as session:
        return len(session.scalars(select(CorrectionRow)).all())
