"""Every drill is something that its simulated device really obeys."""

import json
from pathlib import Path

import pytest

from devices.camera import control as camera_control
from devices.card import simulated
from devices.fingerprint.emulator import control as finger_control
from devices.printer import file as file_printer
from devices.training import DRILLS, WELL, Drill, drills

CASES = [(role, driver, code) for (role, driver), choices in DRILLS.items() for code in choices]


@pytest.mark.parametrize(("role", "driver", "code"), CASES)
def test_a_drill_writes_what_its_device_understands(tmp_path: Path, role: str, driver: str, code: str) -> None:
    drill = drills({role: {"driver": driver, "control": str(tmp_path / "control.json")}})[role]
    drill.choose(code)
    words = json.loads((tmp_path / "control.json").read_text("utf-8"))
    if driver == "emulated":
        finger_control.parse(json.dumps(words))
    else:
        known = {
            "file": file_printer.FAULTS if role == "printer" else camera_control.FAULTS,
            "simulated": simulated.FAULTS,
        }
        assert words == {"fault": code}
        assert code in known[driver]
    assert drill.chosen() == code


def test_every_fault_of_a_simulator_can_be_drilled() -> None:
    assert set(DRILLS["camera", "file"]) == set(camera_control.FAULTS)
    assert set(DRILLS["card", "simulated"]) == set(simulated.FAULTS)
    assert set(DRILLS["printer", "file"]) == set(file_printer.FAULTS)
    assert set(finger_control.FAULTS) <= set(DRILLS["fingerprint", "emulated"])


def test_what_else_stands_in_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "booth.fingerprint.json"
    path.write_text('{"finger": "A-11", "quality": "wet", "fault": "silence"}', "utf-8")
    drill = Drill("fingerprint", DRILLS["fingerprint", "emulated"], path)
    assert drill.chosen() == "", "two at once was written by hand"
    drill.choose("dry")
    assert json.loads(path.read_text("utf-8")) == {"finger": "A-11", "quality": "dry"}
    drill.choose(WELL)
    assert json.loads(path.read_text("utf-8")) == {"finger": "A-11"}
    assert drill.chosen() == WELL


def test_a_file_that_is_not_there_or_broken_is_no_fault_and_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "camera.json"
    drill = Drill("camera", DRILLS["camera", "file"], path)
    assert drill.chosen() == WELL
    drill.choose("black")
    path.write_text("{half", "utf-8")
    assert drill.chosen() == WELL
    drill.choose("frozen")
    assert drill.chosen() == "frozen"


def test_real_devices_cannot_be_made_to_fail() -> None:
    real = {
        "camera": "opencv:0",
        "fingerprint": {"driver": "r30x", "port": "COM3"},
        "printer": {"driver": "file", "path": "p"},
    }
    assert drills(real) == {}
