"""The emulated sensor as other people's programs see it: pyfingerprint as published, untouched, on a real port."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import serial
from pyfingerprint.pyfingerprint import PyFingerprint

from devices.errors import ConfigurationError, NotConnectedError
from devices.fingerprint.emulated import EmulatedR30xReader
from devices.fingerprint.r30x import R30xReader
from devices.fingerprint.wire import ACK, COMMAND, Packet
from tests.support.sensors import Plugged, r30x_on_pseudo_terminal

REPOSITORY = Path(__file__).parents[2]
OTHER_PROGRAM = """
import sys
from devices.fingerprint.emulated import EmulatedR30xReader

with EmulatedR30xReader(control=sys.argv[1], press_after_s=0.01) as reader:
    reader.scan(timeout_s=5)
reader.shutdown()
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="pyfingerprint opens device paths only")


@pytest.fixture
def plugged(tmp_path: Path) -> Iterator[Plugged]:
    with r30x_on_pseudo_terminal(tmp_path) as plugged:
        plugged.say(finger="A-11", present=True)
        yield plugged


@pytest.fixture
def theirs(plugged: Plugged) -> PyFingerprint:
    return PyFingerprint(plugged.emulator.url, 57600, 0xFFFFFFFF, 0)


def _picture(theirs: PyFingerprint, folder: Path) -> np.ndarray:
    path = folder / "finger.png"
    theirs.downloadImage(str(path))
    return cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)


def test_pyfingerprint_and_our_driver_get_the_same_picture_bit_for_bit(plugged, tmp_path):
    with plugged.reader as reader:
        ours = reader.scan(timeout_s=2)
    plugged.reader.shutdown()  # leaves the sensor at the speed that others expect
    theirs = PyFingerprint(plugged.emulator.url, 57600, 0xFFFFFFFF, 0)
    assert theirs.verifyPassword()
    assert theirs.readImage()
    assert np.array_equal(_picture(theirs, tmp_path), ours.pixels)
    assert theirs.convertImage(1)
    assert bytes(theirs.downloadCharacteristics(1)) == ours.template


@pytest.mark.parametrize("size", [32, 64, 256])
def test_a_picture_is_the_same_in_packets_of_any_size(plugged, theirs, tmp_path, size):
    theirs.setMaxPacketSize(size)
    assert theirs.getMaxPacketSize() == size
    assert theirs.readImage()
    picture = _picture(theirs, tmp_path)
    del theirs
    with plugged.reader as reader:
        assert np.array_equal(reader.scan(timeout_s=2).pixels, picture)


def test_pyfingerprint_enrols_finds_and_forgets_a_finger(theirs):
    assert theirs.readImage()
    assert theirs.convertImage(1)
    assert theirs.convertImage(2)
    assert theirs.compareCharacteristics() > 0
    assert theirs.createTemplate()
    assert theirs.storeTemplate() == 0
    assert theirs.storeTemplate(9) == 9
    assert theirs.getTemplateCount() == 2
    assert [page for page, used in enumerate(theirs.getTemplateIndex(0)) if used] == [0, 9]
    assert theirs.searchTemplate()[0] == 0
    assert theirs.loadTemplate(9, 2)
    assert theirs.deleteTemplate(0)
    assert theirs.searchTemplate()[0] == 9
    assert theirs.clearDatabase()
    assert theirs.searchTemplate() == (-1, -1)


def test_pyfingerprint_reads_and_sets_the_sensor(theirs):
    theirs.setSecurityLevel(5)
    assert theirs.getSecurityLevel() == 5
    assert theirs.getStorageCapacity() == 1000
    assert theirs.getBaudRate() == 57600
    assert theirs.setPassword(0x1234)
    assert theirs.verifyPassword()
    assert theirs.generateRandomNumber() != theirs.generateRandomNumber()


