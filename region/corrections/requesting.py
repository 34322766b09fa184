"""Asks for a correction. What it was and shall be is sealed; nothing of the registration changes yet."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from region.corrections.errors import RequestRefusedError
from region.corrections.evidence import belongs_to, keep_evidence
from region.corrections.phases import CORRECTABLE, Phase, may_request
from region.registry.box import Box
from region.registry.candidate import Prepared
from region.registry.changing import Actor, Change, Key, changing
from region.registry.reading import registration_of, situation_of
from region.registry.review_models import CorrectionRow
from region.registry.rules import Rules, is_past
from region.store import Store

MAX_VALUE_CHARS, MAX_REASON_CHARS = 200, 500


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants corrected; `evidence` are the pictures that prove it."""

    field: str
    new: str
    reason: str
    evidence: Sequence[Prepared] = ()


def request_correction(store: Store, box: Box, rules: Rules, key: Key, actor: Actor, wish: Wish) -> str:
    """Keep a request and return its id; the same one once more is the one that waits already.

    Raises:
        UnknownRegistrationError: there is none, or it is another venue's.
        RequestRefusedError: it is not taken; says why.
    """
    new, reason = " ".join(wish.new.split()), wish.reason.strip()
    with changing(store, key, actor) as change:
        if not may_request(actor.role, phase_of(change, rules), rules.online.corrections):
            raise RequestRefusedError("phase")
        old = _require_sensible(change, box, wish.field, new, reason)
        if (asked := _asked(change, wish.field)) is not None:
            if asked.requested_by != actor.id or words_of(box, asked) != {"old": old, "new": new, "reason": reason}:
                raise RequestRefusedError("open")
            return asked.id
        row = CorrectionRow(
            exam_year=key.year,
            id=secrets.token_hex(12),
            registration=key.id,
            venue=change.row.venue,
            field=wish.field,
            requested_by=actor.id,
            requested_at=change.now,
        )
        row.content = box.seal_fields({"old": old, "new": new, "reason": reason}, belongs_to(row))
        change.session.add(row)
        change.session.flush()
        keep_evidence(change.session, store, box, row, wish.evidence)
        change.note("correction_requested", text=wish.field)
        return row.id


def phase_of(change: Change, rules: Rules) -> Phase:
    """Return where a registration stands in time."""
    session, row = change.session, change.row
    now = situation_of(session, row, rules, change.now)
    upload, review, venue_review, requests = (
        now.is_past,
        *(
            is_past(session, row.exam_year, row.venue, kind, change.now)
            for kind in ("region_review", "venue_review", "corrections")
        ),
    )
    return Phase(change.status, upload, review, venue_review, requests)


def words_of(box: Box, row: CorrectionRow) -> Mapping[str, str]:
    """Return `old`, `new` and `reason`."""
    return box.open_fields(row.content, belongs_to(row))


def _require_sensible(change: Change, box: Box, field: str, new: str, reason: str) -> str:
    """Return the present value."""
    if field not in CORRECTABLE:
        raise RequestRefusedError("field")
    if not new or len(new) > MAX_VALUE_CHARS or len(reason) > MAX_REASON_CHARS or not new.isprintable():
        raise RequestRefusedError("value")
    old = registration_of(box, change.row).fields.get(field, "")
    if new == old:
        raise RequestRefusedError("same")
    return old


def _asked(change: Change, field: str) -> CorrectionRow | None:
    """Return the request for this field that waits, if one does."""
    of_it = CorrectionRow.exam_year == change.key.year, CorrectionRow.registration == change.key.id
    query = select(CorrectionRow).where(*of_it, CorrectionRow.field == field, CorrectionRow.outcome == "")
    return change.session.scalar(query.limit(1))
