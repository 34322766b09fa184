"""One way per driver to own a camera and to break it."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

from devices.base import Camera
from devices.camera.patience import Patience
from devices.registry import make
from tests.support.agents import Agent, agent
from tests.support.browser_booth import SIZE_PX as SMALL_PX
from tests.support.browser_booth import Booth, booth, film_of_a_person
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


class Workshop:
    """What is slow to start and serves all tests of a module; each is made when it is first wanted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept = ExitStack()

    @cached_property
    def agent(self) -> Agent:
        """An agent with a file camera that obeys `camera.json` in its folder."""
        hurried = ", ".join(f"{name} = {value}" for name, value in asdict(HURRIED).items())
        control = self._folder / "camera.json"
        film = film_of_a_person(self._folder, SMALL_PX).as_posix()
        spec = f'{{ driver = "file", path = "{film}", fps = 30, control = "{control.as_posix()}"'
        spec += f", patience = {{ {hurried} }} }}"
        return self._kept.enter_context(agent(self._folder, {"camera": spec}))

    @cached_property
    def booth(self) -> Booth:
        """A booth with a browser of its own."""
        return self._kept.enter_context(booth(self._folder))

    def close(self) -> None:
        """Put everything away."""
        self._kept.close()


class FileRig(Rig):
    """The demo camera and its control file."""

    def __init__(self, folder: Path, workshop: Workshop) -> None:
        self._control = folder / "camera.json"
        self.camera = _camera("camera.file", fps=60, control=str(self._control), patience=HURRIED)

    def fault(self, name: str) -> None:
        draft = self._control.with_suffix(".draft")
        draft.write_text(json.dumps({"fault": name or None}), "utf-8")
        draft.replace(self._control)


class OpenCVRig(Rig):
    """A network camera on loopback, read through OpenCV."""

    def __init__(self, folder: Path, workshop: Workshop) -> None:
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


class RemoteRig(FileRig):
    """The demo camera on a desk's own PC, behind an agent that is a process of its own."""

    def __init__(self, folder: Path, workshop: Workshop) -> None:
        served = workshop.agent
        self._control = served.folder / "camera.json"
        self.fault("")
        self.camera = _camera("camera.remote", url=served.url, key=served.key, fps=30, patience=HURRIED)


class BrowserRig(Rig):
    """A page of the venue in Chromium, which plays a film instead of a camera."""

    def __init__(self, folder: Path, workshop: Workshop) -> None:
        self._booth = workshop.booth
        self.camera = self._booth.furnish()
        self._booth.open_page()

    def fault(self, name: str) -> None:
        self._booth.fault(name)

    def remove(self) -> None:
        self._booth.close_page()
        super().remove()


RIGS: dict[str, Callable[[Path, Workshop], Rig]] = {
    "camera.file": FileRig,
    "camera.opencv": OpenCVRig,
    "camera.remote": RemoteRig,
    "camera.browser": BrowserRig,
}


def _camera(driver: str, **options: object) -> Camera:
    camera = make(driver, **options)
    assert isinstance(camera, Camera)
    return camera
