"""A camera whose pictures are blank or the same for ever is told from one that works."""

import time

import numpy as np
import pytest

from devices.base import Pixels
from devices.camera.spoilt import spoilt
from devices.camera.watch import Watch
from tests.support.pictures import demo_frame, noisy

GREEN = np.full((720, 1280, 3), (0, 135, 0), np.uint8)
BLACK = np.zeros((720, 1280, 3), np.uint8)


def blank(pixels: Pixels) -> str:
    """Return what is said after the picture has been so for a while."""
    watch = Watch(60)
    watch.look(pixels, may_hold=False)
    watch._blank_since = time.monotonic() - 5 if watch._blank_since else None
    return watch.blank()


def half(pixels: Pixels, other: Pixels) -> Pixels:
    return np.vstack([pixels[:360], other[360:]])


@pytest.mark.parametrize(
    ("pixels", "said"),
    [
        (BLACK, "black"),
        (noisy(BLACK, 2), "black"),
        (GREEN, "green"),
        (noisy(GREEN, 4), "green"),
        (half(demo_frame(1), GREEN), "green"),
        (demo_frame(1), ""),
        (noisy(np.full_like(GREEN, (60, 110, 60)), 3), ""),
        (noisy(np.full_like(GREEN, (40, 130, 40)), 30), ""),
    ],
    ids=["black", "dark", "green", "noisy green", "half green", "person", "green wall", "green coat"],
)
def test_blank_pictures_are_named(pixels: Pixels, said: str) -> None:
    assert blank(pixels) == said


def test_a_few_blank_frames_at_the_beginning_are_no_trouble() -> None:
    watch = Watch(60)
    watch.look(GREEN, may_hold=False)
    assert watch.blank() == ""


def test_the_same_picture_again_is_no_new_one_and_freezes() -> None:
    watch, picture = Watch(0.0), demo_frame(1)
    assert watch.look(picture, may_hold=False)
    assert not watch.look(picture.copy(), may_hold=False)
    time.sleep(0.01)
    assert watch.is_frozen()
    assert watch.look(demo_frame(2), may_hold=False)
    assert not watch.is_frozen()


def test_the_same_blank_picture_is_blank_and_not_frozen() -> None:
    watch = Watch(0.0)
    for _ in range(3):
        assert watch.look(GREEN, may_hold=False)
    assert not watch.is_frozen()


def test_a_still_picture_may_stay() -> None:
    watch, picture = Watch(0.0), demo_frame(1)
    watch.look(picture, may_hold=True)
    assert watch.look(picture, may_hold=True)
    assert not watch.is_frozen()


@pytest.mark.parametrize(
    ("fault", "shape"),
    [
        ("green", (720, 1280)),
        ("sideways", (1280, 720)),
        ("tiny", (120, 160)),
        ("slow_4k", (2160, 3840)),
        ("", (720, 1280)),
    ],
)
def test_the_demo_camera_can_be_all_of_these(fault: str, shape: tuple[int, int]) -> None:
    assert spoilt(demo_frame(1), fault).shape[:2] == shape
