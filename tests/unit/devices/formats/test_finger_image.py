"""ISO/IEC 19794-4:2011 records, written here and by another hand."""

import io
import struct
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from devices.errors import CaptureRejectedError
from devices.fingerprint.press import press
from devices.formats.coding import Coding
from devices.formats.finger_image import FingerImage, Quality, read_record, write_record
from tests.support.finger_records import Representation, record

PRINT = press("A-11")
AT = datetime(2026, 3, 2, 1, 30, 59, 123_000, tzinfo=UTC)
OURS = FingerImage(PRINT, 6, 500, AT, (Quality(54, 0x0101), Quality(88)))
PLAIN = Representation(PRINT.tobytes(), 256, 288)


@pytest.mark.parametrize("coding", [Coding.RAW, Coding.PNG, Coding.JPEG_2000_LOSSLESS])
def test_what_is_written_is_read_bit_by_bit(coding):
    [found] = read_record(write_record(replace(OURS, coding=coding)))
    assert np.array_equal(found.pixels, PRINT)
    assert (found.position, found.resolution_ppi, found.taken_at, found.qualities, found.coding) == (
        6,
        500,
        AT,
        OURS.qualities,
        coding,
    )


@pytest.mark.parametrize("coding", [Coding.WSQ, Coding.JPEG, Coding.JPEG_2000_LOSSY])
def test_a_lossy_coding_is_smaller_and_nearly_the_same(coding):
    written = write_record(replace(OURS, coding=coding))
    [found] = read_record(written)
    assert len(written) < PRINT.size / 3
    assert np.abs(found.pixels.astype(int) - PRINT).mean() < 10


def test_the_fields_stand_where_the_standard_has_them():
    written = write_record(replace(OURS, coding=Coding.RAW))
    assert written[:8] == b"FIR\x00020\x00"
    assert struct.unpack(">IHBB", written[8:16]) == (len(written), 1, 0, 1)
    assert struct.unpack(">IHBBBBBH", written[16:29]) == (len(written) - 16, 2026, 3, 2, 1, 30, 59, 123)
    assert written[29:34] == bytes(5), "technology, vendor and type of the device are not said"
    assert written[34:45] == bytes([2, 54, 1, 1, 0, 0, 88, 0, 0, 0, 0])
    assert struct.unpack(">BBB4HBBBHHI", written[45:67]) == (6, 0, 1, 500, 500, 500, 500, 8, 0, 0, 256, 288, 256 * 288)
    assert written[67:] == PRINT.tobytes()


def test_another_hands_record_is_read():
    [found] = read_record(record(replace(PLAIN, qualities=((50, 0x000F, 0x377D),))))
    assert np.array_equal(found.pixels, PRINT)
    assert (found.position, found.taken_at, found.qualities) == (7, None, (Quality(50, 0x000F, 0x377D),))


def test_centimetres_certificates_and_several_pictures_are_read():
    target = io.BytesIO()
    Image.fromarray(PRINT).save(target, "JPEG2000")
    coded = Representation(target.getvalue(), 256, 288, compression=5, position=2, certifications=((3, 1), (4, 2)))
    first, second = read_record(record(coded, replace(PLAIN, unit=2, rate=197, certifications=())))
    assert np.array_equal(first.pixels, PRINT)
    assert (first.position, first.resolution_ppi) == (2, 500)
    assert (second.position, second.resolution_ppi) == (7, 500)


def test_ours_is_read_by_the_other_hands_rules():
    theirs = record(replace(PLAIN, date=struct.pack(">HBBBBBH", 2026, 3, 2, 1, 30, 59, 123), position=6))
    ours = write_record(FingerImage(PRINT, 6, 500, AT, coding=Coding.RAW))
    device = slice(29, 34)
    assert ours[:29] == theirs[:29]
    assert ours[device] == bytes(5) != theirs[device]
    assert ours[34:] == theirs[34:]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"FIR\x00010\x00" + bytes(40),
        write_record(OURS)[:-1],
        write_record(OURS)[:40],
        write_record(OURS) + b"\x00",
        record(),
        record(replace(PLAIN, width=255)),
        record(replace(PLAIN, depth=12)),
        record(replace(PLAIN, compression=1)),
        record(replace(PLAIN, compression=9)),
        record(replace(PLAIN, unit=7)),
        record(replace(PLAIN, picture=b"", width=0, height=0, compression=6)),
        record(replace(PLAIN, picture=b"\x89PNG\r\n", compression=6)),
        record(replace(PLAIN, picture=b"no wsq at all", compression=2)),
        record(replace(PLAIN, picture=b"\xff\xa0\xff", compression=2)),
        record(replace(PLAIN, picture=bytes(10), compression=5)),
        record(replace(PLAIN, width=65_535, height=65_535)),
    ],
)
def test_a_record_that_is_none_is_refused_in_our_words(broken):
    with pytest.raises(CaptureRejectedError) as refused:
        read_record(broken)
    assert refused.value.code == "bad_record"


def test_a_picture_of_another_size_than_the_record_says_is_refused():
    target = io.BytesIO()
    Image.fromarray(PRINT[:100]).save(target, "PNG")
    with pytest.raises(CaptureRejectedError, match="record says"):
        read_record(record(replace(PLAIN, picture=target.getvalue(), compression=6)))


def test_no_single_changed_byte_of_the_header_brings_it_down():
    whole = write_record(replace(OURS, coding=Coding.RAW))
    for place in range(67):
        for value in (0, 255, whole[place] ^ 1):
            broken = whole[:place] + bytes([value]) + whole[place + 1 :]
            with suppress(CaptureRejectedError):  # nothing else may come out
                read_record(broken)
