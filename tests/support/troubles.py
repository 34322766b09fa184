"""What a line, or somebody on it, may do to a request: drawn by dice from a seed, or named by a test."""

import base64
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from random import Random

from records.receipt import Receipt, ReceiptSigner


class Kind(StrEnum):
    """One thing that may happen; those with `after` in their name happen when the region has done its part."""

    WELL = "well"
    SLOW = "slow"
    CUT_REQUEST = "request cut"
    CUT_ANSWER = "answer cut after the commit"
    CORRUPT_REQUEST = "request corrupted"
    CORRUPT_ANSWER = "answer corrupted"
    TWICE = "request sent twice at once"
    OLD_REQUEST = "old request replayed"
    OLD_ANSWER = "old answer replayed"
    STAND_IN = "answered by another"
    STAND_IN_AFTER = "answered by another after the commit"


StandIn = Callable[[bytes], bytes]
"""Answers a request in the region's stead."""


def nothing(_request: bytes) -> bytes:
    """Say nothing."""
    return b""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to one request.

    Attributes:
        share: where in the bytes it is cut or corrupted, or which of the old ones is taken: 0 to 1.
        wait_s: how long a slow line holds it back.
        answer: what a stand-in says.
    """

    kind: Kind = Kind.WELL
    share: float = 0.5
    wait_s: float = 0.0
    answer: StandIn = nothing


WELL = Trouble()
WEIGHTS: Mapping[Kind, int] = {
    Kind.WELL: 60,
    Kind.SLOW: 5,
    Kind.CUT_REQUEST: 9,
    Kind.CUT_ANSWER: 9,
    Kind.CORRUPT_REQUEST: 4,
    Kind.CORRUPT_ANSWER: 4,
    Kind.TWICE: 5,
    Kind.OLD_REQUEST: 3,
    Kind.OLD_ANSWER: 2,
    Kind.STAND_IN: 3,
    Kind.STAND_IN_AFTER: 1,
}
LONGEST_WAIT_S = 0.2


class Dice:
    """Draws troubles; the same seed draws the same ones in the same order, whoever asks."""

    def __init__(self, seed: int, weights: Mapping[Kind, int] = WEIGHTS) -> None:
        self._dice = Random(seed)
        self._weights = weights
        self._lock = threading.Lock()

    def __call__(self) -> Trouble:
        with self._lock:
            kind = self._dice.choices(list(self._weights), list(self._weights.values()))[0]
            return self.trouble(kind)

    def trouble(self, kind: Kind) -> Trouble:
        """Return a trouble of this kind, the rest of it drawn."""
        dice = self._dice
        return Trouble(kind, dice.random(), dice.uniform(0, LONGEST_WAIT_S), STAND_INS[dice.choice(list(STAND_INS))])


def spoken(status: int, kind: str, body: bytes, **headers: str) -> StandIn:
    """Return a stand-in that says always the same."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    answer = "\r\n".join([*lines, "", ""]).encode() + body
    return lambda _request: answer


def digest_in(request: bytes) -> str:
    """Return the digest that a request is about, "" if it says none."""
    told = re.search(rb"Upload-Metadata:.*?sha256 ([A-Za-z0-9+/=]+)", request, re.IGNORECASE)
    named = re.search(rb"^\w+ \S*?([0-9a-f]{64})", request)
    return base64.b64decode(told[1]).decode() if told else named[1].decode() if named else ""


STRANGER = ReceiptSigner(b"the seed of a key nobody pinned.")


def _receipt(digest: str) -> bytes:
    said = STRANGER.sign(Receipt(digest, "stored"), "V-SIEGE", datetime(2026, 3, 2, tzinfo=UTC))
    return json.dumps(said).encode()


def _by_a_stranger(request: bytes) -> bytes:
    return spoken(201, "application/json", _receipt(digest_in(request)))(request)


def _document(code: str, retryable: bool) -> bytes:
    return json.dumps({"error": {"code": code, "message": "said by another", "retryable": retryable}}).encode()


HTML = b"<html><title>Sign in</title>Welcome to the hotel's network</html>"
CODES: Mapping[int, tuple[str, bool]] = {
    400: ("bad_request", False),
    401: ("unknown_key", False),
    403: ("other_venue", False),
    404: ("not_found", False),
    409: ("not_announced", True),
    413: ("too_large", False),
    429: ("too_many_uploads", True),
    500: ("broken", True),
    503: ("over_capacity", True),
}
STAND_INS: Mapping[str, StandIn] = {
    "portal": spoken(200, "text/html", HTML),
    "redirect": spoken(302, "text/html", HTML, Location="/login"),
    "wrong hash": spoken(201, "application/json", _receipt("c" * 64)),
    "stranger": _by_a_stranger,
    "nonsense": lambda _request: b"220 mail.example ready\r\n",
    **{f"page {status}": spoken(status, "text/html", HTML, Retry_After="1") for status in (*CODES, 502, 504)},
    **{
        f"word {status}": spoken(status, "application/json", _document(*word), Retry_After="1")
        for status, word in CODES.items()
    },
}
