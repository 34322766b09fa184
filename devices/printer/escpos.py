"""Thermal printers that speak ESC/POS. Always as a raster: code pages differ from printer to printer, pixels do not.

python-escpos carries the bytes; when to ask the printer what, and what its answers mean, is decided here.
Sources: Epson's ESC/POS command reference (DLE EOT, GS r, GS v 0); the printers of the 80 mm class sold here copy it.
"""

import logging
import threading
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import ClassVar, Self

import numpy as np
from escpos.escpos import Escpos
from escpos.exceptions import Error as EscposError
from PIL import Image

from devices.base import DeviceStatus, Pixels, Printed, Printer
from devices.errors import (
    BusyError,
    ConfigurationError,
    DeviceError,
    NotConnectedError,
    NotRespondingError,
    OutOfPaperError,
    trouble_of,
)

logging.getLogger("escpos").setLevel(logging.WARNING)

WIDTHS_PX = (384, 512, 576)
"""58 mm; 80 mm as some count it; 80 mm at 203 dpi."""
BUSY_S = 6.0
ANSWER_S = 0.8
PRINTED_WITHIN_S = 8.0
STRIPE_PX = 256
"""Cheap printers lose what they cannot hold: a long slip goes in pieces."""

_PAPER, _CAUSE, _THROUGH = b"\x10\x04\x04", b"\x10\x04\x02", b"\x1dr\x01"


class EscposPrinter(Printer):
    """Prints one slip at a time; the line is opened for it and closed behind it, so a cable may come out in between."""

    answers: ClassVar[bool] = True
    """Whether this kind of line can carry the printer's answers back."""

    def __init__(self, width_px: int = 576) -> None:
        """Take the head's width.

        Raises:
            ConfigurationError: no printer is so wide.
        """
        if width_px not in WIDTHS_PX:
            raise ConfigurationError(f"width_px {width_px}; one of {', '.join(map(str, WIDTHS_PX))}")
        self.width_px = width_px
        self._holding = threading.Lock()
        self._stop = threading.Event()
        self._line: Escpos | None = None
        self._trouble, self._is_low = "", False
        self._last_good_at: datetime | None = None

    def __enter__(self) -> Self:
        if not self._holding.acquire(timeout=BUSY_S):
            raise BusyError("the printer is printing for another page")
        try:
            with self._noting_trouble():
                self._line = self._open()
        except BaseException:
            self._holding.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        self._holding.release()

    def check(self) -> Printed:
        with self._noting_trouble():
            paper = self._ask(_PAPER)
            self._judge(paper)
        return Printed(is_confirmed=bool(paper), is_paper_low=self._is_low)

    def print_picture(self, picture: Pixels) -> Printed:
        if picture.ndim != 2 or picture.shape[1] != self.width_px:
            raise ValueError(f"a slip of this printer is {self.width_px} px wide")
        line = self._opened()
        with self._noting_trouble():
            paper = self._ask(_PAPER)
            self._judge(paper)
            line.hw("INIT")  # whatever another program has left set
            for top in range(0, picture.shape[0], STRIPE_PX):
                stripe = np.ascontiguousarray(picture[top : top + STRIPE_PX])
                line.image(Image.fromarray(stripe), impl="bitImageRaster")
            line.cut()
            is_through = bool(paper) and self._is_through()
            self._last_good_at = datetime.now(UTC)
        return Printed(is_through, self._is_low)

    def status(self) -> DeviceStatus:
        state = "trouble" if self._trouble else "ready" if self._holding.locked() else "standby"
        code = self._trouble or ("low_paper" if self._is_low else "")
        return DeviceStatus(state, code, self._last_good_at)

    def shutdown(self) -> None:
        self._stop.set()
        if not self._holding.locked():
            self._close()

    def _open(self) -> Escpos:
        if self._stop.is_set():
            raise NotConnectedError("the printer has been shut down")
        line = self._connect()
        # Told the width, python-escpos refuses what is wider and writes no note about it to the terminal.
        line.profile.profile_data = {**line.profile.profile_data, "media": {"width": {"pixels": self.width_px}}}
        return line

    @abstractmethod
    def _connect(self) -> Escpos:
        """Return python-escpos' printer, opened.

        Raises:
            NotConnectedError, ConfigurationError; what python-escpos raises.
        """

    def _wait_at_most(self, seconds: float) -> None:
        """Have reading give up after this time."""

    def _judge(self, paper: bytes) -> None:
        """Take the paper sensor's answer; b"" from a printer that gives none.

        Raises:
            OutOfPaperError: it has none, or its cover is open.
        """
        self._is_low = bool(paper) and bool(paper[0] & 0x0C)
        if paper and paper[0] & 0x60:
            raise OutOfPaperError("the printer has no paper")
        cause = self._ask(_CAUSE) if paper else b""
        if cause and cause[0] & 0x04:
            raise OutOfPaperError("the printer's cover is open")

    def _is_through(self) -> bool:
        """Wait until everything sent has been printed: GS r is answered in its turn, unlike DLE EOT.

        Raises:
            OutOfPaperError: the paper ended in the middle.
        """
        said = self._ask(_THROUGH, PRINTED_WITHIN_S)
        if said:
            self._is_low = bool(said[0] & 0x03)
            if said[0] & 0x0C:
                raise OutOfPaperError("the paper ended in the middle of the slip")
            return True
        self._judge(self._ask(_PAPER))  # a printer that has run out answers GS r no more, DLE EOT still
        return False

    def _ask(self, question: bytes, wait_s: float = ANSWER_S) -> bytes:
        """Return one byte of answer, b"" from a printer, or a line, that gives none."""
        line = self._opened()
        if not self.answers:
            return b""
        self._wait_at_most(wait_s)
        try:
            return bytes(line.query_status(question))[:1]
        except (TimeoutError, NotImplementedError):
            return b""

    def _opened(self) -> Escpos:
        if self._line is None or self._stop.is_set():
            raise NotConnectedError("nobody holds the printer open")
        return self._line

    def _close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError, EscposError):
                line.close()

    @contextmanager
    def _noting_trouble(self) -> Iterator[None]:
        """Keep for `status` how it went; nothing of python-escpos or of the system leaves."""
        try:
            with _translated():
                yield
        except DeviceError as error:
            self._trouble = trouble_of(error)
            raise
        self._trouble = ""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise NotRespondingError("the printer takes nothing any more") from error
    except (OSError, EscposError) as error:
        raise NotConnectedError(f"the printer cannot be reached: {type(error).__name__}") from error
