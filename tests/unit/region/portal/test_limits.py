"""One client that asks ten thousand times: it waits, and nobody else does."""

import logging
import threading

import pytest

from region.errors import TooManyRequestsError
from region.portal.limits import ASKING, SIGNING_IN, UPLOADING, Limiter, Share, client_of
from region.preparing import Preparer
from region.registry.rules import Rules
from tests.support.pages import coded, page
from tests.support.portal import Candidate, PortalRegion
from tests.support.registry import rules, somebody


class Seconds:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def granted(limiter: Limiter, client: str, times: int) -> int:
    count = 0
    for _time in range(times):
        try:
            limiter.take(client)
        except TooManyRequestsError:
            continue
        count += 1
    return count


def test_ten_thousand_requests_of_one_client_take_nothing_from_another() -> None:
    clock = Seconds()
    limiter = Limiter(ASKING, clock)
    assert granted(limiter, "192.0.2.1", 10_000) == ASKING.burst
    assert granted(limiter, "192.0.2.2", 100) == 100
    clock.at += 3
    assert granted(limiter, "192.0.2.1", 100) == 3 * ASKING.per_s


def test_whoever_is_refused_learns_when_to_come_back() -> None:
    clock = Seconds()
    limiter = Limiter(Share(1, 0.25), clock)
    limiter.take("a")
    with pytest.raises(TooManyRequestsError) as raised:
        limiter.take("a")
    assert raised.value.wait_s == 4
    clock.at += raised.value.wait_s
    limiter.take("a")


def test_a_million_addresses_take_no_more_memory_than_some_thousand() -> None:
    limiter = Limiter(ASKING, Seconds(), most=500)
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
