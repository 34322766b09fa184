"""The camera that plays files and demo people, and obeys its control file."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.base import Camera, Pixels
from devices.camera.control import FAULTS, Control, Orders
from devices.camera.file import FileCamera
from devices.camera.opencv import OpenCVCamera
from devices.camera.paper import paper_on_desk
from devices.camera.stage import Stage
from devices.camera.subjects import main, subject
from devices.errors import ConfigurationError, NotConnectedError

COLOURS = ((200, 40, 40), (40, 200, 40), (40, 40, 200))


def picture(colour: tuple[int, int, int]) -> Pixels:
    return np.full((48, 64, 3), colour, np.uint8)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Three plain pictures in a second."""
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (64, 48))
    for colour in COLOURS:
        writer.write(picture(colour))
    writer.release()
    return path


@pytest.fixture
def opened() -> Iterator[list[Camera]]:
    """Cameras to be shut down at the end."""
    cameras: list[Camera] = []
    yield cameras
    for camera in cameras:
        camera.shutdown()


def first_frame(camera: Camera, opened: list[Camera]) -> Pixels:
    opened.append(camera)
    with camera:
        return camera.frame().pixels


def test_a_picture_is_shown_as_it_is(tmp_path: Path, opened: list[Camera]) -> None:
    path = tmp_path / "考生.png"
    path.write_bytes(cv2.imencode(".png", picture(COLOURS[0]))[1].tobytes())
    assert np.array_equal(first_frame(FileCamera(str(path)), opened), picture(COLOURS[0]))


def test_a_still_picture_is_not_a_frozen_camera(tmp_path: Path, opened: list[Camera]) -> None:
    path = tmp_path / "still.png"
    path.write_bytes(cv2.imencode(".png", picture(COLOURS[0]))[1].tobytes())
    camera = FileCamera(str(path), fps=60)
    opened.append(camera)
    with camera:
        assert len({frame.seq for frame in camera.burst(5)}) == 5


def test_a_folder_shows_its_pictures_in_order(tmp_path: Path, opened: list[Camera]) -> None:
    for number, colour in enumerate(COLOURS):
        (tmp_path / f"{number}.png").write_bytes(cv2.imencode(".png", picture(colour))[1].tobytes())
    assert np.array_equal(first_frame(FileCamera(str(tmp_path)), opened), picture(COLOURS[0]))


@pytest.mark.parametrize("kind", [FileCamera, OpenCVCamera])
def test_a_film_is_played_again_and_again(
    film: Path, opened: list[Camera], kind: type[FileCamera] | type[OpenCVCamera]
) -> None:
    camera = FileCamera(str(film), fps=60) if kind is FileCamera else OpenCVCamera(str(film))
    opened.append(camera)
    with camera:
        seen = [int(frame.pixels[0, 0].argmax()) for frame in camera.burst(7)]
    assert set(seen) == {0, 1, 2}
    assert seen[:3] == seen[3:6]


@pytest.mark.parametrize("name", ["missing.png", "missing.avi", "broken.png", "broken.avi", "empty"])
def test_what_cannot_be_shown_is_a_fault_of_the_settings(tmp_path: Path, name: str, opened: list[Camera]) -> None:
    (tmp_path / "empty").mkdir()
    for broken in ("broken.png", "broken.avi"):
        (tmp_path / broken).write_bytes(b"not at all")
    with pytest.raises(ConfigurationError):
        first_frame(FileCamera(str(tmp_path / name)), opened)


@pytest.mark.parametrize("source", ["/dev/video99", "99", "http://127.0.0.1:9/"])
def test_a_camera_that_is_not_there_is_not_connected(source: str, opened: list[Camera]) -> None:
    with pytest.raises(NotConnectedError):
        first_frame(OpenCVCamera(source), opened)


def test_a_password_in_an_address_is_not_told(opened: list[Camera]) -> None:
    with pytest.raises(NotConnectedError) as raised:
        first_frame(OpenCVCamera("http://user:secret@127.0.0.1:9/stream"), opened)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("options", [{"scene": "opera"}, {"fps": 0}])
