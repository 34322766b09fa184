"""The outline of a page is where a person sees it, and what is no page has none."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.base import Pixels
from devices.camera.paper import paper_on_desk
from devices.camera.stage import Stage
from devices.quality.outline import find_page
from devices.quality.outline_shapes import ordered
from tests.support.papers import desk, loaded, photographed_pages, printed_page, seen_from
from tests.support.pictures import demo_frame, framed, turned

MOST_AWAY = 0.02
"""As a share of the picture's long side: a fiftieth of it is a finger's width on a page."""


def test_the_outline_is_right_on_all_five_photographed_pages(testdata: Path) -> None:
    away = {}
    for path, noted in photographed_pages(testdata).items():
        pixels = loaded(path)
        found = find_page(pixels)
        assert found.ok, f"{path.name}: {found.code}"
        assert found.corners is not None
        assert found.confidence > 0.95
        height, width = pixels.shape[:2]
        away[path.name] = float(np.abs(found.corners - noted * (width, height)).max()) / max(width, height)
    assert len(away) == 5
    assert max(away.values()) < MOST_AWAY, away


@pytest.mark.parametrize("number", range(4))
def test_the_demo_papers_are_found(number: int) -> None:
    found = find_page(paper_on_desk(number))
    assert found.ok
    assert found.confidence > 0.95


@pytest.mark.parametrize("number", range(4))
def test_an_empty_desk_has_no_page(number: int) -> None:
    found = find_page(Stage("page", number).frame("nobody", None))
    assert (found.code, found.corners) == ("no_page", None)
    assert found.confidence < 0.5


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 900, 3), (15, 15, 3)])
def test_a_picture_of_a_pixel_is_no_page(shape: tuple[int, int, int]) -> None:
    assert find_page(np.full(shape, 200, np.uint8)).code == "no_page"


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_a_plain_picture_is_no_page(colour: int) -> None:
    assert find_page(np.full((480, 640, 3), colour, np.uint8)).code == "no_page"


@pytest.mark.parametrize(
    "sheet",
    [(-200, 100, 500, 860), (700, 120, 1500, 900), (300, -150, 900, 700), (300, 300, 900, 1200)],
    ids=["left", "right", "top", "bottom"],
)
def test_a_page_over_the_edge_of_the_picture_is_not_wholly_in_view(sheet: tuple[int, int, int, int]) -> None:
    assert find_page(desk(sheet)).code == "page_cut"


def test_two_pages_are_not_one() -> None:
    assert find_page(desk((80, 120, 560, 800), (700, 130, 1180, 810))).code == "several_pages"


def test_of_a_page_and_a_note_the_page_is_meant() -> None:
    found = find_page(desk((380, 120, 960, 900), (60, 60, 220, 180)))
    assert found.ok
    assert found.corners is not None
    assert found.corners[0] == pytest.approx((380, 120), abs=8)


def test_a_frame_printed_on_the_page_is_not_its_edge() -> None:
    page = printed_page()
    cv2.rectangle(page, (60, 60), (640, 930), (20, 20, 20), 6)
    view, corners = seen_from(page, 0)
    found = find_page(view)
    assert found.corners is not None
    assert float(np.abs(found.corners - corners).max()) < 12


def test_scans_that_fill_the_picture_have_no_outline_to_cut(testdata: Path) -> None:
    for path in sorted((testdata / "scans").glob("*.png")):
        assert not find_page(loaded(path)).ok, path.name


def test_people_are_no_pages(testdata: Path) -> None:
    portraits = [demo_frame(2), *(framed(path) for path in sorted((testdata / "portraits").glob("*"))[:20])]
    wrong = [number for number, picture in enumerate(portraits) if find_page(picture[:, 370:910]).ok]
    assert wrong == []


@pytest.mark.parametrize("angle", [-20.0, -7.0, 11.0])
def test_turning_the_picture_turns_the_outline(angle: float) -> None:
    view = desk((420, 180, 860, 780))
    still, moved = find_page(view), find_page(turned(view, angle, (640, 480)))
    assert still.corners is not None
    assert moved.corners is not None
    matrix = cv2.getRotationMatrix2D((640, 480), -angle, 1)
    expected = ordered((np.c_[still.corners, np.ones(4)] @ matrix.T).astype(np.float32))
    assert float(np.abs(moved.corners - expected).max()) < 8


@pytest.mark.parametrize("factor", [0.4, 2.0])
def test_the_outline_grows_with_the_picture(factor: float) -> None:
    view = desk((420, 180, 860, 780))
    scaled: Pixels = cv2.resize(view, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA).astype(np.uint8)
    usual, other = find_page(view), find_page(scaled)
    assert usual.corners is not None
    assert other.corners is not None
    assert float(np.abs(other.corners / factor - usual.corners).max()) < 6
