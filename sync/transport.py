"""Speaks the region's API; see docs/sync-contract.md. Only a signed receipt that names the object counts as success."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import httpx

from local_db.parcels import Parcel
from records.errors import BadReceiptError
from records.receipt import PinnedKeys, SignedReceipt, check_receipt
from records.verdict import Decision, Verdict
from sync.errors import InterruptedSendError, UnreachableError
from sync.line import CONNECTS_IN_S, Line
from sync.pace import MIN_CHUNK, ChunkSizer, Throttle
from sync.replies import UnknownError, error_code, json_of, refusal
from sync.tus import Step, TusClient

LANES = 8
"""Connections at once. With losses on the way, one uses a quarter of the line and eight use all of it."""
SIDE_LANES = 4
"""Further ones for what is small, and waits more than it sends."""
GOES_ON = (201, 204)
PREFER = {"Prefer": "return=representation"}


def _goes_on() -> bool:
    return True


def _nobody(_url: str, _offset: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how far an object is, and who may stop it.

    Attributes:
        may_go_on: asked between two chunks.
        note: told path and offset of an upload that takes more than one chunk.
    """

    may_go_on: Callable[[], bool] = _goes_on
    note: Callable[[str, int], None] = _nobody


UNWATCHED = Watch()


class Transport(Protocol):
    """A way to the region."""

    def send(self, parcel: Parcel, content: bytes, watch: Watch = UNWATCHED) -> SignedReceipt:
        """Send one object, going on where an earlier attempt ended, and return the region's receipt for it.

        Raises:
            UnreachableError, OverloadedError, DamagedError, RefusedError, InterruptedSendError.
        """
        ...

    def receipt(self, record_digest: str) -> SignedReceipt | None:
        """Ask how far a record is; None if the region does not know it."""
        ...

    def verdicts(self, since: int) -> tuple[Sequence[Verdict], int]:
        """Return the decisions after cursor `since`, and the new cursor."""
        ...

    def close(self) -> None:
        """Let go of the line."""
        ...


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a venue was given by its region.

    Attributes:
        venue: this venue's id; a receipt for another is none.
        key: the secret that proves which venue this is.
        receipt_keys: the region's public keys; only they sign receipts.
        authority: file of the certificate authority of the region's server; None for those the system knows.
    """

    base_url: str
    venue: str
    key: str
    receipt_keys: PinnedKeys
    authority: str | None = None


class HttpTransport:
    """The region over HTTP, with kept connections.

    Attributes:
        client: through which whatever is fetched from the region goes too.
    """

    def __init__(self, region: Enrolment, timeout_s: float = 30.0, max_bytes_s: float = 0.0) -> None:
        """Prepare for the region; nothing is sent yet. `max_bytes_s` is what of the line may be used, 0 for all."""
        self._region = region
        self._sizer = ChunkSizer()
        self._tus = TusClient(self._ask)
        connect_s = min(CONNECTS_IN_S, timeout_s)
        up, down = Throttle(max_bytes_s), Throttle(max_bytes_s)
        self._line = Line(LANES + SIDE_LANES + 2, up, timeout_s, region.authority, down, connect_s)
        self._headers = {"Authorization": f"Bearer {region.key}", **PREFER}
        self.client = httpx.Client(
            base_url=region.base_url,
            headers=self._headers,
            timeout=httpx.Timeout(timeout_s, connect=connect_s),
            follow_redirects=False,
            trust_env=False,  # a proxy of the user's browser has no business with the venue's records
            transport=self._line,
        )

    def close(self) -> None:
        self.client.close()

    def send(self, parcel: Parcel, content: bytes, watch: Watch = UNWATCHED) -> SignedReceipt:
        try:
            return self._send(parcel, content, watch)
        except UnreachableError:
            self._sizer.note_cut()
            raise

    def receipt(self, record_digest: str) -> SignedReceipt | None:
        try:
            answer = self._get(f"/api/v1/records/{record_digest}")
        except UnknownError:
            return None
        return self._checked(record_digest, answer)

    def verdicts(self, since: int) -> tuple[Sequence[Verdict], int]:
        document = json_of(self._get(f"/api/v1/verdicts?since={since}"))
        try:
            return [_verdict_of(item) for item in document["verdicts"]], int(document["cursor"])
        except (KeyError, TypeError, ValueError) as error:
            raise UnreachableError("the answer is not a list of verdicts") from error

    def _send(self, parcel: Parcel, content: bytes, watch: Watch) -> SignedReceipt:
        step = self._first_step(parcel, content)
        # What was under way when we were cut may yet arrive and move the offset: little is lost by a small chunk.
        size = MIN_CHUNK if parcel.attempts else self._sizer.next_bytes()
        while step.url and step.answer.status_code in GOES_ON and step.offset < len(content):
            watch.note(step.url, step.offset)
            if not watch.may_go_on():
                raise InterruptedSendError("paused")
            step = self._next_step(step, content, size)
            size = self._sizer.next_bytes()
        return self._word_on(parcel, step)

    def _first_step(self, parcel: Parcel, content: bytes) -> Step:
        """Begin, or find where an earlier attempt ended.

        What was begun before may be at the region, whole or in part, without our knowing: it is announced again
        without its bytes.
        """
        told = {"kind": parcel.kind, "sha256": parcel.digest, "filetype": parcel.media_type}
        if parcel.upload_url:
            step = self._tus.where(parcel.upload_url, len(content), told)
            if 0 <= step.offset < len(content) and step.url:
                return Step(step.url, step.offset, httpx.Response(204))
        if parcel.attempts:
            step = self._tus.create(len(content), told)
        else:
            first = content[: self._sizer.next_bytes()]
            step = self._timed(len(first), lambda: self._tus.create(len(content), told, first))
        return Step(step.url, max(0, step.offset), step.answer)

    def _next_step(self, step: Step, content: bytes, size: int) -> Step:
        part = content[step.offset : step.offset + size]
        further = self._timed(len(part), lambda: self._tus.append(step.url, step.offset, part))
        if error_code(further.answer) == "wrong_offset":
            return self._found_again(step, further, content)
        if further.answer.status_code in GOES_ON and further.offset <= step.offset:
            raise UnreachableError("the upload does not get on")
        return further

    def _found_again(self, step: Step, refused: Step, content: bytes) -> Step:
        """The region is elsewhere than we thought, because an older connection's bytes arrived after all."""
        offset = refused.offset if refused.offset >= 0 else self._tus.offset(step.url)
        if not step.offset < offset <= len(content):
            raise UnreachableError("the upload stands at an offset that cannot be")
        if offset == len(content):  # and whole: an empty part fetches the receipt
            return self._tus.append(step.url, offset, b"")
        return Step(step.url, offset, httpx.Response(204))

    def _word_on(self, parcel: Parcel, step: Step) -> SignedReceipt:
        if step.answer.status_code not in (200, 201, 204):
            raise refusal(step.answer)
        answer = step.answer
        if not answer.content:
            answer = self._tus.create(parcel.size_bytes, {"kind": parcel.kind, "sha256": parcel.digest}).answer
        return self._checked(parcel.digest, answer)

    def _timed(self, size_bytes: int, ask: Callable[[], Step]) -> Step:
        began = time.monotonic()
        step = ask()
        self._sizer.note(size_bytes, time.monotonic() - began)
        return step

    def _checked(self, digest: str, answer: httpx.Response) -> SignedReceipt:
        try:
            return check_receipt(answer.content, digest, self._region.venue, self._region.receipt_keys)
        except BadReceiptError as error:
            raise UnreachableError(str(error)) from error

    def _get(self, path: str) -> httpx.Response:
        answer = self._ask("GET", path)
        if answer.status_code == 200:
            return answer
        raise refusal(answer)

    def _ask(
        self, method: str, path: str, content: bytes | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        try:
            url = self._region.base_url.rstrip("/") + path
            return self._line.ask(method, url, {**self._headers, **(headers or {})}, content)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreachableError(f"no answer ({type(error).__name__})") from error


def _verdict_of(item: Any) -> Verdict:
    return Verdict(
        seq=int(item["seq"]),
        reg_no=str(item["reg_no"]),
        record_digest=str(item["record_digest"]),
        decision=Decision(item["decision"]),
        step=str(item["step"]),
        reason=str(item["reason"]),
        decided_at=datetime.fromisoformat(item["decided_at"]),
        code=str(item.get("code", "")),
    )
