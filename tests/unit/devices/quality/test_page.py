"""Uploaded pictures: what is let in, what is refused and why, and that all that is let in fits."""

import hashlib
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devices.camera.paper import paper_on_desk
from devices.errors import CaptureRejectedError
from devices.quality.page import (
    LONG_SIDE_PX,
    SHORT_SIDE_PX,
    PictureLimits,
    fit_jpeg,
    load_picture,
    picture_from,
)
from tests.support.pages import MAX_KB, MIN_KB, coded, opened, page


def noise(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(3).integers(0, 256, (height, width, 3), np.uint8))


def refusal(content: bytes, limits: PictureLimits | None = None) -> str:
    with pytest.raises(CaptureRejectedError) as raised:
        load_picture(content, limits)
    return raised.value.code


def header_only_png(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims to be of any size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.fixture(params=["test.png", "test2.png", "test3.jpg", "test7.jpg", "test8.jpg"])
def photographed(request: pytest.FixtureRequest, testdata: Path) -> bytes:
    return (testdata / "pages" / request.param).read_bytes()


def test_a_real_page_fits(photographed: bytes) -> None:
    fitted = fit_jpeg(load_picture(photographed), MIN_KB, MAX_KB)
    image = opened(fitted)
    assert MIN_KB * 1024 <= len(fitted.content) <= MAX_KB * 1000
    assert image.size == (fitted.width_px, fitted.height_px)
    assert max(image.size) <= LONG_SIDE_PX
    assert min(image.size) <= SHORT_SIDE_PX
    assert fitted.quality is None or fitted.quality >= 35
    assert fitted.original_sha256 == hashlib.sha256(photographed).hexdigest()


def test_a_phones_picture_of_one_and_a_half_megabytes_is_made_to_fit(testdata: Path) -> None:
    content = (testdata / "pages" / "test7.jpg").read_bytes()
    assert len(content) > 1_500_000
    fitted = fit_jpeg(load_picture(content), MIN_KB, MAX_KB)
    assert fitted.media_type == "image/jpeg"
    assert min(fitted.width_px, fitted.height_px) == SHORT_SIDE_PX, "nothing was given away"


def test_what_fits_already_keeps_its_coded_pixels() -> None:
    content = coded(page(), quality=60)
    fitted = fit_jpeg(load_picture(content), MIN_KB, MAX_KB)
    assert fitted.quality is None
    assert np.array_equal(np.asarray(opened(fitted)), np.asarray(Image.open(BytesIO(content))))


def test_a_png_that_fits_stays_a_png() -> None:
    content = coded(page(450, 600).quantize(16), "PNG")
    fitted = fit_jpeg(load_picture(content), MIN_KB, MAX_KB)
    assert fitted.media_type == "image/png"
    assert opened(fitted).size == (450, 600)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_taken_sideways_is_turned_upright(orientation: int) -> None:
    upright = page()
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    stored = upright.transpose(turns[orientation]) if orientation in turns else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    fitted = fit_jpeg(load_picture(coded(stored, quality=70, exif=exif)), MIN_KB, MAX_KB)
    difference = np.abs(np.asarray(opened(fitted), np.int16) - np.asarray(upright, np.int16))
    assert (fitted.width_px, fitted.height_px) == upright.size
    assert difference.mean() < 6


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_one_too(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = page(2400, 3200)
    picture = load_picture(coded(upright.transpose(Image.Transpose.ROTATE_90), kind, exif=exif))
    expected = np.asarray(upright.resize((1654, 2205)), np.int16)[..., ::-1]
    assert picture.pixels.shape == expected.shape
    assert np.abs(picture.pixels - expected).mean() < 6


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_no_metadata_leaves(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET-MAKER"
    exif[0x0131] = "SECRET-PLACE"
    options: dict[str, object] = {"exif": exif, "comment": b"SECRET-COMMENT"} if kind == "JPEG" else {"exif": exif}
    content = coded(page(450, 600).quantize(64).convert("RGB"), kind, **options) + b"SECRET-TRAILER"
    assert b"SECRET" in content
    fitted = fit_jpeg(load_picture(content), MIN_KB, MAX_KB)
    assert fitted.quality is None, "it was kept, not coded again"
    assert b"SECRET" not in fitted.content
    assert not opened(fitted).getexif()


def test_metadata_goes_when_it_is_coded_again_too() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET-MAKER"
    fitted = fit_jpeg(load_picture(coded(page(3000, 4000), quality=95, exif=exif)), MIN_KB, MAX_KB)
    assert fitted.quality is not None
    assert b"SECRET" not in fitted.content


def test_forty_megapixels_from_a_phone_are_taken() -> None:
    content = coded(page(5477, 7303), quality=80)
    picture = load_picture(content)
    height, width = picture.pixels.shape[:2]
    assert width == SHORT_SIDE_PX
    assert height / width == pytest.approx(7303 / 5477, abs=0.01)
    assert len(fit_jpeg(picture, MIN_KB, MAX_KB).content) <= MAX_KB * 1000


@pytest.mark.parametrize("size", [(8000, 8000), (30_000, 30_000), (65_500, 2000)])
def test_more_pixels_than_that_are_refused_before_they_are_decoded(size: tuple[int, int]) -> None:
    assert refusal(header_only_png(*size)) == "too_many_pixels"


def test_what_must_be_decoded_whole_may_have_fewer_pixels() -> None:
    assert refusal(header_only_png(6000, 5000)) == "too_many_pixels"
    limits = PictureLimits(max_megapixels=1.2, max_whole_megapixels=0.8)
    assert load_picture(coded(page(), quality=50), limits)
    assert refusal(coded(page(), quality=50, progressive=True), limits) == "too_many_pixels"


@pytest.mark.parametrize("size", [(1, 1), (150, 2000), (2000, 60)])
def test_a_picture_too_small_to_read_is_refused(size: tuple[int, int]) -> None:
    assert refusal(coded(Image.new("RGB", size))) == "too_small"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "WEBP", "PDF"])
def test_other_kinds_of_files_are_named_as_such_whatever_they_are_called(kind: str) -> None:
    assert refusal(coded(page(), kind)) == "wrong_type"


@pytest.mark.parametrize("content", [b"\0\0\0\x18ftypheic\0\0\0\0", b"PK\x03\x04docx", b"\xd0\xcf\x11\xe0doc"])
def test_a_phones_heic_and_office_files_are_another_kind(content: bytes) -> None:
    assert refusal(content) == "wrong_type"


@pytest.mark.parametrize("content", [b"", b"x", b"hello" * 100, b"<svg></svg>", bytes(5000)])
def test_what_is_no_picture_is_called_that(content: bytes) -> None:
    assert refusal(content) == "not_a_picture"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("share", [0.001, 0.3, 0.9])
def test_a_picture_cut_short_is_truncated(kind: str, share: float) -> None:
    content = coded(page(), kind)
    assert refusal(content[: max(10, int(share * len(content)))]) == "truncated"


def test_a_moving_png_is_refused() -> None:
    frames = [page(300, 400), page(300, 400).transpose(Image.Transpose.ROTATE_180)]
    assert refusal(coded(frames[0], "PNG", save_all=True, append_images=frames[1:])) == "animated"


def test_a_phones_jpeg_with_a_second_picture_inside_is_taken_for_its_first() -> None:
    content = coded(page(), "MPO", save_all=True, append_images=[noise(900, 1200)], quality=40)
    fitted = fit_jpeg(load_picture(content), MIN_KB, MAX_KB)
    difference = np.abs(np.asarray(opened(fitted), np.int16) - np.asarray(page(), np.int16))
    assert difference.mean() < 8
    assert len(fitted.content) <= MAX_KB * 1000


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel_is_read(mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray((np.asarray(page().convert("L")).astype(np.uint16)) * 257)
    else:
        image = page().convert(mode)
    picture = load_picture(coded(image, "JPEG" if mode == "CMYK" else "PNG"))
    grey, expected = (
        picture.pixels.mean(axis=2),
        np.asarray((image if mode == "1" else page()).convert("L"), np.float32),
    )
    assert picture.pixels.shape == (1200, 900, 3)
    assert np.abs(grey - expected).mean() < 25


def test_a_transparent_ground_is_white_paper() -> None:
    picture = load_picture(coded(Image.new("RGBA", (300, 300), (0, 0, 0, 0)), "PNG"))
    assert picture.pixels.min() == 255


def test_a_plain_picture_is_filled_up_to_the_least_size() -> None:
    fitted = fit_jpeg(load_picture(coded(Image.new("RGB", (800, 800), "white"))), MIN_KB, MAX_KB)
    assert len(fitted.content) >= MIN_KB * 1024
    assert opened(fitted).size == (800, 800)


def test_the_width_is_reduced_only_where_quality_would_suffer() -> None:
    busy = noise(200, 300).resize((827, 1170), Image.Resampling.BICUBIC)
    fitted = fit_jpeg(load_picture(coded(busy, quality=90)), MIN_KB, 50)
    assert fitted.width_px < 827
    assert len(fitted.content) <= 50_000


def test_what_cannot_be_made_to_fit_is_unreadable() -> None:
    with pytest.raises(CaptureRejectedError) as raised:
        fit_jpeg(load_picture(coded(noise(600, 850), quality=60)), 1, 6)
    assert raised.value.code == "unreadable"


def test_a_frame_of_the_document_camera_goes_the_same_way() -> None:
    fitted = fit_jpeg(picture_from(paper_on_desk(0)), MIN_KB, MAX_KB)
    assert opened(fitted).size == (1600, 1200)
    assert len(fitted.content) <= MAX_KB * 1000
