"""One press on the reader, and what it changes about a finger."""

from typing import Any

from flask_babel import gettext as _

from devices.bench import Bench
from devices.errors import CaptureRejectedError
from devices.quality.resolution import NATIVE_PPI
from kiosk.step import Case, StepRejectedError
from kiosk.steps.fingerprint.fingers import finger_name
from kiosk.steps.fingerprint.options import FingerprintOptions
from kiosk.steps.fingerprint.progress import Progress, Tried
from kiosk.steps.fingerprint.reading import (
    MINUTIAE,
    OTHER_MINUTIAE,
    Reading,
    details_of,
    files_of,
    reading_of,
    same_as,
)
from kiosk.steps.fingerprint.timing import Timing, timing
from kiosk.steps.fingerprint.watching import Watcher
from records.evidence import Attachment, Evidence

STEP = "fingerprint"
OF_BEST = ("device", "device_id", "device_quality", "device_ppi", "resolution_ppi", "minutiae", "best_try", "nfiq2")


def press(case: Case, known: Progress, bench: Bench, options: FingerprintOptions) -> Evidence:
    """Return the finger as it is known after one more press; the best press's files go with it.

    Raises:
        StepRejectedError: nobody pressed, or the finger is one that was given before; nothing is kept of that.
        devices.errors.DeviceError: the reader has trouble. Earlier presses are safe.
    """
    tried = known.current
    if tried is None:
        raise StepRejectedError(_("No finger is left to try. Staff will go on with you."))
    others = (*known.accepted, *known.spent)
    times = timing(case.now, tried, others, options)
    try:
        reading, driver = _read(bench, tried, options)
    except CaptureRejectedError as error:
        if error.code == "no_finger":
            words = _("No finger was felt. Put your %(finger)s flat on the glass.", finger=finger_name(tried.finger))
            raise StepRejectedError(words) from error
        return _after(case, tried, options, times, None, {}, (error.code,))
    if given := same_as(reading, case, others):
        names = {"given": finger_name(given.finger), "finger": finger_name(tried.finger)}
        raise StepRejectedError(
            _("That finger was read before, as %(given)s. Put your %(finger)s on the glass.", **names)
        )
    details = details_of(reading, driver, len(tried.scores) + 1)
    return _after(case, tried, options, times, reading, details, reading.quality.reasons)


def _read(bench: Bench, tried: Tried, options: FingerprintOptions) -> tuple[Reading, str]:
    watcher = Watcher(bench.live_print, NATIVE_PPI, has_better=bool(tried.attachments))
    with bench.fingerprint as reader:
        try:
            scan = reader.scan(options.timeout_s, watcher)
        finally:
            bench.live_print.clear()
    return reading_of(scan, tried.finger, options), reader.driver


def _after(
    case: Case,
    tried: Tried,
    options: FingerprintOptions,
    times: Timing,
    reading: Reading | None,
    details: dict[str, Any],
    reasons: tuple[str, ...],
) -> Evidence:
    score = reading.quality.score_pct if reading else 0
    is_good = reading is not None and reading.is_good(tried.finger, options)
    scores, good = (*tried.scores, score), tried.good + is_good
    is_best = reading is not None and (not tried.attachments or score > tried.best_pct)
    is_over = len(scores) >= options.tries_of(tried.finger) or times.is_finger_over
    data = {
        **(details if is_best else _of_best(tried)),
        "finger": tried.finger,
        "try": len(scores),
        "quality_pct": score,
        "reasons": list(reasons),
        "is_good": is_good,
        "tries": list(scores),
        "good": good,
        "accepted": good >= options.presses or (is_over and good > 0),
        **times.as_data(),
    }
    attachments = _kept(tried, reading, options, is_best=is_best, is_good=is_good)
    return Evidence(STEP, case.now, data, part=str(tried.finger), attachments=attachments)


def _of_best(tried: Tried) -> dict[str, Any]:
    """Return what the evidence already says of the best press: its device and its number."""
    return {key: value for key, value in (tried.data or {}).items() if key in OF_BEST}


def _kept(
    tried: Tried, reading: Reading | None, options: FingerprintOptions, *, is_best: bool, is_good: bool
) -> tuple[Attachment, ...]:
    """Return the files of the best press; where several good ones are wanted, the minutiae of the others too."""
    if reading is None:
        return tried.attachments
    files = files_of(reading, tried.finger, options)
    if not is_best:
        more = [_as_other(file) for file in files if file.role == MINUTIAE and is_good and options.presses > 1]
        return (*tried.attachments, *more)
    was_good = options.presses > 1 and tried.good > 0
    earlier = [_as_other(file) for file in tried.attachments if file.role in (MINUTIAE, OTHER_MINUTIAE) and was_good]
    return (*files, *earlier)


def _as_other(file: Attachment) -> Attachment:
    return Attachment(OTHER_MINUTIAE, file.media_type, file.digest, file.size_bytes, file.content)


def force(case: Case, tried: Tried, second_staff: str) -> Evidence:
    """Return a poor finger as one that counts, since nothing better can be had and two members of staff say so."""
    data = {**(tried.data or {}), "accepted": True, "forced": True, "second_staff": second_staff}
    return Evidence(STEP, case.now, data, part=str(tried.finger), attachments=tried.attachments)
