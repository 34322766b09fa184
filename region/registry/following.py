"""What a verdict on a venue's record does to the registration of the same person, by the table of statuses.

passed      审核通过; a registration that still stands at the venue has passed there by its sealed record
returned    back to the venue, if it was at the region
refused     from the first person a proposal, from a lead who is somebody else 审核拒绝
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.verdict import Decision
from region.models import RecordRow
from region.registry.changing import Actor, Change, Key, changing_in, is_claimed
from region.registry.errors import ClaimedError, NotAllowedError, NotReadyError, SecondPersonError
from region.registry.locks import ItemState
from region.registry.models import RegistrationRow
from region.registry.reviewing import apply_marks
from region.registry.status import Act, Role, Status
from region.store import Store

RECORD = Actor("record", Role.SYSTEM)
_UNDER_REVIEW = frozenset({Status.FILLING, Status.VENUE_PASSED})
_OPEN = frozenset({ItemState.OPEN, ItemState.WAITING, ItemState.RETURNED})


def registration_of_person(session: Session, person: str | None) -> Key | None:
    """Return the newest registration of whoever has this mark, None where there is none."""
    if person is None:
        return None
    query = select(RegistrationRow.exam_year, RegistrationRow.id).where(RegistrationRow.person == person)
    row = session.execute(query.order_by(RegistrationRow.exam_year.desc()).limit(1)).one_or_none()
    return Key(row[0], row[1]) if row else None


def follow(store: Store, session: Session, record: RecordRow, actor: Actor, decision: Decision, reason: str) -> bool:
    """Move the registration within the verdict's transaction; tell whether the verdict is given.

    It is not where it is a first refusal: that is a proposal, and a second person gives the verdict.

    Raises:
        ClaimedError: a reviewer has the registration in hand.
        NotReadyError: items are undecided, or noted to be sent back.
        NotAllowedError, SecondPersonError: the table of statuses does not allow it (so).
    """
    key = registration_of_person(session, record.person)
    if key is None:
        return True
    with changing_in(session, key, actor, store.now()) as change:
        row = change.row
        if is_claimed(row, change.now) and row.claimed_by != actor.id and row.claimed_until is not None:
            raise ClaimedError(row.claimed_by, row.claimed_until)
        if decision is Decision.REFUSED:
            return _refuse(change, reason)
        if decision is Decision.PASSED:
            _pass(change, record.venue)
        else:
            _return(change, reason)
        return True


def _pass(change: Change, venue: str) -> None:
    if change.status not in _UNDER_REVIEW and change.status is not Status.REFUSED:
        return  # approved, or further: it says nothing new
    _require_no_proposal(change)
    if open_ones := [code for code, item in change.items().items() if _is_open(item.state, item.mark)]:
        raise NotReadyError(open_ones)
    if change.status is Status.FILLING:
        if venue != change.row.venue:
            raise NotAllowedError("the record is of another venue than the registration")
        reviewer, change.actor = change.actor, RECORD
        change.move(Act.PASS_AT_VENUE)
        change.actor = reviewer
    apply_marks(change)
    change.move(Act.APPROVE)
    change.row.waiting_since = None
    change.release()


def _return(change: Change, reason: str) -> None:
    if change.status not in _UNDER_REVIEW:
        raise NotAllowedError(f"what is {change.status} is not sent back")
    _require_no_proposal(change)
    if change.status is Status.VENUE_PASSED:
        change.move(Act.SEND_BACK, text=reason)
        change.row.waiting_since = change.now
    else:
        change.note("record_returned", text=reason)
    change.release()


def _refuse(change: Change, reason: str) -> bool:
    row = change.row
    if change.status is Status.REFUSED:
        return True
    if change.status not in _UNDER_REVIEW:
        raise NotAllowedError(f"what is {change.status} is not refused")
    if not row.proposed_by:
        row.proposed_by = change.actor.id
        row.waiting_since = row.waiting_since or change.now
        change.note("refusal_proposed", text=reason)
        change.release()
        return False
    change.move(Act.REFUSE, text=reason)
    row.proposed_by, row.waiting_since = "", None
    change.release()
    return True


def _require_no_proposal(change: Change) -> None:
    if change.row.proposed_by:
        raise SecondPersonError("a refusal is proposed")


def _is_open(state: str, mark: str) -> bool:
    return mark == "return" or (not mark and ItemState(state) in _OPEN)
