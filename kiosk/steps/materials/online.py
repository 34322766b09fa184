"""What the region knows of a material before the paper lies on the desk, and what that spares. Pure."""

from collections.abc import Mapping
from typing import Any

from kiosk.step import Case
from kiosk.steps.materials.checked import STEP, Checked
from records.online import PASSED, OnlineItem
from rules.materials.required import Asked

REVIEWED_ONLINE = "reviewed_online"
"""Why the check of materials, or of one of them, is waived."""


def is_covered(asked: Asked, found: Checked, case: Case) -> bool:
    """Tell whether nothing has to be done here about a material, because the review online was enough.

    In `online` nobody brings papers: what passed there has passed. In `combined` the original is shown once more,
    unless the profile waives that or there is no original to show. What staff have begun here is decided here.
    """
    if found.verdict or found.pages or case.is_asked_again(STEP):
        return False
    item, rule = case.online_item(asked.code), case.rule
    has_passed = (item is not None and item.state == PASSED) or (case.online is not None and case.online.is_reviewed)
    if rule.mode == "on_site" or not has_passed:
        return False
    return rule.mode == "online" or rule.passed == "waive" or not asked.original


def compared_with(item: OnlineItem | None, found: Checked) -> dict[str, Any] | None:
    """Return which pictures a verdict without pages of its own was given beside, for the record."""
    if item is None or not item.pictures or found.pages:
        return None
    return {"version": item.version, "pictures": [one.id for one in item.pictures]}


def is_outdated(item: OnlineItem | None, found: Checked) -> bool:
    """Tell whether the pictures at the region are others than those that the verdict was given beside."""
    return bool(item and found.compared and found.compared.get("version") != item.version)


def shown(item: OnlineItem | None) -> Mapping[str, Any] | None:
    """Return what the desk sees of a material at the region, as plain values; None where there is nothing."""
    if item is None or (not item.pictures and not item.opinion and not item.opinion_text):
        return None
    return {
        "state": item.state,
        "opinion": item.opinion,
        "text": item.opinion_text,
        "pictures": [one.id for one in item.pictures],
    }
