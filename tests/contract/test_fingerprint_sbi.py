"""The client of MOSIP's interface against a service written from the specification."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from devices.base import FingerprintReader, ScanProgress
from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ConfigurationError,
    NotConnectedError,
    NotRespondingError,
)
from devices.fingerprint.emulator.control import ControlFile
from devices.fingerprint.press import press
from devices.fingerprint.sbi.simulator import SbiSimulator
from devices.formats.coding import Coding
from devices.quality.finger import judge
from devices.registry import make


class Rig:
    """A closed reader and the service behind it, which obeys a control file."""

    def __init__(self, folder: Path) -> None:
        self._control = folder / "control.json"
        self.simulator = SbiSimulator(ControlFile(self._control), port=0, press_after_s=0.0)
        self.simulator.start()
        reader = make("fingerprint.sbi", port=self.simulator.port)
        assert isinstance(reader, FingerprintReader)
        self.reader = reader

    def say(self, **words: object) -> None:
        """Tell the service what is on the glass and what is broken."""
        draft = self._control.with_suffix(".new")
        draft.write_text(json.dumps(words), encoding="utf-8")
        draft.replace(self._control)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.reader.shutdown()
    rig.simulator.stop()


@pytest.mark.parametrize("coding", [Coding.JPEG_2000_LOSSLESS, Coding.RAW, Coding.PNG])
def test_a_scan_is_the_print_bit_by_bit(rig, coding):
    rig.simulator.coding = coding
    with rig.reader as reader:
        scan = reader.scan(timeout_s=2)
    assert np.array_equal(scan.pixels, press("A-11", "good", 0))
    assert (scan.resolution_ppi, scan.device_id) == (500, "KAODIAN SIM-1 000000000042")
    assert scan.device_quality == 50, "its own word is recorded"
    assert judge(scan.pixels, 500).score_pct >= 80, "and not trusted"
    assert scan.taken_at.utcoffset() is not None


@pytest.mark.parametrize("coding", [Coding.WSQ, Coding.JPEG_2000_LOSSY])
def test_a_lossy_record_is_read_too(rig, coding):
    rig.simulator.coding = coding
    with rig.reader as reader:
        scan = reader.scan(timeout_s=2)
    assert np.abs(scan.pixels.astype(int) - press("A-11", "good", 0)).mean() < 10


def test_two_presses_of_a_finger_are_the_same_finger_and_another_is_not(rig):
    rig.say(finger=["A-11", "A-11", "B-11"])
    with rig.reader as reader:
        first, again, other = (reader.scan(timeout_s=2) for _ in range(3))
        assert reader.is_same_finger(first.template, again.template)
        assert not reader.is_same_finger(first.template, other.template)
        assert not reader.is_same_finger(first.template, b"")


def test_a_closed_reader_does_nothing(rig):
    with pytest.raises(NotConnectedError):
        rig.reader.scan(timeout_s=1)
    with pytest.raises(NotConnectedError):
        rig.reader.is_same_finger(b"one", b"other")


def test_nobody_pressing_is_said_in_time_and_is_no_trouble(rig):
    rig.say(present=False)
    told: list[ScanProgress] = []
    with rig.reader as reader:
        with pytest.raises(CaptureRejectedError) as refused:
            reader.scan(timeout_s=0.6, on_progress=told.append)
        assert refused.value.code == "no_finger"
        assert reader.status().state == "ready"
    assert told
    assert not any(progress.is_pressed for progress in told)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"fault": "refuse"}, CaptureRejectedError),
        ({"fault": "unplugged"}, NotConnectedError),
        ({"fault": "garbage"}, NotRespondingError),
        ({"fault": "silence_in_picture"}, NotRespondingError),
        ({"quality": "messy"}, CaptureRejectedError),
    ],
)
def test_what_goes_wrong_is_told_in_our_words_and_heals(rig, words, error):
    with rig.reader as reader:
        rig.say(**words)
        with pytest.raises(error):
            reader.scan(timeout_s=1)
        rig.say()
        assert reader.scan(timeout_s=2).template
        assert reader.status().state == "ready"


def test_a_service_that_is_silent_is_reported_and_heals(rig):
    with rig.reader as reader:
        rig.say(fault="silence")
        begun = time.monotonic()
        with pytest.raises(NotRespondingError):
            reader.scan(timeout_s=0.2)
        assert time.monotonic() - begun < 5
        assert (reader.status().state, reader.status().code) == ("trouble", "not_responding")
        rig.say()
        assert reader.scan(timeout_s=2).template


@pytest.mark.parametrize(
    ("status", "purpose", "error", "words"),
    [
        ("Busy", "Registration", BusyError, "another program"),
        ("Not Ready", "Registration", NotConnectedError, "Not Ready"),
        ("Not Registered", "", ConfigurationError, "not registered"),
        ("Ready", "Auth", ConfigurationError, "for registration"),
    ],
)
def test_a_device_that_cannot_be_used_is_refused_with_the_reason(rig, status, purpose, error, words):
    rig.simulator.status, rig.simulator.purpose = status, purpose
    with pytest.raises(error, match=words), rig.reader:
        pass


def test_a_service_that_wants_a_key_gets_it_or_says_what_is_missing(rig):
    rig.simulator.key = "pairing-key"
    with pytest.raises(ConfigurationError, match="option `key`"), rig.reader:
        pass
    with make("fingerprint.sbi", port=rig.simulator.port, key="pairing-key") as reader:
        assert reader.scan(timeout_s=2).template


def test_nobody_listening_is_not_connected(rig):
    rig.simulator.stop()
    with pytest.raises(NotConnectedError, match="is its program running"), rig.reader:
        pass
    assert rig.reader.status().code == "not_connected"


def test_without_a_port_the_services_of_this_computer_are_looked_for(tmp_path):
    simulator = SbiSimulator(ControlFile(None), press_after_s=0.0)
    simulator.start()
    try:
        with make("fingerprint.sbi") as reader:
            assert reader.scan(timeout_s=2).device_id.startswith("KAODIAN")
        with pytest.raises(NotConnectedError, match="'77'"), make("fingerprint.sbi", device="77"):
            pass
    finally:
        simulator.stop()


def test_a_scan_that_is_called_off_ends_as_it_was_told_and_the_next_one_works(rig):
    rig.say(present=False)

    def call_off(_progress: ScanProgress) -> None:
        raise KeyError("enough")

    with rig.reader as reader:
        with pytest.raises(KeyError):
            reader.scan(timeout_s=5, on_progress=call_off)
        rig.say()
        while True:  # the service still waits for the finger of the scan that was called off
            try:
                assert reader.scan(timeout_s=2).template
                break
            except NotRespondingError:
                continue


def test_shutdown_ends_a_scan_and_may_be_called_twice(rig):
    rig.say(present=False)
    ended: list[BaseException] = []

    def scan() -> None:
        try:
            rig.reader.scan(timeout_s=30)
        except NotConnectedError as error:
            ended.append(error)

    with rig.reader as reader:
        waiting = threading.Thread(target=scan)
        waiting.start()
        reader.shutdown()
        waiting.join(timeout=5)
        reader.shutdown()
    assert len(ended) == 1
    with pytest.raises(NotConnectedError), rig.reader:
        pass


def test_a_port_that_is_no_number_is_refused_at_once():
    with pytest.raises(ConfigurationError):
        make("fingerprint.sbi", port="COM3")


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [("RCAPTURE", b"{", 400), ("RCAPTURE", b"{}", 400), ("RCAPTURE", b"[]", 400), ("CAPTURE", b"{}", 405)],
)
def test_the_simulated_service_refuses_what_the_specification_has_not(rig, verb, body, status):
    connection = http.client.HTTPConnection("127.0.0.1", rig.simulator.port, timeout=5)
    connection.request(verb, "/capture", body)
    assert connection.getresponse().status == status
    connection.close()