def test_impossible_options_of_the_file_camera_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        FileCamera(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("options", [{"backend": "magic"}, {"width_px": 0}])
def test_impossible_options_of_the_opencv_camera_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        OpenCVCamera(**options)  # type: ignore[arg-type]


def test_the_document_camera_shows_a_paper(opened: list[Camera]) -> None:
    shown = first_frame(FileCamera(scene="page", subject=2), opened).astype(np.int16)
    assert shown.shape == (1200, 1600, 3)
    assert np.abs(shown - paper_on_desk(2)).mean() < 3


def test_demo_people_differ_and_stay_themselves() -> None:
    people = [subject(number)[0] for number in range(3)]
    assert not np.array_equal(people[0], people[1])
    assert np.array_equal(people[0], subject(0)[0])
    assert np.array_equal(people[0], subject(12)[0]), "there are twelve, then it begins anew"
    with pytest.raises(ValueError, match="read-only"):
        people[0][0, 0] = 0  # a page that paints on a person would change it for all that come later


def test_the_demo_moves_like_a_live_picture() -> None:
    stage = Stage("person", 0)
    frames = [stage.frame("", None) for _ in range(3)]
    assert not np.array_equal(frames[0], frames[1])
    assert np.abs(frames[0].astype(np.int16) - frames[2]).mean() < 4


def test_the_people_can_be_written_as_pictures(tmp_path: Path) -> None:
    main(str(tmp_path / "people"))
    assert len(list((tmp_path / "people").glob("*.png"))) == 12


def test_the_control_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "camera.json"
    control = Control(str(path))
    assert control.orders() == Orders()
    path.write_text(json.dumps({"fault": "nobody", "subject": 3}), "utf-8")
    assert control.orders() == Orders("nobody", 3)
    path.write_text(json.dumps({"fault": None}), "utf-8")
    assert control.orders() == Orders()


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_understood(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "camera.json"
    path.write_text(json.dumps({"fault": fault}), "utf-8")
    assert Control(str(path)).orders().fault == fault


@pytest.mark.parametrize("text", ["", "{", "[]", '{"fault": "fire"}', "null", "\0"])
def test_a_control_file_half_written_or_wrong_changes_nothing(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = tmp_path / "camera.json"
    path.write_text(json.dumps({"subject": 5}), "utf-8")
    control = Control(str(path))
    assert control.orders().subject == 5
    path.write_text(text, "utf-8")
    assert control.orders() == Orders("", 5)
    assert "not understood" in caplog.text


def test_a_control_file_taken_away_ends_its_orders(tmp_path: Path) -> None:
    path = tmp_path / "camera.json"
    path.write_text(json.dumps({"fault": "black"}), "utf-8")
    control = Control(str(path))
    assert control.orders().fault == "black"
    path.unlink()
    assert control.orders() == Orders()


def told(tmp_path: Path, fault: str, opened: list[Camera]) -> Camera:
    """A demo camera with a fault from the beginning."""
    path = tmp_path / "camera.json"
    path.write_text(json.dumps({"fault": fault}), "utf-8")
    camera = FileCamera(control=str(path), fps=30)
    opened.append(camera)
    return camera


@pytest.mark.parametrize(
    ("fault", "shape"), [("slow_4k", (2160, 3840, 3)), ("tiny", (120, 160, 3)), ("sideways", (1280, 720, 3))]
)
def test_odd_pictures_are_given_as_they_are_and_the_camera_is_well(
    tmp_path: Path, opened: list[Camera], fault: str, shape: tuple[int, int, int]
) -> None:
    with told(tmp_path, fault, opened) as camera:
        assert camera.frame().pixels.shape == shape
        assert camera.status().state == "ready"


def test_five_large_pictures_a_second_are_enough_for_a_still(tmp_path: Path, opened: list[Camera]) -> None:
    with told(tmp_path, "slow_4k", opened) as camera:
        camera.frame()
        frames = camera.around(3, 3, timeout_s=10)
    assert len({frame.seq for frame in frames}) == len(frames) >= 2
