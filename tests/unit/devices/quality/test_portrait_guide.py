"""The arrow points to where the person before the mirrored picture should move."""

import pytest

from devices.base import Pixels
from devices.quality.portrait import PortraitSpec, assess
from devices.quality.portrait_guide import GUIDES, guide
from tests.support.pictures import demo_frame, moved, scaled, turned

SPEC = PortraitSpec()


@pytest.fixture(scope="module")
def demo() -> Pixels:
    return demo_frame(0)


def shown(pixels: Pixels) -> str:
    found = guide(assess(pixels, SPEC), SPEC)
    assert found in ("", *GUIDES)
    return found


@pytest.mark.parametrize(
    ("right_px", "down_px", "way"), [(220, 0, "right"), (-220, 0, "left"), (0, 150, "up"), (0, -170, "down")]
)
def test_who_stands_aside_is_pointed_to_the_middle(demo: Pixels, right_px: int, down_px: int, way: str) -> None:
    """What is right in the camera's picture is on the person's left, and on the left of the mirrored one."""
    assert shown(moved(demo, right_px, down_px)) == way


def test_near_and_far_are_told_apart(demo: Pixels) -> None:
    assert shown(scaled(demo, 0.5)) == "closer"
    assert shown(scaled(demo, 1.9)) == "back"


def test_a_leaning_head_leans_back(demo: Pixels) -> None:
    assert shown(turned(demo, 12, (640, 320))) == "lean_right"
    assert shown(turned(demo, -12, (640, 320))) == "lean_left"


def test_nothing_is_pointed_out_where_moving_does_not_help(demo: Pixels) -> None:
    assert shown(demo) == ""
    assert shown(demo_frame(0, "nobody")) == ""
    assert shown(demo_frame(0, "two_people")) == ""
    assert shown(scaled(demo, 1.0)[:120, :160]) == ""
