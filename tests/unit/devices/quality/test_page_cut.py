"""Pages come out flat, in the sheet's own proportions, as good as the size allows; other pictures are left whole."""

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from devices.base import Pixels
from devices.quality.page import PictureLimits, fit_jpeg, load_picture, picture_from
from devices.quality.page_cut import cut_page, straight_upload, turned
from devices.quality.page_look import SAME_FROM, likeness, page_look
from devices.quality.perspective import proportion
from devices.quality.skew import straightened
from tests.support.papers import desk, loaded, photographed_pages, printed_page, seen_from
from tests.support.pictures import demo_frame, gamma

A4, LETTER = 1 / 2**0.5, 8.5 / 11


def coded(pixels: Pixels) -> bytes:
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()


@pytest.mark.parametrize("tilt", [0.0, 15.0, 30.0, -25.0])
@pytest.mark.parametrize("size", [(700, 990), (990, 700), (856, 540)], ids=["A4", "A4 across", "card"])
def test_a_page_seen_from_the_side_has_its_own_proportions(tilt: float, size: tuple[int, int]) -> None:
    view, corners = seen_from(np.full((size[1], size[0], 3), 240, np.uint8), tilt)
    assert proportion(corners, view.shape) == pytest.approx(size[0] / size[1], rel=0.03)


@pytest.mark.parametrize(("name", "sheet"), [("test.png", A4), ("test2.png", A4), ("test3.jpg", LETTER)])
def test_photographed_sheets_have_the_proportions_of_their_kind(testdata: Path, name: str, sheet: float) -> None:
    pixels = loaded(testdata / "pages" / name)
    page = cut_page(pixels)
    assert not page.code
    assert page.pixels.shape[1] / page.pixels.shape[0] == pytest.approx(sheet, rel=0.03)


def test_a_cut_page_looks_like_the_page() -> None:
    page = printed_page()
    view, _corners = seen_from(page, 25)
    cut = cv2.resize(cut_page(view).pixels, (700, 990), interpolation=cv2.INTER_AREA)
    assert likeness(page_look(cut.astype(np.uint8)), page_look(page)) > 0.9


def test_without_a_page_the_whole_picture_is_kept_and_said() -> None:
    view = desk()
    page = cut_page(view)
    assert page.code == "no_page"
    assert page.pixels.shape == view.shape


def test_every_photographed_page_fits_200_kb_at_a_good_quality(testdata: Path) -> None:
    for path in photographed_pages(testdata):
        fitted = fit_jpeg(picture_from(cut_page(loaded(path)).pixels), 0, 200)
        assert len(fitted.content) <= 200_000, path.name
        assert fitted.quality is None or fitted.quality >= 35, path.name
        with Image.open(BytesIO(fitted.content)) as image:
            assert image.size == (fitted.width_px, fitted.height_px)


def test_an_uploaded_photograph_of_a_page_becomes_the_page(testdata: Path) -> None:
    picture = straight_upload(load_picture((testdata / "pages" / "test2.png").read_bytes()))
    assert picture.pixels.shape[1] / picture.pixels.shape[0] == pytest.approx(A4, rel=0.03)
    assert not picture.is_as_coded


def test_an_uploaded_scan_askew_is_made_level() -> None:
    picture = load_picture(coded(straightened(printed_page(), -4)))
    level = straight_upload(picture)
    assert level.pixels.shape == picture.pixels.shape
    assert likeness(page_look(level.pixels), page_look(printed_page())) > 0.8
    assert straight_upload(level) is level


def test_an_upload_with_nothing_to_mend_is_the_very_same() -> None:
    for pixels in (printed_page(), demo_frame(1), np.full((300, 300, 3), 200, np.uint8)):
        picture = load_picture(coded(pixels))
        assert straight_upload(picture) is picture


def test_a_small_card_in_an_uploaded_picture_is_left_where_it_is() -> None:
    picture = load_picture(coded(desk((500, 400, 800, 590))))
    assert straight_upload(picture) is picture


def test_four_quarters_are_a_whole_turn() -> None:
    picture = picture_from(printed_page())
    around = picture
    for _quarter in range(4):
        around = turned(around, 1)
    assert np.array_equal(around.pixels, picture.pixels)
    assert turned(picture, 0) is picture
    assert np.array_equal(turned(picture, 1).pixels[0, -1], picture.pixels[0, 0]), "clockwise"


def test_a_page_turned_after_it_was_kept_stays_within_its_size(testdata: Path) -> None:
    kept = fit_jpeg(picture_from(cut_page(loaded(testdata / "pages" / "test3.jpg")).pixels), 0, 200)
    again = fit_jpeg(turned(load_picture(kept.content, PictureLimits(min_side_px=1)), 1), 0, 200)
    assert len(again.content) <= 200_000
    assert (again.width_px, again.height_px) == (kept.height_px, kept.width_px)


def test_the_page_that_still_lies_there_is_known_and_another_is_not(testdata: Path) -> None:
    pages = [cut_page(loaded(path)).pixels for path in photographed_pages(testdata)]
    looks = [page_look(page) for page in pages]
    for page, look in zip(pages, looks, strict=True):
        for again in (gamma(page, 0.85), page[4:-4, 4:-4]):
            assert likeness(page_look(again), look) > SAME_FROM
    for first in range(5):
        for second in range(first):
            assert likeness(looks[first], looks[second]) < SAME_FROM


def test_an_empty_page_is_like_nothing() -> None:
    look = page_look(np.full((300, 200, 3), 250, np.uint8))
    assert likeness(look, look) == 0
