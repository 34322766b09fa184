"""The table of statuses: what it allows, and that nothing else is allowed."""

from itertools import product

import pytest

from region.registry.status import RULES, Act, Role, Status, acts_from, may, shown_to_candidate


def test_only_the_region_approves_and_refuses() -> None:
    deciding = {(act, role) for act, role in product((Act.APPROVE, Act.REFUSE), Role) if role in RULES[act].roles}
    assert deciding == {(Act.APPROVE, Role.REVIEW), (Act.APPROVE, Role.LEAD), (Act.REFUSE, Role.LEAD)}


def test_candidates_and_administrators_change_no_status() -> None:
    assert not [act for act, rule in RULES.items() if rule.roles & {Role.CANDIDATE, Role.ADMIN}]


def test_every_status_can_be_reached_and_only_results_are_ends() -> None:
    reached, seen = {Status.FILLING}, set()
    while reached != seen:
        seen = set(reached)
        reached |= {rule.target for rule in RULES.values() if rule.sources & seen}
    assert reached == set(Status)
    ends = {status for status in Status if not any(acts_from(status, role) for role in Role)}
    assert ends == {Status.EXAM_PASSED, Status.EXAM_FAILED}


def test_what_the_table_does_not_name_is_forbidden() -> None:
    assert not may(Role.VENUE_LEAD, Act.APPROVE, Status.VENUE_PASSED)
    assert not may(Role.LEAD, Act.APPROVE, Status.FILLING)
    assert not may(Role.SYSTEM, Act.PAY, Status.APPROVED)


@pytest.mark.parametrize("status", [Status.VENUE_PASSED, Status.APPROVED, Status.REFUSED])
def test_what_reviewers_decided_is_shown_when_the_review_is_over(status: Status) -> None:
    assert shown_to_candidate(status, "when_over", is_over=False) is Status.FILLING
    assert shown_to_candidate(status, "when_over", is_over=True) is status
    assert shown_to_candidate(status, "at_once", is_over=False) is status


def test_what_candidates_have_to_do_is_never_hidden() -> None:
    assert shown_to_candidate(Status.PAYMENT_DUE, "when_over", is_over=False) is Status.PAYMENT_DUE
