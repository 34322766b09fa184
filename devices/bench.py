"""What one station has plugged in, by role."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from devices.base import Camera, CardReader, Device, DeviceStatus, FingerprintReader, Printer
from devices.errors import ConfigurationError
from devices.guard import GuardedDevice, Report, guarded, settle
from devices.live import LivePrint
from devices.printer.pattern import head_pattern
from devices.registry import MAIN_OPTION, make
from devices.watchman import Watchman

SAMPLE_WAIT_S = 5
"""How long a fingerprint reader under test waits for a finger."""
CARD_SAMPLE_WAIT_S = 2

Kind = TypeVar("Kind", bound=Device)

ROLES: Mapping[str, type] = {
    "camera": Camera,
    "fingerprint": FingerprintReader,
    "document_camera": Camera,
    "card": CardReader,
    "printer": Printer,
}


class Bench:
    """The devices of one station. A role may be empty; asking for it says so.

    Attributes:
        live_print: the print that the station's reader is reading, for its screen.
    """

    def __init__(self, station: str, devices: Mapping[str, Device]) -> None:
        """Take the devices, closed, by role.

        Raises:
            ConfigurationError: there is no such role, or the device is of another kind.
        """
        for role, device in devices.items():
            if role not in ROLES or not isinstance(device, ROLES[role]):
                raise ConfigurationError(f"station {station!r}: {device.driver} cannot be its {role}")
        self.station = station
        self.live_print = LivePrint()
        self._devices = dict(devices)

    @property
    def camera(self) -> Camera:
        """The camera that looks at the candidate."""
        return self._device("camera", Camera)  # type: ignore[type-abstract]

    @property
    def document_camera(self) -> Camera:
        """The camera that looks at papers."""
        return self._device("document_camera", Camera)  # type: ignore[type-abstract]

    @property
    def fingerprint(self) -> FingerprintReader:
        """The fingerprint reader."""
        return self._device("fingerprint", FingerprintReader)  # type: ignore[type-abstract]

    @property
    def card(self) -> CardReader:
        """The reader of identity documents."""
        return self._device("card", CardReader)  # type: ignore[type-abstract]

    @property
    def printer(self) -> Printer:
        """The printer of tickets and slips."""
        return self._device("printer", Printer)  # type: ignore[type-abstract]

    def device(self, role: str) -> Device:
        """Return the device in a role.

        Raises:
            ConfigurationError: the station has none.
        """
        return self._device(role, Device)  # type: ignore[type-abstract]

    def has(self, role: str) -> bool:
        """Tell whether the station has a device in this role."""
        return role in self._devices

    def drivers(self) -> dict[str, str]:
        """Return the driver's name of each device, by role."""
        return {role: device.driver for role, device in self._devices.items()}

    def status(self) -> dict[str, DeviceStatus]:
        """Return how each device is, by role."""
        return {role: device.status() for role, device in self._devices.items()}

    def reports(self) -> dict[str, Report]:
        """Return how each device is and has done, by role."""
        return {device.role: device.report() for device in self.guards()}

    def guards(self) -> list[GuardedDevice]:
        """Return the guards before the drivers."""
        return [device for device in self._devices.values() if isinstance(device, GuardedDevice)]

    def sample(self, role: str) -> None:
        """Take a sample with a device and throw it away.

        Raises:
            CaptureRejectedError: it works and saw nothing to capture.
            DeviceError: it does not work; or the station has none in this role.
        """
        if role == "fingerprint":
            with self.fingerprint as reader:
                reader.scan(SAMPLE_WAIT_S)
        elif role == "card":
            with self.card as card_reader:
                card_reader.read(CARD_SAMPLE_WAIT_S)
        elif role == "printer":
            with self.printer as printer:
                printer.print_picture(head_pattern(printer.width_px))
        else:
            with self._device(role, Camera) as camera:  # type: ignore[type-abstract]
                camera.burst(2)

    def shutdown(self) -> None:
        """Let go of all devices."""
        for device in self._devices.values():
            device.shutdown()

    def _device(self, role: str, kind: type[Kind]) -> Kind:
        device = self._devices.get(role)
        if not isinstance(device, kind):
            raise ConfigurationError(f"station {self.station!r} has no {role}")
        return device


def furnish(station: str, specs: Mapping[str, str | Mapping[str, Any]]) -> Bench:
    """Return the bench that a station's settings describe; nothing is opened yet.

    Args:
        specs: by role, `"driver:argument"` (`"opencv:0"`, `"r30x:COM3"`) or a mapping with `driver` and its options.

    Raises:
        ConfigurationError: there is no such role or driver, or it does not take the options.
    """
    return Bench(station, {role: guarded(station, role, partial(_named, role, spec)) for role, spec in specs.items()})


def check_spec(role: str, spec: str | Mapping[str, Any]) -> None:
    """Make sure that there is such a driver and that it takes these options.

    Raises:
        ConfigurationError: there is not, or it does not.
    """
    _device_for(role, spec).shutdown()


def settle_claims(benches: Iterable[Bench]) -> None:
    """Keep every station off a port that two of them claim."""
    settle([device for bench in benches for device in bench.guards()])


def watch_over(benches: Iterable[Bench]) -> Watchman:
    """Look after the devices from now on: who is there, who comes back, who claims what another has."""
    watchman = Watchman([device for bench in benches for device in bench.guards()])
    watchman.start()
    return watchman


def _named(role: str, spec: str | Mapping[str, Any]) -> Device:
    try:
        return _device_for(role, spec)
    except ConfigurationError as error:
        raise ConfigurationError(f"{role}: {error}") from error


def _device_for(role: str, spec: str | Mapping[str, Any]) -> Device:
    family = "camera" if role.endswith("camera") else role
    if isinstance(spec, str):
        driver, _, argument = spec.partition(":")
        name = f"{family}.{driver}"
        options = {MAIN_OPTION[name]: argument} if argument and name in MAIN_OPTION else {}
    else:
        options = dict(spec)
        name = f"{family}.{options.pop('driver', '')}"
    if name.endswith(".remote"):
        options.setdefault("device", role)
    return make(name, **options)
