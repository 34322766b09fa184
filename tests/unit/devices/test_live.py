"""The print that is being read, held for a screen."""

import threading

import numpy as np

from devices.base import ScanProgress
from devices.live import LivePrint


def progress(rows: int) -> ScanProgress:
    return ScanProgress(True, rows, 288, np.full((288, 256), 255, np.uint8))


def test_the_newest_state_is_given_at_once_to_who_has_not_seen_it():
    live = LivePrint()
    first = live.newest(-1, 0)
    assert first is not None
    assert first.progress is None
    live.show(progress(9))
    live.show(progress(18))
    state = live.newest(first.seq, 0)
    assert state is not None
    assert state.progress is not None
    assert state.progress.rows_done == 18


def test_nothing_new_is_nothing():
    live = LivePrint()
    live.show(progress(9))
    seen = live.newest(-1, 0)
    assert seen is not None
    assert live.newest(seen.seq, 0.01) is None


def test_who_waits_is_woken_by_the_next_rows():
    live, got = LivePrint(), []
    seen = live.newest(-1, 0)
    assert seen is not None
    waiting = threading.Thread(target=lambda: got.append(live.newest(seen.seq, 30)))
    waiting.start()
    live.show(progress(9))
    waiting.join(10)
    assert got[0].progress.rows_done == 9


def test_a_print_that_is_cleared_is_gone():
    live = LivePrint()
    live.show(progress(288))
    before = live.newest(-1, 0)
    live.clear()
    live.clear()
    after = live.newest(-1, 0)
    assert before is not None
    assert after is not None
    assert (after.progress, after.seq) == (None, before.seq + 1)
