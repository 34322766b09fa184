"""Faces are found in pictures of people, and nowhere else."""

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.base import Pixels
from devices.errors import ConfigurationError
from devices.quality import faces
from devices.quality.faces import ensure_cascades, find_faces
from devices.quality.measures import to_grey
from tests.support.pictures import demo_frame, framed


def grey(path: Path, width_px: int = 1280) -> Pixels:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    height_px = round(picture.shape[0] * width_px / picture.shape[1])
    return cv2.resize(picture, (width_px, height_px), interpolation=cv2.INTER_AREA).astype(np.uint8)


def test_exactly_one_face_in_98_of_100_portraits(testdata: Path) -> None:
    portraits = sorted((testdata / "portraits").glob("mp*.jpg"))
    counts = {path.name: len(find_faces(to_grey(framed(path)))) for path in portraits}
    wrong = {name: count for name, count in counts.items() if count != 1}
    assert len(portraits) >= 50
    assert len(wrong) <= 0.02 * len(portraits), wrong


def test_both_eyes_are_found_at_full_resolution(testdata: Path) -> None:
    for name in ("astronaut.png", "official1.jpg"):
        found = find_faces(to_grey(framed(testdata / "portraits" / name)))
        assert len(found) == 1
        assert found[0].eyes is not None


@pytest.mark.parametrize("folder", ["pages", "scans", "fingers"])
def test_no_face_is_seen_in_papers_and_prints(testdata: Path, folder: str) -> None:
    papers = [path for path in (testdata / folder).iterdir() if path.suffix in {".jpg", ".png"}]
    assert papers
    for path in papers:
        assert find_faces(grey(path)) == (), path.name


def test_a_spare_tie_is_not_a_second_person(testdata: Path) -> None:
    """Of these, each cascade takes knots and collars for a second face."""
    for name in ("mp001", "mp008", "mp012", "mp016", "mp030", "mp051", "mp058"):
        assert len(find_faces(to_grey(framed(testdata / "portraits" / f"{name}.jpg")))) == 1, name


def test_two_real_people_are_two(testdata: Path) -> None:
    one = framed(testdata / "portraits" / "astronaut.png", 500)
    other = framed(testdata / "portraits" / "official1.jpg", 500)
    both = np.hstack([one[:, 320:960], other[:, 320:960]])
    assert len(find_faces(to_grey(both))) == 2


def test_several_threads_search_at_once() -> None:
    picture = to_grey(demo_frame(2))
    counts: list[int] = []

    def search() -> None:
        counts.extend(len(find_faces(picture)) for _ in range(3))

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [1] * 12


def test_this_opencv_can_find_faces() -> None:
    ensure_cascades()


def test_an_opencv_without_cascades_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(cv2, "CascadeClassifier")
    with pytest.raises(ConfigurationError, match=r"install opencv-python 4\.x"):
        ensure_cascades()


@pytest.mark.parametrize(
    "content", ["", "<opencv_storage>", '<?xml version="1.0"?><opencv_storage><a/></opencv_storage>']
)
def test_a_damaged_cascade_file_is_said_in_words(tmp_path: Path, content: str) -> None:
    path = tmp_path / "中文.xml"
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigurationError, match="finds faces"):
        faces._read_cascade(path)


def test_a_cascade_is_read_from_a_path_with_chinese_in_it(tmp_path: Path) -> None:
    source = Path(cv2.__file__).parent / "data" / "haarcascade_eye.xml"
    path = tmp_path / "考点" / "haarcascade_eye.xml"
    path.parent.mkdir()
    path.write_bytes(source.read_bytes())
    assert not faces._read_cascade(path).empty()
