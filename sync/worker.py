"""Works through the outbox all day and fetches verdicts. The venue never waits for it."""

import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from local_db.clock import Clock
from local_db.outbox import Outbox
from local_db.verdicts import VERDICT_CURSOR
from sync.dispatch import Dispatch
from sync.errors import SyncError
from sync.pulling import Puller
from sync.transport import Transport

logger = logging.getLogger(__name__)

PAUSED = "paused"


class Worker:
    """One round after the other; `wake()` starts the next at once."""

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        clock: Clock,
        dice: Callable[[], float] = random.random,
        puller: Puller | None = None,
    ) -> None:
        self._puller = puller
        self._outbox = outbox
        self._transport = transport
        self._clock = clock
        self._dispatch = Dispatch(outbox, transport, clock, dice, self._may_send)
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_paused(self) -> bool:
        """Whether a person has paused the sending. Verdicts and the list of registrations still come, pictures wait."""
        return bool(self._outbox.recall(PAUSED))

    @property
    def held_until(self) -> datetime | None:
        """Until when nothing is sent because the region has asked for a pause, None if it has not."""
        return self._dispatch.held_until if self._dispatch.is_held else None

    def pause(self) -> None:
        """Send nothing more until `resume`, over restarts too; what is under way ends with its chunk."""
        self._outbox.remember(PAUSED, self._clock.now().isoformat())

    def resume(self) -> None:
        """Go on sending."""
        self._outbox.remember(PAUSED, "")
        self.wake()

    def start(self, pause_s: float = 2.0) -> None:
        """Run rounds in a thread until `stop`."""
        self._thread = threading.Thread(target=self._run, args=(pause_s,), name="sync", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """End after the chunks that are under way. Pulling the plug instead loses nothing either."""
        self._stop.set()
        self._wake.set()
        if self._thread:
            self._thread.join(timeout_s)
        self._transport.close()

    def wake(self) -> None:
        """Start the next round now: something was just sealed."""
        self._wake.set()

    def round(self) -> bool:
        """Send what is due, ask for the region's word on what is complete, and fetch what the region has meanwhile.

        Pictures come last, some in each round: what the venue has to send does not wait for them.

        Returns:
            Whether the region answered at all.
        """
        with ThreadPoolExecutor(2, thread_name_prefix="sync-aside") as aside:
            fetching = aside.submit(self._attempt, self._fetch_verdicts)
            pulling = aside.submit(self._attempt, self._pull)
            sending = self._attempt(self._dispatch.drain)
            lost, not_pulled = fetching.result(), pulling.result()
        if not lost:
            self._note_contact()
        self._note("last_error", lost or sending)
        self._note("pull_error", lost or not_pulled or self._attempt(self._fetch_pictures))
        return not lost

    def _note(self, key: str, trouble: str) -> None:
        if self._outbox.recall(key) != trouble:
            self._outbox.remember(key, trouble)

    def _pull(self) -> None:
        if self._puller:
            self._puller.pull()

    def _fetch_pictures(self) -> None:
        if self._puller and self._puller.fetch(self._may_send):
            self.wake()

    def _may_send(self) -> bool:
        return not self._stop.is_set() and not self.is_paused

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
            self._dispatch.release()
        self._outbox.remember("last_contact_at", self._clock.now().isoformat())

    def _run(self, pause_s: float) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                self.round()
            except Exception:  # outermost loop: a bug in one round must not end syncing for the day
                logger.exception("sync round failed")
            self._wake.wait(pause_s)

    def _fetch_verdicts(self) -> None:
        cursor = int(self._outbox.recall(VERDICT_CURSOR, "0"))
        verdicts, new_cursor = self._transport.verdicts(cursor)
        if verdicts or new_cursor != cursor:
            self._outbox.verdicts.apply(verdicts, new_cursor)
