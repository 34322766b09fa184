"""Only the region's signed word on this very day confirms it; whatever else comes back confirms nothing."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from records.day import DayStatement, DayWindow, digest_of_day, sign_statement
from records.receipt import ReceiptSigner
from sync.days import HttpDayLine
from sync.errors import OverloadedError, RefusedError, SyncError, UnreachableError
from sync.replies import UnknownError
from tests.support.builders import DAY, RECEIPT_SIGNER, START, enrolment
from tests.support.web_server import WebServer

WINDOW = DayWindow(DAY, START, START + timedelta(days=1))
STATEMENT = DayStatement("V-TEST", WINDOW, 1, digest_of_day(["a" * 64]), 0)
STRANGER = ReceiptSigner(b"the seed of a region's other key")

Answer = tuple[str, bytes]


def signed(statement: DayStatement = STATEMENT, signer: ReceiptSigner = RECEIPT_SIGNER) -> Answer:
    return "200 OK", json.dumps(sign_statement(signer, statement, START)).encode()


def error(status: str, code: str, retryable: bool = False) -> Answer:
    return status, json.dumps({"error": {"code": code, "message": "no", "retryable": retryable}}).encode()


@contextmanager
def region(answer: Callable[[Mapping[str, Any]], Answer]) -> Iterator[HttpDayLine]:
    """A region that answers every request like that, and a line to it."""

    def app(environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, body = answer(environ)
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    server = WebServer(app)
    line = HttpDayLine(enrolment(server.url), timeout_s=20)
    try:
        yield line
    finally:
        line.close()
        server.stop()


def test_the_signed_word_comes_back_and_the_venues_key_is_shown() -> None:
    asked: list[Mapping[str, Any]] = []

    def answer(environ: Mapping[str, Any]) -> Answer:
        asked.append(environ)
        return signed()

    with region(answer) as line:
        assert line.confirm(WINDOW).statement == STATEMENT
    assert asked[0]["PATH_INFO"] == "/api/v1/days/2026-03-02"
    assert asked[0]["HTTP_AUTHORIZATION"] == "Bearer the-key"


@pytest.mark.parametrize(
    ("answer", "error_class"),
    [
        (("200 OK", b"<html>Please sign in to the hotel's network</html>"), UnreachableError),
        (("200 OK", b"{}"), UnreachableError),
        (("302 Found", b""), UnreachableError),
        (signed(signer=STRANGER), UnreachableError),
        (signed(replace(STATEMENT, venue="V-OTHER")), UnreachableError),
        (signed(replace(STATEMENT, window=replace(WINDOW, ends_at=START + timedelta(days=2)))), UnreachableError),
        (error("404 Not Found", "not_found"), UnknownError),
        (error("400 Bad Request", "bad_request"), RefusedError),
        (error("503 Service Unavailable", "over_capacity", retryable=True), OverloadedError),
        (("500 Internal Server Error", b"oops"), UnreachableError),
    ],
)
def test_anything_else_confirms_nothing(answer: Answer, error_class: type[SyncError]) -> None:
    with region(lambda _environ: answer) as line, pytest.raises(error_class):
        line.confirm(WINDOW)


def test_nobody_there_confirms_nothing() -> None:
    line = HttpDayLine(enrolment("http://127.0.0.1:1"), timeout_s=5)
    with pytest.raises(UnreachableError):
        line.confirm(WINDOW)
    line.close()


def test_what_the_region_holds_is_read_page_by_page_and_only_what_it_accepted() -> None:
    pages = {
        "after=0": {"records": [{"digest": "a" * 64, "state": "accepted"}], "cursor": 1},
        "after=1": {"records": [{"digest": "b" * 64, "state": "stored"}], "cursor": 2},
        "after=2": {"records": [], "cursor": 2},
    }
    with region(lambda environ: ("200 OK", json.dumps(pages[environ["QUERY_STRING"]]).encode())) as line:
        assert line.held() == {"a" * 64}
    for wrong in (b"[]", b'{"records": [{"digest": "x"}], "cursor": 1}', b'{"records": []}'):
        with region(lambda _environ, wrong=wrong: ("200 OK", wrong)) as line, pytest.raises(UnreachableError):
            line.held()
