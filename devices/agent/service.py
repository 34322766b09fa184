"""What the agent answers: SBI's discovery, device information and capture, and what the venue needs beyond them."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from devices.agent.faults import SUCCESS, pack_error
from devices.agent.packing import LIVE, SPEC_VERSION, STILL, encode, from_text, pack_frames, pack_scan, signed, to_text
from devices.agent.pairing import PairingKey
from devices.base import Camera, DeviceStatus, FingerprintReader, Frame, ScanProgress
from devices.bench import Bench
from devices.errors import CaptureRejectedError, ConfigurationError, DeviceError

TYPES: Mapping[str, tuple[str, str]] = {
    "fingerprint": ("Finger", "Single"),
    "camera": ("Face", "Full face"),
    "document_camera": ("Document", "Page"),
}
"""SBI's type and sub-type of each role. It knows no document cameras; the word is ours."""

MOST_FRAMES, MOST_WAIT_S = 30, 60.0
BEAT_S = 0.25
"""How often the venue hears that a scan is still going on; it counts two seconds of silence as a hang."""

Tell = Callable[[Mapping[str, Any]], None]

log = logging.getLogger(__name__)


class Service:
    """The devices of this PC behind the words of the interface. Every method may be called from any thread."""

    def __init__(self, bench: Bench, key: PairingKey) -> None:
        self._bench = bench
        self._key = key

    def discover(self, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what is plugged in and how it is, e.g. for `{"type": "Finger"}`; nothing about anybody."""
        kind = str(asked.get("type", "")).casefold()
        found = [
            self._about(role, status)
            for role, status in self._bench.status().items()
            if kind in ("", "biometric device", TYPES.get(role, (role,))[0].casefold())
        ]
        return found or [{"error": {"errorCode": "502", "errorInfo": "no device of this type here"}}]

    def info(self, _asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the same as SBI's device information, each device in a signed block."""
        return [{"deviceInfo": signed(about, self._key), "error": SUCCESS} for about in self.discover({})]

    def check(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Open a device and let it go again.

        Raises:
            DeviceError: it does not work.
        """
        with self._bench.device(_role(asked)):
            return {"error": SUCCESS}

    def frame(self, asked: Mapping[str, Any]) -> bytes:
        """Return the newest frame after number `after`, for looking at.

        Raises:
            DeviceError: the camera has none.
        """
        with self._camera(asked) as camera:
            return pack_frames([camera.frame(int(asked.get("after", -1)), _seconds(asked))], LIVE)

    def frames(self, asked: Mapping[str, Any]) -> bytes:
        """Return `count` new frames as the camera gave them.

        Raises:
            DeviceError: the camera does not give them in time.
        """
        count = min(max(1, int(_bio(asked).get("count") or 1)), MOST_FRAMES)
        with self._camera(asked) as camera:
            return pack_frames(camera.burst(count, _seconds(asked)), STILL)

    def live(self, asked: Mapping[str, Any], after: int) -> tuple[int, bytes]:
        """Return the number of the next frame and its JPEG, for SBI's endless stream.

        Raises:
            DeviceError: the camera has none.
        """
        with self._camera(asked) as camera:
            frame: Frame = camera.frame(after, _seconds(asked))
        return frame.seq, encode(frame.pixels, LIVE)

    def capture(self, asked: Mapping[str, Any], tell: Tell | None = None) -> dict[str, Any]:
        """Read one finger; return SBI's answer, with the error in it if there is one.

        Args:
            tell: is told how it goes, a few times a second; what it raises ends the scan.
        """
        role, driver = _role(asked), ""
        try:
            with self._bench.device(role) as reader:
                if not isinstance(reader, FingerprintReader):
                    raise ConfigurationError(f"{role} reads no fingers")
                driver = reader.driver
                scan = reader.scan(_seconds(asked), _Beat(tell) if tell else None)
        except DeviceError as error:
            if not isinstance(error, CaptureRejectedError):
                log.warning("%s: %s", role, error)
            return {"biometrics": [{"specVersion": SPEC_VERSION, **pack_error(error, self.state_of(asked))}]}
        return {"biometrics": [{**pack_scan(scan, driver, {**asked, **_bio(asked)}, self._key), "error": SUCCESS}]}

    def compare(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Tell whether two templates are of one finger.

        Raises:
            DeviceError: the reader does not work.
        """
        with self._bench.device(_role(asked)) as reader:
            if not isinstance(reader, FingerprintReader):
                raise ConfigurationError("only a fingerprint reader compares")
            first, second = (from_text(str(asked.get(name, ""))) for name in ("first", "second"))
            return {"same": reader.is_same_finger(first, second), "error": SUCCESS}

    def state_of(self, asked: Mapping[str, Any]) -> str:
        """Return the code of the status of the device asked for, "" if it is well or not here."""
        status = self._bench.status().get(_role(asked))
        return status.code if status else ""

    def _camera(self, asked: Mapping[str, Any]) -> Camera:
        device = self._bench.device(_role(asked))
        if not isinstance(device, Camera):
            raise ConfigurationError(f"{_role(asked)} is no camera")
        return device

    def _about(self, role: str, status: DeviceStatus) -> dict[str, Any]:
        kind, sub_type = TYPES.get(role, (role, ""))
        driver = self._bench.device(role).driver
        digital = {"type": kind, "deviceSubType": sub_type, "make": "Kaodian", "model": driver, "serialNo": role}
        return {
            "specVersion": [SPEC_VERSION],
            "env": "Production",
            "digitalId": to_text(json.dumps(digital).encode()),
            "deviceId": role,
            "deviceCode": role,
            "deviceSubId": ["1"],
            "purpose": "Registration",
            "serviceVersion": SPEC_VERSION,
            "certification": "L0",
            "deviceStatus": {"trouble": "Not Ready", "absent": "Not Ready"}.get(status.state, "Ready"),
            "error": SUCCESS,
            "kaodian": {"driver": driver, "state": status.state, "code": status.code},
        }


class _Beat:
    """Tells how a scan goes: that it is waiting, then the rows that are new, never more than a few times a second."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._rows_told = 0
        self._told_at = float("-inf")

    def __call__(self, progress: ScanProgress) -> None:
        is_whole = progress.rows_done == progress.rows
        if not is_whole and time.monotonic() - self._told_at < BEAT_S:
            return
        self._told_at = time.monotonic()
        if progress.rows_done < self._rows_told:  # the picture is being sent once more
            self._rows_told = 0
        fresh = progress.pixels[self._rows_told : progress.rows_done]
        told = {
            "isPressed": progress.is_pressed,
            "rowsDone": progress.rows_done,
            "rows": progress.rows,
            "columns": int(progress.pixels.shape[1]),
            "png": to_text(encode(np.ascontiguousarray(fresh), STILL)) if fresh.size else "",
        }
        self._rows_told = progress.rows_done
        self._tell({"progress": told})


def _bio(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what SBI's `bio` list asks of its first device; asked in short, the request itself."""
    listed = asked.get("bio")
    return listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else asked


def _role(asked: Mapping[str, Any]) -> str:
    return str(_bio(asked).get("deviceId") or asked.get("deviceId") or "")


def _seconds(asked: Mapping[str, Any]) -> float:
    """Return SBI's time-out, which comes in milliseconds."""
    return min(max(0.0, float(asked.get("timeout") or 10_000) / 1000), MOST_WAIT_S)
