"""What venues fetch: their registrations, the pictures of these, and the profile in force."""

import base64
import hashlib
import re

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from region.errors import BadRequestError, DamagedHereError, StorageFailedError, UnknownObjectError
from region.guard import venue
from region.publishing.adoption import note_asked
from region.registry.box import Box, open_box
from region.registry.contents import open_picture, picture_of_venue
from region.registry.downward import AT_MOST, changes_since
from region.registry.errors import UnknownRegistrationError
from region.registry.rules import rules_in_force
from region.store import Store

_PICTURE = re.compile(r"(\d{4})-([0-9a-f]{8,32})", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}", re.ASCII)


def blueprint(store: Store) -> Blueprint:
    """Return the routes under /api/v1; the contract is docs/sync-contract.md."""
    api = Blueprint("handing_down", __name__, url_prefix="/api/v1")

    def box() -> Box:
        return open_box(store)  # read at each request: a key that was restored is used at once

    @api.get("/registrations")
    def registrations() -> Response:
        since, limit = _number("since", 0), _number("limit", AT_MOST)
        try:
            told, cursor = changes_since(store, box(), rules_in_force(store), venue(), since, limit)
        except DamagedHereError as error:
            raise StorageFailedError("a registration does not open here") from error
        return jsonify(registrations=told, cursor=cursor)

    @api.get("/pictures/<picture_id>")
    def picture(picture_id: str) -> BaseResponse:
        named = _PICTURE.fullmatch(picture_id)
        if named is None:
            raise UnknownObjectError("no such picture")
        try:
            row = picture_of_venue(store, venue(), int(named[1]), named[2])
            content = open_picture(store, box(), row)
        except UnknownRegistrationError as error:
            raise UnknownObjectError("no such picture of this venue") from error
        except DamagedHereError as error:
            raise StorageFailedError("the picture does not open here") from error
        return _in_parts(content, row.media_type, row.object)

    @api.get("/profile")
    def profile() -> BaseResponse:
        rules = rules_in_force(store)
        note_asked(store, venue(), request.if_none_match.as_set(), request.args.get("in_use", ""))
        response = jsonify(digest=rules.digest, version=rules.version, source=rules.source)
        response.set_etag(rules.digest)
        return response.make_conditional(request)

    return api


def _in_parts(content: bytes, media_type: str, digest: str) -> BaseResponse:
    """Return the bytes, or the part of them that is asked for; the digest over all of them comes with either."""
    response = Response(content, mimetype=media_type)
    response.set_etag(digest)
    # RFC 9530: of the whole, also where only a part is sent; so a venue knows whether the parts it put together fit.
    whole = base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")
    response.headers["Repr-Digest"] = f"sha-256=:{whole}:"
    return response.make_conditional(request, accept_ranges=True, complete_length=len(content))


def _number(name: str, default: int) -> int:
    text = request.args.get(name, str(default))
    if not _NUMBER.fullmatch(text):
        raise BadRequestError(f"{name} is no number")
    return int(text)
