"""How a review can be concluded by whom, and what still stands in the way. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from region.registry.changing import Actor
from region.registry.locks import ItemState
from region.registry.reading import Case, Item
from region.registry.status import AT_REGION, AT_VENUE, Role, Status


class Conclusion(StrEnum):
    """What a reviewer says about the whole."""

    PASS_AT_VENUE = "pass_at_venue"  # noqa: S105 - no password
    APPROVE = "approve"
    SEND_BACK = "send_back"
    PROPOSE_REFUSAL = "propose_refusal"
    REFUSE = "refuse"
    DISMISS = "dismiss"
    RECONSIDER = "reconsider"
    WITHDRAW_APPROVAL = "withdraw_approval"


WITHOUT_CLAIM = frozenset({Conclusion.RECONSIDER, Conclusion.WITHDRAW_APPROVAL})
"""What needs no look at the items."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A conclusion that somebody may draw.

    Attributes:
        missing: codes of the items that stand in the way.
        needs_mark: something has to be noted to be sent back first.
        needs_words: it takes an opinion or words.
        needs_other: whoever proposed the refusal cannot draw it.
    """

    conclusion: Conclusion
    missing: tuple[str, ...] = ()
    needs_mark: bool = False
    needs_words: bool = False
    needs_other: bool = False


def offers(case: Case, actor: Actor) -> tuple[Offer, ...]:
    """Return the conclusions of this person's level, the ordinary one first."""
    if case.row.proposed_by:
        return _on_proposal(case, actor)
    if case.status is Status.FILLING and actor.role in AT_VENUE:
        return (
            Offer(Conclusion.PASS_AT_VENUE, missing=_undecided(case)),
            Offer(Conclusion.SEND_BACK, needs_mark=not to_return(case)),
            Offer(Conclusion.PROPOSE_REFUSAL, needs_words=True),
        )
    if case.status is Status.VENUE_PASSED and actor.role in AT_REGION:
        return (
            Offer(Conclusion.APPROVE, missing=to_return(case)),
            Offer(Conclusion.SEND_BACK, needs_words=not to_return(case)),
            Offer(Conclusion.PROPOSE_REFUSAL, needs_words=True),
        )
    if actor.role is Role.LEAD and case.status is Status.REFUSED:
        return (Offer(Conclusion.RECONSIDER, needs_words=True),)
    if actor.role is Role.LEAD and case.status is Status.APPROVED:
        return (Offer(Conclusion.WITHDRAW_APPROVAL, needs_words=True),)
    return ()


def may_claim(case: Case, actor: Actor) -> bool:
    """Tell whether it is at this person's level."""
    at_level = AT_VENUE if case.status is Status.FILLING else AT_REGION
    is_under_review = case.status in (Status.FILLING, Status.VENUE_PASSED)
    return is_under_review and (actor.role in at_level or (bool(case.row.proposed_by) and actor.role is Role.LEAD))


def to_return(case: Case) -> tuple[str, ...]:
    """Return the codes of the items that are noted to be sent back."""
    return tuple(item.asked.code for item in case.items if item.row is not None and item.row.mark == "return")


def is_undecided(item: Item) -> bool:
    """Tell whether somebody has to look at it before the whole can pass."""
    mark = item.row.mark if item.row else ""
    if mark == "return" or (not mark and item.state in (ItemState.OPEN, ItemState.WAITING, ItemState.RETURNED)):
        return True
    return item.asked.required and mark != "pass" and item.state is not ItemState.PASSED


def _undecided(case: Case) -> tuple[str, ...]:
    return tuple(item.asked.code for item in case.items if is_undecided(item))


def _on_proposal(case: Case, actor: Actor) -> tuple[Offer, ...]:
    is_own = case.row.proposed_by == actor.id
    found = []
    if actor.role is Role.LEAD:
        found.append(Offer(Conclusion.REFUSE, needs_words=True, needs_other=is_own))
    if actor.role is Role.LEAD or (actor.role is Role.VENUE_LEAD and case.status is Status.FILLING):
        found.append(Offer(Conclusion.DISMISS, needs_words=True, needs_other=is_own))
    return tuple(found)
