"""How long to wait before the next try. Pure: the dice are passed in."""

FIRST_S = 2.0
LONGEST_S = 300.0


def delay_s(attempts: int, dice: float) -> float:
    """Return the wait after the `attempts`-th failure: doubling up to five minutes, with full jitter on its upper half.

    Args:
        attempts: failures so far, from 1.
        dice: a random number in [0, 1).

    >>> delay_s(1, 0.0), delay_s(1, 0.5), delay_s(20, 0.0)
    (1.0, 1.5, 150.0)
    """
    ceiling = min(LONGEST_S, FIRST_S * 2.0 ** min(attempts - 1, 16))
    return ceiling / 2 * (1 + dice)
