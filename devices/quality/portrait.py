"""Judges a portrait against a region's rules, and cuts it out by geometry only."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from devices.base import Pixels
from devices.errors import CaptureRejectedError
from devices.quality.faces import Box, Eyes, Face, ensure_cascades, find_faces
from devices.quality.jpeg import encode_jpeg
from devices.quality.measures import background, glare, light, sharpness, to_grey
from devices.quality.portrait_spec import CHECKS, PortraitSpec

__all__ = [
    "CHECKS", "Box", "Check", "Eyes", "PortraitReport", "PortraitSpec",
    "assess", "choose", "crop", "encode_jpeg", "ensure_cascades", "sharpness",
]  # fmt: skip

_JUDGED_PX = 1280
"""Long side at which a frame is judged; more tells nothing new and takes a 4K camera 0.3 s a frame."""

_EYES_IN_BOX = 0.405
"""Height of the eyes in the detector's box, from its top; median of 60 portraits."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer.

    Attributes:
        ok: False also when it could not be asked, as for everything else while there is no face.
        value: what was measured, None if it could not be: faces for the first two, the share of the frame's width for
            off_centre, times of enlargement for too_far, the face's share of the crop for too_close, degrees for
            tilted, 0 to 1 for the light, variance for blurred, CIELAB distance for background, times of enlargement for
            low_resolution, quarters for camera_turned, share of the eye's surroundings for glare.
        severity: `block` or `warn`.
    """

    code: str
    ok: bool
    value: float | None
    severity: str


@dataclass(frozen=True, slots=True)
class PortraitReport:
    """What was seen in one frame.

    Attributes:
        checks: one of each code in `CHECKS`, in that order.
        face: the largest face; hand it to the next `assess` as `near`.
        crop: what `crop` would cut out; inside the frame, in the shape of the rules.
        sharpness: of the face, 0 without one.
    """

    checks: tuple[Check, ...]
    face: Box | None = None
    eyes: Eyes | None = None
    crop: Box | None = None
    sharpness: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether nothing stands in the way of taking this picture."""
        return all(check.ok for check in self.checks if check.severity == "block")

    @property
    def problems(self) -> tuple[str, ...]:
        """Codes that were asked and answered with no, warnings included, the most important first."""
        return tuple(check.code for check in self.checks if not check.ok and check.value is not None)


def assess(pixels: Pixels, spec: PortraitSpec, near: Box | None = None) -> PortraitReport:
    """Ask all questions about one BGR frame; about 30 ms for 1280 x 720 on one core.

    Args:
        near: where the face was a moment ago. Quicker, good for the live preview; a second person is then not seen,
            so the picture that is kept is assessed without it.
    """
    size = _resolution(pixels, spec)
    if not size[0]:  # whatever else is wrong, the person before the camera cannot mend it
        return _report(spec, {"low_resolution": size})
    scale = min(1.0, _JUDGED_PX / max(pixels.shape[:2]))
    if scale < 1:
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)
        finer = replace(spec, enlargement_max=spec.enlargement_max / scale)
        return _enlarged(assess(small, finer, near.scaled(scale) if near else None), 1 / scale)
    grey = to_grey(pixels)
    faces = find_faces(grey, near)
    if not faces:
        return _report(spec, {"no_face": (False, 0.0)})
    face = faces[0]
    place = _place(face, grey.shape[1], grey.shape[0], spec)
    clarity = sharpness(grey, face.box)
    answers = {
        "low_resolution": size,
        "camera_turned": (True, 0.0),
        "no_face": (True, float(len(faces))),
        "several_faces": (len(faces) == 1, float(len(faces))),
        "eyes_hidden": (face.eyes is not None, 0.0 if face.eyes is None else 2.0),
        "blurred": (clarity >= spec.sharpness_min, clarity),
        **dict(_geometry(face, place, grey.shape[1], spec)),
        **dict(_light(grey, face.box, spec)),
        **dict(_background(pixels, place, face.box, spec)),
        **dict(_glare(pixels, face, spec)),
    }
    return _report(spec, answers, face, place, clarity)


def _enlarged(report: PortraitReport, factor: float) -> PortraitReport:
    """Return what was found in a reduced frame in the frame's own pixels."""
    enlarging = ("low_resolution", "too_far")
    checks = tuple(
        replace(check, value=check.value / factor) if check.code in enlarging and check.value is not None else check
        for check in report.checks
    )
    return replace(
        report,
        checks=checks,
        face=report.face and report.face.scaled(factor),
        eyes=report.eyes and report.eyes.scaled(factor),
        crop=report.crop and report.crop.scaled(factor),
    )


def _report(
    spec: PortraitSpec,
    answers: Mapping[str, tuple[bool, float]],
    face: Face | None = None,
    place: Box | None = None,
    clarity: float = 0.0,
) -> PortraitReport:
    checks = []
    for code in CHECKS:
        ok, value = answers.get(code, (False, None))
        checks.append(Check(code, ok, value, "warn" if code in spec.warn else "block"))
    if face is None:
        return PortraitReport(tuple(checks))
    return PortraitReport(tuple(checks), face.box, face.eyes, place, clarity)


def _anchor(face: Face) -> tuple[float, float]:
    """Return the middle of the face sideways and the height of its eyes."""
    if face.eyes is None:
        return face.box.centre[0], face.box.y + _EYES_IN_BOX * face.box.height
    return face.box.centre[0], (face.eyes.left[1] + face.eyes.right[1]) / 2


