"""Checkpoints of the venues' audit logs: kept and compared; one that contradicts an earlier one is a finding."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, jsonify, render_template, request
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.audit import Checkpoint, contradiction, read_checkpoint
from records.canonical import digest_bytes
from records.errors import MalformedRecordError
from region.audit import note
from region.errors import (
    BadRequestError,
    ContradictionError,
    IntakeError,
    OtherVenueError,
    UnknownCheckpointKeyError,
    UnreadableRecordError,
    WrongSignatureError,
)
from region.guard import venue
from region.models import CheckpointRow
from region.presenting import TIME
from region.store import Store
from region.tus_headers import require_as_sent
from region.venues import hold_venue, venue_names

MAX_CHECKPOINT_BYTES = 4096
SHOWN = 100

SignatureCheck = Callable[[Session, Checkpoint, str], bool | None]
"""Whether the venue's enrolled, unrevoked key signed the checkpoint; None if no such key is enrolled."""


def install(app: Flask, csrf: CSRFProtect, store: Store, check: SignatureCheck) -> None:
    """Add what venues send to, and what reviewers see."""
    api = Blueprint("checkpoint_api", __name__, url_prefix="/api/v1")
    pages = Blueprint("checkpoints", __name__)

    @api.put("/checkpoints")
    def put() -> tuple[Response, int]:
        request.max_content_length = MAX_CHECKPOINT_BYTES
        require_as_sent()
        checkpoint, signature = _read(request.get_json(silent=True))
        is_new = take(store, venue(), checkpoint, signature, check)
        receipt = {"digest": digest_bytes(checkpoint.content()), "now": store.now().isoformat()}
        return jsonify(receipt=receipt), 201 if is_new else 200

    @pages.get("/checkpoints")
    def show() -> str:
        states = [(row, format_datetime(row.received_at, TIME)) for row in newest(store)]
        names = venue_names(store)
        return render_template("region/checkpoints.html", states=states, findings=findings(store), venues=names)

    csrf.exempt(api)
    app.register_blueprint(api)
    app.register_blueprint(pages)


def take(store: Store, venue_id: str, checkpoint: Checkpoint, signature: str, check: SignatureCheck) -> bool:
    """Keep a checkpoint and return whether it is new; one that contradicts an earlier one is kept as a finding.

    Raises:
        OtherVenueError, UnknownCheckpointKeyError, WrongSignatureError: it is not kept at all.
        ContradictionError: the venue's log is not what it was.
    """
    if checkpoint.venue != venue_id:
        raise OtherVenueError("the checkpoint names another venue than the key")
    digest = digest_bytes(checkpoint.content())
    with store.write() as session:
        hold_venue(session, venue_id)
        _require_signature(check(session, checkpoint, signature))
        known = session.scalar(select(CheckpointRow).where(CheckpointRow.digest == digest))
        trouble = known.trouble if known else contradiction(checkpoint, _good(session, venue_id))
        if known is None:
            session.add(_row(store, checkpoint, signature, digest, trouble))
            note(
                session, store.now(), venue_id, "checkpoint_refused" if trouble else "checkpoint_kept", digest, trouble
            )
    if trouble:
        raise ContradictionError(f"the checkpoint contradicts an earlier one: {trouble}")
    return known is None


def newest(store: Store) -> list[CheckpointRow]:
    """Return the newest good checkpoint of each venue that sent any."""
    last = (
        select(func.max(CheckpointRow.number).label("number"), CheckpointRow.venue)
        .where(CheckpointRow.trouble == "")
        .group_by(CheckpointRow.venue)
        .subquery()
    )
    query = (
        select(CheckpointRow)
        .join(last, (last.c.venue == CheckpointRow.venue) & (last.c.number == CheckpointRow.number))
        .where(CheckpointRow.trouble == "")
    )
    with store.read() as session:
        return list(session.scalars(query.order_by(CheckpointRow.venue)))


def findings(store: Store) -> list[tuple[CheckpointRow, str]]:
    """Return the newest checkpoints that contradict earlier ones, each with what that means in words."""
    query = select(CheckpointRow).where(CheckpointRow.trouble != "").order_by(CheckpointRow.seq.desc()).limit(SHOWN)
    with store.read() as session:
        return [(row, trouble_words(row.trouble)) for row in session.scalars(query)]


def _read(document: object) -> tuple[Checkpoint, str]:
    if not isinstance(document, dict) or not isinstance(document.get("signature"), str):
        raise BadRequestError("not a signed checkpoint")
    try:
        return read_checkpoint(document.get("checkpoint")), document["signature"][:200]
    except MalformedRecordError as error:
        raise UnreadableRecordError(str(error)) from error


def _require_signature(is_good: bool | None) -> None:
    """Make sure of the signature.

    Raises:
        UnknownCheckpointKeyError, WrongSignatureError.
    """
    refusal: type[IntakeError] | None = {None: UnknownCheckpointKeyError, False: WrongSignatureError}.get(is_good)
    if refusal is not None:
        raise refusal(refusal.__doc__)


def _good(session: Session, venue_id: str) -> list[Checkpoint]:
    query = select(CheckpointRow).where(CheckpointRow.venue == venue_id, CheckpointRow.trouble == "")
    return [
        Checkpoint(row.venue, row.number, row.entry, row.head, row.made_at, row.key_id)
        for row in session.scalars(query)
    ]


def _row(store: Store, checkpoint: Checkpoint, signature: str, digest: str, trouble: str) -> CheckpointRow:
    return CheckpointRow(
        digest=digest,
        venue=checkpoint.venue,
        number=checkpoint.number,
        entry=checkpoint.entry,
        head=checkpoint.head,
        made_at=checkpoint.made_at,
        key_id=checkpoint.key_id,
        signature=signature,
        trouble=trouble,
        received_at=store.now(),
    )


def trouble_words(trouble: str) -> str:
    """Return what it means that a checkpoint contradicts an earlier one."""
    texts = {
        "other_content": _("Another checkpoint with this number was sent before: the venue's data were put back."),
        "other_history": _("The same entry had another content before: the log was edited."),
        "shorter": _("The log was longer before: its end was cut off, or the venue's data were put back."),
    }
    return str(texts[trouble])
