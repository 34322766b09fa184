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
    "fingerprint.emulated": "devices.fingerprint.emulated:EmulatedR30xReader",
    "fingerprint.remote": "devices.fingerprint.remote:RemoteReader",
}

MAIN_OPTION: dict[str, str] = {
    "camera.opencv": "source",
    "camera.file": "path",
    "camera.remote": "url",
    "fingerprint.r30x": "port",
    "fingerprint.emulated": "control",
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
