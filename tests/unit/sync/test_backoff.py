"""The wait before the next try grows, has a ceiling, and is never the same for two venues."""

from sync.backoff import LONGEST_S, delay_s


def test_the_wait_doubles_up_to_five_minutes() -> None:
    waits = [delay_s(attempts, 0.999999) for attempts in range(1, 30)]
    assert waits == sorted(waits)
    assert waits[1] > 1.9 * waits[0]
    assert max(waits) <= LONGEST_S


def test_the_dice_spread_the_venues_over_the_upper_half() -> None:
    for attempts in (1, 5, 500, 100_000):
        low, high = delay_s(attempts, 0.0), delay_s(attempts, 0.999)
        assert high > 1.9 * low > 0
