"""Cables that come out, computers that stop and devices that come later, with nobody touching the venue."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from devices.bench import Bench, furnish, watch_over
from devices.errors import DeviceError, NoAgentError, NotConnectedError, NotRespondingError
from devices.fingerprint.emulator.control import ControlFile
from devices.fingerprint.emulator.emulator import Emulator, make_line
from tests.support.agents import Agent, agent
from tests.support.camera_rigs import HURRIED
from tests.support.mjpeg_server import NetworkCamera
from tests.support.sensors import until

PATIENT_S = 20.0
"""It takes two seconds; a machine that runs all tests at once takes longer."""


@contextmanager
def watched(**specs: object) -> Iterator[Bench]:
    """A station whose devices are watched, as when the venue runs."""
    bench = furnish("booth-1", specs)  # type: ignore[arg-type]
    watchman = watch_over([bench])
    try:
        yield bench
    finally:
        watchman.stop()
        bench.shutdown()


def code(bench: Bench, role: str) -> str:
    return bench.status()[role].code


@contextmanager
def plugged_in(port: Path) -> Iterator[None]:
    """A sensor at a port, as long as it is plugged in."""
    emulator = Emulator(make_line(port), ControlFile(port.with_suffix(".json")), press_after_s=0.0)
    emulator.start()
    try:
        yield
    finally:
        emulator.stop()
        port.unlink(missing_ok=True)


def test_a_reader_that_is_plugged_in_later_is_found_and_one_that_is_pulled_out_is_missed(tmp_path: Path) -> None:
    port = tmp_path / "ttyKAODIAN-later"
    with watched(fingerprint=f"r30x:{port}") as bench:
        assert code(bench, "fingerprint") == "not_connected"
        with pytest.raises(NotConnectedError), bench.fingerprint:
            pass
        with plugged_in(port):
            until(lambda: code(bench, "fingerprint") == "", PATIENT_S)
            with bench.fingerprint as reader:
                assert reader.scan(5).template
        until(lambda: code(bench, "fingerprint") == "not_connected", PATIENT_S)
        with plugged_in(port):
            until(lambda: code(bench, "fingerprint") == "", PATIENT_S)
    assert bench.reports()["fingerprint"].failures == 1


def test_a_camera_that_is_plugged_in_later_comes_by_itself(tmp_path: Path) -> None:
    network = NetworkCamera()
    network.plug_in()  # only now it has an address
    network.unplug()
    with watched(camera={"driver": "opencv", "source": network.url, "patience": HURRIED}) as bench:
        with pytest.raises(DeviceError), bench.camera:
            pass
        assert code(bench, "camera") == "not_connected"
        network.plug_in()
        until(lambda: code(bench, "camera") == "", PATIENT_S)
        with bench.camera as camera:
            assert camera.burst(2)
    network.unplug()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Agent]:
    control = (tmp_path / "finger.json").as_posix()
    spec = f'{{ driver = "emulated", press_after_s = 0.0, control = "{control}" }}'
    with agent(tmp_path, {"fingerprint": spec}) as started:
        yield started


def say(served: Agent, **words: object) -> None:
    draft = served.folder / "finger.new"
    draft.write_text(json.dumps(words), "utf-8")
    draft.replace(served.folder / "finger.json")


def test_a_desks_pc_that_stands_still_or_is_switched_off_is_found_and_is_back_when_it_is(served: Agent) -> None:
    spec = {"driver": "remote", "url": served.url, "key": served.key}
    with watched(fingerprint=spec) as bench:
        until(lambda: code(bench, "fingerprint") == "", PATIENT_S)
        frozen = psutil.Process(served.process.pid)
        frozen.suspend()
        try:
            until(lambda: code(bench, "fingerprint") == "not_responding", PATIENT_S)
            with pytest.raises(NotRespondingError), bench.fingerprint:
                pass
        finally:
            frozen.resume()
        until(lambda: code(bench, "fingerprint") == "", PATIENT_S)
        until(lambda: _reads(bench), PATIENT_S)  # a PC that wakes up may still be catching up
        served.kill()
        until(lambda: code(bench, "fingerprint") == "no_agent", PATIENT_S)
        with pytest.raises(NoAgentError), bench.fingerprint:
            pass


def test_a_pc_that_stands_still_in_the_middle_of_a_press_gives_the_candidate_words_and_not_a_dead_page(
    served: Agent,
) -> None:
    say(served, present=False)
    spec = {"driver": "remote", "url": served.url, "key": served.key}
    frozen = psutil.Process(served.process.pid)
    with watched(fingerprint=spec) as bench:
        try:
            with bench.fingerprint as reader, pytest.raises(NotRespondingError):
                reader.scan(60, lambda _progress: frozen.suspend())
        finally:
            frozen.resume()
        say(served)
        until(lambda: _reads(bench), PATIENT_S)


def test_a_cable_that_comes_out_at_the_desks_pc_is_seen_at_the_venues(served: Agent) -> None:
    spec = {"driver": "remote", "url": served.url, "key": served.key}
    with watched(fingerprint=spec) as bench:
        with bench.fingerprint as reader:
            assert reader.scan(5).template
        say(served, fault="unplugged")
        until(lambda: code(bench, "fingerprint") == "not_connected", PATIENT_S)
        say(served)
        until(lambda: code(bench, "fingerprint") == "", PATIENT_S)


def _reads(bench: Bench) -> bool:
    try:
        with bench.fingerprint as reader:
            return bool(reader.scan(5).template)
    except DeviceError:
        return False
