"""What the signature pad sends, checked point by point, and whether it is a name or a slip of the finger.

Decided from the points, never from the picture: a single tap is a picture too.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _

from kiosk.step import StepRejectedError
from rules.steps.signature import SignatureOptions

FIELD = "strokes"
MAX_BYTES = 100_000
SMALLEST_SIDE_PX, LARGEST_SIDE_PX = 80, 8000
EDGE_RATIO = 0.05
"""How far, as a share of the paper's height, ink may run over the edge: a finger does not stop at the line."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a stroke: CSS pixels from the paper's top left corner, pressure 0 to 1, milliseconds since 1970."""

    x: float
    y: float
    pressure: float
    time_ms: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Ink on a paper of so many CSS pixels."""

    width_px: float
    height_px: float
    strokes: tuple[tuple[Point, ...], ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """All points in the order in which they were drawn."""
        return tuple(point for stroke in self.strokes for point in stroke)

    @property
    def ink_ms(self) -> float:
        """How long the pen was down."""
        return sum(stroke[-1].time_ms - stroke[0].time_ms for stroke in self.strokes)

    @property
    def duration_ms(self) -> float:
        """From the first point to the last."""
        return self.points[-1].time_ms - self.points[0].time_ms

    @property
    def ink_px(self) -> float:
        """Length of the ink."""
        return sum(
            math.hypot(after.x - before.x, after.y - before.y)
            for stroke in self.strokes
            for before, after in pairwise(stroke)
        )

    @property
    def size_px(self) -> float:
        """Longer side of the box around the ink."""
        across, down = [point.x for point in self.points], [point.y for point in self.points]
        return max(max(across) - min(across), max(down) - min(down))

    def document(self) -> dict[str, Any]:
        """Return it as the pad sends it, and nothing else that may have been in the message."""
        strokes = [
            [{"x": point.x, "y": point.y, "pressure": point.pressure, "time": point.time_ms} for point in stroke]
            for stroke in self.strokes
        ]
        return {"width": self.width_px, "height": self.height_px, "strokes": strokes}


def read_drawing(text: str) -> Drawing:
    """Return the drawing in the pad's JSON.

    Raises:
        StepRejectedError: nothing was drawn, or it did not arrive as the pad writes it.
    """
    if not text:
        raise StepRejectedError({FIELD: _("Please write your full name in the box.")})
    if len(text.encode()) > MAX_BYTES:
        raise StepRejectedError({FIELD: _("That is more than a name. Please write only your full name.")})
    try:
        drawing = _drawing(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise StepRejectedError({FIELD: _("The signature did not arrive whole. Please write again.")}) from error
    if not all(_is_on_paper(point, drawing) for point in drawing.points):
        raise StepRejectedError({FIELD: _("Please write inside the box.")})
    return drawing


def ensure_name(drawing: Drawing, options: SignatureOptions) -> None:
    """Check that it is long, large and slow enough to be a name.

    Raises:
        StepRejectedError: it is empty, a dot or a dash.
    """
    enough = (
        drawing.strokes,
        len(drawing.strokes) >= options.min_strokes or drawing.ink_ms >= options.min_ink_ms,
        len({(point.x, point.y) for point in drawing.points}) >= options.min_points,
        drawing.strokes and drawing.duration_ms >= options.min_duration_ms,
        drawing.ink_px >= options.min_ink_ratio * drawing.height_px,
        drawing.strokes and drawing.size_px >= options.min_size_ratio * drawing.height_px,
    )
    if not all(enough):
        raise StepRejectedError({FIELD: _("Please write your full name in the box, large and clear.")})


def _drawing(document: Any) -> Drawing:
    width_px, height_px = _number(document["width"]), _number(document["height"])
    if not all(SMALLEST_SIDE_PX <= side_px <= LARGEST_SIDE_PX for side_px in (width_px, height_px)):
        raise ValueError("the paper has an impossible size")
    strokes = tuple(tuple(_points(stroke)) for stroke in document["strokes"])
    drawing = Drawing(width_px, height_px, tuple(stroke for stroke in strokes if stroke))
    times = [point.time_ms for point in drawing.points]
    if any(after < before for before, after in pairwise(times)):
        raise ValueError("time runs backwards")
    return drawing


def _points(stroke: Any) -> Iterator[Point]:
    for point in stroke:
        yield Point(
            x=_number(point["x"]),
            y=_number(point["y"]),
            pressure=min(max(_number(point["pressure"]), 0.0), 1.0),
            time_ms=_number(point["time"]),
        )


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"not a number: {value!r:.20}")
    if abs(value) >= 2**53:
        raise ValueError("number too large")
    return value


def _is_on_paper(point: Point, drawing: Drawing) -> bool:
    edge_px = EDGE_RATIO * drawing.height_px
    across = -edge_px <= point.x <= drawing.width_px + edge_px
    return across and -edge_px <= point.y <= drawing.height_px + edge_px
