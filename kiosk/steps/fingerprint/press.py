"""One press on the reader, and what it changes about a finger."""

from typing import Any

from flask_babel import gettext as _

from devices.base import FingerprintReader, FingerScan
from devices.errors import CaptureRejectedError
from devices.quality.finger import judge
from kiosk.pictures import png_bytes
from kiosk.step import Case, StepRejectedError
from kiosk.steps.fingerprint.fingers import finger_name
from kiosk.steps.fingerprint.options import FingerprintOptions
from kiosk.steps.fingerprint.progress import Tried
from records.evidence import Attachment, Evidence

STEP = "fingerprint"


def press(case: Case, tried: Tried, reader: FingerprintReader, options: FingerprintOptions) -> Evidence:
    """Return the finger as it is known after one more press; the best press's files go with it.

    Raises:
        StepRejectedError: nobody pressed; nothing happened that would be worth keeping.
        devices.errors.DeviceError: the reader has trouble. Earlier presses are safe.
    """
    try:
        scan = reader.scan(options.timeout_s)
    except CaptureRejectedError as error:
        if error.code == "no_finger":
            words = _("No finger was felt. Put your %(finger)s flat on the glass.", finger=finger_name(tried.finger))
            raise StepRejectedError(words) from error
        return _after(case, tried, options, 0, (error.code,), {}, ())
    quality = judge(scan.pixels, scan.resolution_ppi)
    known = {
        "device": reader.driver,
        "device_id": scan.device_id,
        "device_quality": scan.device_quality,
        "resolution_ppi": scan.resolution_ppi,
        "best_try": len(tried.scores) + 1,
    }
    return _after(case, tried, options, quality.score_pct, quality.reasons, known, _files(scan))


def _after(
    case: Case,
    tried: Tried,
    options: FingerprintOptions,
    score: int,
    reasons: tuple[str, ...],
    known: dict[str, Any],
    files: tuple[Attachment, ...],
) -> Evidence:
    scores = (*tried.scores, score)
    is_best = bool(files) and (not tried.attachments or score > tried.best_pct)
    good = tried.good + (score >= options.quality_min)
    is_over = len(scores) >= options.tries
    data = {
        **(known if is_best else _of_best(tried)),
        "finger": tried.finger,
        "try": len(scores),
        "quality_pct": score,
        "reasons": list(reasons),
        "tries": list(scores),
        "good": good,
        "accepted": good >= options.presses or (is_over and good > 0),
    }
    attachments = files if is_best else tried.attachments
    return Evidence(STEP, case.now, data, part=str(tried.finger), attachments=attachments)


def _of_best(tried: Tried) -> dict[str, Any]:
    """Return what the evidence already says of the best press: its device and its number."""
    kept = ("device", "device_id", "device_quality", "resolution_ppi", "best_try")
    return {key: value for key, value in (tried.data or {}).items() if key in kept}


def _files(scan: FingerScan) -> tuple[Attachment, ...]:
    picture = Attachment.of("picture", "image/png", png_bytes(scan.pixels, scan.resolution_ppi))
    if not scan.template:
        return (picture,)
    return picture, Attachment.of("template", "application/octet-stream", scan.template)


def force(case: Case, tried: Tried, second_staff: str) -> Evidence:
    """Return a poor finger as one that counts, since nothing better can be had and two members of staff say so."""
    data = {**(tried.data or {}), "accepted": True, "forced": True, "second_staff": second_staff}
    return Evidence(STEP, case.now, data, part=str(tried.finger), attachments=tried.attachments)
