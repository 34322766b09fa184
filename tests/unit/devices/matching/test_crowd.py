"""One print against many."""

import pytest

from devices.fingerprint.emulator.glass import SHIPPED_FINGERS
from devices.fingerprint.press import blank, press
from devices.matching.comparing import SAME_FROM
from devices.matching.crowd import PrintCrowd
from devices.matching.cylinders import Template, template_of
from devices.matching.minutiae import find_minutiae


def template(name: str, number: int, quality: str = "good") -> Template:
    return template_of(find_minutiae(press(name, quality, number), 500))


@pytest.fixture(scope="module")
def crowd() -> PrintCrowd:
    """Every shipped finger, each of another owner, so many times over that the memory has to grow."""
    crowd = PrintCrowd()
    for name in SHIPPED_FINGERS:
        crowd.add(f"owner of {name}", name, template(name, 0))
    filler = template("B-16", 3)
    for number in range(40):
        crowd.add(f"filler {number}", f"filler {number}", filler)
    return crowd


@pytest.mark.parametrize("name", [name for name in SHIPPED_FINGERS if name != "B-16"])
def test_the_one_finger_is_found_and_no_other(crowd, name):
    found = crowd.same_finger("somebody new", template(name, 1))
    assert [one.key for one in found] == [name]
    assert found[0].likeness >= SAME_FROM


def test_ones_own_prints_are_not_looked_at(crowd):
    assert crowd.same_finger("owner of A-11", template("A-11", 1)) == []


def test_a_stranger_is_not_found(crowd):
    assert crowd.same_finger("somebody new", template("Z-12", 0)) == []


def test_several_are_told_the_most_alike_first(crowd):
    found = crowd.same_finger("somebody new", template("B-16", 1))
    assert len(found) > 1
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)


def test_what_shows_too_little_is_neither_kept_nor_found(crowd):
    nothing, before = template_of(find_minutiae(blank(), 500)), len(crowd)
    crowd.add("nobody", "nothing", nothing)
    assert len(crowd) == before
    assert crowd.same_finger("somebody new", nothing) == []
    assert PrintCrowd().same_finger("somebody new", template("A-11", 1)) == []
