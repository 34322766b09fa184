"""Queues what a candidate is to be told, in the transaction of the event itself: neither is there without the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from region.notices.models import NoticeRow
from region.registry.models import RegistrationRow


@dataclass(frozen=True, slots=True)
class Noted:
    """An event of the change that is being made."""

    number: int
    act: str


class Kind(StrEnum):
    """What candidates are told of; the names of the profile's texts."""

    RETURNED = "returned"
    VENUE_PASSED = "venue_passed"
    APPROVED = "approved"
    REFUSED = "refused"
    PAYMENT_DUE = "payment_due"
    SLOT_GIVEN = "slot_given"
    SLOT_TAKEN_BACK = "slot_taken_back"


_KINDS: Mapping[str, Kind] = {
    "returned": Kind.RETURNED,
    "send_back": Kind.RETURNED,
    "pass_at_venue": Kind.VENUE_PASSED,
    "approve": Kind.APPROVED,
    "refuse": Kind.REFUSED,
    "open_payment": Kind.PAYMENT_DUE,
    "slot_given": Kind.SLOT_GIVEN,
    "slot_taken_back": Kind.SLOT_TAKEN_BACK,
}


def queue_notice(session: Session, row: RegistrationRow, noted: Sequence[Noted], now: datetime) -> None:
    """Queue at most one notice for a change; what the region sends back to the venue alone concerns no candidate."""
    found = next((one for one in reversed(noted) if one.act in _KINDS), None)
    if found is None:
        return
    if found.act == "send_back" and all(one.act != "item_returned" for one in noted):
        return
    notice = NoticeRow(exam_year=row.exam_year, registration=row.id, event=found.number, kind=_KINDS[found.act].value)
    notice.state, notice.queued_at, notice.next_at = "waiting", now, now
    notice.channel = notice.address = notice.trouble = ""
    notice.attempts = 0
    session.add(notice)
