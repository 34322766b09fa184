"""Pictures of papers, uploaded or taken by the document camera: what is let in, and how it is made to fit.

Nothing is believed but the content: the type comes from the bytes, the size from the header, and then it is decoded.
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from devices.base import Pixels
from devices.errors import CaptureRejectedError
from devices.quality.jpeg import best_quality, bytes_allowed, encode_page, padded, without_metadata
from devices.quality.png import bare_png

LONG_SIDE_PX, SHORT_SIDE_PX = 2339, 1654
"""A4 at 200 dpi, the most that is kept: at 200 KB no other width showed more on six measured pages."""

_WIDTHS = (1.0, 1414 / 1654, 1240 / 1654, 1000 / 1654)
_GOOD_QUALITY, _LEAST_QUALITY, _MOST_QUALITY = 35, 15, 95

_ORIENTATION = 0x0112

# What Pillow raises on broken files, found by feeding it broken files.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error, zlib.error)


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What is let in.

    Attributes:
        max_megapixels: of an ordinary JPEG, which can be decoded at a half, quarter or eighth of its size.
        max_whole_megapixels: of what must be decoded whole: PNG and progressive JPEG.
        min_side_px: the shorter side; on less no print is readable.
    """

    max_megapixels: float = 50.0
    max_whole_megapixels: float = 25.0
    min_side_px: int = 200


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was let in.

    Attributes:
        pixels: upright, BGR, at most A4 at 200 dpi.
        original: the bytes as they came; `sha256` is theirs, in hex.
        kind: `jpeg` or `png`.
        is_as_coded: whether the pixels are the coded ones, neither turned nor reduced.
    """

    pixels: Pixels
    original: bytes
    sha256: str
    kind: str
    is_as_coded: bool


@dataclass(frozen=True, slots=True)
class FittedPicture:
    """A picture within the rule's size.

    Attributes:
        quality: of the JPEG, 15 to 95; None if the coded picture was kept as it came.
        original_sha256: of the bytes that came, in hex.
    """

    content: bytes
    media_type: str
    width_px: int
    height_px: int
    quality: int | None
    original_sha256: str


def load_picture(content: bytes, limits: PictureLimits | None = None) -> Picture:
    """Return the picture in a JPEG or PNG file, upright. Takes up to 300 MB for a moment.

    Raises:
        CaptureRejectedError: `wrong_type` (another kind of file), `not_a_picture`, `truncated` (or damaged),
            `too_many_pixels`, `too_small`, `animated`.
    """
    limits = limits or PictureLimits()
    with _opened(content) as image:
        _check_size(image, limits)
        width, height = image.size
        try:
            turned = _orientation(image) != 1
            # Makes libjpeg decode at 1/2, 1/4 or 1/8 where that still leaves A4 at 200 dpi; does nothing to a PNG.
            is_tall = image.height > image.width
            image.draft("RGB", (SHORT_SIDE_PX, LONG_SIDE_PX) if is_tall else (LONG_SIDE_PX, SHORT_SIDE_PX))
            image.load()
            small = _reduced(image)
            pixels = _bgr(ImageOps.exif_transpose(small) if turned else small)
        except (*_BROKEN, Image.DecompressionBombError) as error:
            raise CaptureRejectedError("the picture is cut short or damaged", "truncated") from error
        kind = "png" if image.format == "PNG" else "jpeg"
    is_as_coded = not turned and pixels.shape[:2] == (height, width)
    return Picture(pixels, content, hashlib.sha256(content).hexdigest(), kind, is_as_coded)


def picture_from(pixels: Pixels) -> Picture:
    """Return a camera's frame as if it had been uploaded; its original is a JPEG of quality 95."""
    original = encode_page(pixels, _MOST_QUALITY, small=False)
    bgr = pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR).astype(np.uint8)
    return Picture(bgr, original, hashlib.sha256(original).hexdigest(), "jpeg", is_as_coded=True)


def fit_jpeg(picture: Picture, min_kb: int, max_kb: int) -> FittedPicture:
    """Return the picture within the size, as good as it can be, without metadata.

    One that fits already and is upright keeps its coded pixels. Any other becomes a JPEG of at most A4 at 200 dpi;
    the width is reduced, in steps, only where the quality would fall below 35.

    Raises:
        CaptureRejectedError: `unreadable`, even 1000 px wide at quality 15 it is too large.
    """
    least, most = bytes_allowed(min_kb, max_kb)
    return _kept(picture, least, most) or _compressed(picture, least, most)


