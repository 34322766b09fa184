"""What venues talk to; the contract is docs/sync-contract.md."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from records.verdict import Receipt, Verdict
from region.errors import BadRequestError
from region.guard import venue
from region.holdings import records_after
from region.intake import MAX_FILE_BYTES, MAX_RECORD_BYTES, receipt_of, take_file, take_record
from region.persons import Persons
from region.store import Store
from region.verdicts import verdicts_since

MEDIA_TYPES = frozenset({"application/age"})
_HEX = set("0123456789abcdef")

Answer = tuple[Response, int]


def blueprint(store: Store, persons: Persons, region_name: str) -> Blueprint:
    """Return the routes under /api/v1."""
    api = Blueprint("api", __name__, url_prefix="/api/v1")

    @api.put("/records/<digest>")
    def put_record(digest: str) -> Answer:
        request.max_content_length = MAX_RECORD_BYTES
        receipt, is_new = take_record(store, venue(), _digest(digest), request.get_data(cache=False))
        return _answer(receipt, is_new)

    @api.get("/records/<digest>")
    def get_record(digest: str) -> Answer:
        return _answer(receipt_of(store, venue(), _digest(digest)), is_new=False)

    @api.get("/records")
    def list_records() -> Answer:
        after = _cursor(request.args.get("after", "0"))
        held = records_after(store, persons, venue(), after)
        return jsonify(records=[asdict(one) for one in held], cursor=held[-1].seq if held else after), 200

    @api.put("/files/<digest>")
    def put_file(digest: str) -> Answer:
        request.max_content_length = MAX_FILE_BYTES
        media_type = request.mimetype if request.mimetype in MEDIA_TYPES else "application/octet-stream"
        receipt, is_new = take_file(store, venue(), _digest(digest), request.stream, media_type)
        return _answer(receipt, is_new)

    @api.get("/verdicts")
    def get_verdicts() -> Answer:
        since = _cursor(request.args.get("since", "0"))
        verdicts = verdicts_since(store, persons, venue(), since)
        cursor = verdicts[-1].seq if verdicts else since
        return jsonify(verdicts=[_as_json(verdict) for verdict in verdicts], cursor=cursor), 200

    @api.get("/status")
    def get_status() -> Answer:
        return jsonify(region=region_name, now=store.now().isoformat()), 200

    return api


def _digest(text: str) -> str:
    if len(text) != 64 or not set(text) <= _HEX:
        raise BadRequestError("the address is no SHA-256 in lower-case hexadecimal")
    return text


def _cursor(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise BadRequestError("the cursor is no number")
    return int(text)


def _answer(receipt: Receipt, is_new: bool) -> Answer:
    document = {"digest": receipt.digest, "state": receipt.state, "missing": list(receipt.missing)}
    return jsonify(receipt=document), 201 if is_new else 200


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "seq": verdict.seq,
        "reg_no": verdict.reg_no,
        "record_digest": verdict.record_digest,
        "decision": verdict.decision.value,
        "step": verdict.step,
        "reason": verdict.reason,
        "decided_at": verdict.decided_at.isoformat(),
    }
