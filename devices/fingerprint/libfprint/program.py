"""Runs libfprint for reader.py: a request a line on stdin, answers and events a line on stdout, all JSON.

The system's own Python runs this file alone (`/usr/bin/python3 -I program.py`): it has `gi`, and nothing of ours.

    open (device)                     {"ok": {"driver": …, "name": …, "id": …}}
    capture                           {"event": "finger", "on": true} …, then {"ok": {"width": …, "pixels": …, …}}
    enrol (width, pixels)             {"ok": {"print": …}}; libfprint's virtual reader only, which is fed pictures
    verify (print, width, pixels)     {"ok": {"same": …}}; the same
    close, cancel                     {"ok": {}}; what was cancelled answers {"error": "cancelled"} as well

Twice a second it says {"event": "alive"}. It ends with its stdin. Bytes are base64.
"""

import base64
import json
import os
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any

try:
    import gi

    gi.require_version("FPrint", "2.0")
    from gi.repository import FPrint, Gio, GLib
except (ImportError, ValueError) as error:
    sys.stdout.write(json.dumps({"error": "configuration", "words": f"apt install gir1.2-fprint-2.0: {error}"}) + "\n")
    sys.exit(3)

STDIN = 0
ALIVE_MS = 500
VIRTUAL = "FP_VIRTUAL_IMAGE"
MINUTIAE_MIN = 10
"""With fewer no matcher can do anything; libfprint's own drivers once had the same limit (MIN_ACCEPTABLE_MINUTIAE)."""

ERRORS = {
    FPrint.DeviceError.BUSY: "busy",
    FPrint.DeviceError.REMOVED: "not_connected",
    FPrint.DeviceError.NOT_OPEN: "not_connected",
}
RETRIES = {FPrint.DeviceRetry.TOO_SHORT: "too_few_features"}

Words = dict[str, Any]


