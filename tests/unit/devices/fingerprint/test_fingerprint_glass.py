"""Fingers come to the emulated sensor and go, by a clock that the test moves."""

import pytest

from devices.fingerprint.emulator.control import Control
from devices.fingerprint.emulator.glass import Glass, Press


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _glass(clock: Clock, control: Control) -> Glass:
    return Glass(lambda: control, ("one", "two"), press_after_s=0.3, clock=clock)


def test_a_finger_comes_a_moment_after_the_scan_begins(clock):
    glass = _glass(clock, Control())
    assert glass.look() is None
    clock.now += 0.2
    assert glass.look() is None
    clock.now += 0.2
    assert glass.look() == Press("one", "good", 0)


def test_after_it_is_lifted_the_next_finger_has_its_turn(clock):
    glass = _glass(clock, Control())
    seen = []
    for _ in range(3):
        glass.look()
        clock.now += 0.4
        seen.append(glass.look())
        glass.lift()
    assert [press.identity for press in seen] == ["one", "two", "one"]
    assert [press.number for press in seen] == [0, 1, 2]


def test_a_scan_that_was_given_up_begins_anew(clock):
    glass = _glass(clock, Control())
    glass.look()
    clock.now += 60
    assert glass.look() is None


def test_a_named_finger_is_pressed_again_and_again(clock):
    glass = _glass(clock, Control(finger=("A-11",), quality=("wet", "good")))
    seen = []
    for _ in range(2):
        glass.look()
        clock.now += 0.4
        seen.append(glass.look())
        glass.lift()
    assert seen == [Press("A-11", "wet", 0), Press("A-11", "good", 1)]


@pytest.mark.parametrize(("present", "expected"), [(True, Press("one", "good", 0)), (False, None)])
def test_a_finger_that_stays_and_one_that_never_comes(clock, present, expected):
    glass = _glass(clock, Control(present=present))
    assert glass.look() == expected
    clock.now += 1
    assert glass.look() == expected
