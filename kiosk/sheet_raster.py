"""A paper as a strip of dots, for receipt printers: their own fonts lack most of our characters."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFont

from devices.base import Pixels
from kiosk.sheets import Paper, Style
from kiosk.typeface import FONT, check_glyphs

MARGIN_PX, GAP_PX, HEADING_GAP_PX, TAIL_PX = 8, 8, 14, 24
_SIZES_PX: Mapping[Style, int] = {"text": 26, "heading": 30, "large": 116}
"""At 203 dpi: 26 px are 3.3 mm, as large as print in a book; the number is read from an arm's length."""
CODE_DOT_PX = 7
_KEPT_TOGETHER = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz*-/.,:’'")


def raster_of(paper: Paper, width_px: int) -> Pixels:
    """Return the strip: rows × `width_px`, 0 black or 255 white.

    Raises:
        MissingGlyphError: the font cannot draw some of it.
    """
    check_glyphs([paper.venue, paper.title, *(line.text for line in paper.lines)])
    parts = [_text(paper.venue, 22, width_px), _text(paper.title, 38, width_px), _rule(width_px)]
    for line in paper.lines:
        parts.append(_code(line.text, width_px) if line.style == "code" else _styled(line.text, line.style, width_px))
    parts.append(np.full((TAIL_PX, width_px), 255, np.uint8))
    return np.where(np.vstack(parts) < 150, 0, 255).astype(np.uint8)


def _styled(text: str, style: Style, width_px: int) -> Pixels:
    line = _text(text, _SIZES_PX[style], width_px, is_centred=style == "large")
    return np.vstack([np.full((HEADING_GAP_PX, width_px), 255, np.uint8), line]) if style == "heading" else line


def _text(text: str, size_px: int, width_px: int, *, is_centred: bool = False) -> Pixels:
    font = _font(size_px)
    lines = list(wrapped(text, font, width_px - 2 * MARGIN_PX))
    step = round(size_px * 1.32)
    picture = Image.new("L", (width_px, step * len(lines) + GAP_PX), 255)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        left = (width_px - font.getlength(line)) / 2 if is_centred else MARGIN_PX
        pen.text((left, number * step + (step - size_px) / 2), line, font=font, fill=0, anchor="la")
    return np.asarray(picture)


def wrapped(text: str, font: ImageFont.FreeTypeFont, width_px: int) -> Iterator[str]:
    """Yield lines that fit; between Chinese characters a line may end anywhere, numbers and words stay whole."""
    line = ""
    for piece in _pieces(text):
        if line and font.getlength(line + piece) > width_px:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
        while font.getlength(line) > width_px:  # a word that is longer than the paper is wide
            fits = next(count for count in range(len(line) - 1, 0, -1) if font.getlength(line[:count]) <= width_px)
            yield line[:fits]
            line = line[fits:]
    yield line


def _pieces(text: str) -> Iterator[str]:
    piece = ""
    for character in text:
        if character in _KEPT_TOGETHER:
            piece += character
            continue
        if piece:
            yield piece
            piece = ""
        yield character
    if piece:
        yield piece


def _rule(width_px: int) -> Pixels:
    rule = np.full((14, width_px), 255, np.uint8)
    rule[5:7, MARGIN_PX:-MARGIN_PX] = 0
    return rule


def _code(text: str, width_px: int) -> Pixels:
    """Return a QR code in the middle of the strip, with the quiet edge that scanners want."""
    dots = np.array([list(row) for row in segno.make_qr(text, error="m").matrix_iter(border=4)], np.uint8)
    square = np.where(np.kron(dots, np.ones((CODE_DOT_PX, CODE_DOT_PX), np.uint8)) > 0, 0, 255).astype(np.uint8)
    strip = np.full((square.shape[0], width_px), 255, np.uint8)
    left = (width_px - square.shape[1]) // 2
    strip[:, left : left + square.shape[1]] = square
    return strip


@lru_cache(maxsize=8)
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size_px)
