"""The small JSON file by which a person or a test tells a simulated device what to do while the venue runs."""

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

log = logging.getLogger(__name__)

NOTHING: Mapping[str, Any] = MappingProxyType({})


class OrderFile:
    """Reads the file again whenever it changes; no file, no orders. Half a file leaves what held before."""

    def __init__(self, path: str, faults: Sequence[str]) -> None:
        """Take the file's path, empty for none, and the faults it may name."""
        self._path = Path(path) if path else None
        self._faults = faults
        self._seen: tuple[int, int, int] | None = None
        self._orders = NOTHING

    def __call__(self) -> Mapping[str, Any]:
        """Return what holds now."""
        if self._path is None:
            return self._orders
        try:
            state = self._path.stat()
            seen = state.st_mtime_ns, state.st_size, state.st_ino
            if seen != self._seen:
                self._orders = self._parsed(self._path.read_text("utf-8"))
                self._seen = seen
        except FileNotFoundError:
            self._seen, self._orders = None, NOTHING
        except (OSError, ValueError) as error:
            log.warning("control file %s is left aside: %s", self._path.name, error)
            self._seen = None
        return self._orders

    def _parsed(self, text: str) -> Mapping[str, Any]:
        said = json.loads(text)
        if not isinstance(said, dict):
            raise ValueError("not an object")
        fault = said.get("fault")
        if fault and fault not in self._faults:
            raise ValueError(f"no fault {fault!r}; there are {', '.join(self._faults)}")
        return said
