"""Works through the outbox all day and fetches verdicts. The venue never waits for it."""

import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from local_db.clock import Clock
from local_db.errors import MissingBlobError
from local_db.outbox import Fate, Outbox, Parcel
from sync.backoff import delay_s
from sync.errors import OverloadedError, RefusedError, SyncError
from sync.transport import Transport

logger = logging.getLogger(__name__)

LANES = 4
BATCH = 16
GIVES_UP_AFTER = 3


class Worker:
    """One round after the other; `wake()` starts the next at once."""

    def __init__(
        self, outbox: Outbox, transport: Transport, clock: Clock, dice: Callable[[], float] = random.random
    ) -> None:
        self._outbox = outbox
        self._transport = transport
        self._clock = clock
        self._dice = dice
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, pause_s: float = 2.0) -> None:
        """Run rounds in a thread until `stop`."""
        self._thread = threading.Thread(target=self._run, args=(pause_s,), name="sync", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """End after the round that is running. Pulling the plug instead loses nothing either."""
        self._stop.set()
        self._wake.set()
        if self._thread:
            self._thread.join(timeout_s)
        self._transport.close()

    def wake(self) -> None:
        """Start the next round now: something was just sealed."""
        self._wake.set()

    def round(self) -> bool:
        """Send what is due, settle what is complete, fetch verdicts.

        Returns:
            Whether the region answered at all.
        """
        errors = [self._attempt(part) for part in (self._fetch_verdicts, self._send_all, self._settle)]
        trouble = next((error for error in errors if error), "")
        if not errors[0]:
            self._note_contact()
        if self._outbox.recall("last_error") != trouble:
            self._outbox.remember("last_error", trouble)
        return not errors[0]

    def _attempt(self, part: Callable[[], None]) -> str:
        """Do one part; what goes wrong in it must not keep the others from being done."""
        try:
            part()
        except SyncError as error:
            return str(error)
        return ""

    def _note_contact(self) -> None:
        if self._outbox.recall("last_error"):  # the line is back: what was put off need not wait any longer
            self._outbox.retry_now()
        self._outbox.remember("last_contact_at", self._clock.now().isoformat())

    def _send_all(self) -> None:
        while self._send_batch():
            pass

    def _run(self, pause_s: float) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                self.round()
            except Exception:  # outermost loop: a bug in one round must not end syncing for the day
                logger.exception("sync round failed")
            self._wake.wait(pause_s)

    def _send_batch(self) -> bool:
        """Send up to `BATCH` due objects, records before files; tell whether there may be more to do now."""
        parcels = self._outbox.due(BATCH)
        if not parcels:
            return False
        records = [parcel for parcel in parcels if parcel.kind == "record"]
        now = records or parcels
        with ThreadPoolExecutor(LANES, thread_name_prefix="sync-lane") as lanes:
            fates = list(lanes.map(self._send, now))
        self._outbox.note(fates)
        return any(not fate.error for fate in fates) and not self._stop.is_set()

    def _send(self, parcel: Parcel) -> Fate:
        """Send one object. If we are killed before its fate is noted, it is sent again, which changes nothing."""
        try:
            receipt = self._transport.put(parcel, self._outbox.content(parcel))
        except RefusedError as error:
            logger.warning("region refused %s %s: %s", parcel.kind, parcel.digest, error)
            return Fate(parcel, str(error))
        except MissingBlobError as error:
            logger.error("cannot send: %s", error)
            return Fate(parcel, "the file is damaged or gone on this computer")
        except SyncError as error:
            return Fate(parcel, str(error), self._next_try_at(parcel, error))
        return Fate(parcel, is_accepted=receipt.state == "accepted")

    def _next_try_at(self, parcel: Parcel, error: SyncError) -> datetime:
        wait_s = delay_s(parcel.attempts + 1, self._dice())
        if isinstance(error, OverloadedError):
            wait_s = max(wait_s, error.retry_after_s)
        return self._clock.now() + timedelta(seconds=wait_s)

    def _settle(self) -> None:
        """Ask for the receipt of records of which everything was sent; send again what the region has not got.

        One record that the region stumbles over must not keep the others waiting; several in a row are the line.
        """
        in_a_row = 0
        for digest in self._outbox.unaccepted(BATCH):
            try:
                self._settle_one(digest)
            except RefusedError as error:
                self._outbox.park(digest, str(error))
            except SyncError:
                in_a_row += 1
                if in_a_row == GIVES_UP_AFTER:
                    raise
            else:
                in_a_row = 0

    def _settle_one(self, digest: str) -> None:
        receipt = self._transport.receipt(digest)
        if receipt is None:
            self._outbox.send_again([digest])
        elif receipt.state == "accepted":
            self._outbox.mark_accepted(digest)
        else:
            self._outbox.send_again(receipt.missing)

    def _fetch_verdicts(self) -> None:
        cursor = int(self._outbox.recall("verdict_cursor", "0"))
        verdicts, new_cursor = self._transport.verdicts(cursor)
        if verdicts or new_cursor != cursor:
            self._outbox.apply_verdicts(verdicts, new_cursor)
