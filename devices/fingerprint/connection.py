"""The way to one sensor: its port open at the right speed, the sensor known and in step."""

import logging
import threading

from devices.errors import ConfigurationError, DeviceError, NotConnectedError, NotRespondingError
from devices.fingerprint.baud import BEST_BAUD_RATE, FACTORY_BAUD_RATE, PICTURE_AT_SLOWEST_S, change, find
from devices.fingerprint.port import SensorPort
from devices.fingerprint.translation import translated
from devices.fingerprint.vocabulary import SensorCommands

log = logging.getLogger(__name__)

RAISES = 2
"""Each writes the sensor's flash memory, which lasts for some ten thousand times; a sensor that will not is let be."""


class Connection:
    """Opens and closes a sensor's port, and brings the sensor to its best speed once. Not for two threads at once."""

    def __init__(
        self, url: str, password: int, address: int, home_baud_rate: int | None, best_baud_rate: int = BEST_BAUD_RATE
    ) -> None:
        """Take the settings; nothing is opened yet.

        Args:
            url: what pyserial opens; only a serial port of this computer has its speed found and raised.
            home_baud_rate: what the sensor is left at in the end; None: as it was found.
        """
        self._url, self._password, self._address = url, password, address
        self._is_serial = "://" not in url
        self._home, self._best = home_baud_rate, best_baud_rate
        self._baud_rate = home_baud_rate or FACTORY_BAUD_RATE
        self._raises_left = RAISES if self._is_serial else 0
        self._has_ended = threading.Event()
        self._sensor: SensorCommands | None = None
        self.device_id = ""
        self.is_out_of_step = False
        """The sensor may still be sending, or have lost its power; it is met anew before the next command."""

    @property
    def is_open(self) -> bool:
        """Tell whether the port is open."""
        return self._sensor is not None

    @property
    def baud_rate(self) -> int:
        """The rate at which the sensor was last heard."""
        return self._baud_rate

    def sensor(self) -> SensorCommands:
        """Return the sensor, in step; the port is opened again if the cable had come out.

        Raises:
            NotConnectedError, NotRespondingError, BusyError, ConfigurationError.
        """
        if self._has_ended.is_set():
            raise NotConnectedError("the reader has been shut down")
        if self._sensor is None:
            return self._open()
        if self.is_out_of_step:
            self._meet(self._sensor)
        return self._sensor

    def slow_down(self) -> None:
        """Give up a speed beyond the manual's: the line garbles at it."""
        if self._sensor is None or self._baud_rate <= BEST_BAUD_RATE:
            return
        self._best, self._raises_left = BEST_BAUD_RATE, 0
        log.warning("%s: %d baud is too fast for this line", self._url, self._baud_rate)
        with translated():
            change(self._sensor, self._best)
        self._baud_rate = self._sensor.port.baud_rate

    def close(self) -> None:
        """Close the port; the sensor stays at its speed for the next time."""
        if self._sensor is not None:
            self._sensor.port.close()
        self._sensor = None

    def cancel(self) -> None:
        """End whatever another thread waits for at this moment, and open nothing any more."""
        self._has_ended.set()
        if (sensor := self._sensor) is not None:
            sensor.port.cancel()

    def end(self) -> None:
        """Leave the sensor at the rate it came with, and close the port for good."""
        self._has_ended.set()
        self.close()
        home, self._home = self._home, None
        if home is None or home == self._baud_rate or not self._is_serial:
            return
        try:
            self._set_back(home)
        except DeviceError as error:
            log.warning("%s stays at %d baud: %s", self._url, self._baud_rate, error)
        finally:
            self.close()

    def _open(self) -> SensorCommands:
        self._sensor = sensor = self._connect()
        try:
            self._meet(sensor)
        except BaseException:
            self.close()
            raise
        return sensor

    def _connect(self) -> SensorCommands:
        with translated():
            try:
                port = SensorPort(self._url, self._baud_rate, self._address)
            except ValueError as error:
                raise ConfigurationError(f"{self._url} at {self._baud_rate} baud: {error}") from error
        return SensorCommands(port, self._address, self._password)

    def _meet(self, sensor: SensorCommands) -> None:
        """Find the sensor's speed, say the password, and raise the speed if that has not been tried."""
        if self.is_out_of_step:
            sensor.wait_until_quiet(PICTURE_AT_SLOWEST_S)
        self._find(sensor)
        if not sensor.knows_password():
            raise ConfigurationError("the sensor has another password")
        parameters = sensor.parameters()
        if parameters is None:
            raise ConfigurationError("the sensor wants its password and then wants it again")
        self.device_id = f"R30x-{parameters[2:4].hex().upper()}-{self._address:08X}"
        self._raise(sensor)
        self.is_out_of_step = False

    def _find(self, sensor: SensorCommands) -> None:
        with translated():
            find(sensor, (self._baud_rate,), self._is_serial)
        self._baud_rate = sensor.port.baud_rate

    def _raise(self, sensor: SensorCommands) -> None:
        found = self._baud_rate
        self._home = self._home or found
        if found >= self._best or not self._raises_left:
            return
        self._raises_left -= 1
        for wanted in sorted({self._best, min(self._best, BEST_BAUD_RATE)} - {found}, reverse=True):
            self._baud_rate = wanted  # what it may be left at, should this fail half-way
            with translated():
                if change(sensor, wanted):
                    break
        self._baud_rate = sensor.port.baud_rate
        if self._baud_rate == found:
            self._raises_left = 0

    def _set_back(self, home: int) -> None:
        self._sensor = sensor = self._connect()
        sensor.wait_until_quiet(PICTURE_AT_SLOWEST_S)
        self._find(sensor)
        if not sensor.knows_password():
            raise ConfigurationError("the sensor has another password")
        with translated():
            if self._baud_rate != home and not change(sensor, home):
                raise NotRespondingError(f"the sensor does not change to {home} baud")
