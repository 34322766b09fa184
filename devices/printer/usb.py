"""A receipt printer on a USB socket, without a driver of the system's own."""

from escpos.escpos import Escpos
from escpos.printer import Usb

from devices.errors import ConfigurationError, NotConnectedError
from devices.printer.escpos import ANSWER_S, EscposPrinter

try:
    from usb.core import NoBackendError, USBTimeoutError
except ImportError:  # pyusb is needed for printers of this kind only

    class NoBackendError(Exception):  # type: ignore[no-redef]
        """Stands in for pyusb's."""

    class USBTimeoutError(Exception):  # type: ignore[no-redef]
        """Stands in for pyusb's."""


ANSWERS_WITHIN_MS = 800


class UsbPrinter(EscposPrinter):
    """Found by vendor and product number, `0x0416:0x5011`, as `lsusb` and Windows' device manager show them."""

    driver = "printer.usb"

    def __init__(self, device: str, width_px: int = 576, in_endpoint: int = 0x82, out_endpoint: int = 0x01) -> None:
        """Take which device it is.

        Raises:
            ConfigurationError: these are no two numbers, or no such width.
        """
        super().__init__(width_px)
        vendor, _, product = device.partition(":")
        try:
            self._vendor, self._product = int(vendor, 16), int(product, 16)
        except ValueError as error:
            raise ConfigurationError(f"{device!r} is no vendor:product, e.g. 0x0416:0x5011") from error
        self._endpoints = {"in_ep": in_endpoint, "out_ep": out_endpoint}

    def _connect(self) -> Escpos:
        if not Usb.is_usable():
            raise ConfigurationError("pyusb is not installed on this computer")
        line = Usb(self._vendor, self._product, timeout=ANSWERS_WITHIN_MS, **self._endpoints)
        try:
            line.open()
        except NoBackendError as error:
            raise ConfigurationError("libusb is not installed on this computer") from error
        if not line.device:
            raise NotConnectedError("no such USB printer is plugged in")
        return line

    def _ask(self, question: bytes, wait_s: float = ANSWER_S) -> bytes:
        try:
            return super()._ask(question, wait_s)
        except USBTimeoutError:  # an OSError, and none of Python's TimeoutErrors
            return b""
