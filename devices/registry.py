"""Which drivers there are. Adding one is a file and a line here."""

from importlib import import_module
from typing import Any

from devices.base import Device
from devices.errors import ConfigurationError

DRIVERS: dict[str, str] = {
    "camera.opencv": "devices.camera.opencv:OpenCVCamera",
    "camera.file": "devices.camera.file:FileCamera",
    "camera.browser": "devices.camera.browser:BrowserCamera",
    "camera.remote": "devices.camera.remote:RemoteCamera",
    "fingerprint.r30x": "devices.fingerprint.r30x:R30xReader",
    "fingerprint.libfprint": "devices.fingerprint.libfprint.reader:LibfprintReader",
    "fingerprint.emulated": "devices.fingerprint.emulated:EmulatedR30xReader",
    "fingerprint.sbi": "devices.fingerprint.sbi.reader:SbiReader",
    "card.keyboard": "devices.card.keyboard:KeyboardCardReader",
    "card.vendor_http": "devices.card.vendor_http:HttpCardReader",
    "card.vendor_ws": "devices.card.vendor_ws:WebSocketCardReader",
    "card.simulated": "devices.card.simulated:SimulatedCardReader",
    "printer.network": "devices.printer.network:NetworkPrinter",
    "printer.usb": "devices.printer.usb:UsbPrinter",
    "printer.windows": "devices.printer.windows:WindowsPrinter",
    "printer.file": "devices.printer.file:FilePrinter",
    "fingerprint.remote": "devices.fingerprint.remote:RemoteReader",
}

MAIN_OPTION: dict[str, str] = {
    "camera.opencv": "source",
    "camera.file": "path",
    "camera.remote": "url",
    "fingerprint.r30x": "port",
    "fingerprint.libfprint": "device",
    "fingerprint.emulated": "control",
    "fingerprint.sbi": "port",
    "card.keyboard": "pattern",
    "card.vendor_http": "url",
    "card.vendor_ws": "url",
    "card.simulated": "control",
    "printer.network": "host",
    "printer.usb": "device",
    "printer.windows": "queue",
    "printer.file": "path",
    "fingerprint.remote": "url",
}
"""The option that the part after the colon means in a setting such as `fingerprint = "r30x:COM3"`."""


def make(name: str, **options: Any) -> Device:
    """Return a closed device of the driver called `name`, e.g. `camera.opencv`.

    Args:
        options: what the driver takes, e.g. `source="0"` or `port="COM3"`; see the driver.

    Raises:
        ConfigurationError: there is no such driver, or it does not take these options.
    """
    if name not in DRIVERS:
        kind = name.partition(".")[0]
        alike = [one for one in sorted(DRIVERS) if one.startswith(f"{kind}.")] or sorted(DRIVERS)
        raise ConfigurationError(f"no driver {name!r}; there are {', '.join(alike)}")
    module, _, class_name = DRIVERS[name].partition(":")
    try:
        device: Device = getattr(import_module(module), class_name)(**options)
    except TypeError as error:
        raise ConfigurationError(f"driver {name!r}: {error}") from error
    device.driver = name
    return device