def _place(face: Face, frame_width: int, frame_height: int, spec: PortraitSpec) -> Box:
    """Return the crop that the rules aim at, made smaller and moved as far as the frame's edges demand."""
    shape = spec.height_px / spec.width_px
    width = min(face.box.width / spec.face_share, frame_width, frame_height / shape)
    if face.eyes is not None and spec.eye_distance_min:
        width = min(width, face.eyes.distance_px / spec.eye_distance_min)
    x, eye_y = _anchor(face)
    left = min(max(0.0, x - width / 2), frame_width - width)
    top = min(max(0.0, eye_y - spec.eye_line * width * shape), frame_height - width * shape)
    return Box(left, top, width, width * shape)


Answer = tuple[str, tuple[bool, float]]


def _geometry(face: Face, place: Box, frame_width: int, spec: PortraitSpec) -> Iterator[Answer]:
    x, eye_y = _anchor(face)
    aside = x / frame_width - 0.5
    eye_line, in_crop = (eye_y - place.y) / place.height, (x - place.x) / place.width
    is_centred = abs(aside) <= spec.centre_tolerance and abs(in_crop - 0.5) < 0.06
    yield "off_centre", (is_centred and spec.eye_line_min <= eye_line <= spec.eye_line_max, aside)
    enlargement = spec.width_px / place.width
    yield "too_far", (enlargement <= spec.enlargement_max, enlargement)
    share = face.box.width / place.width
    yield "too_close", (share <= spec.face_share_max, share)
    if face.eyes is not None:
        yield "tilted", (abs(face.eyes.roll_deg) <= spec.roll_max_deg, face.eyes.roll_deg)


def _light(grey: Pixels, face: Box, spec: PortraitSpec) -> Iterator[Answer]:
    seen = light(grey, face)
    is_dark = seen.mean < spec.light_min or seen.dark_share > spec.dark_share_max
    is_bright = seen.mean > spec.light_max or seen.bright_share > spec.bright_share_max
    yield "too_dark", (not is_dark, seen.mean)
    yield "too_bright", (not is_bright, seen.mean)
    yield "uneven_light", (abs(seen.side_difference) <= spec.side_difference_max, seen.side_difference)


def _background(pixels: Pixels, place: Box, face: Box, spec: PortraitSpec) -> Iterator[Answer]:
    if pixels.ndim != 3 or not spec.background:
        yield "background", (not spec.background, 0.0)
        return
    seen = background(pixels, place, face, spec.background)
    is_even = seen.unevenness <= spec.background_unevenness_max
    is_allowed = seen.distance <= spec.background_distance_max
    yield "background", (is_even and is_allowed, max(seen.distance, seen.unevenness))


def _glare(pixels: Pixels, face: Face, spec: PortraitSpec) -> Iterator[Answer]:
    if face.eyes is not None:
        seen = glare(pixels, face.eyes, face.box)
        yield "glare", (seen <= spec.glare_max, seen)


def _resolution(pixels: Pixels, spec: PortraitSpec) -> tuple[bool, float]:
    """Tell whether any face in a frame of this size could be large enough."""
    widest = min(pixels.shape[1], pixels.shape[0] * spec.width_px / spec.height_px)
    enlargement = spec.width_px / max(1.0, widest)
    return enlargement <= spec.enlargement_max, enlargement


def _turned(pixels: Pixels, spec: PortraitSpec) -> PortraitReport | None:
    """Return what to say if there is a face once the frame is turned by a quarter: the camera lies on its side."""
    for quarters in (1, 3):
        faces = find_faces(to_grey(np.ascontiguousarray(np.rot90(pixels, quarters))))
        if len(faces) == 1 and faces[0].eyes is not None:
            return _report(spec, {"camera_turned": (False, float(quarters))})
    return None


def _is_head_down(pixels: Pixels, spec: PortraitSpec) -> bool:
    """Tell whether everything is right once the frame is turned by half: a face head down may be taken for another."""
    return assess(np.ascontiguousarray(np.rot90(pixels, 2)), spec).ok


def choose(pictures: Sequence[Pixels], spec: PortraitSpec) -> tuple[int, PortraitReport]:
    """Return which picture of a burst to keep, by its place, and its report.

    It is the sharpest that passes; if none of the three sharpest does, the sharpest, for its problems to be shown.
    Before that it is looked whether the camera itself is turned.

    Raises:
        CaptureRejectedError: `no_frame`, there are no pictures.
    """
    if not pictures:
        raise CaptureRejectedError("the camera gave no picture", "no_frame")
    first = assess(pictures[0], spec)
    order = sorted(range(len(pictures)), key=lambda place: -sharpness(pictures[place], first.face))
    reports = {}
    for place in order[:3]:
        reports[place] = first if place == 0 else assess(pictures[place], spec)
        if reports[place].ok:
            return place, reports[place]
    best = order[0]
    if _is_head_down(pictures[best], spec):
        return best, _report(spec, {"camera_turned": (False, 2.0)})
    if reports[best].problems == ("no_face",):
        return best, _turned(pictures[best], spec) or reports[best]
    return best, reports[best]


def crop(pixels: Pixels, report: PortraitReport, spec: PortraitSpec) -> Pixels:
    """Return the portrait in the size of the rules: cut and scaled, never rotated, mirrored or retouched.

    Raises:
        CaptureRejectedError: `no_face`, the report has none.
    """
    if report.crop is None:
        raise CaptureRejectedError("there is no face to cut out", "no_face")
    place = report.crop
    left, top = math.floor(place.x), math.floor(place.y)
    part = pixels[top : top + max(1, round(place.height)), left : left + max(1, round(place.width))]
    method = cv2.INTER_AREA if part.shape[1] >= spec.width_px else cv2.INTER_CUBIC
    return cv2.resize(part, (spec.width_px, spec.height_px), interpolation=method).astype(np.uint8)
