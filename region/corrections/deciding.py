"""Decides on a correction: a second person, at the level where the registration stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from region.corrections.phases import may_decide
from region.corrections.requesting import phase_of, words_of
from region.registry.box import Box
from region.registry.changing import Actor, Change, Key, changing, is_claimed
from region.registry.enrolling import set_facts
from region.registry.errors import (
    ClaimedError,
    NotAllowedError,
    ReasonMissingError,
    SecondPersonError,
    UnknownRegistrationError,
)
from region.registry.locks import ItemState
from region.registry.models import ItemRow
from region.registry.reading import registration_of
from region.registry.review_models import CorrectionRow
from region.registry.rules import Rules
from region.registry.status import Act, Status
from region.store import Store
from rules.materials.catalogue import catalogue

ACCEPTED, REJECTED, OVERTAKEN = "accepted", "rejected", "overtaken"


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decides.

    Attributes:
        words: why; needed to turn a request down, and where papers have to be uploaded again.
        upload_again: whether what proves the field is asked for anew, and not only judged again.
    """

    accept: bool
    words: str = ""
    upload_again: bool = False


def decide_correction(store: Store, box: Box, rules: Rules, year: int, id_: str, actor: Actor, said: Decision) -> str:
    """Decide and return the outcome: `accepted`, `rejected`, or `overtaken` where the field has changed meanwhile.

    What is decided before is returned as it was decided.

    Raises:
        UnknownRegistrationError: no such request, or it is another venue's.
        SecondPersonError: whoever asked may not decide.
        NotAllowedError: this level, or this phase, does not allow it.
        ClaimedError: a reviewer has the registration in hand.
        ReasonMissingError: it takes words.
    """
    key = _registration(store, year, id_)
    with changing(store, key, actor) as change:
        row = change.session.get_one(CorrectionRow, (year, id_))
        if row.outcome:
            return row.outcome
        _require_may(change, row, actor, rules, said)
        row.decided_by, row.decided_at, row.decision = actor.id, change.now, said.words.strip()
        row.outcome = _accept(change, store, box, rules, row, said) if said.accept else REJECTED
        if row.outcome != ACCEPTED:
            change.note("correction_rejected", text=row.field)
        return row.outcome


def items_proving(field: str) -> frozenset[str]:
    """Return the codes of the materials that show a field."""
    return frozenset(code for code, material in catalogue().materials.items() if field in material.proves)


def _registration(store: Store, year: int, id_: str) -> Key:
    with store.read() as session:
        found = select(CorrectionRow.registration).where(CorrectionRow.exam_year == year, CorrectionRow.id == id_)
        registration = session.scalar(found)
    if registration is None:
        raise UnknownRegistrationError(f"no correction {year}/{id_}")
    return Key(year, registration)


def _require_may(change: Change, row: CorrectionRow, actor: Actor, rules: Rules, said: Decision) -> None:
    if actor.id == row.requested_by:
        raise SecondPersonError("correction")
    if not may_decide(actor, phase_of(change, rules), row.requested_by):
        raise NotAllowedError(f"{actor.role} decides no correction of what is {change.status}")
    if (
        is_claimed(change.row, change.now)
        and change.row.claimed_by != actor.id
        and change.row.claimed_until is not None
    ):
        raise ClaimedError(change.row.claimed_by, change.row.claimed_until)
    if not said.words.strip() and (not said.accept or said.upload_again):
        raise ReasonMissingError("correction")


def _accept(change: Change, store: Store, box: Box, rules: Rules, row: CorrectionRow, said: Decision) -> str:
    words, fields = words_of(box, row), dict(registration_of(box, change.row).fields)
    if fields.get(row.field, "") != words["old"]:
        return OVERTAKEN
    fields[row.field] = words["new"]
    set_facts(change.session, store, box, change.row, fields, change.key)
    change.note("facts_changed", text=row.field)
    proving = items_proving(row.field)
    touched = [item for code, item in change.items().items() if code in proving and _is_judged(item)]
    if touched:
        _judge_again(change, touched, rules, said, row.field)
    return ACCEPTED


def _judge_again(change: Change, items: Sequence[ItemRow], rules: Rules, said: Decision, field: str) -> None:
    """Take back what was found about the materials that show the field; what the region had goes back to the venue."""
    opinion = "differs" if said.upload_again and rules.online.opinion("differs") else ""
    for item in items:
        item.mark = item.mark_opinion = item.mark_text = item.marked_by = ""
        item.state = (ItemState.RETURNED if said.upload_again else ItemState.WAITING).value
        item.opinion, item.opinion_text = opinion, said.words.strip() if said.upload_again else ""
        item.decided_by, item.decided_at, item.decided_version = change.actor.id, change.now, item.version
        act = "item_returned" if said.upload_again else "item_to_judge_again"
        change.note(act, code=item.code, opinion=opinion, text=item.opinion_text)
    if change.status is Status.VENUE_PASSED:
        change.move(Act.SEND_BACK, opinion=opinion, text=said.words.strip() or field)
    row = change.row
    if said.upload_again:
        row.submitted_at = row.waiting_since = None
    else:
        row.waiting_since = row.waiting_since or change.now
    change.release()


def _is_judged(item: ItemRow) -> bool:
    return item.state == ItemState.PASSED.value or bool(item.mark)
