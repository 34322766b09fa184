"""What an answer of the region means; pages of portals and proxies are nobody's word."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from sync.errors import DamagedError, OverloadedError, RefusedError, SyncError, UnreachableError

BUSY = (429, 503, 507)
REFUSALS = (400, 403, 409, 413, 415, 422)
WAIT_S, LONGEST_WAIT_S = 30.0, 3600.0
FOR_ALL = ("over_capacity", "too_many_uploads", "")
"""What the region, or a proxy before it, says of everything we send; other words are about the one object."""


class UnknownError(UnreachableError):
    """404 with the region's own error document: it has no such object."""


def refusal(answer: httpx.Response) -> SyncError:
    """Return what an answer that is no success means."""
    code = error_code(answer)
    said = f"HTTP {answer.status_code} {code}".strip()
    if answer.status_code in BUSY:
        return OverloadedError(said, _retry_after_s(answer), is_for_all=code in FOR_ALL)
    if code and answer.status_code == 404:
        return UnknownError(said)
    if code == "digest_mismatch":
        return DamagedError(said)
    if code and answer.status_code in REFUSALS and not _is_retryable(answer):
        return RefusedError(said)
    return UnreachableError(said)


def error_code(answer: httpx.Response) -> str:
    """Return the code in the region's error document, "" if this is somebody else's page."""
    try:
        return str(answer.json()["error"]["code"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def json_of(answer: httpx.Response) -> Any:
    """Return the answer's document.

    Raises:
        UnreachableError: it has none.
    """
    try:
        return answer.json()
    except (ValueError, RecursionError) as error:
        raise UnreachableError("the answer is not the region's (no JSON)") from error


def _is_retryable(answer: httpx.Response) -> bool:
    """Whether the region's own error document says that the same object may be taken later."""
    return answer.json()["error"].get("retryable") is True


def _retry_after_s(answer: httpx.Response) -> float:
    """Return the wait asked for; both forms of the header are allowed, and neither may send us to sleep for days."""
    text = answer.headers.get("Retry-After", "").strip()
    wait_s = float(text) if text.isascii() and text.isdigit() and len(text) < 10 else _seconds_until(text)
    return min(wait_s, LONGEST_WAIT_S)


def _seconds_until(text: str) -> float:
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return WAIT_S
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
