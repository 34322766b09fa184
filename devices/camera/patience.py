"""How long a camera is waited for, in each of its ways to be late."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds.

    Attributes:
        open_s: for the first picture after opening; Windows takes long.
        standby_s: how long the camera stays open when nobody holds it.
        stale_s: age at which the newest frame no longer shows what is there.
        frozen_s: how long a live picture may stay the same to the last bit.
        hang_s: how long one read may take before its thread is given up.
        retry_s, retry_most_s: first and longest wait before reconnecting; it doubles in between.
    """

    open_s: float = 15.0
    standby_s: float = 10.0
    stale_s: float = 1.5
    frozen_s: float = 1.8
    hang_s: float = 10.0
    retry_s: float = 0.5
    retry_most_s: float = 3.0
