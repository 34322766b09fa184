"""JPEGs of a wanted size."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from devices.base import Pixels
from devices.errors import CaptureRejectedError
from devices.quality.jpeg import best_quality, encode_jpeg, padded
from devices.quality.portrait import PortraitSpec, assess, crop
from tests.support.pictures import demo_frame

SPEC = PortraitSpec()


@pytest.fixture(scope="module")
def portrait() -> Pixels:
    frame = demo_frame(5)
    return crop(frame, assess(frame, SPEC), SPEC)


@pytest.mark.parametrize(("min_kb", "max_kb"), [(20, 40), (14, 20), (30, 45), (1, 30), (60, 200)])
def test_the_file_is_within_both_limits_however_a_kilobyte_counts(portrait: Pixels, min_kb: int, max_kb: int) -> None:
    content = encode_jpeg(portrait, min_kb, max_kb, dpi=300)
    assert min_kb * 1024 <= len(content) <= max_kb * 1000


def test_dpi_is_written_and_nothing_else_is_told(portrait: Pixels) -> None:
    image = Image.open(BytesIO(encode_jpeg(portrait, 20, 40, dpi=350)))
    assert image.info["dpi"] == (350, 350)
    assert image.size == (480, 640)
    assert not image.getexif()


def test_more_room_is_used_for_a_better_picture(portrait: Pixels) -> None:
    def error(max_kb: int) -> float:
        image = np.asarray(Image.open(BytesIO(encode_jpeg(portrait, 1, max_kb, 300))), np.int16)[..., ::-1]
        return float(np.abs(image - portrait.astype(np.int16)).mean())

    assert error(15) > error(30) > error(60)


def test_a_grey_picture_is_written_too(portrait: Pixels) -> None:
    assert Image.open(BytesIO(encode_jpeg(np.ascontiguousarray(portrait[..., 1]), 5, 40, 300))).mode == "L"


def test_what_cannot_fit_is_refused() -> None:
    busy = np.random.default_rng(1).integers(0, 256, (640, 480, 3), np.uint8)
    with pytest.raises(CaptureRejectedError) as raised:
        encode_jpeg(busy, 1, 10, 300)
    assert raised.value.code == "cannot_fit"


@pytest.mark.parametrize("more", [0, 1, 2, 3, 5, 4000, 65_535, 65_540, 200_000])
def test_filling_up_changes_no_pixel(portrait: Pixels, more: int) -> None:
    content = encode_jpeg(portrait, 1, 20, 300)
    filled = padded(content, len(content) + more)
    assert len(content) + more <= len(filled) <= len(content) + more + 4
    assert np.array_equal(np.asarray(Image.open(BytesIO(filled))), np.asarray(Image.open(BytesIO(content))))


@pytest.mark.parametrize("limit", range(29, 99, 7))
def test_bisection_finds_the_highest_quality_that_fits(limit: int) -> None:
    found = best_quality(bytes, limit, 30, 97)
    assert found == (None if limit < 30 else (min(limit, 97), bytes(min(limit, 97))))
