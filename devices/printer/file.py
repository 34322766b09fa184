"""A printer without hardware: every slip becomes a picture in a folder. For the demo, for training, and for tests."""

import itertools
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image

from devices.base import DeviceStatus, Pixels, Printed, Printer
from devices.control import OrderFile
from devices.errors import (
    BusyError,
    ConfigurationError,
    DeviceError,
    NotConnectedError,
    NotRespondingError,
    OutOfPaperError,
)

FAULTS = ("unplugged", "silence", "no_paper", "low_paper")
KEPT = 200
"""Slips that stay in the folder: a demo that runs for weeks must not fill the disk."""

_RAISED: dict[str, tuple[type[DeviceError], str]] = {
    "unplugged": (NotConnectedError, "not_connected"),
    "silence": (NotRespondingError, "not_responding"),
    "no_paper": (OutOfPaperError, "no_paper"),
}


class FilePrinter(Printer):
    """Writes `<time>-<number>.png`; obeys a control file: `{"fault": "no_paper"}`."""

    driver = "printer.file"

    def __init__(self, path: str, control: str = "", width_px: int = 576) -> None:
        """Take the folder, made when something is printed, and the control file, which need not exist."""
        if not path:
            raise ConfigurationError("the folder is missing")
        self._folder, self.width_px = Path(path), width_px
        self._orders = OrderFile(control, FAULTS)
        self._holding = threading.Lock()
        self._numbers = itertools.count(1)
        self._is_shut = False
        self._trouble = ""
        self._last_good_at: datetime | None = None

    def __enter__(self) -> Self:
        if not self._holding.acquire(timeout=6):
            raise BusyError("the printer is printing for another page")
        try:
            self._ensure_there()
        except BaseException:
            self._holding.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._holding.release()

    def check(self) -> Printed:
        self._ensure_well()
        return Printed(is_confirmed=True, is_paper_low=self._fault() == "low_paper")

    def print_picture(self, picture: Pixels) -> Printed:
        if picture.ndim != 2 or picture.shape[1] != self.width_px:
            raise ValueError(f"a slip of this printer is {self.width_px} px wide")
        self._ensure_well()
        self._folder.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC)
        path = self._folder / f"{now:%Y%m%d-%H%M%S}-{next(self._numbers):04}.png"
        Image.fromarray(picture).convert("1", dither=Image.Dither.NONE).save(path)
        self._last_good_at = now
        for old in sorted(self._folder.glob("*.png"))[:-KEPT]:
            old.unlink(missing_ok=True)
        return self.check()

    def status(self) -> DeviceStatus:
        state = "trouble" if self._trouble else "ready" if self._holding.locked() else "standby"
        is_low = not self._trouble and self._fault() == "low_paper"
        return DeviceStatus(state, self._trouble or ("low_paper" if is_low else ""), self._last_good_at)

    def shutdown(self) -> None:
        self._is_shut = True

    def _fault(self) -> str:
        return str(self._orders().get("fault") or "")

    def _ensure_there(self) -> None:
        if self._is_shut:
            raise NotConnectedError("the printer has been shut down")
        if self._fault() == "unplugged":
            self._fail("unplugged")

    def _ensure_well(self) -> None:
        if not self._holding.locked() or self._is_shut:
            raise NotConnectedError("nobody holds the printer open")
        fault = self._fault()
        if fault in _RAISED:
            self._fail(fault)
        self._trouble = ""

    def _fail(self, fault: str) -> None:
        kind, self._trouble = _RAISED[fault]
        raise kind(f"the demo printer has {fault} by its control file")
