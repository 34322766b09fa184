"""Who puts a finger on the emulated sensor, and when."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from devices.fingerprint.emulator.control import NOBODY, WRONG_FINGER, Control

SHIPPED_FINGERS = tuple(f"{person}-{position}" for person in "ABCDEF" for position in (11, 16))
"""Six made-up people, right thumb and left thumb (11 and 16 of the national finger codes); see prints/."""

FORGET_S = 2.0
"""After so long without anybody looking, the next look is a new scan."""


@dataclass(frozen=True, slots=True)
class Press:
    """A finger on the glass. `number` tells one press from the next."""

    identity: str
    quality: str
    number: int


class Glass:
    """The sensor's window and the fingers that come to it, one after the other."""

    def __init__(
        self,
        control: Callable[[], Control],
        fingers: Sequence[str] = SHIPPED_FINGERS,
        press_after_s: float = 0.3,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what decides.

        Args:
            fingers: identities that take turns when the control file names none.
            press_after_s: how long after a scan begins the finger comes down.
        """
        self._control, self._fingers, self._press_after_s, self._clock = control, tuple(fingers), press_after_s, clock
        self._number = 0
        self._down_at: float | None = None
        self._looked_at = 0.0

    def look(self) -> Press | None:
        """Return what lies on the glass now; the first look of a scan makes a finger come."""
        control, now = self._control(), self._clock()
        if self._down_at is None or now - self._looked_at > FORGET_S:
            if self._down_at is not None and self._quality(control) == NOBODY:
                self._number += 1  # that scan is over, and nobody came
            self._down_at = now + self._press_after_s
        self._looked_at = now
        if control.present is False or (control.present == "auto" and now < self._down_at):
            return None
        return self._press(control)

    def _press(self, control: Control) -> Press | None:
        fingers, quality = control.finger or self._fingers, self._quality(control)
        identity = fingers[self._number % len(fingers)]
        if quality == NOBODY:
            return None
        if quality == WRONG_FINGER:
            return Press(_another_than(identity), "good", self._number)
        return Press(identity, quality, self._number)

    def _quality(self, control: Control) -> str:
        return control.quality[self._number % len(control.quality)]

    def lift(self) -> None:
        """Take the finger away; the next one's turn has come."""
        if self._control().present == "auto":
            self._number += 1
        self._down_at = None


def _another_than(identity: str) -> str:
    """Return a shipped finger of somebody else."""
    return next(other for other in SHIPPED_FINGERS if other[:2] != identity[:2])
