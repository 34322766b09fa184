"""The emulated sensor and adafruit-circuitpython-fingerprint as published, untouched: another reading of the manual.

It reads by exact lengths and checks addresses, where pyfingerprint (test_fingerprint_emulator.py) reads byte by byte
and checks sums.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import adafruit_fingerprint as theirs
import numpy as np
import pytest
import serial

from devices.fingerprint.emulator.control import ControlFile
from devices.fingerprint.emulator.emulator import Emulator, make_line
from devices.fingerprint.pixels import pack, unpack
from devices.fingerprint.r30x import R30xReader
from tests.support.sensors import Plugged, until

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")

OK, NO_FINGER, NOT_FOUND = theirs.OK, theirs.NOFINGER, theirs.NOTFOUND


@pytest.fixture(params=["r30x", "r503"])
def plugged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plugged]:
    control = tmp_path / "control.json"
    line = make_line(tmp_path / "ttyKAODIAN-foreign")
    emulator = Emulator(line, ControlFile(control), press_after_s=0.0, model=request.param)
    emulator.start()
    plugged = Plugged(R30xReader(emulator.url), emulator, control)
    plugged.say(finger="A-11", present=True)
    until(lambda: not emulator._uart._banner)  # an R503's first word is not for a driver that is not there yet
    yield plugged
    plugged.reader.shutdown()
    emulator.stop()


@pytest.fixture
def sensor(plugged: Plugged) -> Iterator[theirs.Adafruit_Fingerprint]:
    with serial.Serial(plugged.emulator.url, 57_600, timeout=3) as port:
        yield theirs.Adafruit_Fingerprint(port)


def _enrol(sensor: theirs.Adafruit_Fingerprint, page: int) -> None:
    assert sensor.get_image() == OK
    assert [sensor.image_2_tz(slot) for slot in (1, 2)] == [OK, OK]
    assert sensor.create_model() == OK
    assert sensor.store_model(page) == OK


def test_its_picture_and_ours_are_the_same_bit_for_bit(plugged, sensor):
    assert sensor.get_image() == OK
    received = bytes(sensor.get_fpdata("image"))
    sensor.close_uart()
    with plugged.reader as reader:
        ours = reader.scan(timeout_s=2)
    assert np.array_equal(unpack(received), ours.pixels)


def test_a_template_goes_both_ways(sensor):
    assert sensor.get_image() == OK
    assert sensor.image_2_tz(1) == OK
    template = sensor.get_fpdata("char", 1)
    assert len(template) == 512
    assert sensor.send_fpdata(template, "char", 2)
    assert sensor.get_fpdata("char", 2) == template
    assert sensor.compare_templates() == OK
    assert sensor.confidence[0] == 300, "the same to the last byte"


def test_a_picture_that_the_computer_sends_comes_back_and_makes_a_template(plugged, sensor):
    model = plugged.emulator.sensor.model
    drawn = pack(np.random.default_rng(7).integers(0, 256, (model.height_px, model.width_px), dtype=np.uint8))
    assert sensor.send_fpdata(list(drawn), "image")
    assert bytes(sensor.get_fpdata("image")) == drawn
    assert sensor.image_2_tz(1) == OK


def test_it_enrols_searches_both_ways_and_forgets(plugged, sensor):
    _enrol(sensor, 7)
    plugged.say(finger="B-11", present=True)
    _enrol(sensor, 150)
    assert (sensor.count_templates(), sensor.template_count) == (OK, 2)
    assert sensor.read_templates() == OK
    assert sensor.templates == [7, 150]
    assert sensor.image_2_tz(1) == OK
    for search in (sensor.finger_search, sensor.finger_fast_search):
        assert search() == OK
        assert sensor.finger_id == 150
        assert sensor.confidence > 100
    assert sensor.load_model(7, 2) == OK
    assert sensor.compare_templates() == theirs.NOMATCH
    assert sensor.delete_model(150) == OK
    assert sensor.finger_search() == NOT_FOUND
    assert sensor.load_model(150, 2) == theirs.DBRANGEFAIL
    assert sensor.empty_library() == OK
    assert (sensor.count_templates(), sensor.template_count) == (OK, 0)


def test_two_fingers_make_no_model(plugged, sensor):
    assert sensor.get_image() == OK
    assert sensor.image_2_tz(1) == OK
    plugged.say(finger="B-11", present=True)
    assert sensor.get_image() == OK
    assert sensor.image_2_tz(2) == OK
    assert sensor.create_model() == theirs.ENROLLMISMATCH


def test_pages_beyond_its_memory_are_refused(plugged, sensor):
    capacity = plugged.emulator.sensor.model.capacity
    assert vars(sensor)["library_size"] == capacity
    assert sensor.get_image() == OK
    assert sensor.image_2_tz(1) == OK
    assert sensor.store_model(capacity) == theirs.BADLOCATION
    assert sensor.load_model(capacity) == theirs.BADLOCATION
    assert sensor.delete_model(capacity) == theirs.DELETEFAIL


def test_it_sees_nobody_and_refusals_as_on_a_real_sensor(plugged, sensor):
    assert sensor.image_2_tz(1) == theirs.INVALIDIMAGE
    plugged.say(present=False)
    assert sensor.get_image() == NO_FINGER
    plugged.say(present=True, quality="few")
    assert sensor.get_image() == OK
    assert sensor.image_2_tz(1) == theirs.FEATUREFAIL


def test_its_settings_are_read_and_set(sensor):
    assert sensor.set_sysparam(5, 2) == OK
    assert sensor.set_sysparam(6, 3) == OK
    assert sensor.read_sysparam() == OK
    assert (sensor.security_level, sensor.data_packet_size, sensor.baudrate) == (2, 3, 6)
    assert sensor.status_register & 4, "the password is known"
    for register, value in ((4, 99), (5, 6), (6, 4), (7, 0)):
        with pytest.raises(RuntimeError, match="Command failed"):
            sensor.set_sysparam(register, value)


def test_a_new_speed_holds_from_the_next_answer_on(sensor):
    assert sensor.set_sysparam(4, 12) == OK, "answered at the old speed"
    with pytest.raises(RuntimeError):
        sensor.verify_password()
    sensor._uart.baudrate = 115_200
    sensor._uart.reset_input_buffer()
    assert sensor.verify_password() == OK
    assert sensor.get_image() == OK


def test_the_lights_the_reset_and_the_echo_of_an_r503(plugged, sensor):
    if plugged.emulator.sensor.model.says_ready:
        assert sensor.set_led(color=2, mode=1, speed=100, cycles=3) == OK
        assert plugged.emulator.sensor.memory.led == bytes([1, 100, 2, 3])
        assert sensor.check_module()
        assert sensor.get_image() == OK
        sensor.soft_reset()
        assert sensor.image_2_tz(1) == theirs.INVALIDIMAGE, "the reset emptied its buffers"
    else:
        assert sensor.set_led() == theirs.PACKETRECIEVEERR
