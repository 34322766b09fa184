"""Blurred print and the glare of a lamp are seen; noise is not taken for focus."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.base import Pixels
from devices.camera.paper import paper_on_desk
from devices.quality.legibility import legibility
from devices.quality.page_cut import cut_page
from tests.support.papers import loaded, photographed_pages, printed_page
from tests.support.pictures import blurred, gamma, noisy


@pytest.fixture(scope="module")
def pages(testdata: Path) -> list[Pixels]:
    """Real pages at the size they are read at."""
    cut = [cut_page(loaded(path)).pixels for path in photographed_pages(testdata)]
    scales = [min(1.0, 1240 / min(page.shape[:2])) for page in cut]
    return [
        cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)
        for page, scale in zip(cut, scales, strict=True)
    ]


def sharpness(page: Pixels) -> float:
    found = legibility(page).sharpness
    assert found is not None
    return found


def glaring(page: Pixels, share: float) -> Pixels:
    """Return the page with a lamp's round reflection over a share of it."""
    height, width = page.shape[:2]
    radius = round((share * height * width / np.pi) ** 0.5)
    return cv2.circle(page.copy(), (width // 2, height // 2), radius, (255, 255, 255), -1).astype(np.uint8)


def test_real_pages_in_focus_are_not_warned_about(pages: list[Pixels]) -> None:
    assert [legibility(page).warnings for page in pages] == [()] * 5
    assert all(legibility(cut_page(paper_on_desk(number)).pixels).warnings == () for number in range(4))


def test_pages_out_of_focus_are(pages: list[Pixels]) -> None:
    for page in pages:
        assert legibility(blurred(page, 2.5)).warnings == ("page_blurred",)


def test_the_more_blur_the_less_sharp(pages: list[Pixels]) -> None:
    for page in pages[:3]:
        measured = [sharpness(blurred(page, sigma)) for sigma in (0, 1, 2, 3)]
        assert measured == sorted(measured, reverse=True)


def test_noise_does_not_bring_blurred_print_into_focus(pages: list[Pixels]) -> None:
    for page in pages[:2]:
        assert sharpness(noisy(blurred(page, 2.5), 5)) < sharpness(page)


def test_faint_print_is_as_sharp_as_black_print(pages: list[Pixels]) -> None:
    for page in pages:
        assert sharpness(gamma(page, 0.7)) == pytest.approx(sharpness(page), rel=0.25)


def test_the_larger_the_lamp_the_more_glare() -> None:
    page = printed_page()
    measured = [legibility(glaring((page * 0.85).astype(np.uint8), share)).glare for share in (0.0, 0.02, 0.05, 0.1)]
    assert measured == sorted(measured)
    assert measured[0] < 0.005
    assert legibility(glaring((page * 0.85).astype(np.uint8), 0.03)).warnings == ("page_glare",)


def test_white_scans_do_not_glare(testdata: Path) -> None:
    for path in sorted((testdata / "scans").glob("*.png")):
        assert legibility(loaded(path)).glare == 0, path.name


@pytest.mark.parametrize("shape", [(1, 1, 3), (40, 40, 3), (600, 400, 3)])
def test_an_empty_page_is_neither_sharp_nor_blurred(shape: tuple[int, int, int]) -> None:
    found = legibility(np.full(shape, 230, np.uint8))
    assert (found.sharpness, found.warnings) == (None, ())
