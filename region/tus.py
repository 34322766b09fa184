"""Resumable uploads after the open standard tus 1.0, for objects of every size; see docs/sync-contract.md.

Source: tus resumable upload protocol 1.0.0 with its extensions creation, creation-with-upload, expiration, termination
and checksum. A client that sends `Prefer: return=representation` (RFC 7240) gets the signed receipt in the answer.
"""

from email.utils import format_datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from records.receipt import Receipt, ReceiptSigner
from region.errors import TooLargeError, UnknownObjectError
from region.files import CHECKSUMS
from region.guard import venue
from region.intake import MAX_FILE_BYTES, MAX_RECORD_BYTES, accepted_with, receipt_for, take_file, take_record
from region.models import UploadRow
from region.receiving import is_cut, wait_for_the_rest
from region.store import Store
from region.tus_headers import announced, checksum, metadata_of, number, wants_receipt
from region.uploads import KEPT_FOR, Announced, Uploads

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination,checksum"
CHUNK_TYPE = "application/offset+octet-stream"
LIMITS = {"record": MAX_RECORD_BYTES, "file": MAX_FILE_BYTES}


def blueprint(store: Store, uploads: Uploads, signer: ReceiptSigner) -> Blueprint:
    """Return the routes under /api/v1/uploads."""
    tus = Blueprint("tus", __name__, url_prefix="/api/v1/uploads")
    _speak_tus(tus)
    desk = _Desk(store, uploads, signer)
    tus.add_url_rule("", "create", desk.create, methods=["POST"], strict_slashes=False)
    tus.add_url_rule("/<upload_id>", "upload", desk.tell_offset, methods=["HEAD"])
    tus.add_url_rule("/<upload_id>", "append", desk.append, methods=["PATCH"])
    tus.add_url_rule("/<upload_id>", "terminate", desk.terminate, methods=["DELETE"])
    return tus


def _speak_tus(tus: Blueprint) -> None:
    """Refuse another version, tell ours with every answer, and what we can do to whom asks."""

    @tus.before_request
    def check() -> Response | None:
        request.max_content_length = MAX_FILE_BYTES
        is_ours = request.method == "OPTIONS" or request.headers.get("Tus-Resumable") == VERSION
        return None if is_ours else Response(status=412)

    @tus.after_request
    def head(response: Response) -> Response:
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Tus-Version"] = VERSION
        return response

    @tus.route("", methods=["OPTIONS"], strict_slashes=False)
    def tell() -> Response:
        able = {"Tus-Extension": EXTENSIONS, "Tus-Checksum-Algorithm": ",".join(CHECKSUMS)}
        return _answer(204, able | {"Tus-Max-Size": str(MAX_FILE_BYTES)})


class _Desk:
    """Where uploads are handed in."""

    def __init__(self, store: Store, uploads: Uploads, signer: ReceiptSigner) -> None:
        self._store = store
        self._uploads = uploads
        self._signer = signer

    def create(self) -> Response:
        """Answer with the receipt if the object is known, else take what has come and say where the rest goes."""
        told = announced(venue())
        if told.size > LIMITS[told.kind]:
            raise TooLargeError(f"a {told.kind} has at most {LIMITS[told.kind]} bytes")
        has_body = request.mimetype == CHUNK_TYPE and bool(request.content_length)
        if not has_body:
            wait_for_the_rest(request.headers.get("Upload-Metadata", ""))
        known = self._known(told.kind, told.digest)
        if not wants_receipt():
            return self._go_on(self._uploads.begin(told), has_body)
        if known:
            return self._known_whole(told, known)
        if request.content_length == told.size and has_body and not is_cut() and not checksum():
            return self._take_whole(told)
        answer = self._go_on(self._uploads.half_sent(told) or self._uploads.begin(told), has_body)
        # Another request may have brought the last of it since we looked.
        known = None if answer.content_length else self._known(told.kind, told.digest)
        return self._known_whole(told, known) if known else answer

    def tell_offset(self, upload_id: str) -> Response:
        """Say how many bytes of the upload are on the disk."""
        self._uploads.find(venue(), upload_id)
        wait_for_the_rest(request.path)
        row = self._uploads.find(venue(), upload_id)
        return _answer(200, self._where(row, self._uploads.offset(row)) | {"Upload-Metadata": metadata_of(row)})

    def append(self, upload_id: str) -> Response:
        """Take the next part."""
        if request.mimetype != CHUNK_TYPE:
            return _answer(415)
        row = self._uploads.find(venue(), upload_id)
        offset = self._uploads.append(row, number("Upload-Offset"), request.stream, checksum())
        return self._progress(row, offset, 204)

    def terminate(self, upload_id: str) -> Response:
        """Forget an upload."""
        self._uploads.drop(self._uploads.find(venue(), upload_id))
        return _answer(204)

    def _known(self, kind: str, digest: str) -> Receipt | None:
        try:
            return receipt_for(self._store, venue(), kind, digest)
        except UnknownObjectError:
            return None

    def _known_whole(self, told: Announced, receipt: Receipt, status: int = 200, completes: bool = True) -> Response:
        self._uploads.end(told.venue, told.kind, told.digest)
        return self._receipt(receipt, status, told.size, completes)

    def _take_whole(self, told: Announced) -> Response:
        """The whole object has come with its announcement: nothing has to be remembered of the upload."""
        if told.kind == "record":
            receipt, is_new = take_record(self._store, told.venue, told.digest, request.get_data(cache=False))
            return self._known_whole(told, receipt, 201 if is_new else 200, completes=False)
        taken = take_file(self._store, told.venue, told.digest, request.stream, told.media_type, True)
        return self._known_whole(told, taken.receipt, 201 if taken.is_new else 200, taken.completes)

    def _go_on(self, row: UploadRow, has_body: bool) -> Response:
        offset = self._uploads.offset(row)
        if offset:
            wait_for_the_rest(url_for("tus.append", upload_id=row.id))
            row = self._uploads.find(row.venue, row.id)
            offset = self._uploads.offset(row)
        elif has_body:
            offset = self._uploads.append(row, 0, request.stream, checksum())
        return self._progress(row, offset, 201)

    def _progress(self, row: UploadRow, offset: int, status: int) -> Response:
        """Say how far the upload is, and when it is whole, that the object was taken."""
        if offset == row.size:
            receipt, _is_new = self._uploads.finish(row)
            if wants_receipt():
                return self._receipt(receipt, 200, row.size)
        return _answer(status, self._where(row, offset))

    def _where(self, row: UploadRow, offset: int) -> dict[str, str]:
        return {
            "Location": url_for("tus.append", upload_id=row.id, _external=True),
            "Upload-Offset": str(offset),
            "Upload-Length": str(row.size),
            "Upload-Expires": format_datetime(row.touched_at + KEPT_FOR, usegmt=True),
        }

    def _signed(self, receipt: Receipt) -> dict[str, Any]:
        return self._signer.sign(receipt, venue(), self._store.now())

    def _receipt(self, receipt: Receipt, status: int, size: int, completes: bool = True) -> Response:
        document = self._signed(receipt)
        accepted = accepted_with(self._store, venue(), receipt.digest) if completes else ()
        if accepted:  # so that nobody has to ask for them
            document["records"] = [self._signed(record) for record in accepted]
        response = jsonify(document)
        response.status_code = status
        response.headers["Upload-Offset"] = str(size)
        return response


def _answer(status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(status=status, headers=headers or {})
