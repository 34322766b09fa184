"""What the checks of a picture say to the person in front of the camera."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from devices.quality.portrait import Check, PortraitReport

ADVICE: Mapping[str, LazyString] = {
    "low_resolution": _l(
        "The camera gives pictures that are too small. Call the staff: it has to be set to 1280 × 720."
    ),
    "camera_turned": _l("The camera is turned on its side. Call the staff to put it straight."),
    "no_face": _l("No face can be seen. Look into the camera."),
    "several_faces": _l("Only one person may be in the picture."),
    "eyes_hidden": _l("The eyes cannot be seen. Take off dark glasses and move the hair aside."),
    "off_centre": _l("Move until your face is in the oval."),
    "too_far": _l("Come closer."),
    "too_close": _l("Move back a little."),
    "tilted": _l("Hold your head upright."),
    "too_dark": _l("Too dark. Turn towards the light."),
    "too_bright": _l("Too bright. Turn away from the light."),
    "uneven_light": _l("One side of the face is darker. Turn straight to the light."),
    "blurred": _l("Blurred. Hold still."),
    "background": _l("The background is not plain."),
    "glare": _l("Glasses reflect the light. Lower your head a little, or take them off."),
}

DIRECTIONS: Mapping[str, LazyString] = {
    "left": _l("Move a little to your left."),
    "right": _l("Move a little to your right."),
    "up": _l("Sit up a little higher."),
    "down": _l("Sit a little lower."),
}
"""What is said instead of "move into the oval" where it is known which way."""

ROWS: Mapping[str, tuple[LazyString, tuple[str, ...]]] = {
    "face": (
        _l("One face, eyes visible"),
        ("low_resolution", "camera_turned", "no_face", "several_faces", "eyes_hidden"),
    ),
    "place": (_l("Face in the oval"), ("off_centre", "too_far", "too_close")),
    "upright": (_l("Head upright"), ("tilted",)),
    "light": (_l("Enough light"), ("too_dark", "too_bright", "uneven_light")),
    "sharp": (_l("Sharp"), ("blurred",)),
    "background": (_l("Plain background"), ("background",)),
    "glare": (_l("No reflections on glasses"), ("glare",)),
}
"""What the live list asks: its words and the checks behind it."""


def advice(code: str) -> str:
    """Return what to do about a failed check, in the language of the request."""
    return str(ADVICE.get(code, code))


def check_rows(report: PortraitReport, toward: str = "") -> list[dict[str, Any]]:
    """Return the live list: code, ok, label; a failed row says what to do.

    What cannot stop a picture has a row only while it is worth a hint; that row has `warn`.

    Args:
        toward: which way to move; goes to the row it belongs to, as `guide`.
    """
    rows = [*_blocking(report), *_warnings(report)]
    row = "upright" if toward.startswith("lean") else "place"
    for found in rows:
        if toward and found["code"] == row and not found["ok"]:
            found["guide"] = toward
            found["label"] = str(DIRECTIONS.get(toward, found["label"]))
    return rows


def waiting_rows(warn: Sequence[str]) -> list[dict[str, Any]]:
    """Return the live list before the first frame. `warn`: codes that cannot stop a picture."""
    asked = {row: words for row, (words, codes) in ROWS.items() if not set(codes) <= set(warn)}
    return [{"code": row, "ok": False, "label": str(words)} for row, words in asked.items()]


def _blocking(report: PortraitReport) -> Iterator[dict[str, Any]]:
    blocking = [check for check in report.checks if check.severity == "block"]
    for row, (words, codes) in ROWS.items():
        behind = [check for check in blocking if check.code in codes]
        if behind:
            yield _row(row, str(words), behind)


def _warnings(report: PortraitReport) -> Iterator[dict[str, Any]]:
    for row, (_words, codes) in ROWS.items():
        for check in report.checks:
            if check.code in codes and check.severity == "warn" and not check.ok and check.value is not None:
                yield {"code": f"{row}-hint", "ok": False, "warn": True, "label": advice(check.code)}


def _row(code: str, words: str, behind: Sequence[Check]) -> dict[str, Any]:
    failed = next((check.code for check in behind if not check.ok and check.value is not None), "")
    return {"code": code, "ok": all(check.ok for check in behind), "label": advice(failed) if failed else words}