def say(**words: Any) -> None:
    """Write a line."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


class Program:
    """One reader and what is asked of it; one thing at a time, but for `cancel`."""

    def __init__(self) -> None:
        self._context = FPrint.Context()
        self._device: Any = None
        self._cancel: Any = None
        self._feed: Any = None
        self._half_a_line = b""
        self._loop = GLib.MainLoop()
        self._does: dict[str, Callable[[Words], None]] = {
            "open": self._open,
            "capture": self._capture,
            "enrol": self._enrol,
            "verify": self._verify,
            "cancel": self._cancel_running,
            "close": self._close,
        }

    def run(self) -> None:
        """Answer until stdin ends."""
        GLib.timeout_add(ALIVE_MS, self._beat)
        GLib.io_add_watch(STDIN, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, self._read)
        self._loop.run()

    def _beat(self) -> bool:
        say(event="alive")
        return True

    def _read(self, source: int, condition: Any) -> bool:
        received = os.read(source, 65_536)
        if not received:
            self._loop.quit()
            return False
        *lines, self._half_a_line = (self._half_a_line + received).split(b"\n")
        for line in lines:
            self._do(json.loads(line))
        return True

    def _do(self, words: Words) -> None:
        try:
            self._does[words["do"]](words)
        except GLib.Error as error:
            say_error(error)

    def _open(self, words: Words) -> None:
        if self._device is not None:
            self._say_device()
            return
        found = [device for device in self._context.get_devices() if _is_meant(device, words.get("device", ""))]
        if not found:
            say(error="not_connected", words="libfprint finds no such reader")
            return
        found[0].open(None, self._opened)

    def _opened(self, device: Any, result: Any) -> None:
        if self._ends(device.open_finish, result) is None:
            return
        self._device = device
        device.connect("notify::finger-status", self._finger_changed)
        device.connect("removed", lambda gone: self._forget())
        self._say_device()

    def _say_device(self) -> None:
        device = self._device
        if not device.has_feature(FPrint.DeviceFeature.CAPTURE):
            say(error="configuration", words=f"{device.get_name()} compares inside and gives no picture")
            return
        say(ok={"driver": device.get_driver(), "name": device.get_name(), "id": device.get_device_id()})

    def _forget(self) -> None:
        self._device = None

    def _finger_changed(self, device: Any, change: Any) -> None:
        say(event="finger", on=bool(device.get_finger_status() & FPrint.FingerStatusFlags.PRESENT))

    def _capture(self, words: Words) -> None:
        if self._is_there():
            self._device.capture(True, self._fresh_cancel(), self._captured)

    def _captured(self, device: Any, result: Any) -> None:
        image = self._ends(device.capture_finish, result)
        if image is not None:
            image.detect_minutiae(None, self._examined)

    def _examined(self, image: Any, result: Any) -> None:
        try:
            image.detect_minutiae_finish(result)
            minutiae = len(image.get_minutiae() or [])
        except GLib.Error:
            minutiae = 0  # it found none at all
        if minutiae < MINUTIAE_MIN:
            say(error="too_few_features", words=f"{minutiae} minutiae")
            return
        size = {"width": image.get_width(), "height": image.get_height(), "per_mm": image.get_ppmm()}
        say(ok={**size, "minutiae": minutiae, "pixels": base64.b64encode(bytes(image.get_data())).decode()})

    def _enrol(self, words: Words) -> None:
        if self._is_there():
            self._feed = Feed(words)
            made = FPrint.Print.new(self._device)
            self._device.enroll(made, self._fresh_cancel(), self._enrols_on, (), self._enrolled)
            self._feed.press()

    def _enrols_on(self, device: Any, stage: int, so_far: Any, *rest: Any) -> None:
        if any(isinstance(told, GLib.Error) for told in rest):
            self._cancel.cancel()  # it wants the same picture again, and would refuse it again
        elif stage < device.get_nr_enroll_stages():
            self._feed.press()

    def _enrolled(self, device: Any, result: Any) -> None:
        self._feed.close()
        try:
            made = device.enroll_finish(result)
        except GLib.Error as error:
            say(error="too_few_features", words=error.message)
        else:
            say(ok={"print": base64.b64encode(bytes(made.serialize())).decode()})

    def _verify(self, words: Words) -> None:
        if self._is_there():
            kept = FPrint.Print.deserialize(base64.b64decode(words["print"]))
            self._feed = Feed(words)
            self._device.verify(kept, self._fresh_cancel(), None, (), self._verified)
            self._feed.press()

    def _verified(self, device: Any, result: Any) -> None:
        self._feed.close()
        found = self._ends(device.verify_finish, result)
        if found is not None:
            say(ok={"same": bool(found[0])})

    def _cancel_running(self, words: Words) -> None:
        if self._cancel is not None:
            self._cancel.cancel()
        say(ok={})

    def _close(self, words: Words) -> None:
        device, self._device = self._device, None
        if device is None:
            say(ok={})
        else:
            device.close(None, self._closed)

    def _closed(self, device: Any, result: Any) -> None:
        if self._ends(device.close_finish, result) is not None:
            say(ok={})

    def _is_there(self) -> bool:
        if self._device is None:
            say(error="not_connected", words="the reader is not open")
        return self._device is not None

    def _fresh_cancel(self) -> Any:
        self._cancel = Gio.Cancellable()
        return self._cancel

    def _ends(self, finish: Callable[[Any], Any], result: Any) -> Any:
        """Return what an action gave, or True; if it failed that is said, and None comes back."""
        try:
            given = finish(result)
        except GLib.Error as error:
            say_error(error)
            return None
        return True if given is None else given  # some versions of gi give nothing for "it worked"


class Feed:
    """Puts one picture on libfprint's virtual reader, as often as it asks for it."""

    def __init__(self, words: Words) -> None:
        pixels = base64.b64decode(words["pixels"])
        self._picture = struct.pack("ii", words["width"], len(pixels) // words["width"]) + pixels
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(os.environ[VIRTUAL])

    def press(self) -> None:
        """Press, as soon as the reader is ready for it."""
        GLib.idle_add(self._press)

    def close(self) -> None:
        """Go away from the reader."""
        self._socket.close()

    def _press(self) -> bool:
        self._socket.sendall(self._picture)
        return False


def _is_meant(device: Any, words: str) -> bool:
    return words.lower() in f"{device.get_driver()} {device.get_name()} {device.get_device_id()}".lower()


def say_error(error: Any) -> None:
    """Say what went wrong in a word of the driver's."""
    if error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED):
        say(error="cancelled", words=error.message)
    elif error.domain == GLib.quark_to_string(FPrint.DeviceRetry.quark()):
        say(error=RETRIES.get(FPrint.DeviceRetry(error.code), "unusable"), words=error.message)
    elif error.domain == GLib.quark_to_string(FPrint.DeviceError.quark()):
        say(error=ERRORS.get(FPrint.DeviceError(error.code), "not_responding"), words=error.message)
    else:
        say(error="not_responding", words=error.message)


if __name__ == "__main__":
    Program().run()
