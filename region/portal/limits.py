"""How often one client may ask: a bucket of tokens for each, in this process' memory.

With several processes behind a proxy each keeps its own count, so that the whole lets through as many times as much.
Nothing here is a lock: whoever asks too often waits some seconds, and everybody else notices nothing.
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from region.errors import TooManyRequestsError

MOST_CLIENTS = 20_000


@dataclass(frozen=True, slots=True)
class Share:
    """What one client may do: `burst` at once, then `per_s` a second."""

    burst: int
    per_s: float


ASKING = Share(120, 10.0)
"""Any request. A page with forty thumbnails is forty; a hospital's candidates come from one address."""

SIGNING_IN = Share(30, 0.5)
UPLOADING = Share(40, 0.5)


class Limiter:
    """Buckets of one share. Those unused longest are forgotten first; a full bucket and none are the same."""

    def __init__(self, share: Share, clock: Callable[[], float] = time.monotonic, most: int = MOST_CLIENTS) -> None:
        self._share, self._clock, self._most = share, clock, most
        self._buckets: OrderedDict[str, tuple[float, float, bool]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, client: str) -> None:
        """Take one token.

        Raises:
            TooManyRequestsError: there is none; says when there will be.
        """
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
