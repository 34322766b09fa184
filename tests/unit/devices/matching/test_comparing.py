"""Telling fingers apart, on few of them; bench/finger_matching.py measures the rates that the docs name."""

from itertools import combinations

import cv2
import numpy as np
import pytest

from devices.base import Pixels
from devices.fingerprint.emulator.glass import SHIPPED_FINGERS
from devices.fingerprint.press import blank, press
from devices.matching.comparing import SAME_FROM, likeness
from devices.matching.cylinders import Template, template_of
from devices.matching.minutiae import find_minutiae


def template(pixels: Pixels) -> Template:
    return template_of(find_minutiae(pixels, 500))


@pytest.fixture(scope="module")
def presses() -> dict[tuple[str, int], Template]:
    """Two good presses of every shipped finger, as a sensor of sixteen grey levels sends them."""
    return {
        (name, number): template(press(name, "good", number) // 16 * 17)
        for name in SHIPPED_FINGERS
        for number in (0, 1)
    }


def test_two_presses_of_every_shipped_finger_are_the_same_finger(presses):
    assert min(likeness(presses[name, 0], presses[name, 1]) for name in SHIPPED_FINGERS) >= SAME_FROM


def test_no_two_shipped_fingers_are_the_same(presses):
    pairs = [(one, other) for one, other in combinations(presses, 2) if one[0] != other[0]]
    assert len(pairs) == 264
    assert max(likeness(presses[one], presses[other]) for one, other in pairs) < SAME_FROM


def test_a_print_is_wholly_alike_itself_and_likeness_has_no_order(presses):
    first, second = presses["A-11", 0], presses["A-11", 1]
    assert likeness(first, first) > 0.9
    assert likeness(first, second) == pytest.approx(likeness(second, first), abs=0.02)


@pytest.mark.parametrize("quality", ["dry", "wet"])
def test_a_dry_or_wet_press_is_mostly_recognised(presses, quality):
    alike = [likeness(presses[name, 0], template(press(name, quality, 1))) for name in SHIPPED_FINGERS]
    assert sum(one >= SAME_FROM for one in alike) >= len(alike) * 3 // 4


def test_what_shows_too_little_is_like_nothing(presses):
    assert likeness(template(blank()), presses["A-11", 0]) == 0
    assert likeness(template(press("A-11", "few")), presses["A-11", 0]) < SAME_FROM


def shaken(pixels: Pixels, seed: int) -> Pixels:
    """The print turned, moved and noisy, and no more of it than a sensor's window."""
    random = np.random.default_rng(seed)
    height, width = pixels.shape
    moved = cv2.getRotationMatrix2D((width / 2, height / 2), float(random.normal(0, 5)), 1.0)
    moved[:, 2] += random.normal(0, 8, 2)
    laid = cv2.warpAffine(pixels, moved, (width, height), borderValue=255)
    top, left = max(0, (height - 288) // 2), max(0, (width - 256) // 2)
    noisy = laid[top : top + 288, left : left + 256] + random.normal(0, 8, (min(288, height), min(256, width)))
    return np.clip(noisy, 0, 255).astype(np.uint8)


def test_published_prints_are_told_apart_and_most_are_found_again(testdata):
    paths = sorted(path for path in (testdata / "fingers").iterdir() if path.suffix in (".png", ".pgm"))
    prints = [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in paths]
    whole = [template(print_) for print_ in prints]
    again = [[template(shaken(print_, seed)) for seed in range(2)] for print_ in prints]
    assert len(prints) == 9
    genuine = [likeness(one, other) for one, others in zip(whole, again, strict=True) for other in others]
    strangers = [likeness(one, other[0]) for place, one in enumerate(whole) for other in again[place + 1 :]]
    strangers += [likeness(one, other) for one, other in combinations(whole, 2)]
    assert sum(one >= SAME_FROM for one in genuine) >= len(genuine) * 0.7
    assert max(strangers) < SAME_FROM
