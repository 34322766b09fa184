"""The sensor's speed, on a pseudo-terminal that tells the sensor at which speed it is driven: noise at any other."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import numpy as np
import pytest
import serial

from devices.base import ScanProgress
from devices.errors import BusyError, CaptureRejectedError, ConfigurationError, NotRespondingError
from devices.fingerprint.baud import FIRST, LAST, SECOND, attempts_at
from devices.fingerprint.codes import Instruction
from devices.fingerprint.emulator.control import ControlFile
from devices.fingerprint.emulator.emulator import Emulator, make_line
from devices.fingerprint.r30x import R30xReader
from devices.fingerprint.wire import COMMAND, Packet
from tests.support.sensors import Plugged

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="only a pseudo-terminal tells its speed")

Plug = Callable[..., Plugged]


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Plug]:
    """Gives a reader and its sensor; the sensor's model and first speed, and the reader's options, are the test's."""
    with ExitStack() as stack:

        def plug(model: str = "r30x", at: int = 57_600, is_paced: bool = False, **options: int) -> Plugged:
            control = tmp_path / "control.json"
            line = make_line(tmp_path / "ttyKAODIAN-baud")
            emulator = Emulator(line, ControlFile(control), ["A-11"], 0.0, is_paced, model)
            emulator.sensor.memory.baud_factor = at // 9600
            emulator.start()
            stack.callback(emulator.stop)
            reader = R30xReader(emulator.url, **options)
            stack.callback(reader.shutdown)
            return Plugged(reader, emulator, control)

        yield plug


def _kept(plugged: Plugged) -> int:
    """Return the speed that the sensor will have when power comes on."""
    return plugged.emulator.sensor.memory.baud_factor * 9600


@pytest.mark.parametrize("at", [*FIRST, *SECOND, LAST[-1]])
def test_a_sensor_is_found_at_any_speed_raised_and_left_as_it_was(plug: Plug, at: int) -> None:
    plugged = plug(at=at)
    for _ in range(2):  # a computer with too much to do may not hear it the first time
        with suppress(NotRespondingError), plugged.reader:
            break
    with plugged.reader as reader:
        assert reader.scan(timeout_s=2).template
        assert _kept(plugged) == 115_200
    plugged.reader.shutdown()
    assert _kept(plugged) == at


def test_every_speed_of_the_register_is_tried_and_the_likely_ones_more_than_once() -> None:
    tried = [rate for rate, _ in attempts_at([19_200])]
    assert {9600 * factor for factor in range(1, 13)} <= set(tried)
    assert tried[0] == 19_200
    assert min(tried.count(rate) for rate in (19_200, *FIRST)) > 1


def test_the_flash_memory_is_written_once_a_day_and_not_with_each_press(plug: Plug) -> None:
    plugged = plug()
    for _ in range(4):
        with plugged.reader as reader:
            assert reader.scan(timeout_s=2).template
    plugged.reader.shutdown()
    assert plugged.emulator.sensor.memory.settings_written == 2


def test_a_program_that_dies_with_the_speed_raised_leaves_a_sensor_that_is_found_and_set_right(plug: Plug) -> None:
    plugged = plug()
    plugged.reader.__enter__()
    assert _kept(plugged) == 115_200
    plugged.reader._connection.close()  # as the system does with the files of a program that was killed
    with R30xReader(plugged.emulator.url, baud_rate=57_600) as next_reader:
        assert next_reader.scan(timeout_s=2).template
    next_reader.shutdown()
    assert _kept(plugged) == 57_600


def test_a_power_cut_with_the_speed_raised_is_survived(plug: Plug) -> None:
    plugged = plug()
    with plugged.reader as reader:
        assert reader.scan(timeout_s=2).template
        plugged.say(fault="power_dip")
        with pytest.raises(NotRespondingError):
            reader.scan(timeout_s=2)
        plugged.say()
        assert reader.scan(timeout_s=2).template
    plugged.reader.shutdown()
    assert _kept(plugged) == 57_600


def test_a_sensor_that_changes_only_when_power_comes_back_is_left_alone(plug: Plug) -> None:
    plugged = plug("r30x-slow-to-switch")
    for _ in range(2):
        with plugged.reader as reader:
            assert reader.scan(timeout_s=2).template
    assert _kept(plugged) == 57_600
    assert plugged.emulator.sensor.memory.settings_written == 2, "raised and put back once, not tried again"


