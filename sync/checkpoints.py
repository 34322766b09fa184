"""Makes checkpoints of the audit log in the background and sends them to the region."""

import json
import logging
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

import httpx

from local_db.checkpoints import CheckpointBook, SignedCheckpoint
from local_db.clock import Clock
from local_db.errors import StoreError
from records.canonical import digest_bytes
from records.errors import RecordError
from sync.errors import RefusedError, SyncError, UnreachableError

logger = logging.getLogger(__name__)

PATH = "/api/v1/checkpoints"
PAUSE_S = 30.0
FINAL = ("contradicts", "bad_signature", "malformed")
"""What the region says of the checkpoint itself; all else, such as a key it does not know yet, may pass."""


class CheckpointLine(Protocol):
    """A way to the region for checkpoints."""

    def put(self, signed: SignedCheckpoint) -> datetime:
        """Send one and return the region's time.

        Raises:
            RefusedError: the region will not have it, now or later.
            UnreachableError: it may later.
        """
        ...

    def close(self) -> None:
        """Let go of the line."""
        ...


class HttpCheckpointLine:
    """The region over HTTP."""

    def __init__(self, base_url: str, key: str, timeout_s: float = 15.0, authority: str | None = None) -> None:
        """Prepare for the region at `base_url`; nothing is sent yet. `key` proves which venue this is.

        Args:
            authority: file of the certificate authority of the region's server; None for those the system knows.
        """
        self._client = httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=timeout_s,
            follow_redirects=False,
            trust_env=False,
            verify=ssl.create_default_context(cafile=authority),
        )

    def put(self, signed: SignedCheckpoint) -> datetime:
        content = json.dumps(document_of(signed)).encode()
        # So that the region tells a byte that changed on the way (send it again) from a signature that does not fit.
        digest = b64encode(sha256(content).digest()).decode()
        headers = {"Content-Type": "application/json", "Content-Digest": f"sha-256=:{digest}:"}
        try:
            reply = self._client.put(PATH, content=content, headers=headers)
            answer = reply.json()
        except (httpx.HTTPError, ValueError) as error:
            raise UnreachableError(f"no answer ({type(error).__name__})") from error
        if reply.status_code in (200, 201):
            return _received_at(answer, signed)
        raise _refusal(reply.status_code, answer)

    def close(self) -> None:
        self._client.close()


def document_of(signed: SignedCheckpoint) -> dict[str, Any]:
    """Return what is sent."""
    return {"checkpoint": json.loads(signed.checkpoint.content()), "signature": signed.signature}


def _received_at(answer: Any, signed: SignedCheckpoint) -> datetime:
    """Return the region's time out of its receipt; a receipt for anything else is none."""
    try:
        receipt = answer["receipt"]
        if receipt["digest"] != digest_bytes(signed.checkpoint.content()):
            raise UnreachableError("the receipt is for something else")
        now = datetime.fromisoformat(receipt["now"])
    except (KeyError, TypeError, ValueError) as error:
        raise UnreachableError("the answer is not a receipt") from error
    if now.tzinfo is None:
        raise UnreachableError("the receipt's time has no zone")
    return now


def _refusal(status: int, answer: Any) -> SyncError:
    error = answer.get("error") if isinstance(answer, Mapping) else None
    code = error.get("code", "") if isinstance(error, Mapping) else ""
    if isinstance(error, Mapping) and error.get("retryable") is False and code in FINAL:
        return RefusedError(str(code))
    return UnreachableError(f"HTTP {status} {code}".strip())


class CheckpointSender:
    """One round after the other; without a region the checkpoints stay here, and still show an edited log."""

    def __init__(self, book: CheckpointBook, line: CheckpointLine | None, clock: Clock) -> None:
        self.book = book
        self._line = line
        self._clock = clock
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, pause_s: float = PAUSE_S) -> None:
        """Run rounds in a thread until `stop`."""
        self._thread = threading.Thread(target=self._run, args=(pause_s,), name="checkpoints", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """End; where rounds were running, a last checkpoint says how the day ended. It is sent at the next start."""
        if self._thread:
            self._stop.set()
            self._thread.join(timeout_s)
            self._make(self.book.make)
        if self._line:
            self._line.close()

    def round(self, *, now: bool = False) -> bool:
        """Make a checkpoint if one is due, or `now` whatever the time, and send what is unsent.

        Returns:
            Whether the region has everything.
        """
        self._make(self.book.make if now else self.book.make_if_due)
        return self._line is not None and all(self._send(self._line, signed) for signed in self.book.unsent())

    def _run(self, pause_s: float) -> None:
        while not self._stop.is_set():
            try:
                self.round()
            except Exception:  # outermost loop: a bug in one round must not end it for the day
                logger.exception("checkpoint round failed")
            self._stop.wait(pause_s)

    def _make(self, make: Callable[[], bool]) -> None:
        try:
            make()
        except (RecordError, StoreError) as error:
            logger.debug("no checkpoint: %s", type(error).__name__)

    def _send(self, line: CheckpointLine, signed: SignedCheckpoint) -> bool:
        try:
            now = line.put(signed)
        except RefusedError as error:
            logger.error("the region refused checkpoint %d: %s", signed.checkpoint.number, error)
            self.book.settle(signed.checkpoint.number, str(error) or "refused")
            return False
        except UnreachableError:
            return False
        self.book.settle(signed.checkpoint.number)
        self.book.note_skew((self._clock.now() - now).total_seconds())
        return True
