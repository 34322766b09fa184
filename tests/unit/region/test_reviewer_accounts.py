"""Accounts of both levels, made and changed at the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from region.cli import main
from region.errors import SignInRefusedError
from region.models import Reviewer
from region.office_errors import UnfitRoleError
from region.reviewers import add_reviewer, change_role, close_account
from region.sessions import Accounts
from tests.support.region_app import NAME, OTHER_VENUE, SECRET, Region
from tests.support.region_process import write_settings
from tests.support.region_records import VENUE


@pytest.fixture
def run(region: Region, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    write_settings(region.settings)
    (home := region.settings.home.parent / "of-the-command").mkdir()
    (home / "region").symlink_to(region.settings.home)
    monkeypatch.setenv("KAODIAN_HOME", str(home))
    return lambda *arguments: CliRunner().invoke(main, arguments)


def row_of(region: Region, name: str) -> Reviewer:
    with region.store.read() as session:
        return session.scalars(select(Reviewer).where(Reviewer.name == name)).one()


def test_reviewers_of_a_venue_and_of_the_region_are_made(region: Region, run) -> None:  # type: ignore[no-untyped-def]
    made: Result = run("add-reviewer", "考点新", "--role", "venue_lead", "--venue", VENUE, "--secret", "secret-99")
    assert made.exit_code == 0, made.output
    assert (row_of(region, "考点新").role, row_of(region, "考点新").venue) == ("venue_lead", VENUE)
    for wrong in (
        ("--role", "venue_lead"),
        ("--role", "lead", "--venue", VENUE),
        ("--role", "venue_review", "--venue", "V-NONE"),
    ):
        refused = run("add-reviewer", "另一人", *wrong, "--secret", "secret-99")
        assert refused.exit_code == 1
        assert "venue" in refused.output
    assert "at least 8" in run("add-reviewer", "短", "--secret", "short").output
    assert run("set-role", "考点新", "--role", "venue_review", "--venue", OTHER_VENUE).exit_code == 0
    assert row_of(region, "考点新").venue == OTHER_VENUE
    assert "no reviewer" in run("set-role", "查无此人").output
    assert run("close-reviewer", "考点新").exit_code == 0
    assert run("tick").output == "Payment opened for 0 registrations.\n"
    assert len(run("payment-key").output.strip()) == 64


def test_a_closed_account_lets_nobody_in_and_can_be_opened_again(region: Region, tmp_path: Path) -> None:
    accounts = Accounts(region.store, region.settings)
    token = accounts.sign_in(NAME, SECRET)
    close_account(region.store, NAME)
    assert accounts.person_of(token).role == ""  # type: ignore[union-attr]
    with pytest.raises(SignInRefusedError):
        accounts.sign_in(NAME, SECRET)
    change_role(region.store, NAME, "lead")
    assert accounts.person_of(token).role == "lead"  # type: ignore[union-attr]
    with pytest.raises(UnfitRoleError):
        add_reviewer(region.store, "某人", SECRET, "emperor")
