"""One call into a driver, in a thread of its own: if it hangs, it is left behind there."""

import contextvars
import inspect
import logging
import threading
import time
from typing import Any

from devices.base import Device, OnProgress, ScanProgress
from devices.errors import DeviceError, NotRespondingError

PROMISED_S = 30.0
"""How long a call may take that neither says how it goes nor has a time-out."""

_PROMPT = frozenset({"__enter__", "__exit__", "is_same_finger"})

log = logging.getLogger(__name__)


class Call:
    """A call that is under way from the moment it is made; `is_done` is set when result or error are there."""

    def __init__(self, driver: Device, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.driver, self._name = driver, name
        self.is_done = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None
        self._asker: BaseException | None = None
        self._bound = inspect.signature(getattr(driver, name)).bind(*args, **kwargs)
        self._heard_at = time.monotonic() + self._promised_s()
        context = contextvars.copy_context()  # whoever is told of progress may ask who is signed in
        target = f"{driver.driver} {name}"
        threading.Thread(target=context.run, args=(self._run,), name=target, daemon=True).start()

    def is_silent(self, for_s: float) -> bool:
        """Tell whether there was no sign of life for so long."""
        return not self.is_done.is_set() and time.monotonic() - self._heard_at > for_s

    def _promised_s(self) -> float:
        """Return how long it may take without a word: nothing where it tells how it goes."""
        if "on_progress" in self._bound.signature.parameters:
            told = self._bound.arguments.get("on_progress")
            self._bound.arguments["on_progress"] = self._beat(told)
            return 0.0
        return float(self._bound.arguments.get("timeout_s", 0.0 if self._name in _PROMPT else PROMISED_S))

    def _beat(self, told: OnProgress | None) -> OnProgress:
        def beat(progress: ScanProgress) -> None:
            self._heard_at = time.monotonic()
            if told is None:
                return
            try:
                told(progress)
            except BaseException as error:
                self._asker = error  # who asked calls it off: that is no fault of the driver
                raise

        return beat

    def _run(self) -> None:
        try:
            self.result = getattr(self.driver, self._name)(*self._bound.args, **self._bound.kwargs)
        except DeviceError as error:
            self.error = error
        except BaseException as error:  # a driver's own fault must not end the page that asked
            self.error = error
            if error is not self._asker:
                log.exception("%s broke", self.driver.driver)
                self.error = NotRespondingError(f"{self.driver.driver} broke: {error}")
        finally:
            self.is_done.set()