@pytest.mark.parametrize(("model", "reached"), [("r30x-fast", 921_600), ("r30x", 115_200)])
def test_more_than_the_manual_promises_is_tried_when_asked_for(plug: Plug, model: str, reached: int) -> None:
    plugged = plug(model, best_baud_rate=921_600)
    with plugged.reader as reader:
        assert reader.scan(timeout_s=2).template
        assert _kept(plugged) == reached
    plugged.reader.shutdown()
    assert _kept(plugged) == 57_600


def test_a_line_that_garbles_at_such_a_speed_falls_back_and_the_press_is_read(plug: Plug) -> None:
    plugged = plug("r30x-fast", best_baud_rate=921_600)
    with plugged.reader as reader:
        clean = reader.scan(timeout_s=2)
        plugged.say(present=True, fault="bad_byte", fault_times=1)
        scan = reader.scan(timeout_s=2)
        assert scan.pixels.shape == clean.pixels.shape
        assert _kept(plugged) == 115_200
    plugged.reader.shutdown()
    assert _kept(plugged) == 57_600


def test_a_speed_may_be_left_alone(plug: Plug) -> None:
    plugged = plug(best_baud_rate=57_600)
    with plugged.reader as reader:
        assert reader.scan(timeout_s=2).template
    assert plugged.emulator.sensor.memory.settings_written == 0


def test_a_dead_sensor_is_reported_although_all_speeds_are_tried(plug: Plug) -> None:
    plugged = plug()
    plugged.say(fault="silence")
    begun = time.monotonic()
    with pytest.raises(NotRespondingError), plugged.reader:
        pass
    assert time.monotonic() - begun < 3  # 1.5 on a computer with nothing else to do; bench/devices.py measures it


def test_a_print_that_was_called_off_is_let_run_out_before_the_next_one(plug: Plug) -> None:
    plugged = plug(at=115_200, is_paced=True)

    def call_off(progress: ScanProgress) -> None:
        if progress.rows_done > 9:
            raise CaptureRejectedError("a bad press")

    with plugged.reader as reader, pytest.raises(CaptureRejectedError):
        reader.scan(timeout_s=5, on_progress=call_off)
    with plugged.reader as reader:  # the sensor is still sending, into a port that was closed and opened again
        assert reader.status().state == "ready"


def test_a_picture_that_a_killed_program_asked_for_is_let_run_out(plug: Plug) -> None:
    plugged = plug(at=115_200, is_paced=True)
    plugged.say(present=True)
    with serial.Serial(plugged.emulator.url, 115_200, timeout=1) as port:
        answer = b""
        while not answer:  # it is still waking up
            port.write(Packet(COMMAND, bytes([Instruction.GEN_IMG])).to_bytes())
            answer = port.read(12)
        port.write(Packet(COMMAND, bytes([Instruction.UP_IMAGE])).to_bytes())
        assert len(port.read(2000)) == 2000
    with plugged.reader as reader:
        assert reader.status().state == "ready"


@pytest.mark.parametrize("model", ["r30x", "r503"])
def test_a_sensor_that_has_just_been_plugged_in_is_waited_for(plug: Plug, model: str) -> None:
    plugged = plug(model, is_paced=True)  # deaf for half a second; an R503 then says one byte
    with plugged.reader as reader:
        assert reader.status().state == "ready"


def test_a_port_that_another_station_has_is_busy(plug: Plug) -> None:
    plugged = plug()
    with plugged.reader, pytest.raises(BusyError, match="another program"), R30xReader(plugged.emulator.url):
        pass
    with R30xReader(plugged.emulator.url) as other:
        assert other.scan(timeout_s=2).template
    other.shutdown()


@pytest.mark.parametrize("rate", [0, 57_601, 9600 * 256])
def test_a_speed_that_no_register_holds_is_a_wrong_setting(rate: int) -> None:
    with pytest.raises(ConfigurationError, match="multiple of 9600"):
        R30xReader("/dev/none", baud_rate=rate)


def test_a_small_window_is_known_by_its_bytes_and_told_of_rightly_from_the_second_press_on(plug: Plug) -> None:
    plugged = plug("r503")
    told = []
    with plugged.reader as reader:
        scan = reader.scan(timeout_s=2)
        again = reader.scan(timeout_s=2, on_progress=told.append)
    assert (scan.pixels.shape, scan.resolution_ppi) == ((192, 192), 508)
    assert {progress.rows for progress in told} == {192}
    assert np.array_equal(told[-1].pixels, again.pixels)
