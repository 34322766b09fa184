"""How often one client may ask: a bucket of tokens for each. Whoever asks too often waits some seconds.

A bucket is one number, the moment at which it is full again (the generic cell rate algorithm, ITU-T I.371): full or
forgotten is the same, so nothing has to be kept for long. Where several processes work, the database keeps it (one
statement a request, ADR 37); where one does, its memory.
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import BigInteger, Executable, bindparam, case, cast, delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from region.errors import TooManyRequestsError
from region.portal.models import ShareRow
from region.store import Store

MOST_CLIENTS = 20_000


@dataclass(frozen=True, slots=True)
class Share:
    """What one client may do: `burst` at once, then `per_s` a second."""

    name: str
    burst: int
    per_s: float


ASKING = Share("asking", 120, 10.0)
"""Any request. A page with forty thumbnails is forty; a hospital's candidates come from one address."""

SIGNING_IN = Share("signing_in", 30, 0.5)
UPLOADING = Share("uploading", 40, 0.5)


class Limiting(Protocol):
    """Buckets of one share."""

    def take(self, client: str) -> None:
        """Take one token.

        Raises:
            TooManyRequestsError: there is none; says when there will be.
        """


class Limiter:
    """Buckets in this process' memory; those unused longest are forgotten first."""

    def __init__(self, share: Share, clock: Callable[[], float] = time.monotonic, most: int = MOST_CLIENTS) -> None:
        self._share, self._clock, self._most = share, clock, most
        self._buckets: OrderedDict[str, tuple[float, float, bool]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, client: str) -> None:
        with self._lock:
            now = self._clock()
            left, at, was_refused = self._buckets.pop(client, (float(self._share.burst), now, False))
            left = min(float(self._share.burst), left + max(0.0, now - at) * self._share.per_s)
            is_enough = left >= 1
            self._buckets[client] = (left - 1 if is_enough else left, now, not is_enough)
            while len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        if not is_enough:
            raise TooManyRequestsError(math.ceil((1 - left) / self._share.per_s), is_news=not was_refused)

    def __len__(self) -> int:
        return len(self._buckets)


class SharedLimiter:
    """Buckets in the database, which all processes count in. Nothing of it is written to the disk for good.

    A clock that is set back, or is another machine's, costs a client one token's time and gives nobody more.
    """

    def __init__(self, store: Store, share: Share) -> None:
        self._store, self._name = store, share.name
        self._step_ms = round(1000 / share.per_s)
        self._room_ms = self._step_ms * share.burst

    def take(self, client: str) -> None:
        now_ms = _milliseconds(self._store)
        times = {"now": now_ms, "step": self._step_ms, "most": now_ms + self._room_ms}
        [(full_at, refused)] = self._store.count_lightly(TAKING, {"share": self._name, "client": client, **times})
        if refused:
            wait_ms = full_at + self._step_ms - times["most"]
            raise TooManyRequestsError(math.ceil(wait_ms / 1000), is_news=refused == 1)


def limiter_of(store: Store, share: Share) -> Limiting:
    """Return where a share is counted: in the database, unless this process is the only one."""
    return Limiter(share, lambda: store.now().timestamp()) if store.is_alone else SharedLimiter(store, share)


def forget_full_buckets(store: Store) -> None:
    """Remove what is full again, which is as if it had never been; what another process counts in stays."""
    if store.is_alone:
        return
    key = tuple_(ShareRow.share, ShareRow.client)
    full = select(ShareRow.share, ShareRow.client).where(ShareRow.full_at < _milliseconds(store))
    with store.write() as session:
        session.execute(delete(ShareRow).where(key.in_(full.with_for_update(skip_locked=True))))


def _milliseconds(store: Store) -> int:
    return int(store.now().timestamp() * 1000)


def _taking() -> Executable:
    """Return the statement that takes a token or counts a refusal, whoever else does at this moment."""
    now, step, most = (cast(bindparam(name), BigInteger) for name in ("now", "step", "most"))
    full_at = ShareRow.full_at
    fits = full_at + step <= most
    statement = insert(ShareRow).values(
        share=bindparam("share"), client=bindparam("client"), full_at=now + step, refused=0
    )
    return statement.on_conflict_do_update(
        index_elements=[ShareRow.share, ShareRow.client],
        set_={
            "full_at": case((full_at < now, now + step), (fits, full_at + step), (full_at > most, most), else_=full_at),
            "refused": case((fits, 0), else_=ShareRow.refused + 1),
        },
    ).returning(ShareRow.full_at, ShareRow.refused)


TAKING = _taking()


def client_of(address: str | None) -> str:
    """Return whom an address stands for: itself, or of IPv6 its network, of which everybody has 2**64.

    >>> client_of("192.0.2.7"), client_of("2001:db8::1"), client_of(None)
    ('192.0.2.7', '2001:db8::', '?')
    """
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "?"
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False).network_address)
