"""A camera that shows files, or the drawn demo people: for demonstrations, training and tests."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from devices.base import Pixels
from devices.camera.control import Control
from devices.camera.grabbed import GrabbedCamera
from devices.camera.grabber import Grabber
from devices.camera.pace import Pace
from devices.camera.patience import Patience
from devices.camera.pictures import SUFFIXES, Pictures
from devices.camera.source import Source
from devices.camera.spoilt import spoilt
from devices.camera.stage import SCENES, Stage
from devices.camera.video import FileVideo
from devices.errors import ConfigurationError, NotConnectedError

_SLOW_FPS = 5


class FileCamera(GrabbedCamera):
    """Plays a picture, a folder of pictures, a film, or its own demo scene; obeys a control file."""

    driver = "camera.file"

    def __init__(
        self,
        path: str = "",
        fps: float = 15.0,
        control: str = "",
        scene: str = "person",
        subject: int = 0,
        patience: Patience | Mapping[str, float] | None = None,
    ) -> None:
        """Take what to show; nothing is opened yet.

        Args:
            path: picture, folder or film; empty for the demo scene.
            control: JSON file, read again when it changes: `{"fault": null, "subject": 3}` with a fault of `frozen`,
                `black`, `green` (a bad cable), `unplugged`, `nobody`, `two_people`, `sideways` (mounted so),
                `tiny` (160 x 120), `slow_4k` (five large pictures a second). It need not exist.
            scene: `person` (1280 x 720) or `page` (1600 x 1200, for a document camera).
            subject: which demo person or paper.
            patience: waiting times, see `Patience`.

        Raises:
            ConfigurationError: no such scene, or an impossible speed.
        """
        if scene not in SCENES:
            raise ConfigurationError(f"no scene {scene!r}; there are {', '.join(SCENES)}")
        if not 0.1 <= fps <= 120:
            raise ConfigurationError(f"no camera takes {fps} pictures a second")
        self._path, self._fps, self._control = Path(path) if path else None, fps, Control(control)
        self._stage, self._canvas = Stage(scene, subject), _Canvas()
        super().__init__(Grabber(self.driver, self._open, patience))

    def _open(self) -> Source:
        return _Projector(self._film(), self._stage, Pace(self._fps), self._control, self._canvas)

    def _film(self) -> Source | None:
        if self._path is None:
            return None
        if not self._path.exists():
            raise ConfigurationError(f"there is no file {self._path}")
        if self._path.is_dir() or self._path.suffix.lower() in SUFFIXES:
            return Pictures(self._path, self._fps)
        return FileVideo(self._path, self._fps)


class _Canvas:
    """What was shown last. It outlives reconnecting: a frozen camera shows it still."""

    def __init__(self) -> None:
        self.shown: Pixels | None = None


class _Projector:
    """Shows the film, or the stage where there is none, and does what the control file says."""

    def __init__(self, film: Source | None, stage: Stage, pace: Pace, control: Control, canvas: _Canvas) -> None:
        self._film, self._stage, self._pace, self._control, self._canvas = film, stage, pace, control, canvas
        self._slow = Pace(_SLOW_FPS)
        self.may_hold = False
        if control.orders().fault == "unplugged":
            self.close()
            raise NotConnectedError("the demo camera is unplugged by its control file")

    def read(self) -> Pixels:
        orders = self._control.orders()
        if orders.fault == "unplugged":
            raise NotConnectedError("the demo camera is unplugged by its control file")
        if orders.fault == "frozen" and self._canvas.shown is not None:
            self._pace.wait()
            self.may_hold = False
            return self._canvas.shown
        self._canvas.shown = self._next(orders.fault, orders.subject)
        return self._canvas.shown

    def _next(self, fault: str, subject: int | None) -> Pixels:
        if self._film is None or fault:
            self._pace.wait()
            if fault == "slow_4k":
                self._slow.wait()
            self.may_hold = False
            return spoilt(self._stage.frame(fault, subject), fault)
        self.may_hold = self._film.may_hold
        return np.ascontiguousarray(self._film.read())

    def close(self) -> None:
        if self._film is not None:
            self._film.close()
