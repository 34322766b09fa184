"""The file by which a person or a test makes trouble with a file camera while the venue runs."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

FAULTS = ("frozen", "black", "green", "unplugged", "nobody", "two_people", "sideways", "tiny", "slow_4k")
"""What a camera, its cable or the people before it may do; see `devices/camera/file.py`."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What the camera shall do.

    Attributes:
        fault: one of `FAULTS`, or empty.
        subject: number of the demo person, None for the configured one.
    """

    fault: str = ""
    subject: int | None = None


class Control:
    """Reads `{"fault": null, "subject": 3}` again whenever the file changes; no file, no orders."""

    def __init__(self, path: str) -> None:
        """Take the file's path; empty for none. It need not exist yet."""
        self._path = Path(path) if path else None
        self._seen: tuple[int, int] | None = None
        self._orders = Orders()

    def orders(self) -> Orders:
        """Return what holds now. A file that is half written or wrong leaves what held before."""
        if self._path is None:
            return self._orders
        try:
            state = self._path.stat()
            if (state.st_mtime_ns, state.st_size) != self._seen:
                self._orders = _parsed(self._path.read_text("utf-8"))
                self._seen = state.st_mtime_ns, state.st_size
        except FileNotFoundError:
            self._seen, self._orders = None, Orders()
        except (OSError, ValueError) as error:
            log.debug("control file of the demo camera not understood: %s", error)
        return self._orders


def _parsed(text: str) -> Orders:
    table = json.loads(text)
    if not isinstance(table, dict):
        raise ValueError("not an object")
    fault, subject = table.get("fault") or "", table.get("subject")
    if fault and fault not in FAULTS:
        raise ValueError(f"no fault {fault!r}; there are {', '.join(FAULTS)}")
    return Orders(fault, subject if isinstance(subject, int) else None)
