"""Asks the region for its signed word on a day, and where the two differ for what it holds."""

import ssl
from typing import Any, Protocol

import httpx

from records import shape
from records.day import DayWindow, SignedStatement, check_statement
from records.errors import BadReceiptError, MalformedRecordError
from sync.errors import UnreachableError
from sync.replies import json_of, refusal
from sync.transport import Enrolment

PAGES = 1000
"""Of 500 records; more than any venue ever sends, so that an answer that never ends cannot keep us."""


class DayLine(Protocol):
    """A way to the region for the closing of a day."""

    def confirm(self, window: DayWindow) -> SignedStatement:
        """Return the region's signed word on a day.

        Raises:
            SyncError: there is none now.
        """
        ...

    def held(self) -> frozenset[str]:
        """Return the digests of all records of this venue that the region has accepted.

        Raises:
            SyncError: it does not say now.
        """
        ...

    def close(self) -> None:
        """Let go of the line."""
        ...


class HttpDayLine:
    """The region over HTTP."""

    def __init__(self, region: Enrolment, timeout_s: float = 15.0) -> None:
        """Prepare for the region; nothing is asked yet."""
        self._region = region
        self._client = httpx.Client(
            base_url=region.base_url,
            headers={"Authorization": f"Bearer {region.key}"},
            timeout=timeout_s,
            follow_redirects=False,
            trust_env=False,
            verify=ssl.create_default_context(cafile=region.authority),
        )

    def confirm(self, window: DayWindow) -> SignedStatement:
        moments = {"from": window.begins_at.isoformat(), "until": window.ends_at.isoformat()}
        answer = self._get(f"/api/v1/days/{window.day.isoformat()}", moments)
        try:
            return check_statement(answer.content, self._region.venue, window, self._region.receipt_keys)
        except BadReceiptError as error:
            raise UnreachableError(str(error)) from error

    def held(self) -> frozenset[str]:
        found: set[str] = set()
        cursor = 0
        for _page in range(PAGES):
            records, cursor = self._page(cursor)
            if not records:
                return frozenset(found)
            found |= {digest for digest, state in records if state == "accepted"}
        raise UnreachableError("the list does not end")

    def close(self) -> None:
        self._client.close()

    def _page(self, after: int) -> tuple[list[tuple[str, str]], int]:
        document = json_of(self._get("/api/v1/records", {"after": str(after)}))
        try:
            with shape.shaped("list of records"):
                records = [(shape.digest(one["digest"]), shape.text(one["state"], 20)) for one in document["records"]]
                return records, shape.whole(document["cursor"])
        except MalformedRecordError as error:
            raise UnreachableError("the answer is not a list of records") from error

    def _get(self, path: str, query: dict[str, Any]) -> httpx.Response:
        try:
            answer = self._client.get(path, params=query)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreachableError(f"no answer ({type(error).__name__})") from error
        if answer.status_code != 200:
            raise refusal(answer)
        return answer
