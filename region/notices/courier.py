"""Works the outbox of notices off: each once, later where it did not go, and written down whatever came of it."""

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from records.errors import KeyStoreError
from region.errors import RegionError
from region.notices.channels import Channel, masked
from region.notices.composing import Letter, Moment, compose, moment_of
from region.notices.errors import NotDeliveredError
from region.notices.models import NoticeRow
from region.registry.box import open_box
from region.registry.changing import Key
from region.registry.reading import Case, read_case
from region.registry.rules import Rules, rules_in_force
from region.store import Store

ROUND_S = 5.0
AT_ONCE = 50
MOST_ATTEMPTS = 12
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
LOOK_AGAIN = timedelta(minutes=15)
HANDED_OVER_FOR = timedelta(minutes=10)
"""After so long whoever was sending a notice is taken for dead."""

_log = logging.getLogger(__name__)


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after the `attempts`-th failure: 30 s, doubling up to six hours.

    >>> wait_after(1), wait_after(3) == timedelta(minutes=2), wait_after(40)
    (datetime.timedelta(seconds=30), True, datetime.timedelta(seconds=21600))
    """
    times: int = 2 ** min(attempts - 1, 16)
    return min(LONGEST_WAIT, FIRST_WAIT * times)


class Courier:
    """Sends what is due. Several processes may have one each: a notice is taken before it is sent.

    Args:
        url: where candidates' pages are, for the texts.
    """

    def __init__(self, store: Store, channels: Sequence[Channel], url: str) -> None:
        self._store, self._url = store, url
        self._channels = {channel.name: channel for channel in channels}
        self._stopped = threading.Event()

    def start(self) -> None:
        """Work in the background until `stop`; without a channel there is nothing to do."""
        if self._channels:
            threading.Thread(target=self._run, name="notices", daemon=True).start()

    def stop(self) -> None:
        """Begin no further round."""
        self._stopped.set()

    def round(self) -> int:
        """Send what is due now; return how many went."""
        self._recover()
        now = self._store.now()
        due = select(NoticeRow).where(NoticeRow.state == "waiting", NoticeRow.next_at <= now)
        with self._store.read() as session:
            rows = session.scalars(due.order_by(NoticeRow.next_at, NoticeRow.seq).limit(AT_ONCE)).all()
        rules = rules_in_force(self._store) if rows else None
        return sum(self._handle(row, rules) for row in rows if rules is not None)

    def _run(self) -> None:
        while not self._stopped.wait(ROUND_S):
            try:
                self.round()
            except (RegionError, KeyStoreError, SQLAlchemyError, OSError) as error:
                _log.error("notices wait: %s", type(error).__name__)

    def _handle(self, row: NoticeRow, rules: Rules) -> bool:
        """Send one notice, or say when to look at it again; whatever is wrong with it keeps no other back."""
        try:
            return self._deliver(row, rules)
        except RegionError as error:
            _log.error("notice %s waits: %s", row.seq, type(error).__name__)
            self._write(row, "waiting", trouble=type(error).__name__, wait=LOOK_AGAIN)
            return False

    def _deliver(self, row: NoticeRow, rules: Rules) -> bool:
        case = read_case(self._store, open_box(self._store), Key(row.exam_year, row.registration), rules)
        moment = moment_of(row, case, rules)
        if moment is Moment.LATER:
            self._write(row, "waiting", wait=LOOK_AGAIN)
            return False
        letter = compose(row, case, rules, self._url)
        channel = self._channel_for(case)
        if moment is Moment.OVER or not letter.text:
            self._write(row, "overtaken")
            return False
        if channel is None:
            self._write(row, "unreachable")
            _log.warning("notice %s: no address by which this candidate can be told", row.seq)
            return False
        return self._send(row, case, letter, channel)

    def _send(self, row: NoticeRow, case: Case, letter: Letter, channel: Channel) -> bool:
        address = case.person.fields[channel.field].strip()
        text = open_box(self._store).seal(letter.text.encode(), f"notice {row.seq}")
        if not self._take(row, channel.name, masked(address), text):
            return False
        try:
            channel.send(f"{row.exam_year}-{row.seq}", address, letter, self._url)
        except NotDeliveredError as error:
            self._failed(row, channel, error)
            return False
        self._write(row, "sent")
        return True

    def _failed(self, row: NoticeRow, channel: Channel, error: NotDeliveredError) -> None:
        attempts = row.attempts + 1
        _log.warning("notice %s by %s: %s", row.seq, channel.name, error.code)
        if error.is_unsure and not channel.dedupes:
            self._write(row, "unsure", trouble=error.code)
        elif error.retryable and attempts < MOST_ATTEMPTS:
            self._write(row, "waiting", trouble=error.code, wait=wait_after(attempts))
        else:
            self._write(row, "failed", trouble=error.code)

    def _channel_for(self, case: Case) -> Channel | None:
        reachable = (one for one in self._channels.values() if case.person.fields.get(one.field, "").strip())
        return next(reachable, None)

    def _take(self, row: NoticeRow, channel: str, address: str, text: bytes) -> bool:
        """Take a notice for sending; False where another process was faster."""
        with self._store.write() as session:
            kept = session.get(NoticeRow, row.seq, with_for_update=True)
            if kept is None or kept.state != "waiting":
                return False
            kept.state, kept.channel, kept.address, kept.text = "sending", channel, address, text
            kept.attempts += 1
            kept.next_at = self._store.now() + HANDED_OVER_FOR
        return True

    def _write(self, row: NoticeRow, state: str, *, trouble: str = "", wait: timedelta | None = None) -> None:
        now = self._store.now()
        with self._store.write() as session:
            kept = session.get_one(NoticeRow, row.seq, with_for_update=True)
            kept.state, kept.trouble = state, trouble
            if wait is None:
                kept.done_at = now
            else:
                kept.next_at = now + wait

    def _recover(self) -> None:
        """What was being sent by a process that is gone goes again only where that cannot deliver it twice."""
        now = self._store.now()
        lost = select(NoticeRow).where(NoticeRow.state == "sending", NoticeRow.next_at <= now)
        with self._store.write() as session:
            for row in session.scalars(lost):
                channel = self._channels.get(row.channel)
                row.state = "waiting" if channel and channel.dedupes else "unsure"
                row.trouble = "interrupted"
