"""Who may have registration data corrected in which phase, and who decides. Pure.

Source: domain notes, section 0 (Guangdong 2017): the candidate until registration closes, the venue from the start of
the on-site review, nobody after the region's review.
"""

from dataclasses import dataclass

from region.registry.changing import Actor
from region.registry.status import AT_REGION, AT_VENUE, Role, Status
from rules.online import Corrections

CORRECTABLE = (
    "name", "sex", "ethnic_group", "born_on", "nationality", "id_type", "id_no", "exam_level", "exam_category",
    "education", "study_form", "school", "major", "graduated", "diploma_no", "employer", "mobile",
)  # fmt: skip
"""The number of the registration is the national system's, and a candidate's kinds follow from other fields."""


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


def may_request(role: Role, now: Phase, rules: Corrections) -> bool:
    """Tell whether somebody of this role may ask for a correction now."""
    if now.is_review_over or now.is_requesting_past or now.status not in (Status.FILLING, Status.VENUE_PASSED):
        return False
    if role is Role.CANDIDATE:
        allowed = rules.candidate == "until_upload_closes" and not now.is_upload_past
        return allowed and now.status is Status.FILLING
    if role in AT_VENUE:
        is_reviewing = now.status is Status.FILLING and not now.is_venue_review_past
        is_theirs = is_reviewing or rules.venue == "region_review"
        return is_theirs and rules.venue != "never"
    return role in AT_REGION and now.status is Status.VENUE_PASSED


def may_decide(actor: Actor, now: Phase, requested_by: str) -> bool:
    """Tell whether this person may decide: of the level where the registration stands, and not who asked."""
    if now.is_review_over or actor.id == requested_by:
        return False
    if now.status is Status.FILLING:
        return actor.role in AT_VENUE
    return now.status is Status.VENUE_PASSED and actor.role in AT_REGION
