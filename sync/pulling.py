"""Brings down what the region has of this venue's candidates: the list first, pictures as the line allows."""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from local_db.errors import DiskFullError
from local_db.online import OnlineBook, Wanted
from records.online import Incoming
from sync.errors import DamagedError, OverloadedError, RefusedError, SyncError
from sync.replies import UnknownError
from sync.source import Source
from sync.transport import LANES

logger = logging.getLogger(__name__)

FIRST_PAGE, SMALLEST_PAGE, LARGEST_PAGE = 50, 5, 200
AT_ONCE = 4 * LANES
"""Pictures of one round: sealed records that wait meanwhile go in between two rounds."""
PROFILE_EVERY = 30
"""Rounds between two looks at the profile."""


def _nobody(_concerned: Collection[str]) -> None:
    pass


def _unknown() -> str:
    return ""


class Puller:
    """Keeps the venue's copy as new as the line allows.

    A cut costs a page of the list, which is asked for again, or nothing of a picture, which is gone on with.
    """

    def __init__(
        self,
        book: OnlineBook,
        source: Source,
        today: Callable[[], date],
        told: Callable[[Collection[str]], None] = _nobody,
        seconds: Callable[[], float] = time.monotonic,
        in_use: Callable[[], str] = _unknown,
    ) -> None:
        """Use these parts.

        Args:
            told: is told whose registrations have changed, after they are saved.
            seconds: a steady clock.
            in_use: says by the digest of which profile visits begin here.
        """
        self._seconds = seconds
        self._held_until_s = 0.0
        self._book = book
        self._source = source
        self._today = today
        self._told = told
        self._in_use, self._said = in_use, ""
        self._page = FIRST_PAGE
        self._rounds = 0
        self._begun: dict[str, bytearray] = {}

    def pull(self) -> None:
        """Fetch the list until there is nothing new in it, each page saved for itself, and the profile now and then.

        Raises:
            SyncError: the line was cut; what was saved stays, and the next time goes on there.
        """
        if self._is_held:
            return
        try:
            while page := self._next_page(self._book.cursor):
                self._told(self._book.apply(*page))
        except UnknownError:  # a region that hands nothing down; rosters come as files then
            return
        if self._rounds % PROFILE_EVERY == 0 or self._in_use() != self._said:
            self._look_at_profile()
        self._rounds += 1

    def fetch(self, may_go_on: Callable[[], bool]) -> bool:
        """Fetch some of the pictures that are not here yet; return whether there is more to fetch at once.

        Raises:
            SyncError: nothing came through any more.
        """
        may_begin = may_go_on() and not self._is_held
        wanted = self._book.wanted(AT_ONCE, self._today()) if may_begin else []
        self._begun = {one.id: self._begun.get(one.id, bytearray()) for one in wanted}
        if not wanted:
            return False
        with ThreadPoolExecutor(LANES, thread_name_prefix="sync-pictures") as lanes:
            errors = [error for error in lanes.map(lambda one: self._fetch(one, may_go_on), wanted) if error]
        if len(errors) == len(wanted):
            raise errors[-1]
        return len(wanted) == AT_ONCE

    def _next_page(self, since: int) -> tuple[Sequence[Incoming], int] | None:
        try:
            incoming, cursor = self._source.registrations(since, self._page)
        except OverloadedError as error:
            self._hold(error)
            raise
        except SyncError:
            self._page = max(SMALLEST_PAGE, self._page // 2)  # a shorter one has a better chance on a bad line
            raise
        self._page = min(LARGEST_PAGE, self._page * 2)
        return (incoming, cursor) if incoming else None

    def _fetch(self, one: Wanted, may_go_on: Callable[[], bool]) -> SyncError | None:
        """Fetch one picture; return why it did not come, None if it is settled."""
        if not may_go_on():
            return None
        try:
            self._book.keep(one, self._source.picture(one.id, one.object, self._begun[one.id]))
            del self._begun[one.id]
        except UnknownError:
            self._book.put_off(one)  # removed since the list was told; the list will say so
        except (DamagedError, RefusedError) as error:
            logger.warning("picture %s: %s", one.id, error)
            self._book.put_off(one)
        except OverloadedError as error:
            self._hold(error)
            if not error.is_for_all:  # the region cannot open this one now
                self._book.put_off(one)
            return error
        except SyncError as error:
            return error
        except DiskFullError:
            logger.warning("no room for pictures of the region")
        return None

    @property
    def _is_held(self) -> bool:
        """Whether the region has asked that nothing be asked for yet."""
        return self._seconds() < self._held_until_s

    def _hold(self, error: OverloadedError) -> None:
        if error.is_for_all:
            self._held_until_s = max(self._held_until_s, self._seconds() + error.retry_after_s)

    def _look_at_profile(self) -> None:
        in_use = self._in_use()
        found = self._source.profile(self._book.known_profile(), in_use)
        self._said = in_use
        if found:
            self._book.keep_profile(found.source, found.version)
