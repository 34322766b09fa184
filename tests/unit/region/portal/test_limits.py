"""One client that asks ten thousand times: it waits, and nobody else does."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from region.errors import TooManyRequestsError
from region.payment.scheduler import tick
from region.portal.limits import (
    ASKING,
    SIGNING_IN,
    UPLOADING,
    Limiter,
    Limiting,
    Share,
    SharedLimiter,
    client_of,
    forget_full_buckets,
    limiter_of,
)
from region.portal.models import ShareRow
from region.preparing import Preparer
from region.registry.rules import Rules
from region.store import Store, open_store
from tests.support.pages import coded, page
from tests.support.portal import Candidate, PortalRegion
from tests.support.region_app import Clock
from tests.support.region_places import LargePlaces
from tests.support.registry import rules, somebody


@dataclass(frozen=True, slots=True)
class Counting:
    """Limiters of one kind, and the clock that they go by."""

    clock: Clock
    make: Callable[[Share], Limiting]


@pytest.fixture(params=["in memory", "in the database"])
def counting(request: pytest.FixtureRequest) -> Counting:
    """Both ways of counting, which have to let through the same."""
    if request.param == "in memory":
        clock = Clock()
        return Counting(clock, lambda share: Limiter(share, lambda: clock().timestamp()))
    region = request.getfixturevalue("large_places").new()
    return Counting(region.clock, lambda share: limiter_of(region.store, share))


def granted(limiter: Limiting, client: str, times: int) -> int:
    count = 0
    for _time in range(times):
        try:
            limiter.take(client)
        except TooManyRequestsError:
            continue
        count += 1
    return count


def test_a_flood_of_one_client_takes_nothing_from_another(counting: Counting) -> None:
    limiter = counting.make(ASKING)
    assert granted(limiter, "192.0.2.1", 400) == ASKING.burst
    assert granted(limiter, "192.0.2.2", 100) == 100
    counting.clock.advance(seconds=3)
    assert granted(limiter, "192.0.2.1", 100) == 3 * ASKING.per_s
    counting.clock.advance(hours=1)
    assert granted(limiter, "192.0.2.1", 400) == ASKING.burst


def test_whoever_is_refused_learns_when_to_come_back(counting: Counting) -> None:
    limiter = counting.make(Share("test", 1, 0.25))
    limiter.take("a")
    for is_news in (True, False):
        with pytest.raises(TooManyRequestsError) as raised:
            limiter.take("a")
        assert (raised.value.wait_s, raised.value.is_news) == (4, is_news)
    counting.clock.advance(seconds=raised.value.wait_s)
    limiter.take("a")


def test_shares_are_counted_apart(counting: Counting) -> None:
    counting.make(Share("one", 1, 1)).take("a")
    counting.make(Share("other", 1, 1)).take("a")


def test_a_clock_that_is_set_back_locks_nobody_out_and_gives_nobody_more(counting: Counting) -> None:
    limiter = counting.make(SIGNING_IN)
    assert granted(limiter, "a", SIGNING_IN.burst) == SIGNING_IN.burst
    counting.clock.advance(hours=-1)
    assert granted(limiter, "a", 5) == 0
    counting.clock.advance(seconds=2)
    assert granted(limiter, "a", 5) == 1


def test_many_at_once_get_no_more_than_the_share(large_places: LargePlaces) -> None:
    """Two stores stand for two processes."""
    region = large_places.new()
    other = open_store(region.settings, region.clock)
    limiters = [limiter_of(store, UPLOADING) for store in (region.store, other)]
    assert {type(limiter) for limiter in limiters} == {SharedLimiter}
    with ThreadPoolExecutor(6) as pool:
        counts = list(pool.map(lambda number: granted(limiters[number % 2], "a", 20), range(6)))
    assert sum(counts) == UPLOADING.burst
    forget_full_buckets(region.store)
    assert _buckets(region.store) == 1, "somebody still waits"
    region.clock.advance(hours=1)
    tick(region.store)
    assert _buckets(other) == 0
    other.close()


def _buckets(store: Store) -> int:
    with store.read() as session:
        return len(session.scalars(select(ShareRow)).all())


def test_a_million_addresses_take_no_more_memory_than_some_thousand() -> None:
    limiter = Limiter(ASKING, lambda: 0.0, most=500)
    for number in range(2_000):
        limiter.take(f"198.51.100.{number}")
    assert len(limiter) == 500


def test_an_ipv6_client_is_its_network() -> None:
    assert client_of("2001:db8::1") == client_of("2001:db8::ffff:1") != client_of("2001:db8:1::1")
    assert client_of("nonsense") == "?"


def test_a_flood_of_sign_ins_is_told_to_wait_and_the_next_client_gets_in(
    portal: PortalRegion, caplog: pytest.LogCaptureFixture
) -> None:
    flooder = portal.browser()
    with caplog.at_level(logging.WARNING):
        statuses = [flooder.get("/sign-in/begin").status_code for _time in range(SIGNING_IN.burst + 10)]
    assert statuses == [303] * SIGNING_IN.burst + [429] * 10
    assert caplog.text.count("429") == 1, "a flood does not fill the log"
    refused = flooder.get("/sign-in/begin")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert "Wait" in refused.text
    portal.registry.enrol(somebody())
    other = portal.browser()
    other.client.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    other.sign_in(somebody())


def test_uploads_are_counted_by_session(portal: PortalRegion) -> None:
    browser, neighbour = portal.signed_in(), portal.signed_in(1)
    for one in (browser, neighbour):
        one.get("/materials")
    last = None
    for _time in range(UPLOADING.burst + 2):
        last = browser.upload("M04", b"no picture", script=True)
    assert last is not None
    assert last.status_code == 429
    assert last.get_json()["results"][0]["state"] == "bad"
    neighbour.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert neighbour.upload("M04", b"no picture", script=True).status_code == 200


def test_more_than_a_request_may_hold_is_refused_in_words(candidate: Candidate) -> None:
    candidate.get("/materials")
    response = candidate.upload("M04", bytes(17_000_000), bytes(17_000_000))
    assert response.status_code == 413
    assert "too much at once" in response.text


def test_only_so_many_pictures_are_judged_at_once() -> None:
    preparer, asked = Preparer(at_once=1, wait_s=0.01), an_item(rules())
    busy, go_on = threading.Event(), threading.Event()

    class Slow:
        def __len__(self) -> int:
            busy.set()
            go_on.wait(30)
            return 16_000_000

    def first() -> None:
        with pytest.raises(Exception, match="bytes"):
            preparer.prepare(Slow(), asked)  # type: ignore[arg-type]

    thread = threading.Thread(target=first)
    thread.start()
    assert busy.wait(30)
    with pytest.raises(TooManyRequestsError):
        preparer.prepare(b"", asked)
    go_on.set()
    thread.join(30)
    assert preparer.prepare(coded(page(600, 800)), asked).width > 0, "the turn was given back"


def an_item(of: Rules):
    return of.asked(somebody())[1]
