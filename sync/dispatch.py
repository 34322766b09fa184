"""Hands due objects to the lanes, keeps every lane busy, and notes what became of each."""

import logging
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from itertools import filterfalse

from local_db.clock import Clock
from local_db.errors import MissingBlobError
from local_db.outbox import LONGEST_WAIT, Outbox
from local_db.parcels import Fate, Parcel
from sync.backoff import delay_s
from sync.errors import DamagedError, InterruptedSendError, OverloadedError, RefusedError, SyncError
from sync.settling import Settling
from sync.transport import LANES, SIDE_LANES, Transport, Watch

logger = logging.getLogger(__name__)

LOOKS_AHEAD = 8 * LANES
"""Objects among which the next are chosen."""
WAITING = 2
"""Objects that wait for each kind of lane, so that none is idle while we look for the next."""
SMALL_BYTES = 64 * 1024
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
        with (
            ThreadPoolExecutor(LANES, thread_name_prefix="sync-lane") as lanes,
            ThreadPoolExecutor(SIDE_LANES, thread_name_prefix="sync-side") as side,
        ):
            while True:
                for digest in settling.next():
                    under_way[side.submit(settling.settle, digest)] = None
                large, others = self._next([parcel for parcel in under_way.values() if parcel])
                for pool, parcels in ((lanes, large), (side, others)):
                    under_way.update({pool.submit(self._send, parcel): parcel for parcel in parcels})
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

    def _next(self, under_way: Collection[Parcel]) -> tuple[list[Parcel], list[Parcel]]:
        """Return what the lanes and what those beside get next: the largest; records before other small objects.

        With the largest first no lane ends long after the others: the last one on a lossy line has a quarter of it.
        """
        small = sum(map(_is_small, under_way))
        free = max(0, LANES + WAITING - (len(under_way) - small))
        free_aside = max(0, SIDE_LANES + WAITING - small)
        is_busy = free < WAITING and free_aside < WAITING
        if is_busy or not self._is_open() or self._lost_in_a_row >= LANES:
            return [], []
        busy = {parcel.id for parcel in under_way}
        records = self._outbox.due(free_aside, busy, "record")
        files = sorted(self._outbox.due(LOOKS_AHEAD, busy, "file"), key=lambda parcel: -parcel.size_bytes)
        large, aside = [*filterfalse(_is_small, files)], [*records, *filter(_is_small, files)][:free_aside]
        if not aside and len(large) <= free + SIDE_LANES:  # the last ones: the more at once, the sooner all have ended
            aside = large[free:]
        if chosen := large[:free] + aside:
            self._outbox.begin(chosen)
        return large[:free], aside

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


def _is_small(parcel: Parcel) -> bool:
    """Whether it goes on the lanes beside: most of its time is waiting for the answer, in which the line would be idle.

    So records, which have to be there before their files, do not wait behind large ones either.
    """
    return parcel.kind == "record" or parcel.size_bytes <= SMALL_BYTES
