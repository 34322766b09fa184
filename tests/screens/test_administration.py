"""Administrators in the browser: a venue from its first key to its last, accounts and roles, in both languages."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import expect

from records.seal import SealedRecord, Sealer
from records.signing import Signer
from tests.support.browsing import EN, ZH, Window
from tests.support.desk_windows import Desks, fits_a_phone, sign_in
from tests.support.desks import ADMIN, LEAD, OTHER_ADMIN, PEOPLE, REVIEWER, second_administrator
from tests.support.region_app import NAME
from tests.support.region_records import SEALER, sealed
from tests.support.region_site import Site, region_site
from tests.support.screen_language import Speech
from tests.support.screen_rules import Looker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LOCALES = pytest.mark.parametrize("locale", [ZH, EN])
NAMES = {ZH: "浏览器考点", EN: "Browser Venue"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A region of its own: nothing of the venue runs."""
    with region_site(tmp_path_factory.mktemp("office") / "home") as running:
        second_administrator(running.region)
        yield running


@pytest.fixture(scope="module")
def looker() -> Looker:
    """One for all tests, so that no screen is looked at twice."""
    typed = {"新来的", "电脑被盗", "换岗", "测试考点", "另一考点", "浏览器路 1 号", "甲门进", OTHER_ADMIN}
    return Looker(Speech({NAME, *PEOPLE, *NAMES.values(), *typed}))


@pytest.fixture
def look(looker: Looker) -> Iterator[Looker]:
    looker.faults.clear()
    yield looker
    assert not looker.faults, "\n".join(looker.faults)


def press(window: Window, what: str = "main .button--primary") -> None:
    with window.page.expect_navigation():
        window.page.locator(what).first.click()


@dataclass(frozen=True, slots=True)
class Venue:
    """What the new venue holds in its hands."""

    id: str
    url: str
    key: str
    signer: Signer

    def record(self, number: int) -> tuple[SealedRecord, dict[str, bytes]]:
        """Seal a record of somebody."""
        return sealed(f"{self.id}-{number}", venue=self.id, sealer=Sealer(SEALER.recipients, self.signer))

    def send(self, number: int) -> tuple[int, dict[str, object]]:
        """Send a record with its files; return what the region says of it."""
        record, files = self.record(number)
        headers = {"Authorization": f"Bearer {self.key}"}
        with httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, trust_env=False, timeout=60) as line:
            answer = line.put(f"/records/{record.digest}", content=record.content)
            if answer.is_error:
                return answer.status_code, answer.json()["error"]
            for digest, content in files.items():
                line.put(f"/files/{digest}", content=content).raise_for_status()
            return 200, line.get(f"/records/{record.digest}").json()["receipt"]


@LOCALES
def test_a_venue_from_its_first_key_to_its_last(locale: str, desks: Desks, look: Looker) -> None:
    admin = desks.open(ADMIN, locale)
    assert admin.page.url.endswith("/administration/")
    look.at(admin, "administration")
    fits_a_phone(admin)
    venue = add_in_browser(admin, f"V-BROWSER-{locale[:2]}", look)
    assert venue.send(1)[1]["code"] == "unknown_signer", "nothing is taken before its key is enrolled"
    enrol_in_browser(admin, venue, look)
    assert venue.send(1)[1]["state"] == "accepted"
    admin.page.reload()
    expect(admin.page.locator("section[aria-labelledby=stations] tbody th")).to_have_text("booth-1")
    look.at(admin, "venue with its keys and stations")
    fits_a_phone(admin)
    press(admin, ".office__key .button--danger")
    look.at(admin, "what revoking a key means")
    admin.page.locator("#field-reason").fill("电脑被盗")
    press(admin, "main form .button--danger")
    look.at(admin, "venue without a key in force")
    code, receipt = venue.send(2)
    assert (code, receipt["state"], receipt["held"]) == (200, "stored", "revoked_key"), "taken, and held for a person"
    close_in_browser(admin, venue, look)


def add_in_browser(admin: Window, venue_id: str, look: Looker) -> Venue:
    """Add a venue; return it with the key that was shown once."""
    page = admin.page
    page.locator(".office__place").first.click()
    look.at(admin, "venues")
    fits_a_phone(admin)
    expect(page.locator("html[data-started=yes]")).to_have_count(1)
    with page.expect_navigation():
        page.keyboard.press("F2")
    press(admin)
    if admin.locale == ZH:
        look.at(admin, "new venue refused")
    for field_name, value in (("id", venue_id), ("name", NAMES[admin.locale]), ("address", "浏览器路 1 号")):
        page.locator(f"#field-{field_name}").fill(value)
    press(admin)
    look.at(admin, "venue added, its key shown once")
    fits_a_phone(admin)
    return Venue(venue_id, admin.url, page.locator(".office__secret").first.inner_text(), Signer.new())


