"""Accounts: who may change whose role, who is left at the end, and passwords that let in once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from region.administration.reading import acts_on
from region.administration.staff import State, Wanted, account, administrators, list_accounts, state_of
from region.errors import SignInRefusedError, UnknownObjectError
from region.models import Reviewer
from region.office_errors import AlreadyKnownError, OfficeRefusedError
from region.reviewers import (
    ONE_TIME_FOR,
    add_reviewer,
    change_role,
    close_account,
    new_secret,
    require_strong,
    reset_password,
)
from region.sessions import Accounts
from tests.support.desks import ADMIN, LEAD, PEOPLE, REVIEWER, row_of
from tests.support.region_app import SECRET, Region
from tests.support.region_places import LargePlaces
from tests.support.region_records import VENUE


def refusal(act: object, *given: object, **more: object) -> str:
    with pytest.raises(OfficeRefusedError) as refused:
        act(*given, **more)  # type: ignore[operator]
    return refused.value.code


def test_nobody_changes_the_own_account_and_the_last_administrator_stays(region: Region) -> None:
    store, own = region.store, row_of(region.store, ADMIN).id
    assert refusal(change_role, store, ADMIN, "lead", by=own) == "own_account"
    assert refusal(close_account, store, ADMIN, by=own) == "own_account"
    assert refusal(reset_password, store, ADMIN, by=own) == "own_account"
    assert refusal(close_account, store, ADMIN) == "last_admin", "not by command either"
    assert refusal(change_role, store, ADMIN, "lead") == "last_admin"
    add_reviewer(store, "管理乙", "one time", "admin", is_one_time=True)
    assert refusal(close_account, store, ADMIN) == "last_admin", "the other one has not signed in yet"
    change_role(store, LEAD, "admin", by=own, reason="代班")
    assert administrators(store) == 2
    close_account(store, ADMIN, by=row_of(store, LEAD).id, reason="离职")
    assert account(store, own).closed_at == region.clock()
    assert refusal(change_role, store, LEAD, "lead") == "last_admin"
    told = [(line.act, line.detail, line.actor) for line in acts_on(store, row_of(store, LEAD).id)]
    assert told == [("role_changed", "lead>admin 代班", own), ("reviewer_added", "lead", "operator")]


def test_of_two_at_one_account_the_second_changes_nothing(region: Region) -> None:
    store = region.store
    seen = row_of(store, REVIEWER).revision
    change_role(store, REVIEWER, "venue_lead", VENUE, seen=seen)
    for act in (
        lambda: change_role(store, REVIEWER, "lead", seen=seen),
        lambda: close_account(store, REVIEWER, seen=seen),
        lambda: reset_password(store, REVIEWER, seen=seen),
    ):
        assert refusal(act) == "stale"
    row = row_of(store, REVIEWER)
    assert (row.role, row.venue, row.closed_at, row.secret_until) == ("venue_lead", VENUE, None, None)


def test_two_administrators_cannot_close_each_other(large_places: LargePlaces) -> None:
    store = large_places.new().store
    change_role(store, LEAD, "admin")
    ids = {name: row_of(store, name).id for name in (ADMIN, LEAD)}
    with ThreadPoolExecutor(2) as pool:
        tasks = [pool.submit(close_account, store, one, by=ids[other]) for one, other in ((ADMIN, LEAD), (LEAD, ADMIN))]
        errors = [task.exception(60) for task in tasks]
    assert administrators(store) == 1
    assert sorted(type(error).__name__ for error in errors) == ["NoneType", "OfficeRefusedError"]


def test_a_one_time_password_lets_in_to_choose_another_and_runs_out(small: Region) -> None:
    store, accounts, secret = small.store, Accounts(small.store, small.settings), new_secret()
    add_reviewer(store, "新人", secret, "review", is_one_time=True)
    with pytest.raises(AlreadyKnownError):
        add_reviewer(store, "新人", secret, "review")
    first = accounts.sign_in("新人", secret)
    person = accounts.person_of(first)
    assert person
    assert person.must_choose
    assert refusal(accounts.choose_password, first, person, "", secret) == "same_secret"
    assert refusal(accounts.choose_password, first, person, "", "short") == "weak_secret"
    second = accounts.sign_in("新人", secret)
    accounts.choose_password(first, person, "", "my own words")
    assert accounts.person_of(second) is None, "sessions that the password opened before are over"
    person = accounts.person_of(first)
    assert person
    assert not person.must_choose
    with pytest.raises(SignInRefusedError):
        accounts.sign_in("新人", secret)
    with pytest.raises(SignInRefusedError):
        accounts.choose_password(first, person, "wrong words", "other words")
    accounts.choose_password(first, person, "my own words", "other words")
    later = reset_password(store, "新人", reason="忘记")
    assert accounts.person_of(first) is None
    small.clock.at += ONE_TIME_FOR
    with pytest.raises(SignInRefusedError):
        accounts.sign_in("新人", later)
    assert state_of(row_of(store, "新人"), small.clock()) is State.ONE_TIME_OVER


def test_accounts_are_listed_by_role_venue_and_state(region: Region) -> None:
    store = region.store
    close_account(store, REVIEWER)
    with store.write() as session:
        row = session.scalars(select(Reviewer).where(Reviewer.name == LEAD)).one()
        row.locked_until = region.clock.at.replace(year=2027)

    def names(**wanted: str) -> set[str]:
        rows, after = list_accounts(store, Wanted(**wanted))
        assert after == ""
        return {row.name for row in rows}

    assert names(state="closed") == {REVIEWER}
    assert names(state="locked") == {LEAD}
    assert REVIEWER not in names(state="open")
    assert names(venue=VENUE) == {name for name, role in PEOPLE.items() if role.startswith("venue")}
    assert names(role="admin") == {ADMIN}
    with pytest.raises(UnknownObjectError):
        account(store, "r-none")


def test_a_long_list_is_read_page_by_page(region: Region) -> None:
    with region.store.write() as session:
        for number in range(120):
            name = f"批量{number:03}"
            session.add(Reviewer(id=f"r-{number:03}", name=name, secret_hash="", role="lead", failures=0))
    wanted = Wanted(role="lead")
    first, after = list_accounts(region.store, wanted)
    second, end = list_accounts(region.store, wanted, after)
    assert (len(first), end) == (100, "")
    names = [row.name for row in (*first, *second)]
    assert len(names) == len(set(names)) == 122


@pytest.mark.parametrize("weak", ["", "1234567", "administrator", " Administrator "])
def test_a_password_is_long_enough_and_not_the_name(weak: str) -> None:
    with pytest.raises(OfficeRefusedError):
        require_strong(weak, "Administrator")
    require_strong(SECRET, "Administrator")


def test_a_one_time_password_can_be_read_out() -> None:
    groups = new_secret().split("-")
    assert [len(group) for group in groups] == [4] * 4
    assert not set("".join(groups)) & set("0oO1lI")
    assert new_secret() != new_secret()
