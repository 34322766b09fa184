"""One way per driver to own a printer, to break it, and to see what came out of it."""

from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np
from PIL import Image

from devices.base import Pixels, Printer
from devices.registry import make
from tests.support.control_files import write_orders
from tests.support.escpos_printer import Mood, SocketPrinter


class PrinterRig(ABC):
    """A printer, and hands that reach behind it."""

    printer: Printer

    @abstractmethod
    def fault(self, name: str) -> None:
        """Cause `unplugged`, `silence`, `no_paper` or `low_paper`; an empty name puts everything right."""

    @abstractmethod
    def slips(self, expected: int) -> list[Pixels]:
        """Return what has come out, after waiting for so many."""

    def remove(self) -> None:
        """Put everything away."""
        self.printer.shutdown()


class FileRig(PrinterRig):
    """The demo's printer."""

    def __init__(self, folder: Path) -> None:
        self._control, self._folder = folder / "printer.json", folder / "slips"
        self.printer = _printer("printer.file", path=str(self._folder), control=str(self._control))

    def fault(self, name: str) -> None:
        write_orders(self._control, fault=name or None)

    def slips(self, expected: int) -> list[Pixels]:
        pictures = [Image.open(path) for path in sorted(self._folder.glob("*.png"))]
        return [np.asarray(picture.convert("L")) for picture in pictures]


class NetworkRig(PrinterRig):
    """Our bytes on a real socket, read by somebody else."""

    def __init__(self, folder: Path) -> None:
        self.paper_printer = SocketPrinter()
        self.printer = _printer("printer.network", host=self.paper_printer.address)
        self._is_plugged = True

    def fault(self, name: str) -> None:
        paper = {"no_paper": "none", "low_paper": "low"}.get(name, "full")
        self.paper_printer.mood = Mood(paper=paper, takes=name != "silence")
        if (name == "unplugged") == self._is_plugged:
            self._is_plugged = not self._is_plugged
            if self._is_plugged:
                self.paper_printer.plug_in()
            else:
                self.paper_printer.unplug()

    def slips(self, expected: int) -> list[Pixels]:
        self.paper_printer.wait_for(expected)
        assert self.paper_printer.unknown == [], "a printer could make nothing of this"
        return self.paper_printer.slips

    def remove(self) -> None:
        super().remove()
        self.paper_printer.unplug()


RIGS: dict[str, type[FileRig] | type[NetworkRig]] = {"printer.file": FileRig, "printer.network": NetworkRig}
ABSENT = {"printer.usb": {"device": "0x0416:0x5011"}, "printer.windows": {"queue": "没有这台打印机"}}
"""Drivers whose hardware no test machine has: what they say when it is not there."""


def _printer(driver: str, **options: object) -> Printer:
    printer = make(driver, **options)
    assert isinstance(printer, Printer)
    return printer
