"""Finds faces and their eyes with the Haar cascades that come inside the OpenCV package."""

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from devices.base import Pixels
from devices.errors import ConfigurationError

# Smaller is better, not only faster: 320 px wide with alt2 beat every larger setting on 372 portraits.
SEARCH_WIDTH_PX = 320
SMALLEST_FACE_SHARE = 0.12
"""Height of the smallest face looked for, as a share of the frame's height."""

_NEAR_FACE_PX = 60
"""Height of the face when it is searched for where it was: three times the cascade's window."""

# alt2 is the most exact; what it misses (tilted heads, beards, heavy glasses) the others mostly have.
_CHAIN = (
    ("frontalface_alt2", 1.0, 3),
    ("frontalface_default", 1.0, 3),
    ("frontalface_alt", 1.0, 3),
    ("frontalface_alt2", 1.85, 3),
)
"""Cascade, size of the picture relative to the search, and how many answers in one place make a face."""

_VOTERS = ("frontalface_alt2", "frontalface_default", "frontalface_alt")

_EYE_BAND_WIDTH_PX = 200
_EYE_TOP, _EYE_BOTTOM = 0.15, 0.62


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the whole frame; x, y is its top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """The middle, x and y."""
        return self.x + self.width / 2, self.y + self.height / 2

    def scaled(self, factor: float) -> "Box":
        """The same place in a picture that is so many times as large."""
        return Box(self.x * factor, self.y * factor, self.width * factor, self.height * factor)


@dataclass(frozen=True, slots=True)
class Eyes:
    """Middles of the two eyes, x and y in pixels; `left` is the one on the picture's left."""

    left: tuple[float, float]
    right: tuple[float, float]

    @property
    def distance_px(self) -> float:
        """From eye to eye."""
        return math.hypot(self.right[0] - self.left[0], self.right[1] - self.left[1])

    @property
    def roll_deg(self) -> float:
        """Tilt of the line between them, clockwise as seen on the picture."""
        return math.degrees(math.atan2(self.right[1] - self.left[1], self.right[0] - self.left[0]))

    def scaled(self, factor: float) -> "Eyes":
        """The same eyes in a picture that is so many times as large."""
        (left, top), (right, low) = self.left, self.right
        return Eyes((left * factor, top * factor), (right * factor, low * factor))


@dataclass(frozen=True, slots=True)
class Face:
    """A face somebody would agree is one; `eyes` is None when they could not both be seen."""

    box: Box
    eyes: Eyes | None


def ensure_cascades() -> None:
    """Check at start-up that this OpenCV can find faces at all.

    Raises:
        ConfigurationError: with the words for the log; OpenCV 5 has neither the class nor the files.
    """
    if not hasattr(cv2, "CascadeClassifier"):
        raise ConfigurationError(f"OpenCV {cv2.__version__} cannot find faces; install opencv-python 4.x (>=4.14,<5)")
    for name in ("frontalface_alt2", "frontalface_default", "eye", "eye_tree_eyeglasses", *_SIDE_CASCADES):
        _cascade(name)


def find_faces(grey: Pixels, near: Box | None = None) -> tuple[Face, ...]:
    """Return the faces of a grey frame, the largest first.

    Args:
        near: where the face was in the frame before; looking only there takes a third of the time, and cannot
            see a second person. If nothing is found there, the whole frame is searched.
    """
    if near is not None:
        found = _search(grey, _around(near, grey), min(1.0, _NEAR_FACE_PX / near.height), near.height * 0.7)
        if found:
            return found
    whole = Box(0, 0, grey.shape[1], grey.shape[0])
    return _search(grey, whole, min(1.0, SEARCH_WIDTH_PX / whole.width), SMALLEST_FACE_SHARE * whole.height)


def _around(box: Box, grey: Pixels) -> Box:
    left, top = max(0.0, box.x - box.width / 2), max(0.0, box.y - box.height / 2)
    right = min(float(grey.shape[1]), box.x + box.width * 1.5)
    bottom = min(float(grey.shape[0]), box.y + box.height * 1.5)
    return Box(left, top, right - left, bottom - top)


def _search(grey: Pixels, area: Box, scale: float, smallest_px: float) -> tuple[Face, ...]:
    """Return what the first cascade of the chain finds that can be believed."""
    for name, finer, neighbours in _CHAIN:
        boxes = _detect(name, grey, area, min(1.0, scale * finer), neighbours, smallest_px)
        faces = _believed(grey, boxes)
        if faces:
            return faces
    return ()


def _detect(
    name: str, grey: Pixels, area: Box, scale: float, neighbours: int, smallest_px: float, largest_px: float = math.inf
) -> list[Box]:
    part = _cut(grey, area)
    size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    low, high = round(smallest_px * scale), round(min(largest_px, 10_000 / scale) * scale)
    found = _cascade(name).detectMultiScale(
        small, scaleFactor=1.1, minNeighbors=neighbours, minSize=(low, low), maxSize=(high, high)
    )
    return [
        Box(area.x + x / scale, area.y + y / scale, w / scale, h / scale) for x, y, w, h in np.array(found).tolist()
    ]


