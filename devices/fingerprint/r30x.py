"""Driver of the ZFM-20/R30x/R503 family of sensors on a serial port.

pyfingerprint says the commands; the port underneath and the reading of the picture are ours (port.py says why).
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from devices.base import DeviceStatus, FingerprintReader, FingerScan, OnProgress, ScanProgress
from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ConfigurationError,
    DeviceError,
    NotConnectedError,
    NotRespondingError,
)
from devices.fingerprint.pixels import GEOMETRY_OF_BYTES, GrowingPicture, geometry, unpack
from devices.fingerprint.port import ANSWER_S, SensorPort, SensorSilentError
from devices.fingerprint.translation import translated
from devices.fingerprint.vocabulary import SensorCommands

HANDSHAKE_S = 0.7
"""Sensors are deaf for half a second after power comes on."""

LOOK_EVERY_S = 0.05
BUSY_S = 1.0
PICTURE_AT_SLOWEST_S = 8.0

TROUBLE: dict[type[DeviceError], str] = {
    NotConnectedError: "not_connected",
    NotRespondingError: "not_responding",
    BusyError: "busy",
    ConfigurationError: "configuration",
}


class R30xReader(FingerprintReader):
    """A sensor on a serial port, opened on entering and closed on leaving.

    A cable that comes out and goes in again while the reader is held is noticed, and opened again by the next scan.
    """

    driver = "fingerprint.r30x"

    def __init__(self, port: str, baud_rate: int = 57_600, password: int = 0, address: int = 0xFFFFFFFF) -> None:
        """Take the settings; nothing is opened yet.

        Args:
            port: `/dev/ttyUSB0`, `COM3`, or a pyserial URL such as `socket://127.0.0.1:4000`.
        """
        self._url = port
        self._baud_rate, self._password, self._address = baud_rate, password, address
        self._holding = threading.Lock()
        self._talking = threading.Lock()
        self._stop = threading.Event()
        self._sensor: SensorCommands | None = None
        self._device_id = ""
        self._picture_bytes = max(GEOMETRY_OF_BYTES)
        self._out_of_step = False
        self._trouble = ""
        self._last_good_at: datetime | None = None

    def __enter__(self) -> Self:
        if not self._holding.acquire(timeout=BUSY_S):
            raise BusyError(f"the reader at {self._url} is in use by another page")
        try:
            with self._talking, self._noting_trouble():
                self._open()
        except BaseException:
            self._holding.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._talking:
            self._close()
        self._holding.release()

    def scan(self, timeout_s: float, on_progress: OnProgress | None = None) -> FingerScan:
        self._check_held()
        with self._talking, self._noting_trouble():
            sensor = self._opened()
            self._await_finger(sensor, timeout_s, on_progress)
            taken_at = datetime.now(UTC)
            packed = self._picture(sensor, on_progress)  # before the template, which blackens it on some modules
            template = sensor.template()
            self._last_good_at = taken_at
            return FingerScan(unpack(packed), template, geometry(packed).resolution_ppi, self._device_id, taken_at)

    def is_same_finger(self, first: bytes, second: bytes) -> bool:
        if not first or not second:
            return False
        self._check_held()
        with self._talking, self._noting_trouble():
            return self._opened().is_same(first, second)

    def status(self) -> DeviceStatus:
        plugged_in = self._is_plugged_in()
        code = self._trouble
        if plugged_in is False:
            code = "not_connected"
        elif plugged_in and code == "not_connected":
            code = ""  # the cable is back; the next scan will tell
        state = "trouble" if code else "ready" if self._sensor else "standby"
        return DeviceStatus(state, code, self._last_good_at)

    def port(self) -> str:
        return os.path.realpath(self._url) if self._url.startswith("/") else self._url.removeprefix("\\\\.\\").upper()

    def shutdown(self) -> None:
        self._stop.set()
        with self._talking:
            self._close()

    def _is_plugged_in(self) -> bool | None:
        """Tell whether the port exists; None where only opening it would tell."""
        return Path(self._url).exists() if self._url.startswith("/") else None

    def _check_held(self) -> None:
        """Raise NotConnectedError if nobody holds the reader."""
        if not self._holding.locked():
            raise NotConnectedError("nobody holds the reader open")

    def _opened(self) -> SensorCommands:
        """Return the sensor, its port opened again if the cable had come out."""
        sensor = self._sensor or self._open()
        if self._out_of_step:
            sensor.wait_until_quiet(PICTURE_AT_SLOWEST_S)
            self._out_of_step = False
        return sensor

    def _open(self) -> SensorCommands:
        """Open the port and make sure a sensor answers on it."""
        if self._stop.is_set():
            raise NotConnectedError("the reader has been shut down")
        port = _port(self._url, self._baud_rate)
        try:
            sensor = SensorCommands(port, self._address, self._password)
            _shake_hands(sensor)
            self._device_id = sensor.name()
        except BaseException:
            port.close()
            raise
        self._sensor, self._out_of_step = sensor, False
        return sensor

    def _close(self) -> None:
        if self._sensor is not None:
            self._sensor.port.close()
        self._sensor = None

    def _await_finger(self, sensor: SensorCommands, timeout_s: float, on_progress: OnProgress | None) -> None:
        """Return once the sensor has taken a picture of a finger."""
        nothing = GrowingPicture(self._picture_bytes)
        deadline = time.monotonic() + timeout_s
        rejection = CaptureRejectedError(f"no finger within {timeout_s:g} s", "no_finger")
        while True:
            try:
                if sensor.take_picture():
                    return
            except CaptureRejectedError as error:
                rejection = error
            if time.monotonic() >= deadline:
                raise rejection
            _tell(on_progress, nothing, is_pressed=False)
            if self._stop.wait(LOOK_EVERY_S):
                raise NotConnectedError("the reader has been shut down")

    def _picture(self, sensor: SensorCommands, on_progress: OnProgress | None) -> bytes:
        """Return the packed picture; a transfer that was garbled on the way is asked for once more."""
        try:
            return self._transfer(sensor, on_progress)
        except SensorSilentError:
            raise
        except NotRespondingError:
            sensor.wait_until_quiet(PICTURE_AT_SLOWEST_S)
            return self._transfer(sensor, on_progress)

    def _transfer(self, sensor: SensorCommands, on_progress: OnProgress | None) -> bytes:
        picture = GrowingPicture(self._picture_bytes)
        self._out_of_step = True  # until the last packet is here: the sensor cannot be told to stop sending
        _tell(on_progress, picture, is_pressed=True)
        for packed in sensor.picture():
            picture.add(packed)
            _tell(on_progress, picture, is_pressed=True)
        geometry(picture.packed)
        self._picture_bytes, self._out_of_step = len(picture.packed), False
        return picture.packed

    @contextmanager
    def _noting_trouble(self) -> Iterator[None]:
        """Keep the kind of trouble for `status`, and leave the port fit for the next scan."""
        try:
            yield
        except CaptureRejectedError:
            self._trouble = ""
            raise
        except DeviceError as error:
            self._trouble = TROUBLE.get(type(error), "not_responding")
            self._out_of_step = True
            if isinstance(error, NotConnectedError):
                self._close()
            raise
        self._trouble = ""


def _port(url: str, baud_rate: int) -> SensorPort:
    with translated():
        try:
            return SensorPort(url, baud_rate)
        except ValueError as error:
            raise ConfigurationError(f"{url} at {baud_rate} baud: {error}") from error


def _shake_hands(sensor: SensorCommands) -> None:
    """Make sure the sensor answers and knows the password; it may still be waking up."""
    sensor.port.answer_s = HANDSHAKE_S
    try:
        known = sensor.knows_password()
    except NotRespondingError:
        sensor.wait_until_quiet(HANDSHAKE_S)
        known = sensor.knows_password()
    sensor.port.answer_s = ANSWER_S
    if not known:
        raise ConfigurationError("the sensor has another password")


def _tell(on_progress: OnProgress | None, picture: GrowingPicture, is_pressed: bool) -> None:
    if on_progress is not None:
        on_progress(ScanProgress(is_pressed, picture.rows_done, picture.rows, picture.pixels()))
