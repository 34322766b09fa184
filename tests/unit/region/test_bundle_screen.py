"""The lead's screen for sticks, and the command: what they show of a bundle that is whole, damaged or nobody's."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from records.bundle import bundle_folder, object_path
from records.bundle_reply import REPLY_NAME
from records.signing import Signer
from region.app import create_app
from region.bundle_commands import in_words
from region.cli import main
from region.reviewers import add_reviewer
from tests.support.region_app import NAME, SECRET, Browser, Region
from tests.support.region_process import write_settings
from tests.support.region_records import VENUE, bundled

LEAD = "组长测试"
WAIT_S = 60


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def office(region: Region, stick: Path) -> Region:
    """The region, whose settings name the stick's place."""
    settings = replace(region.settings, bundle_folders=(str(stick),))
    app: Flask = create_app(settings, region.store)
    app.testing = True
    add_reviewer(region.store, LEAD, SECRET, "lead")
    return replace(region, app=app, settings=settings)


@pytest.fixture
def lead(office: Region) -> Browser:
    browser = Browser(office)
    assert browser.sign_in(LEAD).status_code == 303
    return browser


def read_in(lead: Browser, stick: Path) -> str:
    """Press the button, and wait until it is done."""
    lead.get("/bundles")
    assert lead.post("/bundles/import", place=str(stick)).status_code == 303
    for thread in threading.enumerate():
        if thread.name == "bundle-import":
            thread.join(WAIT_S)
    return lead.get("/bundles/part").text


def test_only_a_lead_sees_the_screen(office: Region, lead: Browser, stick: Path) -> None:
    other = Browser(office)
    other.sign_in(NAME)
    for answer in (other.get("/bundles"), other.get("/bundles/part"), other.post("/bundles/import", place=str(stick))):
        assert answer.status_code == 403
    assert "/bundles" not in other.get("/records").text
    assert "/bundles" in lead.get("/records").text


def test_a_stick_is_shown_read_in_and_answered(lead: Browser, stick: Path) -> None:
    assert "No bundle lies on this stick." in lead.get("/bundles").text
    contents = bundled(stick)
    assert f"kaodian-bundle-{VENUE}" in lead.get("/bundles").text
    text = read_in(lead, stick)
    assert contents.code in text
    assert f"New {len(contents.objects)}" in text
    assert "Give it back to the venue." in text
    assert (bundle_folder(stick, VENUE) / REPLY_NAME).is_file()
    assert f"Already here {len(contents.objects)}" in read_in(lead, stick)


def test_every_object_that_was_not_taken_is_named_with_the_reason(lead: Browser, stick: Path) -> None:
    contents = bundled(stick)
    folder = bundle_folder(stick, VENUE)
    damaged, gone = contents.objects[-1].digest, contents.objects[-2].digest
    object_path(folder, damaged).write_bytes(b"something else")
    object_path(folder, gone).unlink()
    text = read_in(lead, stick)
    assert "Damaged on the stick" in text
    assert "Not on the stick 1" in text
    assert damaged[:12] in text
    assert gone[:12] in text


def test_nobodys_bundle_and_a_place_that_was_not_offered_are_refused_in_words(
    lead: Browser, stick: Path, tmp_path: Path
) -> None:
    bundled(stick, Signer.new())
    assert "No venue here has the key that signed this bundle." in read_in(lead, stick)
    elsewhere = tmp_path / "elsewhere"
    bundled(elsewhere)
    lead.get("/bundles")
    lead.post("/bundles/import", place=str(elsewhere))
    assert "The stick is not there" in lead.get("/bundles").text
    assert not (bundle_folder(elsewhere, VENUE) / REPLY_NAME).exists()


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(office: Region, lead: Browser) -> None:
    for _minute in range(office.settings.session_idle_minutes + 1):
        office.clock.advance(minutes=1)
        answer = lead.get("/bundles/part")
    assert answer.status_code == 303


def test_the_command_says_what_came_of_it(region: Region, stick: Path) -> None:
    write_settings(region.settings)
    home = region.settings.home.rename(region.settings.home.with_name("region"))
    environment = {"KAODIAN_HOME": str(home.parent)}
    contents = bundled(stick)

    def command(place: Path) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["bundle", "import", str(place)], env=environment)
        return done.exit_code, done.output

    code, text = command(stick)
    assert (code, f"new: {len(contents.objects)}" in text, contents.code in text) == (0, True, True)
    object_path(bundle_folder(stick, VENUE), contents.objects[-1].digest).unlink()
    assert command(bundle_folder(stick, VENUE))[0] == 0, "it is here already"
    assert command(stick / "gone") == (1, f"Error: {in_words('missing')}\n")
    bundled(stick, Signer.new())
    code, text = command(stick)
    assert (code, "Nothing was taken" in text) == (1, True)
