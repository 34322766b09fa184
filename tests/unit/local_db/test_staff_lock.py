"""A lock after wrong PINs lasts its minutes, whatever the clock does."""

from datetime import timedelta
from pathlib import Path

from tests.support.builders import Shelf

LASTS = timedelta(minutes=5)


def test_a_lock_that_was_set_while_the_clock_was_a_year_ahead_does_not_last_a_year(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.book.add("guide", "引导员", "no hash", ["GUIDE"])
    shelf.clock.forward(days=365)
    for _wrong in range(3):
        shelf.book.note_try("guide", 3, LASTS)
    assert not shelf.book.note_try("guide", 3, LASTS)[0]
    shelf.clock.forward(days=-365)
    assert shelf.book.note_try("guide", 3, LASTS)[0]
    shelf.database.close()
