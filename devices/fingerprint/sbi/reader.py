"""Driver of fingerprint readers that speak MOSIP's Secure Biometric Interface."""

import threading
import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np

from devices.base import DeviceStatus, FingerprintReader, FingerScan, OnProgress, Pixels, ScanProgress
from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ConfigurationError,
    DeviceError,
    NotConnectedError,
    NotRespondingError,
    trouble_of,
)
from devices.fingerprint.sbi.answers import Captured, Service, captured, services, status_in
from devices.fingerprint.sbi.caller import Call, VerbUnknownError
from devices.fingerprint.sbi.protocol import CAPTURE, DISCOVER, HOST, INFO, NO_HASH, PORTS
from devices.formats.finger_minutiae import read_minutiae, write_minutiae
from devices.matching.comparing import SAME_FROM, likeness
from devices.matching.cylinders import template_of
from devices.matching.minutiae import find_minutiae

ANSWER_S = 2.0
"""How long a service that is asked how it is may think."""

MARGIN_S = 1.5
"""A capture may end so much after its own timeout: the picture is still coded and sent."""

TELL_EVERY_S = 0.25
BUSY_S = 1.0
LOOKERS = 25
WANTED_SCORE = 40
"""The quality at which the device captures by itself; what is good enough is decided here, not there."""

Result = TypeVar("Result")


class SbiReader(FingerprintReader):
    """A reader behind a device service on this computer; the service's port is looked for if none is named.

    The interface hands out pictures only: a scan's template is Kaodian's own, from the picture's minutiae.
    """

    driver = "fingerprint.sbi"

    def __init__(
        self, port: int | str = "", device: str = "", host: str = HOST, env: str = "Production", key: str = ""
    ) -> None:
        """Take the settings; nothing is asked yet.

        Args:
            port: of the service; empty: the first of 4501 to 4600 that has a finger reader.
            device: the service's id of the device, where it has several.
            key: a pairing key, for a service that wants one (`python -m devices serve`).
            env: `Staging`, `Developer`, `Pre-Production` or `Production`, as the device is registered.
        """
        try:
            self._ports: Iterable[int] = (int(port),) if port else PORTS
        except ValueError as error:
            raise ConfigurationError(f"the port of an SBI service is a number, not {port!r}") from error
        self._host, self._device, self._env, self._key = host, device, env, key
        self._holding, self._stop = threading.Lock(), threading.Event()
        self._port = 0
        self._service: Service | None = None
        self._call: Call | None = None
        self._trouble = ""
        self._last_good_at: datetime | None = None

    def __enter__(self) -> Self:
        if not self._holding.acquire(timeout=BUSY_S):
            raise BusyError("the reader is in use by another page")
        try:
            self._noting(self._find)
        except BaseException:
            self._holding.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._service = None
        self._holding.release()

    def scan(self, timeout_s: float, on_progress: OnProgress | None = None) -> FingerScan:
        if not self._holding.locked():
            raise NotConnectedError("nobody holds the reader open")
        return self._noting(lambda: self._scan(timeout_s, on_progress))

    def is_same_finger(self, first: bytes, second: bytes) -> bool:
        if not self._holding.locked():
            raise NotConnectedError("nobody holds the reader open")
        try:
            return likeness(*(template_of(read_minutiae(record)) for record in (first, second))) >= SAME_FROM
        except CaptureRejectedError:
            return False

    def status(self) -> DeviceStatus:
        state = "trouble" if self._trouble else "ready" if self._service else "standby"
        return DeviceStatus(state, self._trouble, self._last_good_at)

    def shutdown(self) -> None:
        self._stop.set()
        if call := self._call:
            call.abort()

    def _find(self) -> Service:
        """Find the device and make sure that it can be used."""
        self._check_not_stopped()
        with ThreadPoolExecutor(LOOKERS, thread_name_prefix="sbi") as pool:
            found = [one for part in pool.map(self._services_on, self._ports) for one in part]
        wanted = [(port, one) for port, one in found if self._device in ("", one.device_id)]
        if not wanted:
            raise self._nothing_found()
        self._port, service = wanted[0]
        self._check(service)
        self._service = service
        return service

    def _services_on(self, port: int) -> list[tuple[int, Service]]:
        try:
            answer = Call(self._host, port, ANSWER_S, self._key).send(*DISCOVER, {"type": "Biometric Device"})
            return [(port, one) for one in services(answer)]
        except NotConnectedError:
            return []
        except NotRespondingError:
            if len(list(self._ports)) == 1:
                raise
            return []  # another program's port, nothing to do with us

    def _nothing_found(self) -> DeviceError:
        if self._device:
            return NotConnectedError(f"no device service has a finger reader {self._device!r}")
        return NotConnectedError("no device service with a finger reader answers; is its program running?")

    def _check(self, service: Service) -> None:
        service.check()
        for verb, path in INFO:
            try:
                answer = Call(self._host, self._port, ANSWER_S, self._key).send(
                    verb, path, {"type": "Biometric Device"}
                )
            except VerbUnknownError:
                continue
            status, purpose = status_in(answer, service.device_id)
            Service(service.device_id, service.sub_id, status, purpose or service.purpose, "", "").check()
            return

    def _scan(self, timeout_s: float, on_progress: OnProgress | None) -> FingerScan:
        service = self._service or self._find()
        found = self._capture(service, timeout_s, on_progress)
        pixels: Pixels = np.ascontiguousarray(found.image.pixels)
        if on_progress is not None:
            on_progress(ScanProgress(True, len(pixels), len(pixels), pixels))
        minutiae = find_minutiae(pixels, found.image.resolution_ppi)
        self._last_good_at = found.taken_at
        return FingerScan(
            pixels=pixels,
            template=write_minutiae(minutiae, found.image.position, 0),
            resolution_ppi=found.image.resolution_ppi,
            device_id=found.serial or service.serial or f"SBI-{service.device_id}",
            taken_at=found.taken_at,
            device_quality=found.quality,
        )

    def _capture(self, service: Service, timeout_s: float, on_progress: OnProgress | None) -> Captured:
        """Ask for one finger and wait for it, telling that it is waited for."""
        transaction = uuid.uuid4().hex
        body = _request(service, transaction, timeout_s, self._env)
        call = self._call = Call(self._host, self._port, timeout_s + MARGIN_S, self._key)
        waiting = _Waiting(call, body)
        try:
            self._await(waiting, time.monotonic() + timeout_s + MARGIN_S, on_progress)
        except BaseException:
            call.abort()
            raise
        finally:
            self._call = None
        return captured(waiting.result(), transaction)

    def _await(self, waiting: "_Waiting", deadline: float, on_progress: OnProgress | None) -> None:
        """Return when the answer is here, telling meanwhile that a finger is waited for."""
        nothing = np.full((288, 256), 255, np.uint8)
        while not waiting.wait(TELL_EVERY_S):
            self._check_not_stopped()
            if time.monotonic() > deadline:
                raise NotRespondingError("the device service did not keep to the capture's timeout")
            if on_progress is not None:
                on_progress(ScanProgress(False, 0, len(nothing), nothing))
        self._check_not_stopped()

    def _check_not_stopped(self) -> None:
        if self._stop.is_set():
            raise NotConnectedError("the reader has been shut down")

    def _noting(self, act: Callable[[], Result]) -> Result:
        """Do it; keep the kind of trouble for `status`, and look for the service anew after it."""
        try:
            result = act()
        except CaptureRejectedError:
            self._trouble = ""
            raise
        except DeviceError as error:
            self._trouble, self._service = trouble_of(error), None
            raise
        self._trouble = ""
        return result


