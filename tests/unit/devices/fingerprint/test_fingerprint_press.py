"""The prints the project draws."""

import numpy as np
import pytest

from devices.fingerprint.emulator.glass import SHIPPED_FINGERS, Press
from devices.fingerprint.emulator.template import score, template_of
from devices.fingerprint.press import SKINS, press
from devices.fingerprint.synthesis import SHIPPED, ridges
from devices.quality.finger import judge


def test_every_shipped_finger_has_its_print():
    assert {path.stem for path in SHIPPED.glob("*.png")} == set(SHIPPED_FINGERS)


@pytest.mark.parametrize("identity", SHIPPED_FINGERS)
def test_every_shipped_finger_pressed_well_is_good(identity):
    scores = [judge(press(identity, "good", number), 500).score_pct for number in range(3)]
    assert min(scores) >= 80


@pytest.mark.parametrize("quality", sorted(set(SKINS) - {"good"}))
def test_every_bad_press_is_found_bad(quality):
    scores = [judge(press(identity, quality), 500).score_pct for identity in SHIPPED_FINGERS[::3]]
    assert max(scores) <= 50


def test_the_same_press_is_the_same_picture_and_the_next_is_another():
    assert np.array_equal(press("A-11", "good", 1), press("A-11", "good", 1))
    assert not np.array_equal(press("A-11", "good", 1), press("A-11", "good", 2))


def test_a_finger_that_is_not_shipped_grows_and_has_ridges():
    assert judge(press("Z-12"), 500).score_pct >= 70
    assert not np.array_equal(ridges("Z-12"), ridges("Z-13"))


@pytest.mark.parametrize("quality", ["good", "dry", "wet", "partial"])
def test_templates_tell_fingers_apart_however_they_are_pressed(quality):
    templates = {name: template_of(Press(name, quality, 1)) for name in SHIPPED_FINGERS}
    for name, template in templates.items():
        known = template_of(Press(name, "good", 0))
        assert [other for other, its in templates.items() if score(known, its)] == [name]
        assert len(template) == 512
