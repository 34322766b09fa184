"""What candidates do with their materials on the pages: every act has a result, and nothing gets round a lock."""

import re
from datetime import timedelta
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from devices.quality import upload
from region.picture_words import FOUND, REFUSALS, WARNINGS
from region.registry.models import PictureRow
from region.registry.reviewing import Said
from region.registry.window_models import WindowRow
from tests.support.hostile import HOSTILE
from tests.support.pages import coded, page
from tests.support.portal import PAPER, Candidate, PortalRegion, fill, item, key_of, pictures, publish
from tests.support.registry import FIRST, YEAR, rules


def test_the_list_says_of_every_item_what_it_is_and_why(portal: PortalRegion, candidate: Candidate) -> None:
    text = candidate.get("/materials").text
    assert "Required of everybody" in item(text, "M02")
    assert "Not uploaded, required" in item(text, "M02")
    assert "If you have one" in item(text, "M05")
    apprentice = portal.signed_in(1, kinds="LV1,TCM_SC")
    assert "Not asked of candidates of this kind: apprenticeship" in item(apprentice.get("/materials").text, "M04")
    soldier = portal.signed_in(2, kinds="LV1,MIL")
    text = soldier.get("/materials").text
    assert "Checked on site, not uploaded" in item(text, "M02")
    assert 'type="file"' not in text


def test_several_pictures_are_kept_in_order_moved_and_deleted(portal: PortalRegion, candidate: Candidate) -> None:
    candidate.get("/materials")
    response = candidate.upload("M04", PAPER, PAPER, PAPER)
    assert response.status_code == 303
    text = candidate.get("/materials").text
    assert item(text, "M04").count("Uploaded") == 3, "each of them has its own result, beside the item"
    assert "Uploaded" not in item(candidate.get("/materials").text, "M04"), "said once"
    first, second, third = pictures(candidate)
    assert candidate.post(f"/pictures/{third}/move", place="0").status_code == 303
    assert pictures(candidate) == [third, first, second]
    assert candidate.post(f"/pictures/{first}/remove").status_code == 303
    assert pictures(candidate) == [third, second]
    assert candidate.post(f"/pictures/{first}/remove").status_code == 404, "it is gone"


def test_one_more_than_the_item_takes_is_refused_and_nothing_is_lost(candidate: Candidate) -> None:
    candidate.get("/materials")
    results = [candidate.said("M02", PAPER)[0] for _picture in range(3)]
    assert [state for state, _text in results].count("bad") == 1
    assert "At most 2 pictures" in results[-1][1]
    candidate.upload("M04", *[PAPER] * 5)
    assert item(candidate.get("/materials").text, "M04").count("At most 4") == 1
    assert len(pictures(candidate)) == 6


def test_what_is_no_picture_is_named_and_not_kept(portal: PortalRegion, candidate: Candidate) -> None:
    candidate.get("/materials")
    for code, make in HOSTILE:
        state, text = candidate.said("M04", make())[0]
        assert state == "bad", code
        assert len(text) > 20
    with portal.store.read() as session:
        assert session.scalars(select(PictureRow)).all() == []


def test_there_are_words_for_every_code() -> None:
    assert set(REFUSALS) == set(upload.REFUSALS)
    assert set(WARNINGS) == set(FOUND) == set(upload.WARNINGS)


@pytest.mark.parametrize("name", ["../../etc/passwd", "x.svg", "<b>.jpg", "考" * 300 + ".jpg"])
def test_the_name_of_a_file_means_nothing(portal: PortalRegion, candidate: Candidate, name: str) -> None:
    candidate.get("/materials")
    assert candidate.upload("M04", PAPER, name=name).status_code == 303
    text = candidate.get("/materials").text
    assert "<b>" not in text
    assert len(pictures(candidate)) == 1


def test_a_form_without_a_file_says_so(candidate: Candidate) -> None:
    candidate.get("/materials")
    candidate.upload("M04")
    assert "Choose a picture first" in candidate.get("/materials").text


def test_what_may_be_wrong_is_named_at_once_and_stays_beside_the_picture(candidate: Candidate) -> None:
    candidate.get("/materials")
    dark = np.asarray(page(600, 800)) // 6
    state, text = candidate.said("M04", coded(Image.fromarray(dark.astype(np.uint8))))[0]
    assert state == "attention"
    assert "too dark" in text
    candidate.get("/materials")
    assert "too dark" in item(candidate.get("/materials").text, "M04")


def test_what_is_shown_is_watermarked_and_what_came_is_kept_untouched(
    portal: PortalRegion, candidate: Candidate
) -> None:
    candidate.get("/materials")
    came = coded(page(600, 800), quality=80, comment=b"as it came")
    candidate.upload("M04", came)
    [shown] = pictures(candidate)
    with portal.store.read() as session:
        row = session.scalars(select(PictureRow)).one()
    box, key = portal.registry.box, key_of(portal)
    assert box.get(portal.store, row.original, str(key)) == came
    clean = Image.open(BytesIO(box.get(portal.store, row.object, str(key)))).convert("RGB")
    for address, size in ((f"/pictures/{shown}.jpg", clean.size), (f"/pictures/{shown}.jpg?small=1", None)):
        response = candidate.get(address)
        assert response.mimetype == "image/jpeg"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        seen = Image.open(BytesIO(response.data))
        assert size in (None, seen.size)
        other = np.asarray(clean.resize(seen.size)).astype(int) - np.asarray(seen.convert("RGB"))
        assert (np.abs(other) > 25).mean() > 0.01, "in the bytes themselves"
    assert max(seen.size) <= 480


