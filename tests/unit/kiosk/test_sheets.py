"""The same words as a page and as a strip of dots; a character without a picture stops both."""

import cv2
import numpy as np
import pytest
from PIL import ImageFont

from kiosk.sheet_pdf import pdf_of
from kiosk.sheet_raster import raster_of, wrapped
from kiosk.sheets import Line, Paper
from kiosk.typeface import FONT, MissingGlyphError, check_glyphs

RARE = "𠮷㼆䶮𬀩"
"""Characters that common fonts lack and names have."""


def paper(*lines: Line) -> Paper:
    return Paper("测试考点", "排队号", lines)


@pytest.mark.parametrize("width_px", [384, 512, 576])
def test_a_strip_is_as_wide_as_the_printer_and_only_black_or_white(width_px: int) -> None:
    strip = raster_of(paper(Line("0017", "large"), Line("0017", "code"), Line("请看叫号屏")), width_px)
    assert strip.shape[1] == width_px
    assert set(np.unique(strip)) == {0, 255}
    assert (strip[:, :4] == 255).all(), "the head's edge stays free"
    assert (strip[:, -4:] == 255).all(), "the head's edge stays free"


@pytest.mark.parametrize("width_px", [384, 512, 576])
def test_the_code_on_the_ticket_is_read_back_by_another_program(width_px: int) -> None:
    strip = raster_of(paper(Line("00172", "large"), Line("00172", "code")), width_px)
    text, _points, _straight = cv2.QRCodeDetector().detectAndDecode(strip)
    assert text == "00172"


def test_rare_characters_of_names_are_drawn() -> None:
    without, drawn = raster_of(paper(Line("　　　　")), 576), raster_of(paper(Line(RARE)), 576)
    assert (drawn == 0).sum() > (without == 0).sum() + 400
    assert pdf_of(paper(Line(RARE))).startswith(b"%PDF")


@pytest.mark.parametrize("draw", [pdf_of, lambda sheet: raster_of(sheet, 576)])
def test_a_character_without_a_picture_is_an_error_that_does_not_tell_the_name(draw) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(MissingGlyphError) as refused:
        draw(paper(Line("姓名：欧阳\ue863测试")))
    assert refused.value.codes == "U+E863"
    assert "欧阳" not in str(refused.value)


def test_every_part_of_a_sheet_is_checked() -> None:
    for sheet in (Paper("\ue000", "", ()), Paper("", "\ue000", ()), paper(Line("\ue000", "heading"))):
        with pytest.raises(MissingGlyphError):
            raster_of(sheet, 576)
    check_glyphs(["两行\n文字"])


def test_lines_fit_and_nothing_is_lost_between_them() -> None:
    font = ImageFont.truetype(str(FONT), 26)
    text = "请在 2027-02-18 之前带来：毕业证书（原件）Certificate-of-graduation 与本告知单。" * 3
    lines = list(wrapped(text, font, 360))
    assert max(font.getlength(line) for line in lines) <= 360
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert any("2027-02-18" in line for line in lines), "a date stays whole"


def test_a_word_wider_than_the_paper_is_cut_and_not_lost() -> None:
    font = ImageFont.truetype(str(FONT), 26)
    lines = list(wrapped("X" * 200, font, 360))
    assert "".join(lines) == "X" * 200
    assert max(font.getlength(line) for line in lines) <= 360


def test_other_words_are_another_sheet() -> None:
    first, other = paper(Line("0017", "large")), paper(Line("0018", "large"))
    assert first.digest == paper(Line("0017", "large")).digest != other.digest
