"""Pictures that people upload: what is let in and how, what is refused, and what is named."""

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from devices.base import Pixels
from devices.errors import CaptureRejectedError
from devices.quality.upload import REFUSALS, WARNINGS, PictureRule, TakenUpload, take_upload
from tests.support.hostile import HOSTILE, noise
from tests.support.pages import coded, opened, page
from tests.support.papers import desk

RULE = PictureRule(0, 200)
PAYLOAD = b"<script>alert(1)</script>PK\x03\x04"


def take(content: bytes, rule: PictureRule = RULE, quarters: int = 0) -> TakenUpload:
    return take_upload(content, rule, upright=lambda _page: quarters)


def as_file(pixels: Pixels) -> bytes:
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()


@pytest.mark.parametrize(("code", "make"), HOSTILE, ids=[f"{code}-{n}" for n, (code, _make) in enumerate(HOSTILE)])
def test_what_is_no_picture_is_refused_by_its_content(code: str, make) -> None:
    with pytest.raises(CaptureRejectedError) as raised:
        take(make())
    assert raised.value.code == code
    assert code in REFUSALS


@pytest.mark.parametrize("tail", [PAYLOAD, PAYLOAD + b"\xff\xd9", coded(page(300, 400)) + PAYLOAD])
@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["baseline", "progressive"])
def test_of_a_polyglot_only_the_picture_is_kept(tail: bytes, options: dict[str, bool]) -> None:
    content = coded(page(), quality=70, **options)
    kept = take(content + tail, PictureRule(0, 200, is_paper=False)).fitted
    assert PAYLOAD not in kept.content
    assert kept.content.endswith(b"\xff\xd9")
    assert np.array_equal(np.asarray(opened(kept)), np.asarray(Image.open(BytesIO(content)))), "no pixel was lost"


def test_nothing_of_the_metadata_is_left_and_its_orientation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "Phone of somebody", {1: "N", 2: (30.0, 15.0, 0.0)}
    content = coded(page(1200, 900), exif=exif, comment=b"somebody's home")
    kept = take(content, PictureRule(0, 200, is_paper=False)).fitted
    assert (kept.width_px, kept.height_px) == (900, 1200)
    assert not opened(kept).getexif()
    assert b"somebody" not in kept.content.lower()


@pytest.mark.parametrize("mode", ["CMYK", "L", "I;16", "RGBA", "P"])
def test_every_way_of_coding_colours_is_read(mode: str) -> None:
    image = page(600, 800)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    content = coded(image if mode == "I;16" else image.convert(mode), "JPEG" if mode == "CMYK" else "PNG")
    assert (
        opened(take(content, PictureRule(0, 200, is_paper=False)).fitted).convert("RGB").getpixel((300, 300))[0] > 180
    )


def test_a_large_picture_from_a_phone_is_made_to_fit() -> None:
    phone = coded(page(3000, 4000), quality=95)
    assert len(phone) > 1_000_000
    kept = take(phone).fitted
    assert len(kept.content) <= 200_000
    assert max(kept.width_px, kept.height_px) >= 2000, "readable"


def test_what_would_become_unreadable_is_refused() -> None:
    with pytest.raises(CaptureRejectedError) as raised:
        take(coded(noise(1654, 2339), quality=95), PictureRule(0, 50, is_paper=False))
    assert raised.value.code == "unreadable"


def test_each_warning_is_named(testdata: Path) -> None:
    straight = cv2.imread(str(testdata / "scans" / "deskew-5.png"))
    assert take(as_file(straight)).warnings == ()
    assert "page_sideways" in take(as_file(np.rot90(straight).copy())).warnings
    assert "page_sideways" in take(as_file(straight), quarters=2).warnings, "upside down, as Tesseract says"
    assert take(as_file(coded_small(straight))).warnings[-1:] == ("page_small",)
    assert "page_blurred" in take(as_file(cv2.GaussianBlur(straight, (0, 0), 4))).warnings
    assert "page_dark" in take(as_file((straight * 0.2).astype(np.uint8))).warnings
    assert "page_cut" in take(as_file(desk((-200, 100, 500, 860)))).warnings
    assert set(take(as_file(np.rot90((straight * 0.2).astype(np.uint8)).copy())).warnings) <= set(WARNINGS)


def coded_small(pixels: Pixels) -> Pixels:
    """A page of which a chat program has left too little."""
    scale = 400 / min(pixels.shape[:2])
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)


def test_what_a_person_turns_is_made_of_what_came_and_four_quarters_are_none() -> None:
    content = coded(page(900, 1200))
    rule = PictureRule(0, 200, is_paper=False)
    sizes = [(kept.width_px, kept.height_px) for kept in (turn(content, rule, n).fitted for n in range(5))]
    assert sizes == [(900, 1200), (1200, 900), (900, 1200), (1200, 900), (900, 1200)]
    assert turn(content, rule, 4).fitted.content == turn(content, rule, 0).fitted.content
    right = np.asarray(opened(turn(content, rule, 1).fitted).convert("L")).astype(int)
    wanted = np.rot90(np.asarray(opened(turn(content, rule, 0).fitted).convert("L")).astype(int), -1)
    assert np.abs(right - wanted).mean() < 3, "clockwise"


def turn(content: bytes, rule: PictureRule, quarters: int) -> TakenUpload:
    return take_upload(content, rule, upright=lambda _page: 0, quarters=quarters)


def test_how_far_it_should_be_turned_is_advised_where_a_program_can_tell() -> None:
    taken = take(coded(page()), quarters=3)
    assert (taken.advised, "page_sideways" in taken.warnings) == (3, True)
    assert take(coded(page())).advised == 0


def test_a_picture_of_a_person_is_not_read_like_a_page() -> None:
    sideways = as_file(np.rot90(cv2.cvtColor(np.asarray(page()), cv2.COLOR_RGB2BGR)).copy())
    assert take(sideways, PictureRule(0, 200, is_paper=False), quarters=1).warnings == ()
