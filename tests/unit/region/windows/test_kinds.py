"""Which windows fit together: pure."""

from datetime import UTC, datetime

import pytest

from region.registry.rules import Window
from region.windows.kinds import KINDS, NOT_AFTER, Impossible, impossible


def at(month: int, day: int = 1) -> datetime:
    return datetime(2027, month, day, tzinfo=UTC)


YEAR = {
    "upload": Window(at(1), at(2)),
    "on_site": Window(at(2, 20), at(3)),
    "venue_review": Window(None, at(3, 5)),
    "corrections": Window(None, at(3, 10)),
    "region_review": Window(None, at(3, 20)),
    "payment": Window(at(4), at(4, 10)),
}


def test_an_ordinary_year_fits() -> None:
    assert list(impossible(YEAR)) == []
    assert set(YEAR) == set(KINDS)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].starts])
def test_a_window_that_ends_before_it_begins_does_not(kind: str) -> None:
    opens = YEAR[kind].opens_at
    assert opens
    assert Impossible("turned", kind) in list(impossible({kind: Window(opens, opens)}))


@pytest.mark.parametrize(("first", "second"), NOT_AFTER)
def test_what_comes_first_does_not_end_later(first: str, second: str) -> None:
    late = Window(YEAR[first].opens_at, at(12))
    assert Impossible("order", first, second) in list(impossible({**YEAR, first: late}))
    assert list(impossible({first: late})) == [], "alone it does"


def test_a_window_is_open_from_its_beginning_until_before_its_end() -> None:
    window = YEAR["upload"]
    assert [window.is_open(now) for now in (at(1), at(2))] == [True, False]
    assert YEAR["venue_review"].is_open(at(1))
    assert not window.is_begun(datetime(2026, 12, 31, tzinfo=UTC))
