"""How long the fingers have taken. Pure, from what the evidence says of the earlier presses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kiosk.steps.fingerprint.options import FingerprintOptions
from kiosk.steps.fingerprint.progress import Tried

PAUSE = timedelta(minutes=10)
"""Who comes back after a longer pause (lunch, a broken reader) begins with the whole time."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When this finger and all of them were begun, and whether their time is over."""

    finger_began_at: datetime
    began_at: datetime
    is_finger_over: bool
    is_over: bool

    def as_data(self) -> dict[str, Any]:
        """Return what the evidence keeps for the next press."""
        return {
            "finger_began_at": self.finger_began_at.isoformat(),
            "began_at": self.began_at.isoformat(),
            "finger_time_up": self.is_finger_over,
            "time_up": self.is_over,
        }


def timing(now: datetime, tried: Tried, others: Iterable[Tried], options: FingerprintOptions) -> Timing:
    """Return the times as they are at a press of `tried`.

    Args:
        others: the fingers pressed before.
    """
    last = max((one for one in (*others, tried) if one.last_at), key=_last_at, default=None)
    began_at, finger_began_at = now, now
    if last and now - _last_at(last) <= PAUSE:
        began_at = _time(last, "began_at") or now
        finger_began_at = _time(tried, "finger_began_at") or now
    is_over = now - began_at >= timedelta(seconds=options.all_s)
    return Timing(
        finger_began_at=finger_began_at,
        began_at=began_at,
        is_finger_over=is_over or now - finger_began_at >= timedelta(seconds=options.finger_s),
        is_over=is_over,
    )


def _last_at(tried: Tried) -> datetime:
    if tried.last_at is None:
        raise ValueError("a finger that was not pressed has no last press")
    return tried.last_at


def _time(tried: Tried, name: str) -> datetime | None:
    text = (tried.data or {}).get(name)
    return datetime.fromisoformat(text) if text else None