class _Waiting:
    """A capture under way in a thread of its own."""

    def __init__(self, call: Call, body: object) -> None:
        self._call, self._body = call, body
        self._answer: object = None
        self._error: DeviceError | None = None
        self._thread = threading.Thread(target=self._run, name="sbi-capture", daemon=True)
        self._thread.start()

    def wait(self, timeout_s: float) -> bool:
        """Return whether the answer is here."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def result(self) -> object:
        """Return the answer, or raise what came instead."""
        if self._error is not None:
            raise self._error
        return self._answer

    def _run(self) -> None:
        try:
            self._answer = self._call.send(*CAPTURE, self._body)
        except DeviceError as error:
            self._error = error


def _request(service: Service, transaction: str, timeout_s: float, env: str) -> dict[str, Any]:
    """Return a registration capture of one finger. All values are text, as the specification's schemas have them."""
    return {
        "env": env,
        "purpose": "Registration",
        "specVersion": service.spec_version,
        "timeout": str(round(1000 * timeout_s)),
        "captureTime": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "transactionId": transaction,
        "bio": [
            {
                "type": "Finger",
                "count": "1",
                "bioSubType": ["UNKNOWN"],
                "exception": [],
                "requestedScore": str(WANTED_SCORE),
                "deviceId": service.device_id,
                "deviceSubId": service.sub_id,
                "previousHash": NO_HASH,
            }
        ],
        "customOpts": {},
    }
