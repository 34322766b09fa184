"""The region's word on one day of a venue, for the venue's closing in the evening."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import select

from records.day import DayStatement, DayWindow, digest_of_day, sign_statement
from records.receipt import ReceiptSigner
from region.errors import BadRequestError
from region.guard import venue
from region.models import RecordRow
from region.store import Store

LONGEST = timedelta(days=2)
"""No calendar day is longer; who asks for more has mistyped."""


def blueprint(store: Store, signer: ReceiptSigner) -> Blueprint:
    """Return the route under /api/v1."""
    days = Blueprint("days", __name__, url_prefix="/api/v1/days")

    @days.get("/<day>")
    def get_day(day: str) -> Response:
        statement = statement_on(store, venue(), window_of(day, request.args))
        return jsonify(sign_statement(signer, statement, store.now()))

    return days


def window_of(day: str, query: Mapping[str, str]) -> DayWindow:
    """Return the window that a venue asks about.

    Raises:
        BadRequestError: it is none.
    """
    try:
        begins_at, ends_at = (datetime.fromisoformat(query[name]) for name in ("from", "until"))
        window = DayWindow(date.fromisoformat(day), begins_at, ends_at)
        is_one = timedelta() < ends_at - begins_at <= LONGEST
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise BadRequestError("not a day with its two moments") from error
    if not is_one or begins_at.tzinfo is None or ends_at.tzinfo is None:
        raise BadRequestError("not a day with its two moments")
    return window


def statement_on(store: Store, venue_id: str, window: DayWindow) -> DayStatement:
    """Return what is held of the records that this venue sealed within the window."""
    query = select(RecordRow.digest, RecordRow.accepted_at).where(
        RecordRow.venue == venue_id, RecordRow.sealed_at >= window.begins_at, RecordRow.sealed_at < window.ends_at
    )
    with store.read() as session:
        held = session.execute(query).all()
    accepted = [digest for digest, accepted_at in held if accepted_at is not None]
    return DayStatement(venue_id, window, len(accepted), digest_of_day(accepted), len(held) - len(accepted))
