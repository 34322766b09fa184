"""Portraits: the checks answer as a person would, and follow what is done to a picture."""

import math
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.base import Pixels
from devices.camera.looks import LOOKS
from devices.errors import CaptureRejectedError, ConfigurationError
from devices.quality.portrait import CHECKS, PortraitReport, PortraitSpec, assess, choose, crop, sharpness
from tests.support.pictures import blurred, demo_frame, framed, gamma, moved, noisy, scaled, turned

SPEC = PortraitSpec()


@pytest.fixture(scope="module")
def demo() -> Pixels:
    return demo_frame(0)


@pytest.fixture(scope="module", params=["astronaut.png", "official1.jpg", "demo"])
def person(request: pytest.FixtureRequest) -> Pixels:
    """Somebody at full resolution."""
    if request.param == "demo":
        return demo_frame(3)
    folder: Path = request.getfixturevalue("testdata")
    return framed(folder / "portraits" / request.param)


def value(report: PortraitReport, code: str) -> float:
    found = next(check.value for check in report.checks if check.code == code)
    assert found is not None
    return found


@pytest.mark.parametrize("number", range(len(LOOKS)))
def test_every_demo_person_passes(number: int) -> None:
    report = assess(demo_frame(number), SPEC)
    assert report.problems == ()
    assert report.ok
    assert report.eyes is not None


def test_every_code_is_answered_once_in_order(demo: Pixels) -> None:
    assert tuple(check.code for check in assess(demo, SPEC).checks) == CHECKS


def test_nobody_is_one_problem_and_nothing_else_is_asked() -> None:
    report = assess(demo_frame(0, "nobody"), SPEC)
    assert report.problems == ("no_face",)
    assert not report.ok
    assert not any(check.ok for check in report.checks)


def test_two_people_are_two() -> None:
    report = assess(demo_frame(4, "two_people"), SPEC)
    assert report.problems[0] == "several_faces"
    assert value(report, "several_faces") == 2


def test_black_is_nobody() -> None:
    assert assess(demo_frame(0, "black"), SPEC).problems == ("no_face",)


def test_a_tiny_or_a_grey_picture_is_answered_too(demo: Pixels) -> None:
    assert assess(np.zeros((3, 2, 3), np.uint8), SPEC).problems == ("low_resolution",)
    assert "no_face" not in assess(cv2.cvtColor(demo, cv2.COLOR_BGR2GRAY).astype(np.uint8), SPEC).problems


@pytest.mark.parametrize("angle", [-9.0, -5.0, 4.0, 8.0])
def test_turning_by_some_degrees_changes_the_roll_by_as_many(person: Pixels, angle: float) -> None:
    upright = assess(person, SPEC)
    assert upright.face is not None
    leaning = assess(turned(person, angle, upright.face.centre), SPEC)
    assert value(leaning, "tilted") - value(upright, "tilted") == pytest.approx(angle, abs=3)


def test_a_head_on_one_side_is_tilted(demo: Pixels) -> None:
    assert "tilted" in assess(turned(demo, 14, (640, 320)), SPEC).problems


@pytest.mark.parametrize("factor", [0.7, 0.85, 1.15])
def test_a_picture_scaled_has_eyes_farther_apart_by_the_same_factor(person: Pixels, factor: float) -> None:
    usual, other = assess(person, SPEC), assess(scaled(person, factor), SPEC)
    assert usual.eyes is not None
    assert other.eyes is not None
    assert other.eyes.distance_px / usual.eyes.distance_px == pytest.approx(factor, rel=0.12)


def test_going_away_is_too_far_and_coming_near_too_close(demo: Pixels) -> None:
    assert "too_far" in assess(scaled(demo, 0.5), SPEC).problems
    assert "too_close" in assess(scaled(demo, 1.9), SPEC).problems


@pytest.mark.parametrize(("right_px", "down_px"), [(220, 0), (-220, 0), (0, 150), (0, -170)])
def test_a_face_moved_aside_is_off_centre(demo: Pixels, right_px: int, down_px: int) -> None:
    assert "off_centre" in assess(moved(demo, right_px, down_px), SPEC).problems


def test_a_face_moved_a_little_is_still_fine(demo: Pixels) -> None:
    assert assess(moved(demo, 60, 10), SPEC).ok


def test_the_more_blur_the_less_sharp(person: Pixels) -> None:
    face = assess(person, SPEC).face
    measured = [sharpness(blurred(person, sigma), face) for sigma in (0, 1, 2, 3, 5)]
    assert measured == sorted(measured, reverse=True)


def test_noise_does_not_pass_for_detail(person: Pixels) -> None:
    face = assess(person, SPEC).face
    assert sharpness(noisy(blurred(person, 3), 8), face) < sharpness(person, face)


