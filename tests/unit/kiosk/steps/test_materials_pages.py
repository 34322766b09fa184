"""Pages before the document camera and from files: taken, refused in words, turned, taken again."""

from io import BytesIO
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from devices.base import Pixels
from devices.camera.paper import paper_on_desk
from kiosk.step import Actor, StepRejectedError
from kiosk.steps.materials import MaterialsStep
from records.evidence import Evidence
from rules.materials.options import MaterialsOptions
from tests.support.cases import answers_of
from tests.support.fakes import FakeCamera, bench_of
from tests.support.papers import desk, printed_page
from tests.support.step_walk import Walk

DESK = Actor("S-REVIEW1", "初审员测试", frozenset({"REVIEW1"}))
ITEMS: list[dict[str, Any]] = [{"code": "M04", "max": 2}, {"code": "M03"}, {"code": "M18", "images": "never"}]
REASONS = [
    {"code": "any", "words": {"zh": "原因", "en": "reason"}, "applies": ["fail", "pending", "waived", "refusal"]}
]
TWO_PAGES = desk((80, 120, 560, 800), (700, 130, 1180, 810))


@pytest.fixture
def walk() -> Walk:
    return Walk(MaterialsStep(MaterialsOptions.model_validate({"items": ITEMS, "reasons": REASONS, "upright": False})))


def shoot(walk: Walk, *pictures: Pixels, act: str = "shoot:M04") -> list[Evidence]:
    return walk.post({"act": act}, DESK, bench=bench_of(document_camera=FakeCamera(*pictures)))


def picture_of(evidence: Evidence, place: int = -1) -> Image.Image:
    content = evidence.attachments[place].content
    assert content is not None
    return Image.open(BytesIO(content))


def coded(pixels: Pixels) -> bytes:
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()


def test_the_page_is_cut_out_of_the_desk(walk: Walk) -> None:
    (evidence,) = shoot(walk, paper_on_desk(1))
    width, height = picture_of(evidence).size
    assert width / height == pytest.approx(780 / 1103, rel=0.02)
    assert evidence.attachments[0].size_bytes <= 200_000


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (desk(), "No page in view"),
        (desk((-200, 100, 500, 860)), "not wholly in view"),
        (TWO_PAGES, "More than one page"),
        (np.full((1, 1, 3), 200, np.uint8), "No page in view"),
        (np.zeros((720, 1280, 3), np.uint8), "No page in view"),
    ],
    ids=["no page", "cut", "two", "one pixel", "black"],
)
def test_a_view_that_is_not_one_page_is_refused_with_the_way_out(walk: Walk, view: Pixels, said: str) -> None:
    with pytest.raises(StepRejectedError) as refused:
        shoot(walk, view)
    words = refused.value.problems["pages-M04"]
    assert said in words
    assert "take the whole picture" in words
    assert walk.entries == []


def test_the_whole_picture_may_be_taken_whatever_is_in_it(walk: Walk) -> None:
    (evidence,) = shoot(walk, TWO_PAGES, act="whole:M04")
    assert picture_of(evidence).size == (1280, 960)


def test_the_sharpest_of_a_few_frames_is_kept(walk: Walk) -> None:
    sharp, soft = paper_on_desk(1), cv2.GaussianBlur(paper_on_desk(1), (0, 0), 4).astype(np.uint8)
    (evidence,) = shoot(walk, soft, sharp, soft)
    (only_soft,) = shoot(walk, soft)
    spread = [float(np.asarray(picture_of(one).convert("L")).std()) for one in (evidence, only_soft)]
    assert spread[0] > spread[1] + 2


def test_a_page_is_turned_clockwise(walk: Walk) -> None:
    (evidence,) = shoot(walk, paper_on_desk(1))
    (page,) = evidence.attachments
    stored = {page.digest: page.content or b""}
    fields = answers_of({"act": f"turn:M04:{page.digest}"}, actor=DESK)
    answers = type(fields)(fields.fields, DESK, stored=stored.__getitem__)
    (turned,) = walk.step.submit(walk.case, answers, bench_of())
    before, after = picture_of(evidence), picture_of(turned)
    assert after.size == before.size[::-1]
    upright = np.asarray(after.convert("L").rotate(90, expand=True), np.int16)
    assert float(np.abs(upright - np.asarray(before.convert("L"), np.int16)).mean()) < 4
    assert turned.data["pages"] == [turned.attachments[0].digest]


def test_a_page_taken_again_keeps_its_place(walk: Walk) -> None:
    shoot(walk, paper_on_desk(1))
    (two,) = shoot(walk, paper_on_desk(2))
    first, second = (page.digest for page in two.attachments)
    (again,) = shoot(walk, paper_on_desk(3), act=f"retake:M04:{first}")
    digests = [page.digest for page in again.attachments]
    assert len(digests) == 2
    assert digests[1] == second
    assert digests[0] != first


@pytest.mark.parametrize("verb", ["turn", "retake"])
def test_a_page_that_is_gone_is_said_to_be(walk: Walk, verb: str) -> None:
    with pytest.raises(StepRejectedError, match="not there any more"):
        shoot(walk, paper_on_desk(1), act=f"{verb}:M04:sha256-of-nothing")


def test_no_more_pages_than_the_region_takes_come_from_the_camera(walk: Walk) -> None:
    for number in (1, 2):
        shoot(walk, paper_on_desk(number))
    with pytest.raises(StepRejectedError, match="At most 2"):
        shoot(walk, paper_on_desk(3))


def test_papers_that_are_only_checked_are_not_photographed(walk: Walk) -> None:
    with pytest.raises(StepRejectedError, match="only checked"):
        shoot(walk, paper_on_desk(1), act="shoot:M18")


def test_an_uploaded_photograph_of_a_paper_is_cut_out(walk: Walk) -> None:
    (evidence,) = walk.post({}, DESK, {"pages-M04": [coded(paper_on_desk(1))]})
    width, height = picture_of(evidence).size
    assert width / height == pytest.approx(780 / 1103, rel=0.02)


def test_a_picture_of_a_person_with_a_card_is_kept_whole(walk: Walk) -> None:
    (evidence,) = walk.post({}, DESK, {"pages-M03": [coded(paper_on_desk(1))]})
    assert picture_of(evidence).size == (1600, 1200)


def test_a_plain_scan_keeps_its_coded_pixels(walk: Walk) -> None:
    scan = coded(printed_page())
    (evidence,) = walk.post({}, DESK, {"pages-M04": [scan]})
    assert picture_of(evidence).size == (700, 990)
    kept = np.asarray(picture_of(evidence), np.int16)
    assert np.array_equal(kept, np.asarray(Image.open(BytesIO(scan)), np.int16))


def test_going_to_the_camera_saves_what_was_marked(walk: Walk) -> None:
    (evidence,) = walk.post({"act": "paper:M04", "verdict-M04": "pass"}, DESK)
    assert evidence.data["verdict"] == "pass"
    assert walk.post({"act": "paper:M04"}, DESK) == []
