"""Picture files as a source: one, or a folder of them in turn."""

import time
from pathlib import Path

import cv2
import numpy as np

from devices.base import Pixels
from devices.camera.pace import Pace
from devices.errors import ConfigurationError

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp")
_EACH_S = 2.0


class Pictures:
    """Shows each picture for two seconds; a single one stays."""

    may_hold = True

    def __init__(self, path: Path, fps: float) -> None:
        """Find the pictures.

        Raises:
            ConfigurationError: there are none, or one cannot be read.
        """
        self._paths = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
        if not self._paths:
            raise ConfigurationError(f"there are no pictures in {path}")
        self._pace = Pace(fps)
        self._begun_at = time.monotonic()
        self._shown: Path | None = None
        self._pixels = self._loaded(self._paths[0])

    def read(self) -> Pixels:
        self._pace.wait()
        place = int((time.monotonic() - self._begun_at) / _EACH_S) % len(self._paths)
        if self._paths[place] != self._shown:
            self._pixels = self._loaded(self._paths[place])
        return self._pixels

    def close(self) -> None:
        self._shown = None

    def _loaded(self, path: Path) -> Pixels:
        """Decode from bytes: OpenCV on Windows cannot open a path with Chinese in it."""
        try:
            pixels = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        except (OSError, cv2.error) as error:
            raise ConfigurationError(f"cannot read the picture {path}") from error
        if pixels is None:
            raise ConfigurationError(f"{path} is no picture")
        self._shown = path
        return pixels.astype(np.uint8)
