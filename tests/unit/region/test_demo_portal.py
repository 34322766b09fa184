"""The demo's candidates: made by the venue, registered at the region, and able to sign in."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.demo import demo_settings as venue_settings
from kiosk.demo import write_demo_roster
from region.app import create_app
from region.demo import demo_lines, demo_provider, demo_settings, prepare_demo
from region.errors import SettingsError
from region.registry.box import open_box
from region.registry.reading import find, read_case
from region.registry.rules import rules_in_force
from region.settings import Settings
from region.settings_tables import SignInTable
from region.store import open_store


def test_the_venues_people_are_registered_and_can_sign_in(tmp_path: Path) -> None:
    roster = write_demo_roster(venue_settings(tmp_path), datetime(2026, 3, 2, 2, tzinfo=UTC))
    settings = Settings(tmp_path / "region")
    demo = prepare_demo(settings, roster=roster)
    assert len(demo.candidates) == 5
    again = prepare_demo(settings, roster=roster)
    assert again.candidates == demo.candidates
    settings = demo_settings(settings)
    store = open_store(settings)
    [key] = find(store, reg_no=demo.candidates[0].number)
    case = read_case(store, open_box(store), key, rules_in_force(store))
    assert (key.year, case.person.fields["name"]) == (2026, demo.candidates[0].name)
    app = create_app(settings, store, beside=demo_provider(settings, demo.candidates))
    page = app.test_client().get("/demo-registration/.well-known/openid-configuration", base_url="http://127.0.0.1")
    assert page.get_json()["issuer"] == settings.sign_in.issuer
    assert app.test_client().get("/portal/sign-in", base_url="http://127.0.0.1").status_code == 200
    assert any(demo.candidates[0].number in line for line in demo_lines(settings, demo))
    store.close()


def test_a_real_provider_in_the_settings_takes_the_place_of_the_demos(tmp_path: Path) -> None:
    table = SignInTable(issuer="https://accounts.example", client_id="us", client_secret_file="secret")
    settings = demo_settings(replace(Settings(tmp_path), sign_in=table))
    assert settings.sign_in == table
    assert demo_provider(settings, ()) == {}


def test_without_accounts_there_are_no_candidates_pages(tmp_path: Path) -> None:
    store = open_store(Settings(tmp_path))
    app = create_app(Settings(tmp_path), store)
    assert app.test_client().get("/portal/", base_url="http://127.0.0.1").status_code == 303, "the reviewers' own guard"
    store.close()


@pytest.mark.parametrize(("host", "secret"), [("0.0.0.0", "x"), ("127.0.0.1", None), ("127.0.0.1", " ")])
def test_candidates_pages_that_cannot_work_are_refused_at_the_start(
    tmp_path: Path, host: str, secret: str | None
) -> None:
    if secret is not None:
        (tmp_path / "secret").write_text(secret, encoding="utf-8")
    table = SignInTable(issuer="https://accounts.example", client_id="us", client_secret_file="secret")
    settings = replace(Settings(tmp_path), sign_in=table, host=host)
    store = open_store(settings)
    with pytest.raises(SettingsError, match="sign_in"):
        create_app(settings, store)
    store.close()
