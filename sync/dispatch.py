"""Hands due objects to the lanes, keeps every lane busy, and notes what became of each."""

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from local_db.clock import Clock
from local_db.errors import MissingBlobError
from local_db.outbox import LONGEST_WAIT, Outbox
from local_db.parcels import Fate, Parcel
from sync.backoff import delay_s
from sync.errors import DamagedError, InterruptedSendError, OverloadedError, RefusedError, SyncError
from sync.settling import Settling
from sync.transport import LANES, Transport, Watch

logger = logging.getLogger(__name__)

AHEAD = 2 * LANES
"""Objects handed out at once: each lane has one under way and one waiting, so that none is ever idle."""
TINY_BYTES = 16 * 1024
PARKS_DAMAGED_AFTER = 5


class Dispatch:
    """Sends what is due over several lanes at once."""

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        clock: Clock,
        dice: Callable[[], float],
        may_send: Callable[[], bool],
    ) -> None:
        """Ask `may_send` before every object and between two chunks of one."""
        self._outbox = outbox
        self._transport = transport
        self._clock = clock
        self._dice = dice
        self._may_send = may_send
        self.held_until = clock.now()
        self._lost_in_a_row = 0
        self._far: dict[int, tuple[str, int]] = {}

    def drain(self) -> None:
        """Send until nothing is due, or nothing may be sent; settle each record as soon as all of it was sent.

        Raises:
            SyncError: the region would not say how far records are.
        """
        self._lost_in_a_row = 0
        settling = Settling(self._outbox, self._transport)
        under_way: dict[Future[Fate | None], Parcel | None] = {}
        with ThreadPoolExecutor(LANES, thread_name_prefix="sync-lane") as lanes:
            while True:
                for digest in settling.next():
                    under_way[lanes.submit(settling.settle, digest)] = None
                for parcel in self._next([parcel for parcel in under_way.values() if parcel]):
                    under_way[lanes.submit(self._send, parcel)] = parcel
                if not under_way:
                    break
                done, _others = wait(under_way, return_when=FIRST_COMPLETED)
                fates = [fate for future in done if (fate := future.result())]
                self._outbox.note(fates, self._far)
                self._count(fates)
                for future in done:
                    del under_way[future]
        settling.complain()

    def release(self) -> None:
        """Forget that the region has asked for a pause: it was away, and is back."""
        self.held_until = self._clock.now()

    def _next(self, under_way: Iterable[Parcel]) -> list[Parcel]:
        busy = {parcel.id for parcel in under_way}
        if len(busy) > AHEAD - LANES // 2 or not self._is_open() or self._lost_in_a_row >= LANES:
            return []
        due = sorted(self._outbox.due(4 * AHEAD, busy), key=_turn)[: AHEAD - len(busy)]
        if due:
            self._outbox.begin(due)
        return due

    def _send(self, parcel: Parcel) -> Fate:
        """Send one object. If we are killed before its fate is noted, the region tells us what it has of it."""
        if not self._is_open():
            return _untouched(parcel, self._clock.now())
        try:
            watch = Watch(self._may_send, lambda url, offset: self._note_progress(parcel, url, offset))
            return Fate(parcel, self._transport.send(parcel, self._outbox.content(parcel), watch))
        except InterruptedSendError:
            return _untouched(parcel, self._clock.now())
        except RefusedError as error:
            logger.warning("region refused %s %s: %s", parcel.kind, parcel.digest, error)
            return Fate(parcel, None, str(error))
        except MissingBlobError as error:
            logger.error("cannot send: %s", error)
            return Fate(parcel, None, "the file is damaged or gone on this computer")
        except SyncError as error:
            return self._put_off(parcel, error)

    def _note_progress(self, parcel: Parcel, url: str, offset: int) -> None:
        """Remember it for the next transaction: a lane does not wait for the disk between two chunks."""
        self._far[parcel.id] = (url, offset)

    def _is_open(self) -> bool:
        return self._may_send() and not self.is_held

    @property
    def is_held(self) -> bool:
        """Whether the region has asked for a pause that lasts; a clock that was put right makes none longer."""
        now = self._clock.now()
        return now < self.held_until <= now + LONGEST_WAIT

    def _count(self, fates: Sequence[Fate]) -> None:
        """As many failures in a row as there are lanes are the line: the next round tries again."""
        for fate in fates:
            self._lost_in_a_row = self._lost_in_a_row + 1 if fate.error and fate.next_try_at else 0

    def _put_off(self, parcel: Parcel, error: SyncError) -> Fate:
        if isinstance(error, DamagedError) and parcel.attempts + 1 >= PARKS_DAMAGED_AFTER:
            logger.warning("parked after %d tries: %s %s", parcel.attempts + 1, parcel.kind, parcel.digest)
            return Fate(parcel, None, str(error))
        wait_s = delay_s(parcel.attempts + 1, self._dice())
        if isinstance(error, OverloadedError):
            # Everybody was told the same number of seconds: the dice keep them from coming back together.
            wait_s = max(wait_s, error.retry_after_s * (1 + self._dice() / 2))
            if error.is_for_all:
                self.held_until = max(self.held_until, self._clock.now() + timedelta(seconds=wait_s))
        return Fate(parcel, None, str(error), self._clock.now() + timedelta(seconds=wait_s))


def _untouched(parcel: Parcel, now: datetime) -> Fate:
    """Paused: nobody's fault, to be gone on with as soon as it may."""
    return Fate(parcel, None, "", now)


def _turn(parcel: Parcel) -> tuple[bool, bool, int]:
    """Order what is due: records, then what is tiny, riding along with the large; then the largest first.

    So no lane ends long after the others: the last on a lossy line has a quarter of it.
    """
    is_large = parcel.kind == "file" and parcel.size_bytes > TINY_BYTES
    return (parcel.kind != "record", is_large, -parcel.size_bytes if is_large else 0)
