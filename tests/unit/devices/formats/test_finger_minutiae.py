"""ISO/IEC 19794-2:2005 minutiae records."""

import struct

import numpy as np
import pytest

from devices.errors import CaptureRejectedError
from devices.fingerprint.press import blank, press
from devices.formats.finger_minutiae import read_minutiae, write_minutiae
from devices.formats.positions import iso_position
from devices.matching.comparing import likeness
from devices.matching.cylinders import template_of
from devices.matching.minutiae import find_minutiae

FOUND = find_minutiae(press("A-11"), 500)


def test_what_is_written_is_read_to_the_formats_precision():
    back = read_minutiae(write_minutiae(FOUND, 1, 80))
    assert np.array_equal(back.x, FOUND.x)
    assert np.array_equal(back.y, FOUND.y)
    assert np.array_equal(back.kind, FOUND.kind)
    assert np.abs(np.angle(np.exp(1j * (back.angle - FOUND.angle)))).max() <= 2 * np.pi / 256 / 2 + 1e-9
    assert (back.width_px, back.height_px) == (256, 288)
    assert likeness(template_of(back), template_of(FOUND)) > 0.85


def test_the_fields_stand_where_the_standard_has_them():
    written = write_minutiae(FOUND, 6, 80)
    assert written[:8] == b"FMR\x00 20\x00"
    assert struct.unpack(">IH4HBB", written[8:24]) == (len(written), 0, 256, 288, 197, 197, 1, 0)
    assert struct.unpack(">BBBB", written[24:28]) == (6, 0, 80, len(FOUND))
    kind_x, y, angle, quality = struct.unpack(">HHBB", written[28:34])
    assert (kind_x >> 14, kind_x & 0x3FFF, y, quality) == (FOUND.kind[0], FOUND.x[0], FOUND.y[0], FOUND.quality[0])
    assert angle == round(FOUND.angle[0] / (2 * np.pi) * 256) % 256
    assert written[-2:] == bytes(2), "no extended data"
    assert len(written) == 24 + 4 + 6 * len(FOUND) + 2


def test_a_print_without_minutiae_has_a_record_too():
    assert len(read_minutiae(write_minutiae(find_minutiae(blank(), 500), 0, 0))) == 0


@pytest.mark.parametrize("cut", [0, 3, 20, 26, 40, -1])
def test_a_record_cut_short_is_refused(cut):
    with pytest.raises(CaptureRejectedError) as refused:
        read_minutiae(write_minutiae(FOUND, 1, 80)[:cut])
    assert refused.value.code == "bad_record"


def test_the_identity_cards_codes_become_the_standards():
    assert [iso_position(code) for code in (11, 15, 16, 20, 97, 99)] == [1, 5, 6, 10, 0, 0]
