"""Light from one side, mirrored lamps, cameras that are mounted or set wrongly, and nobody's face."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.base import Pixels
from devices.camera.spoilt import spoilt
from devices.quality.measures import glare, light, to_grey
from devices.quality.portrait import PortraitReport, PortraitSpec, assess, choose
from tests.support.pictures import demo_frame, framed, noisy, scaled

SPEC = PortraitSpec()


@pytest.fixture(scope="module")
def demo() -> Pixels:
    return demo_frame(0)


@pytest.fixture(scope="module")
def report(demo: Pixels) -> PortraitReport:
    return assess(demo, SPEC)


def shaded(pixels: Pixels, share: float) -> Pixels:
    """Return the picture with its left half in shade."""
    factor = np.ones((1, pixels.shape[1], 1), np.float32)
    middle = pixels.shape[1] // 2
    factor[:, :middle] = 1 - share
    soft = cv2.GaussianBlur(factor, (0, 0), 12).reshape(1, -1, 1)
    return (pixels * soft).astype(np.uint8)


def mirrored_lamp(pixels: Pixels, eye: tuple[float, float], radius: float) -> Pixels:
    """Return the picture with a lamp mirrored in the glass before an eye."""
    place = round(eye[0]), round(eye[1])
    return cv2.circle(pixels.copy(), place, round(radius), (255, 255, 255), -1).astype(np.uint8)


def test_the_more_shade_on_one_side_the_more_uneven(demo: Pixels, report: PortraitReport) -> None:
    assert report.face is not None
    measured = [light(to_grey(shaded(demo, share)), report.face).side_difference for share in (0, 0.2, 0.4, 0.6)]
    assert measured == sorted(measured, reverse=True)


def test_light_from_one_side_is_refused(demo: Pixels) -> None:
    assert "uneven_light" in assess(shaded(demo, 0.6), SPEC).problems
    assert "uneven_light" not in assess(shaded(demo, 0.1), SPEC).problems


def test_official_portraits_are_lit_evenly_enough(testdata: Path) -> None:
    paths = sorted((testdata / "portraits").glob("mp*.jpg"))[:12]
    wrong = [path.name for path in paths if "uneven_light" in assess(framed(path), SPEC).problems]
    assert wrong == []


def test_the_larger_the_mirrored_lamp_the_more_glare(demo: Pixels, report: PortraitReport) -> None:
    assert report.eyes is not None
    assert report.face is not None
    far = report.eyes.distance_px
    pictures = [mirrored_lamp(demo, report.eyes.left, share * far) for share in (0.0, 0.06, 0.1, 0.16)]
    measured = [glare(picture, report.eyes, report.face) for picture in pictures]
    assert measured == sorted(measured)
    assert measured[-1] > 5 * SPEC.glare_max


def test_glasses_that_mirror_a_lamp_are_a_warning_and_no_obstacle(demo: Pixels, report: PortraitReport) -> None:
    assert report.eyes is not None
    x, y = report.eyes.right
    aside = (x + 0.18 * report.eyes.distance_px, y - 0.05 * report.eyes.distance_px)
    found = assess(mirrored_lamp(demo, aside, 0.1 * report.eyes.distance_px), SPEC)
    assert found.problems == ("glare",)
    assert found.ok


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_camera_that_hangs_wrongly_is_told_from_nobody(demo: Pixels, quarters: int) -> None:
    turned = np.ascontiguousarray(np.rot90(demo, quarters))
    _place, found = choose([turned, turned], SPEC)
    assert found.problems == ("camera_turned",)
    assert not found.ok


@pytest.mark.parametrize("size", [(160, 120), (176, 144), (320, 240)])
def test_a_camera_that_gives_tiny_pictures_is_not_the_candidates_fault(demo: Pixels, size: tuple[int, int]) -> None:
    tiny = cv2.resize(demo, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    assert assess(tiny, SPEC).problems == ("low_resolution",)
    small = replace(SPEC, width_px=120, height_px=160, face_share=0.5)
    assert "low_resolution" not in assess(tiny, small).problems


def test_a_4k_frame_is_judged_like_a_small_one(demo: Pixels) -> None:
    large, small = assess(spoilt(demo, "slow_4k"), SPEC), assess(demo, SPEC)
    assert large.ok
    assert large.eyes is not None
    assert small.eyes is not None
    assert large.eyes.distance_px / small.eyes.distance_px == pytest.approx(3, rel=0.08)


def test_the_back_of_a_person_is_nobody(demo: Pixels, report: PortraitReport) -> None:
    """Hair all over where the face was, as from behind."""
    face = report.face
    assert face is not None
    behind = demo.copy()
    axes = round(face.width * 0.62), round(face.height * 0.72)
    cv2.ellipse(behind, (round(face.centre[0]), round(face.centre[1])), axes, 0, 0, 360, (38, 34, 34), -1)
    assert choose([noisy(behind, 3)], SPEC)[1].problems == ("no_face",)


def test_green_is_nobody(demo: Pixels) -> None:
    assert assess(spoilt(demo, "green"), SPEC).problems == ("no_face",)


def test_a_face_far_away_is_enlarged_no_more_than_the_rules_allow(demo: Pixels) -> None:
    found = assess(scaled(demo, 0.5), SPEC)
    assert "too_far" in found.problems
    assert "low_resolution" not in found.problems


def test_rules_for_the_eyes_narrow_the_crop(demo: Pixels) -> None:
    usual, wider = assess(demo, SPEC), assess(demo, replace(SPEC, eye_distance_min=0.22))
    assert usual.crop is not None
    assert wider.crop is not None
    assert wider.eyes is not None
    assert wider.crop.width < usual.crop.width
    assert wider.eyes.distance_px / wider.crop.width == pytest.approx(0.22, abs=0.002)
