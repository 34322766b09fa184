"""The lines of a page are brought level, and pictures without lines are left alone.

The angles published with the scans are whole degrees, the answers of a program that searches degree by degree; the
rules printed on the very scans run at -1.3, -6.2, 3.4 and 3.4. Both are asked here: the published angle to its own
precision, and the printed rules, measured by another method, within 0.3 degrees.
"""

from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.base import Pixels
from devices.quality.measures import to_grey
from devices.quality.skew import skew_deg, straightened
from tests.support.papers import loaded, printed_page
from tests.support.pictures import demo_frame, noisy

PUBLISHED = {"deskew-1": -1.0, "deskew-3": -6.0, "deskew-5": 3.0, "deskew-7": 3.0}
"""sbrunner/deskew, tests/test_deskew.py."""


def rules_deg(grey: Pixels, near_deg: float) -> float:
    """Return the angle of the longest straight lines printed on a page: an answer that owes nothing to projection."""
    scale = min(1.0, 2000 / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lines = cv2.createLineSegmentDetector().detect(small)[0].reshape(-1, 4)
    across, down = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    angles = (np.degrees(np.arctan2(down, across)) + 90) % 180 - 90
    lengths = np.where(np.abs(angles - near_deg) < 2, np.hypot(across, down), 0)
    longest = np.argsort(-lengths)[:10]
    return float(np.median(angles[longest]))


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_skew_of_a_scan_is_the_published_one_to_its_whole_degree(testdata: Path, name: str) -> None:
    grey = to_grey(loaded(testdata / "scans" / f"{name}.png"))
    assert round(skew_deg(grey)) == PUBLISHED[name]


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_skew_of_a_scan_is_that_of_the_lines_printed_on_it(testdata: Path, name: str) -> None:
    grey = to_grey(loaded(testdata / "scans" / f"{name}.png"))
    assert skew_deg(grey) == pytest.approx(rules_deg(grey, PUBLISHED[name]), abs=0.3)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_straightened_scan_is_level(testdata: Path, name: str) -> None:
    grey = to_grey(loaded(testdata / "scans" / f"{name}.png"))
    assert skew_deg(straightened(grey, skew_deg(grey))) == pytest.approx(0, abs=0.15)


@pytest.mark.parametrize("angle", [-12.0, -3.3, -0.7, 0.0, 1.2, 5.5, 14.0])
def test_turning_a_page_by_some_degrees_changes_its_skew_by_as_many(angle: float) -> None:
    page = to_grey(noisy(printed_page(), 4))
    assert skew_deg(straightened(page, -angle)) == pytest.approx(angle + skew_deg(page), abs=0.15)


def test_a_picture_without_lines_is_not_turned() -> None:
    assert skew_deg(to_grey(demo_frame(1))) == 0
    assert skew_deg(np.full((300, 300), 240, np.uint8)) == 0
    assert skew_deg(np.random.default_rng(1).integers(0, 255, (400, 400)).astype(np.uint8)) == 0
    assert skew_deg(np.zeros((1, 1), np.uint8)) == 0
