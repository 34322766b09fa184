"""The camera of the station's own browser: the page that is open there brings its pictures.

The page sends a check frame five times a second, and is told in return how many stills are wanted: those are of the
camera's full size and lose nothing. So whoever takes a burst asks the page for it, and steps know
nothing of it.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from devices.base import DeviceStatus, Frame, Pixels, PushedCamera
from devices.camera.watch import Watch
from devices.errors import BusyError, ConfigurationError, DeviceError, NotConnectedError, NotRespondingError

_TROUBLES: Mapping[str, type[DeviceError]] = {
    "not_connected": NotConnectedError,
    "busy": BusyError,
    "not_allowed": ConfigurationError,
    "insecure": ConfigurationError,
}


@dataclass(frozen=True, slots=True)
class PagePatience:
    """How long to wait for what, in seconds.

    Attributes:
        open_s: for the page's first picture; a person may have to allow the camera first.
        stale_s: age at which the newest frame no longer shows what is there, and the page counts as gone.
        frozen_s: how long the picture may stay the same to the last bit.
    """

    open_s: float = 3.0
    stale_s: float = 2.0
    frozen_s: float = 3.0


class BrowserCamera(PushedCamera):
    """What a page of the station sees."""

    driver = "camera.browser"
    keeps_time = True
    heals_by_opening = False

    def __init__(self, patience: PagePatience | Mapping[str, float] | None = None) -> None:
        """Wait for a page.

        Args:
            patience: waiting times, see `PagePatience`.
        """
        self._patience = patience if isinstance(patience, PagePatience) else PagePatience(**(patience or {}))
        self._changed = threading.Condition()
        self._taking = threading.Lock()
        self._watch = Watch(self._patience.frozen_s)
        self._newest: Frame | None = None
        self._last_good_at: datetime | None = None
        self._window, self._heard_at = "", float("-inf")
        self._stills: list[Frame] = []
        self._wanted = 0
        self._holders = 0
        self._trouble, self._told = "", 0
        self._is_shut = False

    def __enter__(self) -> Self:
        with self._changed:
            self._holders += 1
            told = self._told
            self._changed.wait_for(lambda: self._is_live() or self._told > told or self._is_shut, self._patience.open_s)
            error = self._refusal()
            if error is not None:
                self._holders -= 1
                raise error
            self._last_good_at = self._newest.taken_at if self._newest else None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._holders = max(0, self._holders - 1)

    def push(self, pixels: Pixels, window: str, *, is_still: bool) -> int:
        with self._changed:
            if window != self._window and self._is_heard():
                raise BusyError("another window of this station shows its camera")
            self._window, self._heard_at, self._trouble = window, time.monotonic(), ""
            pixels.setflags(write=False)
            if self._watch.look(pixels, may_hold=False) and not self._is_shut:
                self._newest = Frame(self._newest.seq + 1 if self._newest else 0, datetime.now(UTC), pixels)
                if self._holders:
                    self._last_good_at = self._newest.taken_at
                if is_still and self._wanted:
                    self._wanted -= 1
                    self._stills.append(self._newest)
            self._changed.notify_all()
            return self._wanted

    def note_trouble(self, code: str, window: str) -> None:
        with self._changed:
            if window != self._window and self._is_heard():
                return
            self._window, self._heard_at = window, float("-inf")
            self._trouble = code if code in _TROUBLES else "not_connected"
            self._told += 1
            self._changed.notify_all()

    def frame(self, after: int = -1, timeout_s: float = 2.0) -> Frame:
        with self._changed:
            self._require_held()
            self._changed.wait_for(lambda: self._is_fresh(after) or bool(self._refusal()), timeout_s)
            if self._newest is not None and self._is_fresh(after):
                return self._newest
            raise self._refusal() or NotRespondingError(f"the page sent no new picture within {timeout_s:g} s")

    def burst(self, count: int, timeout_s: float = 3.0) -> Sequence[Frame]:
        with self._taking, self._changed:
            self._require_held()
            self._stills, self._wanted = [], count
            self._changed.wait_for(lambda: not self._wanted or bool(self._refusal()), timeout_s)
            stills, self._stills = self._stills, []
            is_whole, self._wanted = not self._wanted, 0
            if is_whole:
                return stills
            raise self._refusal() or NotRespondingError(f"the page sent {len(stills)} of {count} stills in time")

    def status(self) -> DeviceStatus:
        with self._changed:
            code = self._trouble
            if not code and self._holders and not self._is_shut:
                code = self._code_while_held()
            if code:
                return DeviceStatus("trouble", code, self._last_good_at)
            state = "ready" if self._holders and self._is_live() else "standby"
            return DeviceStatus(state, "", self._last_good_at)

    def shutdown(self) -> None:
        with self._changed:
            self._is_shut = True
            self._changed.notify_all()

    def _code_while_held(self) -> str:
        if not self._is_heard():
            return "not_connected"
        return "frozen" if self._watch.is_frozen() else self._watch.blank()

    def _is_heard(self) -> bool:
        """Tell whether a page is sending."""
        return time.monotonic() - self._heard_at <= self._patience.stale_s

    def _is_live(self) -> bool:
        return self._is_heard() and self._is_fresh(-1)

    def _is_fresh(self, after: int) -> bool:
        if self._newest is None or self._is_shut or self._trouble or self._watch.is_frozen():
            return False
        return self._newest.seq > after and self._watch.age_s() <= self._patience.stale_s

    def _refusal(self) -> DeviceError | None:
        """Return why there cannot be a picture, None if there may be one."""
        if self._is_shut:
            return NotConnectedError("the camera was shut down")
        if self._trouble:
            error = _TROUBLES[self._trouble](f"the page has no camera: {self._trouble}")
            error.state = self._trouble
            return error
        if not self._is_heard():
            return NotConnectedError("no page of this station shows its camera")
        return None

    def _require_held(self) -> None:
        if not self._holders:
            raise NotConnectedError("nobody holds the camera open")
