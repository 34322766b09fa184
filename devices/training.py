"""What simulated devices can be told to do wrong, for people who practise: which faults, and how they are ordered.

Works on a station's settings and the control files alone, so that it does not matter what else stands between a
station and its device.
"""

import json
import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

WELL = "well"
REPLACE_TRIES = 25

Choices = Mapping[str, Mapping[str, Any]]

_BROKEN_CAMERA = ("unplugged", "frozen", "black", "green", "nobody")
_CAMERA: Choices = {code: {"fault": code} for code in (*_BROKEN_CAMERA, "two_people", "sideways", "tiny", "slow_4k")}
_PAPERS: Choices = {code: {"fault": code} for code in _BROKEN_CAMERA}
_FINGER: Choices = {
    **{
        quality: {"quality": quality}
        for quality in ("dry", "wet", "partial", "off_centre", "blurred", "messy", "few", "wrong")
    },
    "nobody": {"present": False},
    **{code: {"fault": code} for code in ("unplugged", "unplugged_in_picture", "power_dip", "silence", "busy")},
    **{
        code: {"fault": code}
        for code in ("silence_in_picture", "bad_checksum", "bad_byte", "lost_byte", "garbage", "wrong_address")
    },
    **{code: {"fault": code} for code in ("image_cleared", "refuse")},
}
_CARD: Choices = {code: {"fault": code} for code in ("unplugged", "silence", "half", "no_name", "garbage", "encoding")}
_PRINTER: Choices = {code: {"fault": code} for code in ("unplugged", "silence", "no_paper", "low_paper")}

DRILLS: Mapping[tuple[str, str], Choices] = MappingProxyType(
    {
        ("camera", "file"): _CAMERA,
        ("document_camera", "file"): _PAPERS,
        ("fingerprint", "emulated"): _FINGER,
        ("card", "simulated"): _CARD,
        ("printer", "file"): _PRINTER,
    }
)
"""By role and driver: the faults, and what each writes into the control file."""

_OURS = ("fault", "fault_times", "quality", "present")
"""Words of a control file that choose how things go wrong; all others (whose finger, which card) are left alone."""


@dataclass(frozen=True, slots=True)
class Drill:
    """One simulated device that can be told to go wrong.

    Attributes:
        choices: codes of its faults.
        control: the file that it obeys.
    """

    role: str
    choices: Choices
    control: Path

    def chosen(self) -> str:
        """Return the fault that holds now, `well` for none, "" for one that a person wrote by hand."""
        said = {
            key: value for key, value in self._said().items() if key in _OURS and value not in (None, "auto", "good")
        }
        if not said:
            return WELL
        return next((code for code, words in self.choices.items() if dict(words) == said), "")

    def choose(self, code: str) -> None:
        """Have the device go wrong in this way from now on, or be well.

        Raises:
            KeyError: it has no such fault.
        """
        words = {} if code == WELL else self.choices[code]
        self.order(**{**dict.fromkeys(_OURS), **words})

    def order(self, **words: Any) -> None:
        """Write words into the control file; None takes one out. What else stands there stays."""
        said = {**self._said(), **words}
        _write(self.control, {key: value for key, value in said.items() if value is not None})

    def _said(self) -> dict[str, Any]:
        try:
            said = json.loads(self.control.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return said if isinstance(said, dict) else {}


def drills(specs: Mapping[str, str | Mapping[str, Any]]) -> dict[str, Drill]:
    """Return a station's devices that can be told to go wrong, by role.

    Args:
        specs: the devices as the station's settings have them.
    """
    found = {}
    for role, spec in specs.items():
        if isinstance(spec, str):
            continue
        choices, control = DRILLS.get((role, str(spec.get("driver")))), spec.get("control")
        if choices and control:
            found[role] = Drill(role, choices, Path(control))
    return found


def _write(path: Path, words: Mapping[str, Any]) -> None:
    """Replace the file in one go: a device must never read half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(words, file, ensure_ascii=False)
    for attempt in range(REPLACE_TRIES):
        try:
            Path(name).replace(path)
        except PermissionError:  # Windows, while the device reads the old one
            if attempt == REPLACE_TRIES - 1:
                raise
            time.sleep(0.02)
        else:
            return
