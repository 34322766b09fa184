"""Who may have registration data corrected in which phase, and who decides. Pure.

Source: domain notes, section 0 (Guangdong 2017): the candidate until registration closes, the venue from the start of
the on-site review, nobody after the region's review.
"""

from dataclasses import dataclass
from enum import StrEnum

from region.registry.changing import Actor
from region.registry.status import AT_REGION, AT_VENUE, Role, Status
from rules.online import Corrections

CORRECTABLE = (
    "name", "sex", "ethnic_group", "born_on", "nationality", "id_type", "id_no", "exam_level", "exam_category",
    "education", "study_form", "school", "major", "graduated", "diploma_no", "employer", "mobile",
)  # fmt: skip
"""The number of the registration is the national system's, and a candidate's kinds follow from other fields."""


class Closed(StrEnum):
    """Why somebody may not ask for a correction now; OPEN if they may."""

    OPEN = ""
    NEVER = "never"
    """The profile never lets them."""
    OVER = "over"
    """The whole review has ended."""
    DEADLINE = "deadline"
    """The candidates' time is over."""
    DECIDED = "decided"
    """It stands at another level, or behind the review."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Where a registration stands in time.

    Attributes:
        is_venue_review_past, is_requesting_past: whether the windows of the venues' review and of corrections have
            closed.
    """

    status: Status
    is_upload_past: bool
    is_review_over: bool
    is_venue_review_past: bool = False
    is_requesting_past: bool = False


def closed_for(role: Role, now: Phase, rules: Corrections) -> Closed:
    """Return why somebody of this role may not ask for a correction now, `Closed.OPEN` if they may."""
    if (role is Role.CANDIDATE and rules.candidate == "never") or (role in AT_VENUE and rules.venue == "never"):
        return Closed.NEVER
    if now.is_review_over:
        return Closed.OVER
    if now.status not in _open_to(role, rules):
        return Closed.DECIDED
    return Closed.DEADLINE if now.is_requesting_past or _is_past_for(role, now, rules) else Closed.OPEN


def _is_past_for(role: Role, now: Phase, rules: Corrections) -> bool:
    if role is Role.CANDIDATE:
        return now.is_upload_past
    return role in AT_VENUE and now.is_venue_review_past and rules.venue != "region_review"


def may_request(role: Role, now: Phase, rules: Corrections) -> bool:
    """Tell whether somebody of this role may ask for a correction now."""
    return closed_for(role, now, rules) is Closed.OPEN


def _open_to(role: Role, rules: Corrections) -> frozenset[Status]:
    """Return where a registration has to stand for somebody of this role to ask."""
    if role in AT_REGION:
        return frozenset({Status.VENUE_PASSED})
    if role in AT_VENUE and rules.venue == "region_review":
        return frozenset({Status.FILLING, Status.VENUE_PASSED})
    return frozenset({Status.FILLING}) if role in AT_VENUE | {Role.CANDIDATE} else frozenset()


def may_decide(actor: Actor, now: Phase, requested_by: str) -> bool:
    """Tell whether this person may decide: of the level where the registration stands, and not who asked."""
    if now.is_review_over or actor.id == requested_by:
        return False
    if now.status is Status.FILLING:
        return actor.role in AT_VENUE
    return now.status is Status.VENUE_PASSED and actor.role in AT_REGION
