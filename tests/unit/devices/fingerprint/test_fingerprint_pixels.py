"""The packed picture and its size."""

import numpy as np
import pytest

from devices.errors import NotRespondingError
from devices.fingerprint.pixels import geometry, pack, unpack


def test_the_left_pixel_is_in_the_high_bits():
    assert unpack(b"\xf0" * 36_864)[0, :2].tolist() == [255, 0]


def test_a_picture_keeps_its_high_four_bits_on_the_way():
    pixels = np.random.default_rng(1).integers(0, 256, (288, 256), dtype=np.uint8)
    assert np.array_equal(unpack(pack(pixels)), pixels // 16 * 17)


def test_the_number_of_bytes_tells_the_sensor():
    assert unpack(bytes(18_432)).shape == (192, 192)
    assert geometry(bytes(18_432)).resolution_ppi == 508


@pytest.mark.parametrize("size", [0, 36_863, 36_736, 73_728])
def test_any_other_number_of_bytes_is_no_picture(size):
    with pytest.raises(NotRespondingError):
        unpack(bytes(size))
