"""The status of a registration as one table: who may bring it from where to where. Pure.

The words are the seed's and the domain notes' (section "Status vocabulary"); 待缴费 and 已缴费 are inferred there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a registration stands, as candidates know the words."""

    FILLING = "filling"
    """填报"""
    VENUE_PASSED = "venue_passed"
    """考点通过"""
    APPROVED = "approved"
    """审核通过"""
    REFUSED = "refused"
    """审核拒绝"""
    PAYMENT_DUE = "payment_due"
    """待缴费"""
    PAID = "paid"
    """已缴费"""
    PREPARING = "preparing"
    """备考"""
    EXAM_PASSED = "exam_passed"
    """通过"""
    EXAM_FAILED = "exam_failed"
    """未通过"""


class Role(StrEnum):
    """Who acts. The first two belong to a venue (考点), the next two to the region (考区)."""

    VENUE_REVIEW = "venue_review"
    VENUE_LEAD = "venue_lead"
    REVIEW = "review"
    LEAD = "lead"
    ADMIN = "admin"
    CANDIDATE = "candidate"
    SYSTEM = "system"
    """Another system: payment, the national registration, or a venue's accepted record."""


AT_VENUE = frozenset({Role.VENUE_REVIEW, Role.VENUE_LEAD})
AT_REGION = frozenset({Role.REVIEW, Role.LEAD})


class Act(StrEnum):
    """What changes a status. Acts on single items change none and are not here."""

    PASS_AT_VENUE = "pass_at_venue"  # noqa: S105 - no password
    APPROVE = "approve"
    SEND_BACK = "send_back"
    REFUSE = "refuse"
    RECONSIDER = "reconsider"
    WITHDRAW_APPROVAL = "withdraw_approval"
    OPEN_PAYMENT = "open_payment"
    PAY = "pay"
    ADMIT = "admit"
    PASS_EXAM = "pass_exam"  # noqa: S105 - no password
    FAIL_EXAM = "fail_exam"


@dataclass(frozen=True, slots=True)
class Rule:
    """One act: from where, to where, by whom, and whether it takes a second person, a reason, or an order to pay."""

    sources: frozenset[Status]
    target: Status
    roles: frozenset[Role]
    needs_reason: bool = False
    four_eyes: bool = False
    needs_order: bool = False


def _rule(
    *sources: Status,
    to: Status,
    by: frozenset[Role] | Role,
    reason: bool = False,
    eyes: bool = False,
    order: bool = False,
) -> Rule:
    return Rule(frozenset(sources), to, by if isinstance(by, frozenset) else frozenset({by}), reason, eyes, order)


RULES: Mapping[Act, Rule] = {
    Act.PASS_AT_VENUE: _rule(Status.FILLING, to=Status.VENUE_PASSED, by=AT_VENUE | {Role.SYSTEM}),
    Act.APPROVE: _rule(Status.VENUE_PASSED, to=Status.APPROVED, by=AT_REGION),
    Act.SEND_BACK: _rule(Status.VENUE_PASSED, to=Status.FILLING, by=AT_REGION, reason=True),
    Act.REFUSE: _rule(Status.FILLING, Status.VENUE_PASSED, to=Status.REFUSED, by=Role.LEAD, reason=True, eyes=True),
    # An appeal is a new decision of the region: the review begins again.
    Act.RECONSIDER: _rule(Status.REFUSED, to=Status.FILLING, by=Role.LEAD, reason=True),
    Act.WITHDRAW_APPROVAL: _rule(Status.APPROVED, to=Status.VENUE_PASSED, by=Role.LEAD, reason=True),
    Act.OPEN_PAYMENT: _rule(Status.APPROVED, to=Status.PAYMENT_DUE, by=Role.SYSTEM, order=True),
    Act.PAY: _rule(Status.PAYMENT_DUE, to=Status.PAID, by=Role.SYSTEM, order=True),
    Act.ADMIT: _rule(Status.PAID, to=Status.PREPARING, by=Role.SYSTEM),
    Act.PASS_EXAM: _rule(Status.PREPARING, to=Status.EXAM_PASSED, by=Role.SYSTEM),
    Act.FAIL_EXAM: _rule(Status.PREPARING, to=Status.EXAM_FAILED, by=Role.SYSTEM),
}

_UNDER_REVIEW = frozenset({Status.VENUE_PASSED, Status.APPROVED, Status.REFUSED})


def may(role: Role, act: Act, status: Status) -> bool:
    """Tell whether somebody of this role may do this now, a second person and a reason aside."""
    rule = RULES[act]
    return status in rule.sources and role in rule.roles


def acts_from(status: Status, role: Role) -> tuple[Act, ...]:
    """Return what somebody of this role may do, in the table's order."""
    return tuple(act for act in RULES if may(role, act, status))


def shown_to_candidate(status: Status, shown: str, *, is_over: bool) -> Status:
    """Return the status a candidate may see.

    Args:
        shown: the profile's word, `at_once` or `when_over`.
        is_over: whether the whole review of this exam has ended.
    """
    if shown == "when_over" and not is_over and status in _UNDER_REVIEW:
        return Status.FILLING
    return status
