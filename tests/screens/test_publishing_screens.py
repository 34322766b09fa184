"""Administrators set windows and publish a profile in the browser: two people, two languages, by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from region.publishing.versions import text_in_force
from region.windows.changing import windows_of
from tests.support.browsing import EN, ZH, Window
from tests.support.desk_windows import Desks, fits_a_phone, ready
from tests.support.desks import ADMIN, OTHER_ADMIN, PEOPLE, second_administrator
from tests.support.region_site import Site, region_site
from tests.support.registry import somebody
from tests.support.screen_language import Speech
from tests.support.screen_rules import Looker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LOCALES = pytest.mark.parametrize("locale", [ZH, EN])
SHIPPED = (Path(__file__).resolve().parents[2] / "profiles" / "default.toml").read_text(encoding="utf-8")
REASON = "按年度通知"
YEARS = {ZH: 2027, EN: 2028}
"""A year for each language, so that one finds nothing of the other."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A region of its own: nothing of the venue runs."""
    with region_site(tmp_path_factory.mktemp("publishing") / "home") as running:
        second_administrator(running.region)
        yield running


@pytest.fixture(scope="module")
def speech() -> Speech:
    return Speech({*PEOPLE, OTHER_ADMIN, REASON, "测试考点", "另一考点"})


def see(look: Looker, window: Window, name: str) -> None:
    """Look at a screen as every screen is looked at, and whether it fits a phone."""
    look.at(window, name)
    fits_a_phone(window)


def go(window: Window, selector: str) -> None:
    """Press a button, by the keyboard, and wait for where it leads."""
    button = window.page.locator(selector)
    button.focus()
    with window.page.expect_navigation():
        window.page.keyboard.press("Enter")
    ready(window.page)


@LOCALES
def test_a_window_that_shuts_candidates_out_is_set_once_it_is_confirmed(
    locale: str, site: Site, desks: Desks, look: Looker
) -> None:
    year = YEARS[locale]
    site.registry.enrol(somebody(year % 10), year=year)
    admin = desks.open(ADMIN, locale)
    page = admin.page
    admin.open(f"/windows/?year={year}")
    page.locator("section[aria-labelledby=window-upload] summary").click()
    go(admin, "section[aria-labelledby=window-upload] p .button")
    page.locator("#field-opens_at").fill(f"{year - 1}-01-10T09:00")
    page.locator("#field-closes_at").fill(f"{year - 1}-01-09T17:00")
    page.locator("#field-reason").fill(REASON)
    go(admin, "button[value=set]")
    see(look, admin, "window refused")
    expect(page.locator("#field-reason")).to_have_value(REASON)
    page.locator("#field-opens_at").fill(f"{year - 1}-01-01T09:00")
    page.locator("#field-closes_at").fill(f"{year - 1}-01-02T17:00")
    go(admin, "button[value=set]")
    if not windows_of(site.region.store, year):
        see(look, admin, "window to confirm")
        go(admin, "button[value=confirm]")
    see(look, admin, "windows with a history")
    assert set(windows_of(site.region.store, year)) == {("", "upload")}


@LOCALES
def test_drafted_by_one_compared_and_published_by_another(locale: str, site: Site, desks: Desks, look: Looker) -> None:
    version = f"{YEARS[locale]}-7"
    admin, other = desks.open(ADMIN, locale), desks.open(OTHER_ADMIN, locale)
    page = admin.page
    admin.open("/profiles/")
    see(look, admin, "profile")
    page.locator("summary").click()
    wrong = SHIPPED.replace('lock = "on_submit"', 'lock = "never"').replace('code = "M27"', 'code = "M72"')
    content = {"name": "next.toml", "mimeType": "text/plain", "buffer": wrong.encode()}
    page.locator("input[type=file]").set_input_files(content)  # type: ignore[arg-type]
    go(admin, "details button")
    see(look, admin, "draft with mistakes")
    assert page.locator(".publishing__problems li").count() == 2
    page.locator("#field-source").fill(SHIPPED)
    go(admin, "button[value=stay]")
    draft = page.url
    admin.page.goto(f"{draft}/yearly")
    see(look, admin, "what changes every year")
    page.locator("#field-version").fill(version)
    page.locator("input[name=lock][value=on_deadline]").check()
    page.locator("#field-max_kb").fill("x")
    go(admin, "main form .button--primary")
    page.locator("#field-max_kb").fill("120")
    go(admin, "main form .button--primary")
    assert page.locator("#field-reason").count() == 0
    other.page.goto(f"{draft}/difference")
    see(look, other, "draft compared")
    go(other, "main form .button--primary")
    other.page.locator("#field-reason").fill(REASON)
    go(other, "main form .button--primary")
    see(look, other, "version published")
    assert text_in_force(site.region.store).version == version
    other.open("/profiles/")
    see(look, other, "profile with versions")
    admin.page.goto(draft)
    expect(page.locator("h1")).to_contain_text(version)
