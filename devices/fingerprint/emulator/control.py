"""What a person or a test tells the emulated sensor while it runs: a small JSON file, read again whenever it changes.

    {"finger": "A-11", "quality": "good", "present": "auto", "fault": null}

The idea is VotingWorks' (vxsuite, mock devices): no port to open, no process to ask; an editor is enough.
"""

import json
import logging
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from devices.fingerprint.press import SKINS

log = logging.getLogger(__name__)

WRONG_FINGER, NOBODY = "wrong", "none"
PRESSES = (*SKINS, WRONG_FINGER, NOBODY)
"""Ways to press: how the skin meets the glass; another finger than the one that was asked for; nobody."""

FAULTS = (
    "silence",  # answers nothing
    "silence_in_picture",  # stops in the middle of a picture
    "bad_checksum",  # every answer's checksum is wrong
    "bad_byte",  # one byte of each picture or template is another
    "lost_byte",  # one byte of each picture or template is missing
    "garbage",  # rubbish before each answer
    "wrong_address",  # every answer carries another sensor's address
    "busy",  # every answer comes two seconds late
    "power_dip",  # the power fails for a moment, once: at the next command, or in the middle of the next picture
    "image_cleared",  # a picture is black once a template has been made of it
    "refuse",  # takes no picture of the finger (code 03)
    "unplugged",  # the port is gone
    "unplugged_in_picture",  # the port goes in the middle of a picture, and stays gone
)


@dataclass(frozen=True, slots=True)
class Control:
    """What is on the glass and what is broken.

    Attributes:
        finger: identity of the finger, e.g. `A-11`, or several that take turns; empty: the emulator's own list.
        quality: how it is pressed, a name in PRESSES, or several that take turns.
        present: `auto` puts a finger on a moment after a scan begins and lifts it when it has been read; True leaves
            it on; False puts none on.
        fault: one of FAULTS, or none.
        fault_times: after how many answers, pictures or templates the fault is over; none: when the file says so.
    """

    finger: tuple[str, ...] = ()
    quality: tuple[str, ...] = ("good",)
    present: bool | str = "auto"
    fault: str | None = None
    fault_times: int | None = None


class ControlError(ValueError):
    """The file does not say what the emulator can do."""


def parse(text: str) -> Control:
    """Return what the text says.

    Raises:
        ControlError: it is no JSON object, or names something there is not.
    """
    try:
        said = json.loads(text)
    except ValueError as error:
        raise ControlError(f"no JSON: {error}") from error
    if not isinstance(said, dict):
        raise ControlError("no JSON object")
    unknown = set(said) - {field.name for field in fields(Control)}
    if unknown:
        raise ControlError(f"unknown {', '.join(sorted(unknown))}")
    control = Control(
        **{**said, "finger": _names(said.get("finger")), "quality": _names(said.get("quality")) or ("good",)}
    )
    _check(control)
    return control


class ControlFile:
    """The file, read when it has changed.

    A missing file says nothing; a wrong one is logged, and what was last right stands.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._control = Control()

    def __call__(self) -> Control:
        """Return what the file says now."""
        seen = self._look()
        if seen != self._seen:
            self._seen = seen
            self._read()
        return self._control

    def _look(self) -> tuple[int, int, int] | None:
        if self._path is None:
            return None
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self) -> None:
        if self._seen is None or self._path is None:
            self._control = Control()
            return
        try:
            self._control = parse(self._path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ControlError) as error:
            log.warning("control file %s is left aside: %s", self._path, error)


def _names(said: Any) -> tuple[str, ...]:
    if said is None:
        return ()
    names = [said] if isinstance(said, str) else said
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ControlError(f"{said!r} is neither a name nor a list of names")
    return tuple(names)


def _check(control: Control) -> None:
    wrong = [name for name in control.quality if name not in PRESSES]
    if wrong:
        raise ControlError(f"quality {wrong[0]!r}; there are {', '.join(PRESSES)}")
    if control.present not in (True, False, "auto"):
        raise ControlError(f"present {control.present!r}; true, false or auto")
    if control.fault is not None and control.fault not in FAULTS:
        raise ControlError(f"fault {control.fault!r}; there are {', '.join(FAULTS)}")
    if control.fault_times is not None and not isinstance(control.fault_times, int):
        raise ControlError(f"fault_times {control.fault_times!r}; a number")
