"""One way per driver to own a camera and to break it."""

import json
from abc import ABC, abstractmethod
from pathlib import Path

from devices.base import Camera
from devices.camera.grabber import Patience
from devices.registry import make
from tests.support.mjpeg_server import NetworkCamera

HURRIED = Patience(open_s=10, standby_s=0.3, stale_s=0.6, frozen_s=0.4, hang_s=5, retry_s=0.05, retry_most_s=0.1)


class Rig(ABC):
    """A camera, and hands that reach behind it."""

    camera: Camera

    @abstractmethod
    def fault(self, name: str) -> None:
        """Cause `frozen`, `black`, `green` or `unplugged`; an empty name puts everything right."""

    def remove(self) -> None:
        """Put everything away."""
        self.camera.shutdown()


class FileRig(Rig):
    """The demo camera and its control file."""

    def __init__(self, folder: Path) -> None:
        self._control = folder / "camera.json"
        self.camera = _camera("camera.file", fps=60, control=str(self._control), patience=HURRIED)

    def fault(self, name: str) -> None:
        draft = self._control.with_suffix(".draft")
        draft.write_text(json.dumps({"fault": name or None}), "utf-8")
        draft.replace(self._control)


class OpenCVRig(Rig):
    """A network camera on loopback, read through OpenCV."""

    def __init__(self, folder: Path) -> None:
        self._network = NetworkCamera()
        self._network.plug_in()
        self._is_plugged = True
        self.camera = _camera("camera.opencv", source=self._network.url, patience=HURRIED)

    def fault(self, name: str) -> None:
        self._network.fault = name
        if (name == "unplugged") == self._is_plugged:
            self._is_plugged = not self._is_plugged
            if self._is_plugged:
                self._network.plug_in()
            else:
                self._network.unplug()

    def remove(self) -> None:
        self._network.unplug()
        super().remove()


RIGS: dict[str, type[FileRig] | type[OpenCVRig]] = {"camera.file": FileRig, "camera.opencv": OpenCVRig}


def _camera(driver: str, **options: object) -> Camera:
    camera = make(driver, **options)
    assert isinstance(camera, Camera)
    return camera
