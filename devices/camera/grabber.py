"""The thread that keeps a camera's newest frame, for every driver.

It starts when somebody first holds the camera, and stays for a while after the last one lets go, because opening takes
seconds and the next screen is opened at once. It reconnects by itself while the camera is held.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from devices.base import DeviceStatus, Frame, Pixels
from devices.camera.past import Past
from devices.camera.patience import Patience
from devices.camera.source import Source
from devices.camera.watch import Watch
from devices.errors import ConfigurationError, DeviceError, NotConnectedError, NotRespondingError

log = logging.getLogger(__name__)


class Grabber:
    """Keeps the newest frame of one source. All methods may be called from any thread."""

    def __init__(
        self, name: str, open_source: Callable[[], Source], patience: Patience | Mapping[str, float] | None = None
    ) -> None:
        """Take how to open the source; nothing is opened yet.

        Args:
            name: for the log and the messages.
            open_source: returns it open; raises NotConnectedError, NotRespondingError or ConfigurationError.
            patience: waiting times; from a settings file as a table.
        """
        self._name = name
        self._open_source = open_source
        self._patience = patience if isinstance(patience, Patience) else Patience(**(patience or {}))
        self._changed = threading.Condition()
        self._holders = 0
        self._calls = 0
        self._generation = 0
        self._thread: threading.Thread | None = None
        self._newest: Frame | None = None
        self._past = Past()
        self._trouble: DeviceError | None = None
        self._attempts = 0
        self._idle_since = time.monotonic()
        self._is_open = False
        self._late_at = float("inf")
        self._watch = Watch(self._patience.frozen_s)
        self._is_shut = False

    def acquire(self) -> None:
        """Hold the camera open, and wait until it gives pictures.

        Raises:
            NotConnectedError, NotRespondingError, ConfigurationError: it does not; it is then not held.
        """
        with self._changed:
            if self._is_shut:
                raise NotConnectedError(f"{self._name} was shut down")
            self._holders += 1
            self._calls += 1
            self._ensure_thread()
            tried = self._attempts
            self._changed.notify_all()  # ends a pause between two attempts to reconnect
            self._changed.wait_for(lambda: self._is_live() or self._attempts > tried, self._patience.open_s)
            if self._is_live():
                return
            error = self._trouble or NotRespondingError(f"{self._name} gives no picture")
        self.release()
        again = type(error)(*error.args)
        again.state = error.state
        raise again from error

    def release(self) -> None:
        """Let go once; the thread ends by itself when nobody has held it for `standby_s`."""
        with self._changed:
            self._holders = max(0, self._holders - 1)
            self._idle_since = time.monotonic()

    def frame(self, after: int, timeout_s: float) -> Frame:
        """Return the newest frame after `after`; see `Camera.frame`."""
        with self._changed:
            self.require_held()
            self._ensure_thread()
            self._changed.wait_for(lambda: self._is_fresh(after) or self._is_gone(), timeout_s)
            if self._newest is not None and self._is_fresh(after):
                return self._newest
            if self._is_gone() or isinstance(self._trouble, NotConnectedError):
                raise NotConnectedError(f"{self._name} went away") from self._trouble
            raise NotRespondingError(f"{self._name} gave no new picture within {timeout_s:g} s") from self._trouble

    def burst(self, count: int, timeout_s: float) -> Sequence[Frame]:
        """Return `count` new frames, one after the other; see `Camera.burst`."""
        until = time.monotonic() + timeout_s
        with self._changed:
            self.require_held()
            after = self._newest.seq if self._newest else -1
        frames: list[Frame] = []
        while len(frames) < count:
            frames.append(self.frame(after, max(0.0, until - time.monotonic())))
            after = frames[-1].seq
        return frames

    def around(self, before: int, after: int, timeout_s: float) -> Sequence[Frame]:
        """Return frames from before and after this moment; see `Camera.around`. A slow camera gives fewer."""
        until = time.monotonic() + timeout_s
        with self._changed:
            self.require_held()
            frames = self._past.last(before)
            seq = self._newest.seq if self._newest else -1
        for number in range(after):
            try:
                newest = self.frame(seq, max(0.0, until - time.monotonic()))
            except NotRespondingError:
                if not number:
                    raise
                break
            frames.append(newest)
            seq = newest.seq
        return frames

    def adopt(self, pictures: Sequence[Frame]) -> Sequence[Frame]:
        """Return pictures that came another way than through the source, numbered as this camera's newest.

        Raises:
            NotConnectedError: nobody holds the camera.
        """
        adopted: list[Frame] = []
        with self._changed:
            self.require_held()
            for picture in pictures:
                picture.pixels.setflags(write=False)
                self._newest = Frame(self._newest.seq + 1 if self._newest else 0, picture.taken_at, picture.pixels)
                adopted.append(self._newest)
            self._changed.notify_all()
        return adopted

    def status(self) -> DeviceStatus:
        """Return how the camera is; opens nothing and waits for nothing."""
        with self._changed:
            last_good_at = self._newest.taken_at if self._newest else None
            code = self._trouble_code()
            if code:
                return DeviceStatus("trouble", code, last_good_at)
            return DeviceStatus("ready" if self._is_live() else "standby", "", last_good_at)

    def shutdown(self) -> None:
        """End the thread for good."""
        with self._changed:
            self._is_shut = True
            self._generation += 1
            self._holders = 0
            thread = self._thread
            self._changed.notify_all()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=self._patience.hang_s)

    def require_held(self) -> None:
        if not self._holders:
            raise NotConnectedError(f"{self._name} is not open")

    def _is_live(self) -> bool:
        return self._thread is not None and self._is_fresh(-1)

    def _is_fresh(self, after: int) -> bool:
        """Tell whether there is a frame after `after` that still shows what is there."""
        if self._newest is None or self._trouble is not None or self._watch.is_frozen():
            return False
        return self._newest.seq > after and self._watch.age_s() <= self._patience.stale_s

    def _is_gone(self) -> bool:
        return self._is_shut or not self._holders or isinstance(self._trouble, NotConnectedError | ConfigurationError)

    def _trouble_code(self) -> str:
        if self._trouble is not None and not isinstance(self._trouble, NotRespondingError):
            return "configuration" if isinstance(self._trouble, ConfigurationError) else "not_connected"
        if self._watch.is_frozen() and (self._thread is not None or self._trouble is not None):
            return "frozen"
        if self._trouble is not None or (self._is_open and not self._is_fresh(-1)):
            return "not_responding"
        return self._watch.blank() if self._thread is not None else ""

    def _ensure_thread(self) -> None:
        """Start the thread, or a new one where the old hangs in the camera's software. Called with the lock held."""
        is_alive = self._thread is not None and self._thread.is_alive()
        is_hanging = is_alive and time.monotonic() > self._late_at
        if is_hanging:
            log.warning("%s does not come back; starting it anew", self._name)
        if not is_alive or is_hanging:
            self._generation += 1
            self._trouble, self._is_open, self._late_at = None, False, float("inf")
            self._watch = Watch(self._patience.frozen_s)
            name = f"camera {self._name}"
            self._thread = threading.Thread(target=self._run, args=(self._generation,), name=name, daemon=True)
            self._thread.start()

    def _run(self, generation: int) -> None:
        pause_s = self._patience.retry_s
        while not self._has_ended(generation):
            calls = self._calls
            error = self._capture(generation)
            if error is None:
                continue
            pause_s = self._patience.retry_s if self._note(generation, error) else pause_s
            self._pause(generation, calls, pause_s)
            pause_s = min(2 * pause_s, self._patience.retry_most_s)

    def _pause(self, generation: int, calls: int, seconds: float) -> None:
        """Wait before the next attempt; whoever took hold of the camera since the last one began ends the wait."""
        with self._changed:
            self._changed.wait_for(lambda: self._calls != calls or generation != self._generation, seconds)

    def _is_wanted(self, generation: int) -> bool:
        return generation == self._generation and (
            self._holders > 0 or time.monotonic() - self._idle_since < self._patience.standby_s
        )

    def _has_ended(self, generation: int) -> bool:
        """Tell whether the thread is done; it steps down under the lock, so nobody counts on it a moment later."""
        with self._changed:
            if self._is_wanted(generation):
                return False
            if generation == self._generation:
                self._thread = None
            return True

    def _capture(self, generation: int) -> DeviceError | None:
        """Open and read until nobody wants it; return what went wrong, None if nothing did."""
        source: Source | None = None
        try:
            self._allow(generation, self._patience.open_s)
            source = self._open_source()
            while self._is_wanted(generation):
                self._allow(generation, self._patience.hang_s)
                self._publish(generation, source.read(), source.may_hold)
        except DeviceError as error:
            return error
        except Exception as error:  # the thread's outermost loop: whatever a driver raises, the camera comes back
            log.exception("%s: unexpected", self._name)
            return NotRespondingError(f"{self._name}: {error}")
        finally:
            if source is not None:
                source.close()
            with self._changed:
                if generation == self._generation:
                    self._is_open = False
        return None

    def _allow(self, generation: int, seconds: float) -> None:
        """Say until when the next call into the camera's software may take."""
        with self._changed:
            if generation == self._generation:
                self._late_at = time.monotonic() + seconds

    def _note(self, generation: int, error: DeviceError) -> bool:
        """Remember the trouble and tell those who wait; return whether it had worked until now."""
        with self._changed:
            if generation != self._generation:
                return False
            is_first = self._trouble is None
            if type(self._trouble) is not type(error):
                log.warning("%s: %s", self._name, error)
            self._trouble, self._late_at = error, float("inf")
            self._past.clear()
            self._attempts += 1
            self._changed.notify_all()
            return is_first

    def _publish(self, generation: int, pixels: Pixels, may_hold: bool) -> None:
        """Make it the newest frame.

        Raises:
            NotRespondingError: it has been the same for too long; opening it again may help.
        """
        pixels.setflags(write=False)
        with self._changed:
            if generation != self._generation:
                return
            is_new = self._watch.look(pixels, may_hold)
            if self._watch.is_frozen():
                raise NotRespondingError(f"{self._name} has given the same picture for too long")
            self._is_open = True
            if not is_new:
                return
            if self._trouble is not None:
                log.info("%s gives pictures again", self._name)
            self._trouble = None
            seq = self._newest.seq + 1 if self._newest else 0
            self._newest = Frame(seq, datetime.now(UTC), pixels)
            self._past.add(self._newest)
            self._changed.notify_all()
