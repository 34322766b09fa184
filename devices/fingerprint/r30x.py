"""Driver of the ZFM-20/R30x/R503 family of sensors on a serial port.

pyfingerprint says the commands; the port underneath and the reading of the picture are ours (port.py says why).
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from devices.base import FingerScan, OnProgress, ScanProgress
from devices.errors import (
    CaptureRejectedError,
    ConfigurationError,
    DeviceError,
    NotConnectedError,
    NotRespondingError,
)
from devices.fingerprint.baud import BEST_BAUD_RATE, PICTURE_AT_SLOWEST_S
from devices.fingerprint.connection import Connection
from devices.fingerprint.held import HeldReader
from devices.fingerprint.pixels import GEOMETRY_OF_BYTES, GrowingPicture, geometry, unpack
from devices.fingerprint.port import SensorSilentError
from devices.fingerprint.translation import SensorRefusedError
from devices.fingerprint.vocabulary import SensorCommands

LOOK_EVERY_S = 0.05

Given = TypeVar("Given")


class R30xReader(HeldReader):
    """A sensor on a serial port, opened on entering and closed on leaving.

    A cable that comes out and goes in again while the reader is held is noticed, and opened again by the next scan.
    """

    driver = "fingerprint.r30x"

    def __init__(
        self,
        port: str,
        baud_rate: int | None = None,
        password: int = 0,
        address: int = 0xFFFFFFFF,
        best_baud_rate: int = BEST_BAUD_RATE,
    ) -> None:
        """Take the settings; nothing is opened yet.

        Args:
            port: `/dev/ttyUSB0`, `COM3`, or a pyserial URL such as `socket://127.0.0.1:4000`.
            baud_rate: what the sensor is left at when the venue closes; None: what it was found at. Its rate is
                found by trying, and raised to the best for as long as the venue is open.
            best_baud_rate: 57600 leaves it alone; 921600 tries more than the manual promises, and falls back.
        """
        _check_rates(baud_rate, best_baud_rate)
        super().__init__(port)
        self._url = port
        self._connection = Connection(port, password, address, baud_rate, best_baud_rate)
        self._picture_bytes = max(GEOMETRY_OF_BYTES)

    def scan(self, timeout_s: float, on_progress: OnProgress | None = None) -> FingerScan:
        with self._in_use():
            sensor = self._connection.sensor()
            self._await_finger(sensor, timeout_s, on_progress)
            taken_at = datetime.now(UTC)
            packed = self._picture(sensor, on_progress)  # before the template, which blackens it on some modules
            template = self._template(sensor)
            self._last_good_at = taken_at
            device_id = self._connection.device_id
            return FingerScan(unpack(packed), template, geometry(packed).resolution_ppi, device_id, taken_at)

    def is_same_finger(self, first: bytes, second: bytes) -> bool:
        if not first or not second:
            return False
        with self._in_use():
            sensor = self._connection.sensor()
            return self._once_more(sensor, lambda: sensor.is_same(first, second))

    def _open(self) -> None:
        self._connection.sensor()

    def _close(self) -> None:
        self._connection.close()

    def _is_open(self) -> bool:
        return self._connection.is_open

    def _interrupt(self) -> None:
        self._connection.cancel()

    def _end(self) -> None:
        self._connection.end()

    def _after(self, trouble: DeviceError) -> None:
        self._connection.is_out_of_step = True  # met anew before the next command
        if isinstance(trouble, NotConnectedError):
            self._connection.close()

    def port(self) -> str:
        return os.path.realpath(self._url) if self._url.startswith("/") else self._url.removeprefix("\\\\.\\").upper()

    def _is_plugged_in(self) -> bool | None:
        return Path(self._url).exists() if self._url.startswith("/") else None

    def _await_finger(self, sensor: SensorCommands, timeout_s: float, on_progress: OnProgress | None) -> None:
        """Return once the sensor has taken a picture of a finger."""
        nothing = GrowingPicture(self._picture_bytes)
        deadline = time.monotonic() + timeout_s
        rejection = CaptureRejectedError(f"no finger within {timeout_s:g} s", "no_finger")
        while True:
            try:
                if self._once_more(sensor, sensor.take_picture):
                    return
            except CaptureRejectedError as error:
                rejection = error
            if time.monotonic() >= deadline:
                raise rejection
            _tell(on_progress, nothing, is_pressed=False)
            if self._stop.wait(LOOK_EVERY_S):
                raise NotConnectedError("the reader has been shut down")

    def _picture(self, sensor: SensorCommands, on_progress: OnProgress | None) -> bytes:
        """Return the packed picture."""
        return self._once_more(sensor, lambda: self._transfer(sensor, on_progress))

    def _transfer(self, sensor: SensorCommands, on_progress: OnProgress | None) -> bytes:
        picture = GrowingPicture(self._picture_bytes)
        self._connection.is_out_of_step = True  # until all is here: the sensor cannot be told to stop sending
        _tell(on_progress, picture, is_pressed=True)
        for packed in sensor.picture():
            picture.add(packed)
            _tell(on_progress, picture, is_pressed=True)
        geometry(picture.packed)
        self._picture_bytes, self._connection.is_out_of_step = len(picture.packed), False
        return picture.packed

    def _template(self, sensor: SensorCommands) -> bytes:
        sensor.convert_picture()  # not twice: some modules have no picture any more
        return self._once_more(sensor, sensor.template)

    def _once_more(self, sensor: SensorCommands, action: Callable[[], Given]) -> Given:
        """Return what the action gives, asked for once more if it was garbled on the way (not for silence or a no)."""
        try:
            return action()
        except (SensorSilentError, SensorRefusedError):
            raise
        except NotRespondingError:
            sensor.wait_until_quiet(PICTURE_AT_SLOWEST_S)
            self._connection.slow_down()
            return action()


def _check_rates(*rates: int | None) -> None:
    """Raise ConfigurationError if a rate is none that the sensor's register can hold."""
    for rate in rates:
        if rate is not None and (rate % 9600 or not 9600 <= rate <= 9600 * 255):
            raise ConfigurationError(f"{rate} baud: must be a multiple of 9600")


def _tell(on_progress: OnProgress | None, picture: GrowingPicture, is_pressed: bool) -> None:
    if on_progress is not None:
        on_progress(ScanProgress(is_pressed, picture.rows_done, picture.rows, picture.pixels()))
