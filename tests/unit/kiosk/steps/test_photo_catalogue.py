"""Published picture rules: every one can be met, says where it stands, and a region may change single numbers."""

import io

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from devices.errors import ConfigurationError
from devices.quality.faces import find_faces
from devices.quality.measures import to_grey
from devices.quality.portrait import PortraitSpec, assess, crop, encode_jpeg
from kiosk.steps.photo import PhotoStep
from rules.steps.portraits import parse_photos, photos
from tests.support.pictures import demo_frame

PUBLISHED = {
    "exam_registration": ((480, 640), 300, (20, 40)),
    "ga_t_461": ((358, 441), 350, (14, 20)),
    "exit_entry": ((354, 472), 300, (30, 45)),
}
ENTRY = """
[[photos]]
code = "own"
name = {{ zh = "自定", en = "Own" }}
source = "here"
{line}
"""


def spec_of(**options: object) -> PortraitSpec:
    spec = PhotoStep.Options.model_validate(options).spec()
    assert isinstance(spec, PortraitSpec)
    return spec


@pytest.mark.parametrize("code", PUBLISHED)
def test_the_published_numbers_are_the_rules(code: str) -> None:
    spec = spec_of(rules=code)
    size, dpi, kilobytes = PUBLISHED[code]
    assert ((spec.width_px, spec.height_px), spec.dpi, (spec.min_kb, spec.max_kb)) == (size, dpi, kilobytes)
    assert photos()[code].source


@pytest.mark.parametrize("code", PUBLISHED)
@pytest.mark.parametrize("number", [0, 3])
def test_a_portrait_meets_size_resolution_and_bytes(code: str, number: int) -> None:
    spec = spec_of(rules=code)
    frame = demo_frame(number)
    report = assess(frame, spec)
    assert report.ok, report.problems
    portrait = crop(frame, report, spec)
    content = encode_jpeg(portrait, spec.min_kb, spec.max_kb, spec.dpi)
    with Image.open(io.BytesIO(content)) as image:
        assert (image.size, image.info["dpi"]) == ((spec.width_px, spec.height_px), (spec.dpi, spec.dpi))
    assert spec.min_kb * 1000 <= len(content) <= spec.max_kb * 1000


def eye_distance_px(code: str, number: int) -> float:
    spec, frame = spec_of(rules=code), demo_frame(number)
    report = assess(frame, spec)
    assert report.eyes is not None
    assert report.crop is not None
    return report.eyes.distance_px * spec.width_px / report.crop.width


@pytest.mark.parametrize("number", range(6))
def test_the_eyes_of_an_exit_entry_picture_are_far_enough_apart(number: int) -> None:
    assert 82 <= eye_distance_px("exit_entry", number) <= 118


@pytest.mark.parametrize("number", range(4))
def test_the_eyes_of_an_identity_card_picture_are_high_enough(number: int) -> None:
    spec, frame = spec_of(rules="ga_t_461"), demo_frame(number)
    portrait = crop(frame, assess(frame, spec), spec)
    framed = np.full((800, 1200, 3), 235, np.uint8)
    framed[100:541, 400:758] = portrait
    (face,) = find_faces(to_grey(framed))
    assert face.eyes is not None
    assert 541 - (face.eyes.left[1] + face.eyes.right[1]) / 2 >= 207


def test_a_region_may_change_single_numbers() -> None:
    spec = spec_of(rules="ga_t_461", max_kb=30, warn=["glare"])
    assert (spec.width_px, spec.max_kb, spec.warn) == (358, 30, ("glare",))


def test_without_a_rule_it_is_the_exam_registrations() -> None:
    assert spec_of() == spec_of(rules="exam_registration")


@pytest.mark.parametrize(
    "options", [{"rules": "ga_t_999"}, {"rules": "ga_t_461", "min_kb": 20}, {"rules": "exit_entry", "face_share": 0.9}]
)
def test_rules_that_do_not_exist_or_contradict_each_other_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PhotoStep.Options.model_validate(options)


@pytest.mark.parametrize("line", ["width = 480", "width_px = 1", 'dpi = "many"', "background = []"])
def test_a_catalogue_with_a_mistake_is_refused(line: str) -> None:
    with pytest.raises(ValidationError):
        parse_photos(ENTRY.format(line=line))


def test_a_catalogue_rule_nobody_can_meet_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="min_kb"):
        parse_photos(ENTRY.format(line="min_kb = 50"))
