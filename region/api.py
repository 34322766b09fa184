"""What venues talk to; the contract is docs/sync-contract.md."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from records.receipt import Receipt, ReceiptSigner
from records.verdict import Verdict
from region.errors import BadRequestError
from region.guard import venue
from region.holdings import records_after
from region.intake import MAX_FILE_BYTES, MAX_RECORD_BYTES, receipt_of, take_file, take_record
from region.persons import Persons
from region.store import Store
from region.tus_headers import digest_of, media_type_of
from region.verdicts import verdicts_since

Answer = tuple[Response, int]


def blueprint(store: Store, persons: Persons, signer: ReceiptSigner, region_name: str) -> Blueprint:
    """Return the routes under /api/v1."""
    api = Blueprint("api", __name__, url_prefix="/api/v1")

    def answer(receipt: Receipt, is_new: bool) -> Answer:
        return jsonify(signer.sign(receipt, venue(), store.now())), 201 if is_new else 200

    @api.put("/records/<digest>")
    def put_record(digest: str) -> Answer:
        request.max_content_length = MAX_RECORD_BYTES
        return answer(*take_record(store, venue(), digest_of(digest), request.get_data(cache=False)))

    @api.get("/records/<digest>")
    def get_record(digest: str) -> Answer:
        return answer(receipt_of(store, venue(), digest_of(digest)), is_new=False)

    @api.get("/records")
    def list_records() -> Answer:
        after = _cursor(request.args.get("after", "0"))
        held = records_after(store, persons, venue(), after)
        return jsonify(records=[asdict(one) for one in held], cursor=held[-1].seq if held else after), 200

    @api.put("/files/<digest>")
    def put_file(digest: str) -> Answer:
        request.max_content_length = MAX_FILE_BYTES
        taken = take_file(store, venue(), digest_of(digest), request.stream, media_type_of(request.mimetype))
        return answer(taken.receipt, taken.is_new)

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


def _cursor(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise BadRequestError("the cursor is no number")
    return int(text)


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "seq": verdict.seq,
        "reg_no": verdict.reg_no,
        "record_digest": verdict.record_digest,
        "decision": verdict.decision.value,
        "step": verdict.step,
        "reason": verdict.reason,
        "decided_at": verdict.decided_at.isoformat(),
        "code": verdict.code,
    }