def _cut(grey: Pixels, area: Box) -> Pixels:
    top, left = max(0, int(area.y)), max(0, int(area.x))
    return grey[top : max(top + 1, int(area.y + area.height)), left : max(left + 1, int(area.x + area.width))]


def _believed(grey: Pixels, boxes: Sequence[Box]) -> tuple[Face, ...]:
    """Drop what is no face: ties, collars and the texture of a wall answer to one cascade, and have no eyes."""
    looked = [Face(box, find_eyes(grey, box)) for box in boxes]
    faces: list[Face] = []
    for face in sorted(looked, key=lambda face: (face.eyes is None, -face.box.width)):
        is_known = any(_is_below(face.box, known.box) or _overlap(face.box, known.box) for known in faces)
        if not is_known and (face.eyes is not None or _is_confirmed(grey, face.box)):
            faces.append(face)
    return tuple(sorted(faces, key=lambda face: -face.box.width))


def _is_below(box: Box, face: Box) -> bool:
    """Tell whether it is where a person's tie is: answers that have misled every cascade."""
    return box.y > face.centre[1] and abs(box.centre[0] - face.centre[0]) < face.width / 2


def _overlap(one: Box, other: Box) -> bool:
    reach = max(one.width, other.width) / 2
    return abs(one.centre[0] - other.centre[0]) < reach and abs(one.centre[1] - other.centre[1]) < reach


def _is_confirmed(grey: Pixels, box: Box) -> bool:
    """Ask two other cascades about a face whose eyes are shut, squinting or behind dark glasses."""
    scale, area, smallest_px = min(1.0, _NEAR_FACE_PX / box.height), _around(box, grey), box.height * 0.7
    votes = [bool(_detect(name, grey, area, scale, 3, smallest_px)) for name in _VOTERS]
    return sum(votes) >= 2


def find_eyes(grey: Pixels, box: Box) -> Eyes | None:
    """Return both eyes of the face in `box`, None if one cannot be seen or the two make no sense together."""
    left, right = _eye(grey, box, 0), _eye(grey, box, 1)
    if left is None or right is None:
        return None
    eyes = Eyes(left, right)
    is_plausible = 0.28 < eyes.distance_px / box.width < 0.58 and abs(eyes.roll_deg) < 30
    return eyes if is_plausible else None


# Each of the three finds eyes the others miss (glasses, squinting, shade); on 7 ties and collars none found two.
# The names are the person's sides, ours the picture's.
_SIDE_CASCADES = ("righteye_2splits", "lefteye_2splits")


def _eye(grey: Pixels, box: Box, side: int) -> tuple[float, float] | None:
    """Return the middle of the eye in the picture's left (0) or right (1) half of the face."""
    band = Box(box.x + side * 0.45 * box.width, box.y + _EYE_TOP * box.height, 0.55 * box.width, 0.0)
    band = Box(band.x, band.y, band.width, (_EYE_BOTTOM - _EYE_TOP) * box.height)
    scale = _EYE_BAND_WIDTH_PX / box.width
    for found in _eye_candidates(grey, band, scale, box.width, side):
        return found.centre
    return None


def _eye_candidates(grey: Pixels, band: Box, scale: float, face_px: float, side: int) -> Iterator[Box]:
    for name in ("eye_tree_eyeglasses", "eye", _SIDE_CASCADES[side]):
        boxes = _detect(name, grey, band, scale, 2, 0.14 * face_px, 0.36 * face_px)
        yield from sorted(boxes, key=lambda box: -box.width)


_loaded = threading.local()


def _cascade(name: str) -> cv2.CascadeClassifier:
    """Return this thread's own copy: one classifier must not be used by two threads at a time.

    The file is read by us, since OpenCV on Windows cannot open a path with Chinese in it.
    """
    cascades: dict[str, cv2.CascadeClassifier] = _loaded.__dict__.setdefault("cascades", {})
    if name not in cascades:
        cascades[name] = _read_cascade(Path(cv2.__file__).parent / "data" / f"haarcascade_{name}.xml")
    return cascades[name]


def _read_cascade(path: Path) -> cv2.CascadeClassifier:
    cascade = cv2.CascadeClassifier()
    try:
        storage = cv2.FileStorage(path.read_text("utf-8"), cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
        is_read = cascade.read(storage.getFirstTopLevelNode())
    except (OSError, ValueError, SystemError, cv2.error) as error:  # OpenCV raises SystemError from a constructor
        raise ConfigurationError(f"cannot read {path.name}, which finds faces: {error}") from error
    if not is_read or cascade.empty():
        raise ConfigurationError(f"{path.name}, which finds faces, is damaged; reinstall opencv-python")
    return cascade
