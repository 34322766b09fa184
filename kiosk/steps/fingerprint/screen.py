"""What the fingerprint screen says."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.exemption import CONSENT_REFUSED, REASONS, reason_choices
from kiosk.steps.fingerprint.fingers import FINGERS, HANDS, UNCERTAIN, finger_name
from kiosk.steps.fingerprint.options import FingerprintOptions
from kiosk.steps.fingerprint.progress import Progress, Tried

ADVICE: Mapping[str, LazyString] = {
    "blank": _l("Nothing could be seen. Put the finger flat on the glass."),
    "off_centre": _l("Not in the middle. Put the middle of the fingertip on the middle of the glass."),
    "too_small": _l("Too little of the finger. Press flatter, with the whole fingertip."),
    "blurred": _l("It moved. Hold the finger still on the glass until the print is complete."),
    "too_dry": _l("Too dry. Breathe on the finger or rub it, then press again."),
    "too_wet": _l("Too wet. Dry the finger, then press again."),
    "messy": _l("Not clear. Wipe the finger and the glass, then press again."),
    "too_few_features": _l("Too little could be seen. Press flatter, with the whole fingertip."),
}
PRESS_AGAIN: LazyString = _l("Not good enough yet. Press again, a little more firmly.")


def screen(known: Progress, options: FingerprintOptions, *, is_refused: bool) -> Mapping[str, Any]:
    """Return the screen's values. The last press may be of another finger than the one asked for now."""
    current = known.current
    reasons = [code for code in REASONS if (code == CONSENT_REFUSED) == is_refused]
    return {
        "is_done": bool(known.reason) or not known.missing,
        "is_refused": is_refused,
        "is_stuck": known.is_stuck,
        "is_out_of_time": known.is_out_of_time,
        "current": _told(current, options) if current else None,
        "last": _last(current, options) if current else None,
        "taken": [_told(tried, options) for tried in known.accepted],
        "spent": [_told(tried, options) for tried in known.spent],
        "done": len(known.accepted),
        "required": options.required,
        "may_force": not is_refused and known.is_stuck and any(tried.attachments for tried in known.spent),
        "reasons": reason_choices(reasons),
        "codes": [] if is_refused else _codes(known),
    }


def _told(tried: Tried, options: FingerprintOptions) -> dict[str, Any]:
    picture = next((file.digest for file in tried.attachments if file.role == "picture"), "")
    return {
        "finger": tried.finger,
        "name": finger_name(tried.finger),
        "hand": "right" if tried.finger in HANDS[97] else "left",
        "number": min(len(tried.scores) + 1, options.tries_of(tried.finger)),
        "tries": options.tries_of(tried.finger),
        "press": min(tried.good + 1, options.presses),
        "presses": options.presses,
        "quality_pct": tried.best_pct,
        "forced": tried.forced,
        "picture": picture,
    }


def _last(tried: Tried, options: FingerprintOptions) -> dict[str, Any] | None:
    """Return how the last press of this finger was, None before the first."""
    if not tried.data:
        return None
    is_good = tried.data.get("is_good", tried.scores[-1] >= options.quality_min_of(tried.finger))
    reason = next((code for code in tried.data["reasons"] if code in ADVICE), "again")
    return {
        "is_good": is_good,
        "quality_pct": tried.scores[-1],
        "reason": "" if is_good else reason,
        "advice": "" if is_good else str(ADVICE.get(reason, PRESS_AGAIN)),
    }


def _codes(known: Progress) -> list[tuple[str, str]]:
    """Return what may be excused: the finger asked for first, then the hands, then all, then each other finger."""
    closed = {tried.finger for tried in known.accepted} | known.exempt
    first = [known.current.finger] if known.current else []
    codes = dict.fromkeys((*first, *UNCERTAIN, *(finger for finger in FINGERS if finger not in closed)))
    names = {97: _l("the whole right hand"), 98: _l("the whole left hand"), 99: _l("all fingers")}
    return [(str(code), str(names.get(code) or finger_name(code))) for code in codes]
