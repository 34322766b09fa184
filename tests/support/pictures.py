"""Pictures of people in a camera's frame, real and drawn, and what may befall them."""

from pathlib import Path

import cv2
import numpy as np

from devices.base import Pixels
from devices.camera.stage import Stage

FRAME_WIDTH_PX, FRAME_HEIGHT_PX = 1280, 720


def demo_frame(number: int = 0, fault: str = "") -> Pixels:
    """Return what the demo camera shows."""
    return Stage("person", number).frame(fault, None)


def framed(path: Path, height_px: int = FRAME_HEIGHT_PX) -> Pixels:
    """Return a portrait scaled to a height, standing in the middle of a frame's lower edge."""
    portrait = cv2.imread(str(path))
    assert portrait is not None
    scale = height_px / portrait.shape[0]
    method = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    portrait = cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=method)
    frame = np.full((FRAME_HEIGHT_PX, FRAME_WIDTH_PX, 3), 235, np.uint8)
    left = (FRAME_WIDTH_PX - portrait.shape[1]) // 2
    frame[FRAME_HEIGHT_PX - height_px :, left : left + portrait.shape[1]] = portrait[:height_px]
    return frame


def turned(pixels: Pixels, clockwise_deg: float, about: tuple[float, float]) -> Pixels:
    """Turn the picture about a point, the edge stretched outwards."""
    matrix = cv2.getRotationMatrix2D(about, -clockwise_deg, 1.0)
    size = (pixels.shape[1], pixels.shape[0])
    return cv2.warpAffine(pixels, matrix, size, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def moved(pixels: Pixels, right_px: float = 0, down_px: float = 0) -> Pixels:
    """Shift the picture, the edge stretched outwards."""
    matrix = np.array([[1, 0, right_px], [0, 1, down_px]], np.float32)
    size = (pixels.shape[1], pixels.shape[0])
    return cv2.warpAffine(pixels, matrix, size, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def scaled(pixels: Pixels, factor: float) -> Pixels:
    """Zoom about the middle of the frame."""
    size = (pixels.shape[1], pixels.shape[0])
    middle = (size[0] / 2, size[1] / 2)
    matrix = cv2.getRotationMatrix2D(middle, 0, factor)
    return cv2.warpAffine(pixels, matrix, size, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    """Put it out of focus."""
    return cv2.GaussianBlur(pixels, (0, 0), sigma).astype(np.uint8) if sigma else pixels


def noisy(pixels: Pixels, sigma: float) -> Pixels:
    """Add a sensor's noise."""
    noise = np.random.default_rng(7).normal(0, sigma, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def gamma(pixels: Pixels, exponent: float) -> Pixels:
    """Make it darker (above 1) or brighter (below 1)."""
    table = (255 * (np.arange(256) / 255) ** exponent).round().astype(np.uint8)
    return table[pixels]