def test_submission_is_confirmed_names_what_is_missing_and_locks(portal: PortalRegion, candidate: Candidate) -> None:
    candidate.get("/materials")
    candidate.upload("M02", PAPER)
    candidate.get("/submit")
    refused = candidate.post("/submit")
    assert refused.status_code == 422
    assert 'href="#field-pictures-M02"' in refused.text
    assert 'href="#field-pictures-M04"' in refused.text
    candidate.upload("M02", PAPER)
    candidate.upload("M04", PAPER)
    assert "Submit and lock" in candidate.get("/submit").text
    assert candidate.post("/submit").status_code == 303
    text = candidate.get("/materials").text
    assert "the contents are locked" in text
    assert "Locked, waiting for review" in text
    assert 'type="file"' not in text
    assert candidate.get("/submit").status_code == 303, "nothing is left to submit"
    one = pictures(candidate)[0]
    for act in ("remove", "move"):
        candidate.post(f"/pictures/{one}/{act}", place="1")
        assert "Submitted, and locked" in candidate.get("/materials").text
    assert "Submitted, and locked" in candidate.said("M05", PAPER)[0][1]
    assert len(pictures(candidate)) == 3


def test_what_reviewers_send_back_stands_on_top_and_only_that_is_unlocked(
    portal: PortalRegion, candidate: Candidate
) -> None:
    fill(candidate)
    candidate.get("/submit")
    candidate.post("/submit")
    registry, key = portal.registry, key_of(portal)
    registry.mark_all(key, FIRST, M04="return")
    registry.review.mark(key, "M04", "return", Said("", "请重新拍摄 <b>"), FIRST)
    registry.review.send_back(key, FIRST, registry.revision(key), Said("", "缺页"))
    assert "another picture of 1 material" in candidate.get("/").text
    text = candidate.get("/materials").text
    top = text.split('id="item-')[0]
    assert "请重新拍摄 &lt;b&gt;" in top
    assert "缺页" in top
    assert "Unlocked, to be replaced" in item(text, "M04")
    assert "Locked, accepted" in item(text, "M02")
    assert 'type="file"' not in item(text, "M02")
    candidate.get("/submit")
    assert "ask for another picture" in candidate.post("/submit").text, "unchanged is not enough"
    [*_others, old] = pictures(candidate)
    candidate.post(f"/pictures/{old}/remove")
    candidate.upload("M04", PAPER)
    assert "Replaced, not submitted yet" in candidate.get("/materials").text
    candidate.get("/submit")
    assert candidate.post("/submit").status_code == 303
    assert registry.states(key)["M04"] == "waiting"


def test_nobody_reaches_what_belongs_to_somebody_else(portal: PortalRegion, candidate: Candidate) -> None:
    candidate.get("/materials")
    candidate.upload("M04", PAPER)
    [own] = pictures(candidate)
    thief = portal.signed_in(1)
    thief.get("/materials")
    assert thief.get(f"/pictures/{own}.jpg").status_code == 404
    assert thief.post(f"/pictures/{own}/remove").status_code == 404
    assert thief.post(f"/pictures/{own}/move", place="0").status_code == 404
    assert thief.upload("M31", PAPER).status_code == 404, "no item of the list"
    assert thief.get("/materials/M31/sample.jpg").status_code == 404
    assert thief.get("/pictures/0.jpg").status_code == 404
    assert pictures(candidate) == [own]


def test_no_address_answers_without_a_session_and_none_names_a_registration(portal: PortalRegion) -> None:
    stranger = portal.browser()
    stranger.get("/sign-in")
    app = portal.region.app.wsgi_app.mounts["/portal"]
    with app.test_request_context():
        rules_ = list(app.url_map.iter_rules())
    names = {name for rule in rules_ for name in rule.arguments}
    assert names <= {"code", "picture_id", "filename", "act", "id_", "number"}
    opened = set()
    for rule in rules_:
        path = rule.rule
        for name in rule.arguments:
            path = re.sub(rf"<([^<>]+:)?{name}>", {"act": "book", "number": "1"}.get(name, "M04"), path)
        for method in rule.methods & {"GET", "POST"}:
            response = stranger.get(path) if method == "GET" else stranger.post(path)
            is_sent_away = response.status_code == 303 and response.location.endswith("/sign-in")
            if not is_sent_away:
                opened.add(rule.endpoint)
    assert opened <= {
        "static",
        "sign_in.show",
        "sign_in.begin",
        "sign_in.back",
        "sign_in.signed_out",
        "preferences.change",
    }


def test_a_form_without_its_token_changes_nothing(portal: PortalRegion, candidate: Candidate) -> None:
    candidate.get("/materials")
    candidate._token = "forged"
    assert candidate.upload("M04", PAPER).status_code == 400
    assert candidate.post("/submit").status_code == 400
    assert pictures(candidate) == []


def test_after_the_deadline_the_page_says_so(portal: PortalRegion, candidate: Candidate) -> None:
    now = portal.store.now()
    with portal.store.write() as session:
        times = {"opens_at": now - timedelta(days=9), "closes_at": now - timedelta(days=1)}
        session.add(WindowRow(exam_year=YEAR, venue="", kind="upload", **times))
    text = candidate.get("/materials").text
    assert "The time for uploading is over" in text
    assert "The time for uploading is over" in candidate.said("M04", PAPER)[0][1]


def test_where_the_profile_offers_no_upload_there_is_none(portal: PortalRegion, candidate: Candidate) -> None:
    portal.region.clock.advance(minutes=1)
    publish(portal.region, rules().source.replace("upload = true", "upload = false"))
    text = candidate.get("/").text
    assert "/portal/materials" not in text
    assert "Bring them to the venue" in text
    assert "Bring them to the venue" in candidate.said("M04", PAPER)[0][1]
