"""The region's answer to a bundle: receipts, what was refused or missing, and verdicts closed to the venue. Signed."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records import shape
from records.age import decrypt, encrypt
from records.canonical import canonical_bytes
from records.errors import BadReceiptError, MalformedRecordError
from records.receipt import PinnedKeys, ReceiptSigner, SignedReceipt, check_receipt, check_signed
from records.verdict import Decision, Verdict

REPLY_SCHEMA, VERDICTS_SCHEMA = "kaodian.bundle-reply/1", "kaodian.bundle-verdicts/1"
REPLY_NAME = "receipts.json"
MAX_REPLY_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Refusal:
    """An object that the region did not take; `code` is that of its API."""

    digest: str
    code: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the region has to say about one bundle.

    Attributes:
        bundle: digest of the list that is answered, and its `number`.
        receipts: each signed for itself, as over the line.
        missing: objects that the list names and that were neither on the stick nor at the region.
        verdicts: closed to the venue's key, b"" where there are none; see `open_verdicts`.
    """

    venue: str
    bundle: str
    number: int
    at: datetime
    receipts: Sequence[Mapping[str, Any]]
    refused: Sequence[Refusal] = ()
    missing: Sequence[str] = ()
    verdicts: bytes = b""


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """An answer of which every signature was checked."""

    answer: Answer
    receipts: tuple[SignedReceipt, ...]


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """Verdicts after the cursor `after`, and the cursor behind them."""

    after: int
    cursor: int
    verdicts: tuple[Verdict, ...]


def sign_answer(answer: Answer, signer: ReceiptSigner) -> bytes:
    """Return the file for the stick."""
    body = {
        "schema": REPLY_SCHEMA,
        "venue": answer.venue,
        "bundle": answer.bundle,
        "number": answer.number,
        "at": answer.at.isoformat(),
        "key": signer.key_id,
        "receipts": list(answer.receipts),
        "refused": [{"sha256": one.digest, "code": one.code} for one in answer.refused],
        "missing": list(answer.missing),
        "verdicts": base64.b64encode(answer.verdicts).decode("ascii"),
    }
    return canonical_bytes({"reply": body, "signature": signer.signature(body)})


def read_venue(content: bytes) -> str:
    """Return whose answer it says it is, "" where it says nothing; nothing is believed yet."""
    try:
        return str(json.loads(content)["reply"]["venue"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def check_answer(content: bytes, venue: str, keys: PinnedKeys) -> CheckedAnswer:
    """Return the region's answer to this venue.

    Raises:
        BadReceiptError: it is none, not signed by a pinned key, or to somebody else; so is every receipt in it.
    """
    try:
        outer = json.loads(content)
        body = outer["reply"]
        check_signed(body, outer["signature"], keys)
        with shape.shaped(REPLY_SCHEMA):
            answer = _answer(body)
    except (ValueError, KeyError, TypeError, RecursionError, MalformedRecordError) as error:
        raise BadReceiptError("the file is not a receipt") from error
    if answer.venue != venue:
        raise BadReceiptError("the receipts are for something else")
    checked = [check_receipt(canonical_bytes(one), _digest_in(one), venue, keys) for one in answer.receipts]
    return CheckedAnswer(answer, tuple(checked))


def close_verdicts(page: VerdictPage, reply_to: str) -> bytes:
    """Return verdicts closed to the venue's key: they name people.

    Raises:
        UnusableKeyError: the key is none.
    """
    lines = [
        {
            "seq": one.seq,
            "reg_no": one.reg_no,
            "record_digest": one.record_digest,
            "decision": one.decision.value,
            "step": one.step,
            "reason": one.reason,
            "decided_at": one.decided_at.isoformat(),
            "code": one.code,
        }
        for one in page.verdicts
    ]
    document = {"schema": VERDICTS_SCHEMA, "after": page.after, "cursor": page.cursor, "verdicts": lines}
    return encrypt(canonical_bytes(document), [reply_to])


def open_verdicts(closed: bytes, identity: str) -> VerdictPage:
    """Return what `close_verdicts` closed.

    Raises:
        RecordError: closed to another key, damaged, or no such document.
    """
    return shape.read_canonical(decrypt(closed, [identity]), VERDICTS_SCHEMA, _page)


def _answer(body: Mapping[str, Any]) -> Answer:
    shape.require(body["schema"] == REPLY_SCHEMA and isinstance(body["receipts"], list))
    return Answer(
        venue=shape.name(body["venue"]),
        bundle=shape.digest(body["bundle"]),
        number=shape.whole(body["number"], 1),
        at=datetime.fromisoformat(shape.moment(body["at"])),
        receipts=tuple(body["receipts"]),
        refused=tuple(Refusal(shape.digest(one["sha256"]), shape.name(one["code"])) for one in body["refused"]),
        missing=tuple(shape.digest(one) for one in body["missing"]),
        verdicts=base64.b64decode(body["verdicts"], validate=True),
    )


def _digest_in(receipt: Mapping[str, Any]) -> str:
    try:
        return str(receipt["receipt"]["digest"])
    except (KeyError, TypeError) as error:
        raise BadReceiptError("the file is not a receipt") from error


def _page(document: Mapping[str, Any]) -> VerdictPage:
    verdicts = tuple(
        Verdict(
            seq=shape.whole(one["seq"], 1),
            reg_no=shape.text(one["reg_no"]),
            record_digest=shape.digest(one["record_digest"]),
            decision=Decision(one["decision"]),
            step=shape.text(one["step"]),
            reason=shape.text(one["reason"], 4000),
            decided_at=datetime.fromisoformat(shape.moment(one["decided_at"])),
            code=shape.text(one.get("code", ""), 16),  # answers of before it was carried
        )
        for one in document["verdicts"]
    )
    return VerdictPage(shape.whole(document["after"]), shape.whole(document["cursor"]), verdicts)
