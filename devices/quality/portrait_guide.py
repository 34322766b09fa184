"""Says which way a person should move, for the arrow on the oval."""

from devices.quality.portrait import PortraitReport
from devices.quality.portrait_spec import PortraitSpec

GUIDES = ("left", "right", "up", "down", "closer", "back", "lean_left", "lean_right")
"""As seen on the live picture, which is shown mirrored: `left` is the person's own left. Leaning is of the head."""


def guide(report: PortraitReport, spec: PortraitSpec) -> str:
    """Return the first movement that helps, one of `GUIDES`; empty if none does, or nobody is there."""
    asked = {check.code: check.value for check in report.checks if not check.ok and check.value is not None}
    if report.face is None or report.crop is None or "several_faces" in asked:
        return ""
    if "too_far" in asked:
        return "closer"
    if "off_centre" in asked:
        return _sideways(report, asked["off_centre"], spec)
    if "too_close" in asked:
        return "back"
    tilt = asked.get("tilted", 0.0)
    # Clockwise on the picture is towards the person's own left, and so is where the mirrored head leans.
    return ("lean_right" if tilt > 0 else "lean_left") if tilt else ""


def _sideways(report: PortraitReport, aside: float, spec: PortraitSpec) -> str:
    """Return where the face has to go; aside is from the middle of the frame, to the right on the picture."""
    face, crop = report.face, report.crop
    if face is None or crop is None:
        return ""
    if abs(aside) > spec.centre_tolerance or abs((face.centre[0] - crop.x) / crop.width - 0.5) >= 0.06:
        # What is on the picture's left is shown on the right of the mirrored one, and moves left there.
        return "left" if aside < 0 else "right"
    middle = (face.centre[1] - crop.y) / crop.height
    return "up" if middle > spec.eye_line else "down"