def enrol_in_browser(admin: Window, venue: Venue, look: Looker) -> None:
    """Paste what the venue's command printed, compare, confirm."""
    page = admin.page
    press(admin)
    page.locator("#field-key").fill("ed25519:halfakey")
    press(admin)
    if admin.locale == ZH:
        look.at(admin, "no key")
    expect(page.locator("#field-key")).to_have_value("ed25519:halfakey")
    page.locator("#field-key").fill(f"This venue's signing key: {venue.signer.key_id}\n{venue.signer.public}\n")
    press(admin)
    look.at(admin, "key to be compared")
    fits_a_phone(admin)
    assert page.locator(".office__secret").inner_text().replace(" ", "") == venue.signer.key_id
    press(admin)
    if admin.locale == ZH:
        look.at(admin, "key not compared")
    page.locator(".choice__target").click()
    press(admin)


def close_in_browser(admin: Window, venue: Venue, look: Looker) -> None:
    """Revoke the venue and cut its line; then nothing comes in."""
    page = admin.page
    admin.open(f"/administration/venues/{venue.id}/access-key")
    look.at(admin, "access key")
    fits_a_phone(admin)
    page.locator("#field-reason").fill("电脑被盗")
    press(admin)
    look.at(admin, "new access key")
    assert venue.send(3)[0] == 401
    admin.open(f"/administration/venues/{venue.id}/close")
    look.at(admin, "what closing means")
    fits_a_phone(admin)
    press(admin, "main form .button--danger")
    if admin.locale == ZH:
        look.at(admin, "closing refused")
    page.locator(".choice__target:has([value=revoke])").click()
    page.locator(".choice__target:has([name=cut])").click()
    page.locator("#field-reason").fill("电脑被盗")
    press(admin, "main form .button--danger")
    look.at(admin, "closed venue")
    fits_a_phone(admin)
    page.locator("#field-reason-open").fill("换岗")
    press(admin, "main form[action$='/open'] .button--primary")
    expect(page.locator("#field-reason-open")).to_have_count(0)


@LOCALES
def test_an_account_from_its_first_password_to_its_end(locale: str, site: Site, desks: Desks, look: Looker) -> None:
    admin, name = desks.open(ADMIN, locale), f"新来的{locale[:2]}"
    page = admin.page
    for path, screen in (("/administration/region", "region and its keys"), ("/administration/roles", "roles")):
        admin.open(path)
        look.at(admin, screen)
        fits_a_phone(admin)
    admin.open("/administration/accounts/new")
    page.locator("#field-name").fill(name)
    page.locator("#field-role").select_option("venue_lead")
    press(admin)
    if admin.locale == ZH:
        look.at(admin, "new account refused")
    expect(page.locator("#field-name")).to_have_value(name)
    page.locator("#field-role").select_option("review")
    press(admin)
    look.at(admin, "one-time password")
    fits_a_phone(admin)
    secret = page.locator(".office__secret").inner_text()
    theirs = desks.open(REVIEWER, locale)
    theirs.page.context.clear_cookies(name=f"kaodian_region_{site.region.settings.port}")
    sign_in(theirs, name, secret)
    theirs.open("/records")
    assert theirs.page.url.endswith("/password")
    look.at(theirs, "first own password")
    for field_name in ("chosen", "again"):
        theirs.page.locator(f"#field-{field_name}").fill("my own long words")
    press(theirs)
    assert theirs.page.url.endswith("/records")
    page.locator("main .button--primary").click()
    look.at(admin, "accounts")
    fits_a_phone(admin)
    page.locator("table a", has_text=name).click()
    look.at(admin, "account")
    fits_a_phone(admin)
    page.locator("#field-reason-close").fill("换岗")
    press(admin, "main form[action$='/close'] .button--danger")
    look.at(admin, "closed account")
    theirs.open("/records")
    look.at(theirs, "account closed at work")


def test_two_administrators_at_one_account_and_one_whose_role_is_taken_away(
    desks: Desks, site: Site, look: Looker
) -> None:
    first, second = desks.open(ADMIN, ZH), desks.open(OTHER_ADMIN, ZH)
    for window in (first, second):
        window.open("/administration/accounts")
        window.page.locator("table a", has_text=LEAD).click()
        window.page.locator("#field-reason-role").fill("换岗")
    first.page.locator("#field-role").select_option("review")
    press(first, "main form[action$='/role'] .button--primary")
    second.page.locator("#field-role").select_option("admin")
    press(second, "main form[action$='/role'] .button--primary")
    look.at(second, "account changed meanwhile")
    expect(second.page.locator("dl").first).to_contain_text("审核员")
    expect(second.page.locator("#field-reason-role")).to_have_value("换岗")
    second.open("/administration/accounts")
    second.page.locator("table a", has_text=ADMIN).click()
    second.page.locator("#field-role").select_option("review")
    second.page.locator("#field-reason-role").fill("换岗")
    press(second, "main form[action$='/role'] .button--primary")
    first.page.locator("#field-reason-close").fill("电脑被盗")
    press(first, "main form[action$='/close'] .button--danger")
    look.at(first, "administrator no longer")
    expect(first.page.locator("main")).to_contain_text("电脑被盗")