def test_out_of_focus_is_blurred(person: Pixels) -> None:
    assert "blurred" in assess(noisy(blurred(person, 4), 2), SPEC).problems


def test_the_light_follows_gamma(person: Pixels) -> None:
    measured = [value(assess(gamma(person, exponent), SPEC), "too_dark") for exponent in (0.6, 0.8, 1.0, 1.4, 1.8)]
    assert measured == sorted(measured, reverse=True)


def test_weak_and_glaring_light_are_refused(demo: Pixels) -> None:
    assert "too_dark" in assess((demo * 0.2).astype(np.uint8), SPEC).problems
    assert "too_bright" in assess(np.clip(demo * 1.45, 0, 255).astype(np.uint8), SPEC).problems


@pytest.mark.parametrize("colour", [(60, 60, 200), (90, 140, 60), (60, 60, 60)])
def test_a_coloured_wall_is_the_wrong_background(demo: Pixels, colour: tuple[int, int, int]) -> None:
    wall = demo.copy()
    wall[:600, :420] = wall[:600, 860:] = colour
    report = assess(wall, SPEC)
    assert report.problems == ("background",)
    assert report.ok, "it warns and does not stop, unless the rules say so"
    assert not assess(wall, replace(SPEC, warn=())).ok
    assert assess(wall, replace(SPEC, warn=(), background=())).ok


def test_a_cluttered_wall_is_uneven(demo: Pixels) -> None:
    wall = demo.copy()
    wall[:600:40, :440] = wall[:600:40, 840:] = 20
    for row in range(0, 600, 40):
        wall[row : row + 20, :440] = wall[row : row + 20, 840:] = 90
    assert "background" in assess(wall, SPEC).problems


def test_looking_where_the_face_was_finds_the_same(person: Pixels) -> None:
    whole = assess(person, SPEC)
    near = assess(person, SPEC, whole.face)
    assert whole.face is not None
    assert near.face is not None
    assert near.face.centre == pytest.approx(whole.face.centre, abs=0.1 * whole.face.width)


def test_a_face_that_left_its_place_is_found_elsewhere(demo: Pixels) -> None:
    before = assess(demo, SPEC).face
    assert assess(moved(demo, 400), SPEC, before).face is not None


def test_the_sharpest_of_a_burst_is_kept(demo: Pixels) -> None:
    place, report = choose([blurred(demo, 3), blurred(demo, 1), demo, blurred(demo, 2)], SPEC)
    assert place == 2
    assert report.ok


def test_the_best_of_bad_ones_comes_with_its_problems() -> None:
    empty = demo_frame(0, "nobody")
    assert choose([empty, empty], SPEC)[1].problems == ("no_face",)


def test_of_no_pictures_none_is_best() -> None:
    with pytest.raises(CaptureRejectedError) as raised:
        choose([], SPEC)
    assert raised.value.code == "no_frame"


def test_the_crop_has_the_size_of_the_rules_and_the_head_in_its_place(demo: Pixels) -> None:
    report = assess(demo, SPEC)
    portrait = crop(demo, report, SPEC)
    assert portrait.shape == (640, 480, 3)
    inside = assess(cv2.copyMakeBorder(portrait, 40, 40, 400, 400, cv2.BORDER_REPLICATE).astype(np.uint8), SPEC)
    assert inside.eyes is not None
    eye_height = (inside.eyes.left[1] + inside.eyes.right[1]) / 2 - 40
    assert 200 <= eye_height <= 300, "between 200 and 300 px from the top, says the norm"


def test_the_crop_is_neither_mirrored_nor_retouched(demo: Pixels) -> None:
    report = assess(demo, SPEC)
    assert report.crop is not None
    spec = replace(SPEC, width_px=round(report.crop.width), height_px=round(report.crop.height))
    top, left = math.floor(report.crop.y), math.floor(report.crop.x)
    expected = demo[top : top + spec.height_px, left : left + spec.width_px]
    assert np.array_equal(crop(demo, report, spec), expected)


def test_nobody_cannot_be_cut_out() -> None:
    empty = demo_frame(0, "nobody")
    with pytest.raises(CaptureRejectedError) as raised:
        crop(empty, assess(empty, SPEC), SPEC)
    assert raised.value.code == "no_face"


@pytest.mark.parametrize(
    "wrong",
    [{"width_px": 0}, {"min_kb": 40}, {"face_share": 0.9}, {"eye_line": 0.1}, {"light_min": 0.9}, {"warn": ("smile",)}],
)
def test_rules_nobody_can_meet_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        replace(SPEC, **wrong)  # type: ignore[arg-type]
