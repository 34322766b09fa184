"""The real driver on an emulated sensor: for the demo, for training, and for tests."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from devices.errors import ConfigurationError
from devices.fingerprint.emulator.control import ControlFile
from devices.fingerprint.emulator.emulator import Emulator, make_line
from devices.fingerprint.emulator.glass import SHIPPED_FINGERS
from devices.fingerprint.emulator.models import MODELS
from devices.fingerprint.r30x import R30xReader

SENSOR_BAUD_RATE = 57_600


class EmulatedR30xReader(R30xReader):
    """An R30x reader with a sensor of its own plugged in, which starts when the reader is first held."""

    driver = "fingerprint.emulated"

    def __init__(
        self,
        control: str | None = None,
        fingers: Sequence[str] = SHIPPED_FINGERS,
        baud_rate: int | None = None,
        link: str | None = None,
        press_after_s: float = 0.3,
        model: str = "r30x",
    ) -> None:
        """Take the settings; nothing runs yet.

        Args:
            control: path of the JSON file that says what is on the glass and what is broken (emulator/control.py);
                it need not be there yet.
            fingers: identities that take turns when the control file names none.
            baud_rate: as fast as this wire would be; None: at once.
            link: name of the pseudo-terminal; None: `ttyKAODIAN-<station>.<pid>` beside the control file, or a
                new name among the temporary files if there is no control file.
            press_after_s: how long after a scan begins a finger comes down.
            model: which sensor, see emulator/models.py.
        """
        if baud_rate is not None and (baud_rate % 9600 or not 9600 <= baud_rate <= 115_200):
            raise ConfigurationError(f"{baud_rate} baud: must be a multiple of 9600 up to 115200")
        control_path = Path(control) if control else None
        line = make_line(Path(link) if link else _beside(control_path))
        control_file = ControlFile(control_path)
        if model not in MODELS:
            raise ConfigurationError(f"no sensor {model!r} to emulate; there are {', '.join(MODELS)}")
        self._emulator = Emulator(line, control_file, fingers, press_after_s, baud_rate is not None, model)
        self._emulator.sensor.memory.baud_factor = (baud_rate or SENSOR_BAUD_RATE) // 9600
        self._has_started = False
        rate = baud_rate or SENSOR_BAUD_RATE
        super().__init__(line.url, rate, best_baud_rate=rate)

    def __enter__(self) -> Self:
        if not self._stop.is_set():
            self._emulator.start()
            self._has_started = True
        return super().__enter__()

    def shutdown(self) -> None:
        super().shutdown()
        self._emulator.stop()

    def port(self) -> str:
        return ""  # it brings its own sensor

    def _is_plugged_in(self) -> bool | None:
        return super()._is_plugged_in() if self._has_started else None


def _beside(control: Path | None) -> Path | None:
    """Return the port's name beside the control file: one of this process's own, for `doctor` runs beside the venue."""
    if control is None:
        return None
    name = f"ttyKAODIAN-{control.name.partition('.')[0]}"
    for left in control.parent.glob(f"{name}.*"):
        if left.is_symlink() and not left.exists():  # of a process that was killed
            left.unlink(missing_ok=True)
    return control.with_name(f"{name}.{os.getpid()}")
