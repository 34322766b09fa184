"""Takes the picture and keeps what was found out about it. Pictures are cut and scaled, never changed otherwise."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from devices.base import Camera, Pixels
from devices.errors import CaptureRejectedError
from devices.quality.jpeg import encode_page
from devices.quality.portrait import Box, PortraitReport, PortraitSpec, choose, crop, encode_jpeg
from kiosk.step import Case, StepRejectedError
from records.evidence import Attachment, Entry, Evidence
from rules.steps.photo import PhotoOptions

STEP = "photo"
TAKE, ACCEPTED = "take", "accepted"
ORIGINAL_QUALITY = 95


def take(case: Case, number: int, camera: Camera, options: PhotoOptions) -> Evidence:
    """Return the best of a burst with its checks: the whole frame and the portrait cut out of it.

    Raises:
        StepRejectedError: the camera gave nothing that can be kept.
        devices.errors.DeviceError: the camera has trouble.
    """
    spec = options.spec()
    try:
        before = options.burst // 2
        frames = [frame.pixels for frame in camera.around(before, options.burst - before)]
        best, report = choose(frames, spec)
        files = _files(frames[best], report, spec)
    except CaptureRejectedError as error:
        raise StepRejectedError(_("The picture could not be kept. Please take it again.")) from error
    data = {
        "try": number,
        "ok": report.ok,
        "checks": [{"code": check.code, "ok": check.ok, "severity": check.severity} for check in report.checks],
        "problems": list(report.problems),
        "sharpness": round(report.sharpness),
        "accepted": False,
        "discarded": False,
        "device": camera.driver,
    }
    return Evidence(STEP, case.now, data, part=TAKE, attachments=files)


def discard(case: Case, taken: Entry) -> Evidence:
    """Return the same take as one that nobody wants; the camera's live picture is shown again."""
    data = {**taken.evidence.data, "discarded": True}
    return Evidence(STEP, case.now, data, part=TAKE, attachments=taken.evidence.attachments)


def accept(case: Case, taken: Entry, approval: Mapping[str, Any]) -> Evidence:
    """Return the take as the candidate's picture.

    Args:
        approval: for a picture that failed its checks, who took it nonetheless and why.
    """
    kept = {key: taken.evidence.data[key] for key in ("try", "ok", "checks", "problems", "sharpness", "device")}
    data = {**kept, "take_seq": taken.seq, "accepted": True, "forced": bool(approval), **approval}
    return Evidence(STEP, case.now, data, part=ACCEPTED, attachments=taken.evidence.attachments)


def _files(pixels: Pixels, report: PortraitReport, spec: PortraitSpec) -> tuple[Attachment, ...]:
    placed = report if report.crop else replace(report, crop=_middle(pixels, spec))
    portrait = encode_jpeg(crop(pixels, placed, spec), spec.min_kb, spec.max_kb, spec.dpi)
    original = encode_page(pixels, ORIGINAL_QUALITY, small=False)
    return Attachment.of("picture", "image/jpeg", portrait), Attachment.of("original", "image/jpeg", original)


def _middle(pixels: Pixels, spec: PortraitSpec) -> Box:
    """Return the largest cut out of the middle: a bandaged face may be none to the detector and still be accepted."""
    height, width = pixels.shape[:2]
    shape = spec.height_px / spec.width_px
    cut_width = min(width, height / shape)
    return Box((width - cut_width) / 2, (height - cut_width * shape) / 2, cut_width, cut_width * shape)
