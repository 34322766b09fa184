"""A receipt printer that Windows has installed, sent raw bytes past its driver."""

from typing import ClassVar

from escpos.escpos import Escpos
from escpos.printer import Win32Raw

from devices.errors import ConfigurationError
from devices.printer.escpos import EscposPrinter


class WindowsPrinter(EscposPrinter):
    """The spooler carries nothing back, so whether there is paper is not known before somebody looks."""

    driver = "printer.windows"
    answers: ClassVar[bool] = False

    def __init__(self, queue: str, width_px: int = 576) -> None:
        """Take the printer's name as Windows shows it, e.g. `POS-80`."""
        super().__init__(width_px)
        if not queue:
            raise ConfigurationError("the printer's name is missing")
        self._queue = queue

    def _connect(self) -> Escpos:
        if not Win32Raw.is_usable():
            raise ConfigurationError("this works on Windows only, with pywin32 installed")
        line = Win32Raw(self._queue)
        line.open()
        return line
