"""Speaks the region's API; see docs/sync-contract.md. Only a reply that names the digest counts as success."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import httpx

from local_db.outbox import Parcel
from records.verdict import Decision, Receipt, Verdict
from sync.errors import OverloadedError, RefusedError, UnreachableError

_PATHS = {"record": "/api/v1/records/{}", "file": "/api/v1/files/{}"}
_REFUSALS = (400, 403, 409, 413, 415, 422)
_BUSY = (429, 503, 507)


class Transport(Protocol):
    """A way to the region."""

    def put(self, parcel: Parcel, content: bytes) -> Receipt:
        """Send one object and return the region's receipt for it.

        Raises:
            UnreachableError, OverloadedError, RefusedError.
        """
        ...

    def receipt(self, record_digest: str) -> Receipt | None:
        """Ask how far a record is; None if the region does not know it."""
        ...

    def verdicts(self, since: int) -> tuple[Sequence[Verdict], int]:
        """Return the decisions after cursor `since`, and the new cursor."""
        ...

    def close(self) -> None:
        """Let go of the line."""
        ...


class HttpTransport:
    """The region over HTTP, with kept connections."""

    def __init__(self, base_url: str, key: str, timeout_s: float = 30.0) -> None:
        """Prepare for the region at `base_url`; nothing is sent yet. `key` proves which venue this is."""
        self._client = httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=httpx.Timeout(timeout_s, connect=5.0),
            follow_redirects=False,
            trust_env=False,  # a proxy of the user's browser has no business with the venue's records
        )

    def close(self) -> None:
        self._client.close()

    def put(self, parcel: Parcel, content: bytes) -> Receipt:
        reply = self._ask("PUT", _PATHS[parcel.kind].format(parcel.digest), content, parcel.media_type)
        return _receipt_for(parcel.digest, _json_of(reply))

    def receipt(self, record_digest: str) -> Receipt | None:
        try:
            reply = self._ask("GET", _PATHS["record"].format(record_digest))
        except _UnknownError:
            return None
        return _receipt_for(record_digest, _json_of(reply))

    def verdicts(self, since: int) -> tuple[Sequence[Verdict], int]:
        document = _json_of(self._ask("GET", f"/api/v1/verdicts?since={since}"))
        try:
            return [_verdict_of(item) for item in document["verdicts"]], int(document["cursor"])
        except (KeyError, TypeError, ValueError) as error:
            raise UnreachableError("the answer is not a list of verdicts") from error

    def _ask(self, method: str, path: str, content: bytes | None = None, media_type: str = "") -> httpx.Response:
        headers = {"Content-Type": media_type} if media_type else {}
        try:
            reply = self._client.request(method, path, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise UnreachableError(f"no answer ({type(error).__name__})") from error
        if reply.status_code in (200, 201):
            return reply
        raise _refusal(reply)


class _UnknownError(UnreachableError):
    """404 with the region's own error document: it has no such object."""


def _refusal(reply: httpx.Response) -> Exception:
    code = _error_code(reply)
    said = f"HTTP {reply.status_code} {code}".strip()
    if reply.status_code in _BUSY:
        return OverloadedError(said, _retry_after_s(reply))
    if code and reply.status_code == 404:
        return _UnknownError(said)
    if code and reply.status_code in _REFUSALS and not _is_retryable(reply):
        return RefusedError(said)
    return UnreachableError(said)


def _error_code(reply: httpx.Response) -> str:
    """Return the code in the region's error document, "" if this is somebody else's page."""
    try:
        return str(reply.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""


def _is_retryable(reply: httpx.Response) -> bool:
    """Whether the region's own error document says that the same object may be taken later."""
    return reply.json()["error"].get("retryable") is True


def _retry_after_s(reply: httpx.Response) -> float:
    text = reply.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else 30.0


def _json_of(reply: httpx.Response) -> Any:
    try:
        return reply.json()
    except ValueError as error:
        raise UnreachableError("the answer is not the region's (no JSON)") from error


def _receipt_for(digest: str, document: Any) -> Receipt:
    try:
        receipt = document["receipt"]
        found = Receipt(str(receipt["digest"]), str(receipt["state"]), tuple(receipt.get("missing", ())))
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreachableError("the answer is not a receipt") from error
    if found.digest != digest or found.state not in ("stored", "accepted"):
        raise UnreachableError("the receipt is for something else")
    return found


def _verdict_of(item: Any) -> Verdict:
    return Verdict(
        seq=int(item["seq"]),
        reg_no=str(item["reg_no"]),
        record_digest=str(item["record_digest"]),
        decision=Decision(item["decision"]),
        step=str(item["step"]),
        reason=str(item["reason"]),
        decided_at=datetime.fromisoformat(item["decided_at"]),
    )
