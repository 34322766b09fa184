"""Draws the demo's paper on a desk, for the document camera; marked as a specimen in large letters."""

from functools import lru_cache

import cv2
import numpy as np

from devices.base import Pixels

WIDTH_PX, HEIGHT_PX = 1600, 1200
_PAGE_WIDTH_PX, _PAGE_HEIGHT_PX = 780, 1103
_INK, _SEAL, _GREY = (60, 50, 46), (48, 44, 190), (150, 146, 142)

_KINDS = ("DIPLOMA", "CERTIFICATE OF WORK", "PRACTICE LICENCE", "IDENTITY PAPER")


@lru_cache(maxsize=8)
def paper_on_desk(number: int) -> Pixels:
    """Return a page, seen from above and a little askew, on a wooden desk.

    Args:
        number: any; there are four kinds of paper, and each number has its own on it.
    """
    desk = _desk(number)
    page, cover = _page(number), np.full((_PAGE_HEIGHT_PX, _PAGE_WIDTH_PX), 255, np.uint8)
    turn = np.asarray(
        cv2.getRotationMatrix2D((_PAGE_WIDTH_PX / 2, _PAGE_HEIGHT_PX / 2), 2.0 - number % 5, 1.0), np.float64
    )
    turn[:, 2] += ((WIDTH_PX - _PAGE_WIDTH_PX) / 2, (HEIGHT_PX - _PAGE_HEIGHT_PX) / 2)
    size = (WIDTH_PX, HEIGHT_PX)
    mask = cv2.warpAffine(cover, turn, size, flags=cv2.INTER_AREA)
    shadow = cv2.GaussianBlur(np.roll(mask, (8, 8), (0, 1)), (0, 0), 9).astype(np.float32)[..., None] / 255
    share = mask.astype(np.float32)[..., None] / 255
    turned = cv2.warpAffine(page, turn, size, flags=cv2.INTER_AREA).astype(np.float32)
    return np.clip(desk * (1 - 0.5 * shadow) * (1 - share) + turned * share, 0, 255).astype(np.uint8)


def _desk(number: int) -> Pixels:
    grain = np.random.default_rng(number).normal(0, 1, (HEIGHT_PX // 4, WIDTH_PX // 40)).astype(np.float32)
    grain = cv2.GaussianBlur(cv2.resize(grain, (WIDTH_PX, HEIGHT_PX)), (0, 0), 1.5).astype(np.float32)
    wood: Pixels = np.clip(np.array((74, 104, 138)) + 11 * grain[..., None], 0, 255).astype(np.uint8)
    return wood


def _page(number: int) -> Pixels:
    page = np.full((_PAGE_HEIGHT_PX, _PAGE_WIDTH_PX, 3), (236, 244, 246), np.uint8)
    for inset, thick in ((34, 5), (46, 1)):
        corner = (_PAGE_WIDTH_PX - inset, _PAGE_HEIGHT_PX - inset)
        cv2.rectangle(page, (inset, inset), corner, (96, 132, 164), thick, cv2.LINE_AA)
    _centred(page, _KINDS[number % len(_KINDS)], 190, 1.5, _INK, 3)
    _centred(page, f"No. 0000 {number % 10_000:04d}", 240, 0.7, _GREY, 1)
    _lines(page, number)
    _picture_field(page)
    _stamp(page)
    _centred(page, "SPECIMEN", 700, 3.6, (176, 190, 226), 9)
    _centred(page, "made up for demonstration - not a document", 1020, 0.7, _GREY, 1)
    return page


def _centred(page: Pixels, text: str, y: int, scale: float, colour: tuple[int, int, int], thick: int) -> None:
    (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_TRIPLEX, scale, thick)
    place = ((_PAGE_WIDTH_PX - width) // 2, y)
    cv2.putText(page, text, place, cv2.FONT_HERSHEY_TRIPLEX, scale, colour, thick, cv2.LINE_AA)


def _lines(page: Pixels, number: int) -> None:
    """Draw strokes that look like writing from afar and say nothing."""
    chance = np.random.default_rng(1000 + number)
    for y in range(330, 860, 44):
        x, end = 110, (480 if y < 560 else 670) - int(chance.integers(0, 90))
        while x < end:
            width = int(chance.integers(18, 70))
            cv2.line(page, (x, y), (min(end, x + width), y), _INK, 9, cv2.LINE_AA)
            x += width + 16


def _picture_field(page: Pixels) -> None:
    cv2.rectangle(page, (530, 310), (680, 510), (214, 222, 226), -1)
    cv2.rectangle(page, (530, 310), (680, 510), _GREY, 1)
    cv2.circle(page, (605, 385), 36, (190, 196, 200), -1, cv2.LINE_AA)
    cv2.ellipse(page, (605, 500), (62, 66), 0, 180, 360, (190, 196, 200), -1, cv2.LINE_AA)


def _stamp(page: Pixels) -> None:
    middle = (560, 880)
    cv2.circle(page, middle, 86, _SEAL, 5, cv2.LINE_AA)
    angles = -np.pi / 2 + np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2 == 0, 34.0, 14.0)
    star = np.stack([middle[0] + reach * np.cos(angles), middle[1] + reach * np.sin(angles)], axis=1)
    cv2.fillPoly(page, [star.astype(np.int32)], _SEAL, cv2.LINE_AA)
    cv2.putText(page, "SPECIMEN", (498, 940), cv2.FONT_HERSHEY_DUPLEX, 0.8, _SEAL, 1, cv2.LINE_AA)
