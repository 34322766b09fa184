"""Draws what a good picture of each material looks like: made-up papers, marked as samples in large letters."""

from functools import lru_cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFont

from region.paths import FONT
from rules.materials.catalogue import catalogue

_PAGE, _CARD = (900, 1273), (900, 1180)
_CARDS = frozenset({"M02", "M18"})
"""Papers of the size of a card, of which both sides are wanted."""

_INK, _GREY, _PAPER, _DESK = (40, 44, 56), (150, 156, 166), (248, 246, 238), (118, 108, 96)
_SEAL, _MARK = (190, 40, 48), (176, 40, 48)
_MARGIN = 46


@lru_cache(maxsize=64)
def sample(code: str) -> bytes:
    """Return a JPEG of a made-up paper of this kind, lying whole, flat and upright as a picture of it should."""
    if code in _CARDS:
        picture = _cards(code)
    elif code == "M03":
        picture = _person_with_card()
    else:
        picture = _page(code)
    _across(picture, "示 例")
    target = BytesIO()
    picture.save(target, "JPEG", quality=72)
    return target.getvalue()


def _page(code: str) -> Image.Image:
    picture = Image.new("RGB", _PAGE, _DESK)
    pen = ImageDraw.Draw(picture)
    width, height = _PAGE
    pen.rectangle((_MARGIN, _MARGIN, width - _MARGIN, height - _MARGIN), fill=_PAPER)
    pen.rectangle((_MARGIN + 22, _MARGIN + 22, width - _MARGIN - 22, height - _MARGIN - 22), outline=_GREY, width=3)
    _title(pen, catalogue().materials[code].name.zh.replace("《", "").replace("》", ""), width)
    chance = Random(code)
    for row, label in enumerate(("姓名", "证件编号", "单位", "日期")):
        _text(pen, (140, 330 + row * 74), f"{label}：", 34)
        _bar(pen, 330, 352 + row * 74, 330 + chance.randint(140, 240))
    pen.rectangle((640, 330, 780, 520), outline=_GREY, width=3)
    _person(pen, 710, 470, 0.42)
    for row in range(8):
        x = 140
        while x < 700 - chance.randint(0, 120):
            end = x + chance.randint(30, 110)
            _bar(pen, x, 670 + row * 46, end)
            x = end + 22
    _seal(pen, (650, 1080))
    return picture


def _cards(code: str) -> Image.Image:
    picture = Image.new("RGB", _CARD, _DESK)
    pen = ImageDraw.Draw(picture)
    for top, side in ((60, "正面"), (620, "反面")):
        pen.rounded_rectangle((70, top, 830, top + 480), radius=26, fill=(226, 236, 244))
        _text(pen, (110, top + 30), f"{catalogue().materials[code].name.zh}（{side}）", 32)
        for row in range(4):
            _bar(pen, 110, top + 140 + row * 66, 300 + 40 * (row % 3))
        if side == "正面":
            pen.rectangle((590, top + 110, 780, top + 360), outline=_GREY, width=3)
            _person(pen, 685, top + 300, 0.56)
            _text(pen, (110, top + 410), "990000 **** **** 0000", 34)
        else:
            _seal(pen, (660, top + 240))
    return picture


def _person_with_card() -> Image.Image:
    picture = Image.new("RGB", _PAGE, (214, 220, 226))
    pen = ImageDraw.Draw(picture)
    _person(pen, 450, 760, 1.8)
    pen.rounded_rectangle((270, 840, 630, 1060), radius=16, fill=(226, 236, 244), outline=_GREY, width=3)
    _bar(pen, 300, 900, 430)
    _bar(pen, 300, 950, 400)
    _person(pen, 550, 985, 0.3)
    return picture


def _person(pen: ImageDraw.ImageDraw, x: int, y: int, scale: float) -> None:
    head, wide, tall = round(80 * scale), round(170 * scale), round(150 * scale)
    pen.pieslice((x - wide, y - tall // 2, x + wide, y + tall * 3 // 2), 180, 360, fill=(170, 180, 190))
    pen.ellipse((x - head, y - tall // 2 - 2 * head, x + head, y - tall // 2 + head // 8), fill=(196, 204, 212))


def _title(pen: ImageDraw.ImageDraw, title: str, width: int) -> None:
    size = min(54, 700 // max(1, len(title)))
    pen.text((width / 2, 200), title, font=_font(size), fill=_INK, anchor="mm")


def _text(pen: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int) -> None:
    pen.text(place, text, font=_font(size), fill=_INK)


def _bar(pen: ImageDraw.ImageDraw, left: int, middle: int, right: int) -> None:
    pen.rounded_rectangle((left, middle - 8, right, middle + 8), radius=6, fill=_GREY)


def _seal(pen: ImageDraw.ImageDraw, middle: tuple[int, int]) -> None:
    x, y = middle
    pen.ellipse((x - 92, y - 92, x + 92, y + 92), outline=_SEAL, width=6)
    pen.regular_polygon((x, y, 34), 5, fill=_SEAL)
    pen.text((x, y + 60), "样章", font=_font(26), fill=_SEAL, anchor="mm")


def _across(picture: Image.Image, text: str) -> None:
    mark = Image.new("RGBA", (760, 320), (0, 0, 0, 0))
    ImageDraw.Draw(mark).text((380, 160), text, font=_font(220), fill=(*_MARK, 70), anchor="mm")
    turned = mark.rotate(28, Image.Resampling.BICUBIC, expand=True)
    place = ((picture.width - turned.width) // 2, (picture.height - turned.height) // 2)
    picture.paste(turned, place, turned)


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)
