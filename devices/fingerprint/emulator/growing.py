"""Grows fingers beside the sensor: it answers in time all the while, and a finger comes down when there is one.

Growing takes half a second of a free processor and several of a busy one, and a sensor that is silent for so long is
dead to its driver.
"""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

from devices.base import Pixels
from devices.fingerprint.synthesis import is_shipped, ridges

_lock = threading.Lock()
_grower = ThreadPoolExecutor(1, "growing a finger")
_begun: dict[str, Future[Pixels]] = {}
MOST = 48
"""Fewer than `ridges` remembers."""


def is_grown(identity: str) -> bool:
    """Tell whether the finger is there; the first question begins it."""
    if is_shipped(identity):
        return True
    with _lock:
        if identity not in _begun:
            if len(_begun) >= MOST:
                del _begun[next(iter(_begun))]
            _begun[identity] = _grower.submit(ridges, identity)
        return _begun[identity].done()
