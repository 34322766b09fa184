"""What every fingerprint driver must do, run against each of them."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from devices.base import ScanProgress
from devices.errors import BusyError, CaptureRejectedError, NotConnectedError, NotRespondingError
from devices.quality.finger import judge
from devices.registry import DRIVERS
from tests.support.agents import Agent
from tests.support.sensors import (
    Plugged,
    agent_with_reader,
    emulated,
    r30x_on_loopback,
    r30x_on_pseudo_terminal,
    through_an_agent,
    until,
)

PLUGS = {
    "fingerprint.r30x": {"pty": r30x_on_pseudo_terminal, "socket": r30x_on_loopback},
    "fingerprint.emulated": {"own sensor": emulated},
    "fingerprint.remote": {"agent": through_an_agent},
}
"""How each driver gets a sensor that can be told what to do. A new driver needs a line here."""

CASES = [(driver, plug) for driver in DRIVERS if driver.startswith("fingerprint.") for plug in PLUGS.get(driver, ["?"])]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    """The agent of all tests: a process of its own, which finds another sensor at its port each time."""
    with agent_with_reader(tmp_path_factory.mktemp("agent")) as agent:
        yield agent


@pytest.fixture(params=CASES, ids="-".join)
def plugged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plugged]:
    driver, plug = request.param
    shared = [request.getfixturevalue("served")] if driver == "fingerprint.remote" else []
    with PLUGS[driver][plug](tmp_path, *shared) as plugged:
        assert plugged.reader.driver == driver
        yield plugged


class CalledOffError(Exception):
    """What a screen may raise to end a scan."""


class TestEveryFingerprintReader:
    """The demands."""

    def test_a_closed_reader_scans_nothing(self, plugged):
        with pytest.raises(NotConnectedError):
            plugged.reader.scan(timeout_s=1)

    def test_a_closed_reader_compares_nothing(self, plugged):
        with pytest.raises(NotConnectedError):
            plugged.reader.is_same_finger(b"one", b"other")

    def test_a_scan_is_a_grey_picture_with_its_template_and_origin(self, plugged):
        with plugged.reader as reader:
            scan = reader.scan(timeout_s=2)
        assert scan.pixels.dtype == np.uint8
        assert scan.pixels.shape == (288, 256)
        assert scan.resolution_ppi == 500
        assert len(scan.template) == 512
        assert scan.device_id
        assert scan.taken_at.utcoffset() is not None

    def test_the_print_is_told_of_while_it_arrives_and_last_of_all_whole(self, plugged):
        told: list[ScanProgress] = []
        with plugged.reader as reader:
            scan = reader.scan(timeout_s=2, on_progress=told.append)
        assert [progress.rows_done for progress in told] == sorted(progress.rows_done for progress in told)
        assert (told[-1].is_pressed, told[-1].rows_done, told[-1].rows) == (True, *2 * (scan.pixels.shape[0],))
        assert np.array_equal(told[-1].pixels, scan.pixels)
        for progress in told:
            assert np.array_equal(progress.pixels[: progress.rows_done], scan.pixels[: progress.rows_done])
            assert np.all(progress.pixels[progress.rows_done :] == 255)

    @pytest.mark.parametrize("at", ["waiting", "first rows", "all rows"])
    def test_a_scan_that_is_called_off_ends_as_it_was_told_and_the_next_one_works(self, plugged, at):
        plugged.say(finger="A-11", present=at != "waiting")

        def call_off(progress: ScanProgress) -> None:
            if {"waiting": True, "first rows": progress.rows_done > 9, "all rows": progress.rows_done == 288}[at]:
                raise CalledOffError

        with plugged.reader as reader:
            with pytest.raises(CalledOffError):
                reader.scan(timeout_s=5, on_progress=call_off)
            plugged.say(finger="A-11", present=True)
            assert reader.scan(timeout_s=2).template
            assert reader.status().state == "ready"

    def test_a_good_press_is_good_enough(self, plugged):
        with plugged.reader as reader:
            scan = reader.scan(timeout_s=2)
        assert judge(scan.pixels, scan.resolution_ppi).score_pct >= 55

    @pytest.mark.parametrize(
        ("quality", "reason"),
        [("dry", "too_dry"), ("wet", "too_wet"), ("partial", "too_small"), ("off_centre", "off_centre")],
    )
    def test_a_bad_press_is_read_and_found_bad_for_its_reason(self, plugged, quality, reason):
        plugged.say(quality=quality)
        with plugged.reader as reader:
            scan = reader.scan(timeout_s=2)
        found = judge(scan.pixels, scan.resolution_ppi)
        assert found.score_pct < 50
        assert reason in found.reasons

    def test_two_presses_of_a_finger_are_the_same_finger_and_another_is_not(self, plugged):
        plugged.say(finger=["A-11", "A-11", "B-11"])
        with plugged.reader as reader:
            first, again, other = (reader.scan(timeout_s=2) for _ in range(3))
            assert not np.array_equal(first.pixels, again.pixels)
            assert reader.is_same_finger(first.template, again.template)
            assert not reader.is_same_finger(first.template, other.template)
            assert not reader.is_same_finger(first.template, b"")

    @pytest.mark.parametrize(("quality", "code"), [("messy", "messy"), ("few", "too_few_features")])
    def test_a_press_the_sensor_refuses_says_why_and_the_next_one_works(self, plugged, quality, code):
        plugged.say(quality=[quality, "good"])
        with plugged.reader as reader:
            with pytest.raises(CaptureRejectedError) as refused:
                reader.scan(timeout_s=2)
            assert refused.value.code == code
            assert reader.scan(timeout_s=2).template

    def test_nobody_pressing_is_said_in_time_and_is_no_trouble(self, plugged):
        plugged.say(present=False)
        with plugged.reader as reader:
            begun = time.monotonic()
            with pytest.raises(CaptureRejectedError) as refused:
                reader.scan(timeout_s=0.3)
            assert 0.3 <= time.monotonic() - begun < 1
            assert refused.value.code == "no_finger"
            assert reader.status().state == "ready"
            plugged.say(present=True)
            assert reader.scan(timeout_s=2).template

    @pytest.mark.parametrize("fault", ["silence", "silence_in_picture", "bad_checksum"])
    def test_a_sensor_out_of_its_mind_is_reported_in_three_seconds_and_heals(self, plugged, fault):
        with plugged.reader as reader:
            plugged.say(fault=fault)
            begun = time.monotonic()
            with pytest.raises(NotRespondingError):
                reader.scan(timeout_s=20)
            assert time.monotonic() - begun < 3
            assert (reader.status().state, reader.status().code) == ("trouble", "not_responding")
            plugged.say(fault=None)
            assert reader.scan(timeout_s=2).template
            assert reader.status().state == "ready"

    def test_a_sensor_that_is_silent_from_the_start_is_reported_in_three_seconds(self, plugged):
        plugged.say(fault="silence")
        begun = time.monotonic()
        with pytest.raises(NotRespondingError), plugged.reader:
            pass
        assert time.monotonic() - begun < 3
        plugged.say()
        with plugged.reader as reader:
            assert reader.scan(timeout_s=2).template

    @pytest.mark.parametrize("fault", ["bad_byte", "lost_byte"])
    def test_one_bad_byte_costs_nothing_but_a_moment(self, plugged, fault):
        plugged.say(finger="A-11", present=True)
        with plugged.reader as reader:
            clean = reader.scan(timeout_s=2)
            plugged.say(finger="A-11", present=True, fault=fault, fault_times=1)
            assert np.array_equal(reader.scan(timeout_s=2).pixels, clean.pixels)

    @pytest.mark.parametrize("fault", ["bad_byte", "lost_byte"])
    def test_a_line_that_always_garbles_is_reported_and_heals(self, plugged, fault):
        with plugged.reader as reader:
            plugged.say(fault=fault)
            with pytest.raises(NotRespondingError):
                reader.scan(timeout_s=2)
            plugged.say()
            assert reader.scan(timeout_s=2).template

    def test_rubbish_before_an_answer_does_not_matter(self, plugged):
        plugged.say(fault="garbage")
        with plugged.reader as reader:
            assert reader.scan(timeout_s=2).pixels.shape == (288, 256)

    def test_a_sensor_that_takes_no_picture_is_a_refusal(self, plugged):
        plugged.say(fault="refuse")
        with plugged.reader as reader, pytest.raises(CaptureRejectedError) as refused:
            reader.scan(timeout_s=0.2)
        assert refused.value.code == "unusable"

    def test_an_unplugged_reader_says_so_and_works_when_it_is_back(self, plugged):
        plugged.say(fault="unplugged")
        with pytest.raises(NotConnectedError), plugged.reader:
            pass
        assert (plugged.reader.status().state, plugged.reader.status().code) == ("trouble", "not_connected")
        plugged.say()
        with plugged.reader as reader:
            assert reader.scan(timeout_s=2).template
        assert plugged.reader.status().state == "standby"

    def test_a_cable_pulled_in_the_middle_of_a_picture_says_so_and_works_when_it_is_back(self, plugged):
        with plugged.reader as reader:
            plugged.say(fault="unplugged_in_picture")
            begun = time.monotonic()
            with pytest.raises(NotConnectedError):
                reader.scan(timeout_s=5)
            assert time.monotonic() - begun < 2
            with pytest.raises(NotConnectedError):
                reader.scan(timeout_s=1)
            plugged.say()
            until(lambda: plugged.emulator.is_plugged_in)
            assert reader.scan(timeout_s=2).template

    def test_a_reader_in_use_is_busy_for_others_and_free_afterwards(self, plugged):
        with plugged.reader:
            refusals: list[Exception] = []
            other = threading.Thread(target=_enter, args=(plugged, refusals))
            other.start()
            other.join()
            assert [type(refusal) for refusal in refusals] == [BusyError]
        with plugged.reader as reader:
            assert reader.scan(timeout_s=2).template

    def test_status_never_waits_for_a_scan(self, plugged):
        plugged.say(present=False)
        with plugged.reader as reader:
            waiting = threading.Thread(target=_scan_in_vain, args=(plugged, 0.5))
            waiting.start()
            begun = time.monotonic()
            assert reader.status().state == "ready"
            assert time.monotonic() - begun < 0.05
            waiting.join()

    def test_the_last_good_scan_is_remembered(self, plugged):
        assert plugged.reader.status().last_good_at is None
        with plugged.reader as reader:
            taken_at = reader.scan(timeout_s=2).taken_at
        assert plugged.reader.status().last_good_at == taken_at

    def test_shutdown_ends_a_scan_and_may_be_called_twice(self, plugged):
        plugged.say(present=False)
        with plugged.reader as reader:
            waiting = threading.Thread(target=_scan_in_vain, args=(plugged, 30))
            waiting.start()
            reader.shutdown()
            waiting.join(timeout=3)
            assert not waiting.is_alive()
            reader.shutdown()
        with pytest.raises(NotConnectedError), plugged.reader:
            pass


def _enter(plugged: Plugged, refusals: list[Exception]) -> None:
    try:
        with plugged.reader:
            pass
    except BusyError as error:
        refusals.append(error)


def _scan_in_vain(plugged: Plugged, timeout_s: float) -> None:
    with pytest.raises((CaptureRejectedError, NotConnectedError)):
        plugged.reader.scan(timeout_s)