def test_pyfingerprint_sees_nobody_and_refusals_as_on_a_real_sensor(plugged, theirs):
    plugged.say(present=False)
    assert theirs.readImage() is False
    plugged.say(present=True, quality="messy")
    assert theirs.readImage()
    with pytest.raises(Exception, match="too messy"):
        theirs.convertImage(1)


def test_a_picture_is_black_after_conversion_for_whoever_asks_in_that_order(plugged, theirs, tmp_path):
    plugged.say(finger="A-11", present=True, fault="image_cleared")
    assert theirs.readImage()
    assert theirs.convertImage(1)
    assert not _picture(theirs, tmp_path).any()


def test_a_sensor_with_a_password_is_met_anew_when_its_power_was_gone(plugged):
    plugged.emulator.sensor.memory.password = 0x1234
    reader = R30xReader(plugged.emulator.url, password=0x1234)
    with reader:
        assert reader.scan(timeout_s=2).template
        plugged.emulator.sensor.lose_power()
        with pytest.raises(ConfigurationError, match="password first"):
            reader.scan(timeout_s=2)
        assert reader.scan(timeout_s=2).template
    reader.shutdown()
    with pytest.raises(ConfigurationError, match="another password"), R30xReader(plugged.emulator.url, password=7):
        pass


def test_a_command_that_arrives_garbled_is_answered_with_code_1(plugged):
    with serial.Serial(plugged.emulator.url, 57_600, timeout=3) as port:
        port.write(Packet(COMMAND, b"\x01").to_bytes()[:-1] + b"\x99")
        assert port.read(12) == Packet(ACK, b"\x01").to_bytes()


def test_shutdown_does_not_wait_for_a_slow_picture(tmp_path):
    reader = EmulatedR30xReader(control=str(tmp_path / "control.json"), baud_rate=9_600, press_after_s=0.0)
    is_coming, ends = threading.Event(), []

    def read() -> None:
        with reader:
            try:
                reader.scan(5, lambda progress: is_coming.set() if progress.rows_done else None)
            except NotConnectedError:
                ends.append(time.monotonic())

    reading = threading.Thread(target=read)
    reading.start()
    assert is_coming.wait(30)
    begun = time.monotonic()
    reader.shutdown()
    reading.join(30)
    assert ends, "it was called off"
    assert ends[0] - begun < 10, "the picture takes 42 seconds"


def test_it_runs_alone_and_prints_its_port(tmp_path):
    command = [sys.executable, "-m", "devices.fingerprint.emulator", "--link", str(tmp_path / "ttyKAODIAN-alone")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as alone:
        url = alone.stdout.readline().strip()
        assert url == str(tmp_path / "ttyKAODIAN-alone")
        with R30xReader(url) as reader:
            assert reader.scan(timeout_s=5).template
        alone.send_signal(signal.SIGINT)
        assert alone.wait(timeout=10) == 0
    assert not Path(url).is_symlink()


def test_a_paced_sensor_is_no_faster_than_the_wire(tmp_path):
    command = [sys.executable, "-m", "devices.fingerprint.emulator", "--tcp", "0", "--paced"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as alone:
        with R30xReader(alone.stdout.readline().strip()) as reader:
            begun = time.monotonic()
            assert not reader.is_same_finger(b"x" * 512, b"y" * 512)
            assert time.monotonic() - begun >= 2 * (512 + 4 * 11 + 12) * 10 / 57_600
        alone.send_signal(signal.SIGINT)


def test_two_programs_with_one_control_file_do_not_take_each_others_port(tmp_path: Path) -> None:
    control = tmp_path / "desk-1.fingerprint.json"
    reader = EmulatedR30xReader(control=str(control), press_after_s=0.01)
    with reader:
        reader.scan(timeout_s=5)
    subprocess.run([sys.executable, "-c", OTHER_PROGRAM, str(control)], check=True, timeout=60, cwd=REPOSITORY)
    with reader:
        assert reader.scan(timeout_s=5).template
    reader.shutdown()
