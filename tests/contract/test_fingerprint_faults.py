"""What every fingerprint driver on an emulated sensor must survive: its whole list of faults."""

import time
from contextlib import suppress

import numpy as np
import pytest

from devices.base import FingerprintReader, FingerScan
from devices.errors import CaptureRejectedError, ConfigurationError, NotConnectedError, NotRespondingError
from tests.support.sensors import until


class TestEveryFingerprintReaderInTrouble:
    """The demands."""

    @pytest.mark.parametrize(("quality", "code"), [("messy", "messy"), ("few", "too_few_features")])
    def test_a_press_the_sensor_refuses_says_why_and_the_next_one_works(self, wired, quality, code):
        wired.say(quality=[quality, "good"])
        with wired.reader as reader:
            with pytest.raises(CaptureRejectedError) as refused:
                reader.scan(timeout_s=2)
            assert refused.value.code == code
            assert reader.scan(timeout_s=2).template

    @pytest.mark.parametrize("fault", ["silence", "silence_in_picture", "bad_checksum"])
    def test_a_sensor_out_of_its_mind_is_reported_in_three_seconds_and_heals(self, wired, fault):
        with wired.reader as reader:
            wired.say(fault=fault)
            begun = time.monotonic()
            with pytest.raises(NotRespondingError):
                reader.scan(timeout_s=20)
            assert time.monotonic() - begun < 3
            assert (reader.status().state, reader.status().code) == ("trouble", "not_responding")
            wired.say(fault=None)
            assert reader.scan(timeout_s=2).template
            assert reader.status().state == "ready"

    def test_a_sensor_that_is_silent_from_the_start_is_reported_in_three_seconds(self, wired):
        wired.say(fault="silence")
        begun = time.monotonic()
        with pytest.raises(NotRespondingError), wired.reader:
            pass
        assert time.monotonic() - begun < 3
        wired.say()
        with wired.reader as reader:
            assert reader.scan(timeout_s=2).template

    @pytest.mark.parametrize("fault", ["bad_byte", "lost_byte"])
    def test_one_bad_byte_costs_nothing_but_a_moment(self, wired, fault):
        wired.say(finger="A-11", present=True)
        with wired.reader as reader:
            clean = reader.scan(timeout_s=2)
            wired.say(finger="A-11", present=True, fault=fault, fault_times=1)
            assert np.array_equal(reader.scan(timeout_s=2).pixels, clean.pixels)

    @pytest.mark.parametrize("fault", ["bad_byte", "lost_byte"])
    def test_a_line_that_always_garbles_is_reported_and_heals(self, wired, fault):
        with wired.reader as reader:
            wired.say(fault=fault)
            with pytest.raises(NotRespondingError):
                reader.scan(timeout_s=2)
            wired.say()
            assert reader.scan(timeout_s=2).template

    def test_the_command_after_a_garbled_answer_succeeds(self, wired):
        with wired.reader as reader:
            for times in (1, 2):
                wired.say(fault="bad_checksum", fault_times=times)
                with suppress(NotRespondingError):
                    reader.scan(timeout_s=2)
                assert reader.scan(timeout_s=2).template

    def test_answers_that_come_too_late_are_not_taken_for_others(self, wired):
        wired.say(finger="A-11", present=True)
        with wired.reader as reader:
            clean = reader.scan(timeout_s=2)
            wired.say(finger="A-11", present=True, fault="busy", fault_times=1)
            with pytest.raises(NotRespondingError):
                reader.scan(timeout_s=2)
            again = _heal(reader)  # while the answer to a command that was given up is still to come
        assert np.array_equal(again.pixels, clean.pixels)
        assert again.template == clean.template

    def test_a_moment_without_power_costs_one_press_at_most(self, wired):
        with wired.reader as reader:
            wired.say(fault="power_dip")
            with suppress(NotRespondingError):  # an agent meets its sensor anew for each scan and loses nothing
                reader.scan(timeout_s=2)
            assert _heal(reader).template

    def test_another_sensors_answers_are_a_wrong_setting(self, wired):
        with wired.reader as reader:
            wired.say(fault="wrong_address")
            with pytest.raises(ConfigurationError, match="12345678"):
                reader.scan(timeout_s=2)
            assert reader.status().code == "configuration"
            wired.say()
            assert reader.scan(timeout_s=2).template

    def test_a_sensor_that_loses_its_picture_over_the_template_gives_both(self, wired):
        wired.say(finger="A-11", present=True)
        with wired.reader as reader:
            clean = reader.scan(timeout_s=2)
            wired.say(finger="A-11", present=True, fault="image_cleared")
            assert np.array_equal(reader.scan(timeout_s=2).pixels, clean.pixels)

    def test_rubbish_before_an_answer_does_not_matter(self, wired):
        wired.say(fault="garbage")
        with wired.reader as reader:
            assert reader.scan(timeout_s=2).pixels.shape == (288, 256)

    def test_a_sensor_that_takes_no_picture_is_a_refusal(self, wired):
        wired.say(fault="refuse")
        with wired.reader as reader, pytest.raises(CaptureRejectedError) as refused:
            reader.scan(timeout_s=0.2)
        assert refused.value.code == "unusable"

    def test_an_unplugged_reader_says_so_and_works_when_it_is_back(self, wired):
        wired.say(fault="unplugged")
        with pytest.raises(NotConnectedError), wired.reader:
            pass
        assert (wired.reader.status().state, wired.reader.status().code) == ("trouble", "not_connected")
        wired.say()
        with wired.reader as reader:
            assert reader.scan(timeout_s=2).template
        assert wired.reader.status().state == "standby"

    def test_a_cable_pulled_in_the_middle_of_a_picture_says_so_and_works_when_it_is_back(self, wired):
        with wired.reader as reader:
            wired.say(fault="unplugged_in_picture")
            begun = time.monotonic()
            with pytest.raises(NotConnectedError):
                reader.scan(timeout_s=5)
            assert time.monotonic() - begun < 2
            with pytest.raises(NotConnectedError):
                reader.scan(timeout_s=1)
            wired.say()
            until(lambda: wired.emulator.is_plugged_in)
            assert reader.scan(timeout_s=2).template


def _heal(reader: FingerprintReader) -> FingerScan:
    """Return what the next press gives, or the one after it: what staff would do."""
    try:
        return reader.scan(timeout_s=2)
    except NotRespondingError:
        return reader.scan(timeout_s=2)
