"""Sheets of paper on desks, real and drawn, and what may be wrong with how they lie."""

import json
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from devices.base import Pixels
from devices.camera.paper import paper_on_desk

Corners = npt.NDArray[np.float32]

DESK = (70, 95, 125)
PAPER = (236, 240, 242)


def photographed_pages(testdata: Path) -> dict[Path, Corners]:
    """Return the pictures of pages with the corners that a person saw, as shares of width and height."""
    noted = json.loads(Path(__file__).with_name("page_corners.json").read_text("utf-8"))
    return {testdata / "pages" / name: np.array(noted[name], np.float32) for name in noted if name != "about"}


def loaded(path: Path) -> Pixels:
    """Return a picture as OpenCV has it."""
    pixels = cv2.imread(str(path))
    assert pixels is not None
    return pixels.astype(np.uint8)


def desk(*sheets: tuple[int, int, int, int], width_px: int = 1280, height_px: int = 960) -> Pixels:
    """Return a noisy desk with printed sheets on it, each given as left, top, right and bottom."""
    view = np.full((height_px, width_px, 3), DESK, np.float32)
    for left, top, right, bottom in sheets:
        view[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = PAPER
        for line in range(top + 40, bottom - 40, 26):
            if 0 <= line < height_px:
                view[line : line + 5, max(0, left + 40) : max(0, right - 40 - line % 120)] = 60
    noise = np.random.default_rng(3).normal(0, 2, view.shape)
    return np.clip(view + noise, 0, 255).astype(np.uint8)


def seen_from(
    page: Pixels, tilt_deg: float, focal_px: float = 1400.0, size: tuple[int, int] = (1600, 1200)
) -> tuple[Pixels, Corners]:
    """Return a page on a desk as a camera sees it that looks down at an angle, and where its corners are."""
    height, width = page.shape[:2]
    tilt, turn = np.radians(tilt_deg), np.radians(8)
    around = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    over = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    flat = np.array([[-width, -height, 0], [width, -height, 0], [width, height, 0], [-width, height, 0]]) / 2
    space = flat @ (over @ around).T + (0, 0, 2.0 * height)
    corners = (space[:, :2] / space[:, 2:] * focal_px + np.array(size) / 2).astype(np.float32)
    edges = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(edges, corners)
    view = np.full((size[1], size[0], 3), DESK, np.uint8)
    cv2.warpPerspective(page, matrix, size, view, cv2.INTER_AREA, cv2.BORDER_TRANSPARENT)
    return view, corners


def printed_page(width_px: int = 700, height_px: int = 990) -> Pixels:
    """Return a flat page with lines of print."""
    straight = paper_on_desk(2)[56:1142, 416:1178]
    page = cv2.resize(straight, (width_px, height_px), interpolation=cv2.INTER_AREA)
    return page.astype(np.uint8)
