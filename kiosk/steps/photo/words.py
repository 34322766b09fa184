"""What the checks of a picture say to the person in front of the camera."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from devices.quality.portrait import Check, PortraitReport

ADVICE: Mapping[str, LazyString] = {
    "no_face": _l("No face can be seen. Look into the camera."),
    "several_faces": _l("Only one person may be in the picture."),
    "eyes_hidden": _l("The eyes cannot be seen. Take off dark glasses and move the hair aside."),
    "off_centre": _l("Move until your face is in the oval."),
    "too_far": _l("Come closer."),
    "too_close": _l("Move back a little."),
    "tilted": _l("Hold your head upright."),
    "too_dark": _l("Too dark. Turn towards the light."),
    "too_bright": _l("Too bright. Turn away from the light."),
    "blurred": _l("Blurred. Hold still."),
    "background": _l("The background is not plain."),
}

ROWS: Mapping[str, tuple[LazyString, tuple[str, ...]]] = {
    "face": (_l("One face, eyes visible"), ("no_face", "several_faces", "eyes_hidden")),
    "place": (_l("Face in the oval"), ("off_centre", "too_far", "too_close")),
    "upright": (_l("Head upright"), ("tilted",)),
    "light": (_l("Enough light"), ("too_dark", "too_bright")),
    "sharp": (_l("Sharp"), ("blurred",)),
    "background": (_l("Plain background"), ("background",)),
}
"""What the live list asks: its words and the checks behind it."""


def advice(code: str) -> str:
    """Return what to do about a failed check, in the language of the request."""
    return str(ADVICE.get(code, code))


def check_rows(report: PortraitReport) -> list[dict[str, Any]]:
    """Return the live list: code, ok, label; a failed row says what to do, and what cannot stop a picture has none."""
    blocking = [check for check in report.checks if check.severity == "block"]
    rows = []
    for row, (words, codes) in ROWS.items():
        behind = [check for check in blocking if check.code in codes]
        if behind:
            rows.append(_row(row, str(words), behind))
    return rows


def waiting_rows(warn: Sequence[str]) -> list[dict[str, Any]]:
    """Return the live list before the first frame. `warn`: codes that cannot stop a picture."""
    asked = {row: words for row, (words, codes) in ROWS.items() if not set(codes) <= set(warn)}
    return [{"code": row, "ok": False, "label": str(words)} for row, words in asked.items()]


def _row(code: str, words: str, behind: Sequence[Check]) -> dict[str, Any]:
    failed = next((check.code for check in behind if not check.ok and check.value is not None), "")
    return {"code": code, "ok": all(check.ok for check in behind), "label": advice(failed) if failed else words}
