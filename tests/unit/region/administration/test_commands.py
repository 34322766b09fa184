"""All that the screens do, by command, through the same functions."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner

from records.signing import Signer
from region.administration.reading import venue_view
from region.cli import main
from region.sessions import Accounts
from region.venues import card_of
from tests.support.desks import ADMIN, LEAD, REVIEWER
from tests.support.region_app import Region
from tests.support.region_process import write_settings
from tests.support.region_records import SIGNER, VENUE

Run = Callable[..., str]


@pytest.fixture
def run(small: Region, monkeypatch: pytest.MonkeyPatch) -> Run:
    write_settings(small.settings)
    (home := small.settings.home.parent / "of-the-command").mkdir()
    (home / "region").symlink_to(small.settings.home)
    monkeypatch.setenv("KAODIAN_HOME", str(home))
    return lambda *arguments: CliRunner().invoke(main, arguments).output


def test_a_venue_is_looked_after_by_command(small: Region, run: Run) -> None:
    assert "某路 1 号" in run("venue", "edit", VENUE, "--address", "某路 1 号", "--directions", "东门")
    run("venue", "edit", VENUE, "--name", "新名")
    assert card_of(small.store, VENUE).address == "某路 1 号"
    key = run("venue", "new-key", VENUE, "--reason", "lost").rpartition(" ")[2].strip()
    assert small.get("/status", key=key).status_code == 200
    assert "Cut" in run("venue", "cut-key", VENUE, "--reason", "stolen")
    assert "LINE CUT" in run("venue", "list")
    assert "Closed" in run("venue", "close", VENUE, "--reason", "over")
    assert "closed already" in run("venue", "close", VENUE, "--reason", "over")
    assert "Open again" in run("venue", "reopen", VENUE, "--reason", "next year")
    assert "with 1 signing keys. Its line is cut" in run("venue", "revoke", VENUE, "--reason", "stolen", "--cut-line")
    assert "revoked before" in run("keys", "revoke", SIGNER.key_id, "--reason", "again")
    for command in (("edit",), ("close", "--reason", "x"), ("new-key", "--reason", "x")):
        assert "there is no venue V-NONE" in run("venue", command[0], "V-NONE", *command[1:])
    fresh = Signer.new()
    assert fresh.key_id in run("keys", "enrol", VENUE, f"key: {fresh.public}")
    assert "SECRET" in run("keys", "enrol", VENUE, fresh.text())
    assert len(venue_view(small.store, VENUE).in_force) == 1


def test_accounts_are_looked_after_by_command(small: Region, run: Run) -> None:
    secret = run("add-reviewer", "新人", "--one-time").splitlines()[0].rpartition(" ")[2]
    accounts = Accounts(small.store, small.settings)
    assert accounts.sign_in("新人", secret)
    assert "one_time" in run("reviewers")
    reset = run("reset-password", LEAD, "--reason", "forgotten").strip().rpartition(" ")[2]
    assert accounts.sign_in(LEAD, reset)
    assert "last administrator" in run("close-reviewer", ADMIN)
    assert "shut out" in run("close-reviewer", REVIEWER, "--reason", "离职")
    assert f"{REVIEWER}  review  -  closed" in run("reviewers")
    assert "no reviewer" in run("reset-password", "查无此人")
    assert "at least 8" in run("add-reviewer", "短", "--secret", "short")
