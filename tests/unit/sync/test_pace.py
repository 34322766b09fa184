"""Chunks fit the line, and the limit is kept by all lanes together."""

import threading

from sync.pace import MAX_CHUNK, MIN_CHUNK, ChunkSizer, Throttle


class Time:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self._lock = threading.Lock()

    def now(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now_s += seconds


def test_chunks_grow_and_shrink_with_the_line_within_their_limits() -> None:
    sizer = ChunkSizer()
    for _chunk in range(20):
        sizer.note(sizer.next_bytes(), 0.05)
    assert sizer.next_bytes() == MAX_CHUNK
    for _chunk in range(20):
        sizer.note(sizer.next_bytes(), 60.0)
    assert sizer.next_bytes() == MIN_CHUNK


def test_a_cut_halves_the_chunk_and_a_tiny_object_teaches_nothing() -> None:
    sizer = ChunkSizer()
    before = sizer.next_bytes()
    sizer.note(1_500, 3.0)
    assert sizer.next_bytes() == before
    sizer.note_cut()
    assert sizer.next_bytes() == before // 2
    for _cut in range(20):
        sizer.note_cut()
    assert sizer.next_bytes() == MIN_CHUNK


def test_the_limit_holds_over_any_time_and_a_pause_is_not_saved_up() -> None:
    time = Time()
    throttle = Throttle(100_000, time.now, time.sleep)
    began = time.now_s
    for _slice in range(50):
        throttle.take(10_000)
    assert time.now_s - began > 4.5
    time.sleep(3600)
    began = time.now_s
    for _slice in range(50):
        throttle.take(10_000)
    assert time.now_s - began > 4.5


def test_without_a_limit_nobody_waits() -> None:
    time = Time()
    Throttle(0, time.now, time.sleep).take(10**12)
    assert time.now_s == 100.0
