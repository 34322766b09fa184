"""Where ridges end and fork."""

import cv2
import numpy as np
import pytest

from devices.fingerprint.press import WINDOW_HEIGHT_PX, WINDOW_WIDTH_PX, blank, press
from devices.matching.minutiae import ENDING, FORK, MOST, find_minutiae
from devices.matching.ridges import thinned


def stripes(height: int = 200, width: int = 240) -> np.ndarray:
    """Level ridges, nine pixels apart, without any minutia."""
    rows = np.arange(height)[:, None]
    return np.tile(127 - 110 * np.cos(rows / 9 * 2 * np.pi), (1, width)).astype(np.uint8)


def with_an_ending() -> np.ndarray:
    """Level ridges of which one ends in the middle: from there on to the right it is valley."""
    picture = stripes()
    picture[95:104, 120:] = 237
    return picture


def test_plain_ridges_have_no_minutiae():
    assert len(find_minutiae(stripes(), 500)) == 0


def test_a_ridge_that_ends_is_found_where_it_ends_and_points_into_the_ridge():
    found = find_minutiae(with_an_ending(), 500)
    near = np.hypot(found.x - 120, found.y - 99) < 12
    assert near.sum() == 1
    assert found.kind[near][0] == ENDING
    assert np.cos(found.angle[near][0]) < -0.95, "the ridge lies to the left of its tip"


def test_the_same_in_negative_is_a_fork_with_the_same_direction():
    found = find_minutiae(255 - with_an_ending(), 500)
    near = np.hypot(found.x - 120, found.y - 99) < 12
    assert near.sum() == 1
    assert found.kind[near][0] == FORK
    assert np.cos(found.angle[near][0]) < -0.95


@pytest.mark.parametrize("picture", [blank(), np.zeros((288, 256), np.uint8), np.full((40, 40), 255, np.uint8)])
def test_where_there_is_no_print_there_are_none(picture):
    assert len(find_minutiae(picture, 500)) == 0


def test_a_press_has_as_many_as_people_have_and_all_lie_inside():
    found = find_minutiae(press("A-11"), 500)
    assert 20 <= len(found) <= MOST
    assert found.x.max() < WINDOW_WIDTH_PX
    assert found.y.max() < WINDOW_HEIGHT_PX
    assert (found.width_px, found.height_px) == (WINDOW_WIDTH_PX, WINDOW_HEIGHT_PX)
    assert list(found.quality) == sorted(found.quality, reverse=True)


def test_most_are_found_again_in_the_print_turned_over():
    print_ = press("D-11")
    found, turned = find_minutiae(print_, 500), find_minutiae(print_[::-1, ::-1], 500)
    height, width = print_.shape
    back = (width - 1 - turned.x) + 1j * (height - 1 - turned.y)
    apart = np.abs((found.x + 1j * found.y)[:, None] - back[None, :]).min(axis=1)
    assert (apart <= 4).mean() > 0.8


def test_another_resolution_is_brought_to_500_ppi():
    print_ = press("C-16")
    finer = cv2.resize(print_, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    found = find_minutiae(finer, 1000)
    assert (found.width_px, found.height_px) == (WINDOW_WIDTH_PX, WINDOW_HEIGHT_PX)
    assert abs(len(found) - len(find_minutiae(print_, 500))) <= 12


def test_thinning_leaves_lines_one_pixel_thin_and_whole():
    bar = np.zeros((40, 60), np.uint8)
    bar[10:19, 5:55] = 1
    thin = thinned(bar)
    assert cv2.connectedComponents(thin, connectivity=8)[0] == 2
    assert thin.sum() < 60
    assert not np.any(thin[:-1, :-1] & thin[1:, :-1] & thin[:-1, 1:] & thin[1:, 1:])
