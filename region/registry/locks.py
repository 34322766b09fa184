"""Whether a candidate may change an item: one function over the item's state, the policy and the clock. Pure.

Sources: the seed's sections 2 to 5; domain notes, "Material image states" and "Lock policy enum".
"""

from dataclasses import dataclass
from enum import StrEnum

from region.registry.status import Status


class ItemState(StrEnum):
    """How far one material is. Every item always has one of these; silence means nothing."""

    EMPTY = "empty"
    """未上传"""
    OPEN = "open"
    """未锁定: uploaded, not submitted"""
    WAITING = "waiting"
    """已锁定, waits for a reviewer"""
    PASSED = "passed"
    """已锁定 ✔"""
    RETURNED = "returned"
    """已解锁: a reviewer asks for another picture"""


class Lock(StrEnum):
    """Why an item cannot be changed; NONE if it can."""

    NONE = ""
    SWITCHED_OFF = "switched_off"
    """The region does not take uploads (now)."""
    NOT_OPEN = "not_open"
    DECIDED = "decided"
    """The registration's review has gone further than the candidate's part."""
    PASSED = "passed"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    """A reviewer has it in hand at this moment."""
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the lock depends on besides the item.

    Attributes:
        policy: the profile's `lock`.
        is_offered: whether the profile offers the upload.
        is_begun, is_past: whether the upload window has opened, and whether it has closed.
        is_submitted: the candidate has pressed 提交审核, and it has not been sent back since.
        is_claimed: a reviewer has the registration in hand.
    """

    status: Status
    policy: str
    is_offered: bool
    is_begun: bool
    is_past: bool
    is_submitted: bool
    is_claimed: bool


def lock_of(state: ItemState, now: Situation) -> Lock:
    """Return why the candidate cannot change an item, `Lock.NONE` if it may be changed."""
    if not now.is_offered:
        return Lock.SWITCHED_OFF
    if now.status is not Status.FILLING:
        return Lock.DECIDED
    if state is ItemState.PASSED:
        return Lock.PASSED
    if now.is_claimed:
        return Lock.IN_REVIEW
    if state is ItemState.RETURNED:  # whoever is asked for something may bring it, also after the window
        return Lock.SUBMITTED if now.is_submitted else Lock.NONE
    if not now.is_begun:
        return Lock.NOT_OPEN
    if now.is_past:
        return Lock.DEADLINE
    return _by_policy(now)


def _by_policy(now: Situation) -> Lock:
    if now.policy == "on_submit" and now.is_submitted:
        return Lock.SUBMITTED
    return Lock.NONE


def after_change(state: ItemState, policy: str, pages: int) -> ItemState:
    """Return the state of an item whose pictures the candidate has just changed."""
    if state is ItemState.RETURNED:
        return state  # until it is submitted anew
    if pages == 0:
        return ItemState.EMPTY
    if state is ItemState.WAITING:
        return state
    return ItemState.WAITING if policy == "on_review" else ItemState.OPEN


def after_submission(state: ItemState, pages: int) -> ItemState:
    """Return the state of an item of a registration that is being submitted."""
    if state in (ItemState.OPEN, ItemState.RETURNED) and pages:
        return ItemState.WAITING
    return state