def _opened(content: bytes) -> Image.Image:
    """Read the header only. A phone's JPEG with a second picture inside (MPO) is taken for its first."""
    try:
        image = Image.open(BytesIO(content), formats=("JPEG", "PNG"))
    except UnidentifiedImageError as error:
        code = "wrong_type" if _is_other_kind(content) else _headless(content)
        raise CaptureRejectedError("this is no JPEG or PNG picture", code) from error
    except (
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:  # the latter where warnings are errors
        raise CaptureRejectedError("the picture has far too many pixels", "too_many_pixels") from error
    except _BROKEN as error:
        raise CaptureRejectedError("the picture's header is damaged", "truncated") from error
    if image.format == "PNG" and getattr(image, "n_frames", 1) > 1:
        raise CaptureRejectedError("this is a moving picture", "animated")
    return image


def _headless(content: bytes) -> str:
    is_begun = content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
    return "truncated" if is_begun else "not_a_picture"


def _is_other_kind(content: bytes) -> bool:
    """Recognise what people upload instead: GIF, BMP, TIFF, WebP, HEIC and AVIF, PDF, Word and ZIP files."""
    starts = (b"GIF8", b"BM", b"II*\0", b"MM\0*", b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return content.startswith(starts) or is_webp or content[4:8] == b"ftyp"


def _check_size(image: Image.Image, limits: PictureLimits) -> None:
    megapixels = image.width * image.height / 1_000_000
    is_whole = image.format == "PNG" or bool(image.info.get("progressive"))
    if megapixels > (limits.max_whole_megapixels if is_whole else limits.max_megapixels):
        raise CaptureRejectedError(f"the picture has {megapixels:.0f} megapixels", "too_many_pixels")
    if min(image.size) < limits.min_side_px:
        raise CaptureRejectedError(f"the picture has only {image.width} x {image.height} pixels", "too_small")


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 upright; broken EXIF is none, since it is thrown away anyway."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except _BROKEN:
        return 1
    return value if isinstance(value, int) and 2 <= value <= 8 else 1


def _reduced(image: Image.Image) -> Image.Image:
    """Return it within A4 at 200 dpi, before anything copies the large one again; rare modes are reduced later."""
    scale = _page_scale(*image.size)
    if scale >= 1 or image.mode not in {"RGB", "L", "RGBA"}:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(size, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.HAMMING)
    small.info.update(image.info)
    return small


def _page_scale(width: int, height: int) -> float:
    return min(1.0, LONG_SIDE_PX / max(height, width), SHORT_SIDE_PX / min(height, width))


def _bgr(image: Image.Image) -> Pixels:
    """Return the pixels; what is transparent becomes white paper, 16-bit grey becomes 8-bit."""
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).clip(0, 255).astype(np.uint8))
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        image = Image.alpha_composite(paper, clear)
    rgb = image if image.mode == "RGB" else image.convert("RGB")
    return _shrunk(cv2.cvtColor(np.asarray(rgb), cv2.COLOR_RGB2BGR).astype(np.uint8, copy=False), 1.0)


def _fits_page(width: int, height: int) -> bool:
    return max(width, height) <= LONG_SIDE_PX and min(width, height) <= SHORT_SIDE_PX


def _kept(picture: Picture, least: int, most: int) -> FittedPicture | None:
    """Return it with its coded pixels untouched, if that is possible."""
    height, width = picture.pixels.shape[:2]
    if not picture.is_as_coded or not _fits_page(width, height):
        return None
    bare = without_metadata(picture.original) if picture.kind == "jpeg" else bare_png(picture.original)
    if bare is None or not least <= len(bare) <= most or not _is_readable(bare):
        return None
    return FittedPicture(bare, f"image/{picture.kind}", width, height, None, picture.sha256)


def _is_readable(content: bytes) -> bool:
    """Taking a damaged file apart may lose what its reader forgave; such a file is written anew."""
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as image:
            image.load()
    except (*_BROKEN, UnidentifiedImageError, Image.DecompressionBombError):
        return False
    return True


def _compressed(picture: Picture, least: int, most: int) -> FittedPicture:
    for share in _WIDTHS:
        pixels = _shrunk(picture.pixels, share)
        floor = _LEAST_QUALITY if share == _WIDTHS[-1] else _GOOD_QUALITY
        found = _best_page(pixels, most, floor)
        if found is not None:
            height, width = pixels.shape[:2]
            content = padded(found[1], least)
            return FittedPicture(content, "image/jpeg", width, height, found[0], picture.sha256)
    raise CaptureRejectedError("the picture cannot be made small enough and stay readable", "unreadable")


def _best_page(pixels: Pixels, most: int, floor: int) -> tuple[int, bytes] | None:
    """Bisect with the quick encoder, then look a few points higher with the slow one, which packs tighter."""
    quick = best_quality(lambda quality: encode_page(pixels, quality, small=False), most, floor, _MOST_QUALITY)
    low = floor if quick is None else quick[0]
    high = min(_MOST_QUALITY, low + 16)
    return best_quality(lambda quality: encode_page(pixels, quality, small=True), most, low, high) or quick


def _shrunk(pixels: Pixels, share: float) -> Pixels:
    """Return the picture within A4 at 200 dpi times `share`; never larger than it was."""
    height, width = pixels.shape[:2]
    scale = share * _page_scale(width, height)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
