"""A webcam, a document camera or a network camera, through OpenCV."""

from collections.abc import Mapping
from pathlib import Path

from devices.base import DeviceStatus
from devices.camera.grabbed import GrabbedCamera
from devices.camera.grabber import Grabber
from devices.camera.patience import Patience
from devices.camera.source import Source
from devices.camera.video import BACKENDS, FileVideo, LiveVideo
from devices.errors import ConfigurationError


class OpenCVCamera(GrabbedCamera):
    """A camera that OpenCV can read."""

    driver = "camera.opencv"

    def __init__(
        self,
        source: str = "0",
        width_px: int = 1280,
        height_px: int = 720,
        backend: str = "",
        frozen_s: float = 1.8,
        patience: Patience | Mapping[str, float] | None = None,
    ) -> None:
        """Take what to read; nothing is opened yet.

        Args:
            source: index (`0`), device file (`/dev/video0`), address (`rtsp://…`, `http://…`) or a film's path.
            width_px, height_px: asked of a camera; it gives the nearest it has. An address or film has its own.
            backend: `dshow`, `msmf`, `v4l2`, `ffmpeg`, or empty for the best of the system (`dshow` on Windows).
            frozen_s: how long the picture may stay the same to the last bit before the camera counts as frozen; a
                network camera that codes a still scene as "no change" needs more.
            patience: waiting times, see `Patience`; `frozen_s` is then the one in it.

        Raises:
            ConfigurationError: there is no such backend, or the size is impossible.
        """
        if backend not in BACKENDS:
            raise ConfigurationError(f"no backend {backend!r}; there are {', '.join(filter(None, BACKENDS))}")
        if not (16 <= width_px <= 8192 and 16 <= height_px <= 8192):
            raise ConfigurationError(f"no camera takes pictures of {width_px} x {height_px}")
        self._source, self._backend, self._size = str(source), backend, (width_px, height_px)
        super().__init__(Grabber(self.driver, self._open, patience or Patience(frozen_s=frozen_s)))

    def port(self) -> str:
        """Return which camera; addresses may be looked at by several, and films by all."""
        index = self._source.removeprefix("/dev/video")
        return f"camera {index}" if index.isdigit() else self._source if self._source.startswith("/dev/") else ""

    def status(self) -> DeviceStatus:
        status = super().status()
        is_missing = self._source.startswith("/dev/") and not Path(self._source).exists()
        return DeviceStatus("trouble", "not_connected", status.last_good_at) if is_missing else status

    def _open(self) -> Source:
        is_camera = self._source.isdigit() or "://" in self._source or self._source.startswith("/dev/")
        if is_camera:
            return LiveVideo(self._source, self._backend, *self._size)
        return FileVideo(Path(self._source))
