"""What candidates see on a phone and on a PC: the whole way from signing in to being asked for another picture."""

from pathlib import Path

import numpy as np
from PIL import Image

from region.portal.app import PATH as PORTAL
from region.provider.app import PASSWORD
from region.registry.reviewing import Said
from region.registry.status import Status
from tests.support import screen_rules
from tests.support.browsing import EN, FULL_HD, PHONE, ZH, Window, Windows
from tests.support.pages import coded, page
from tests.support.running_region import Insider, inside
from tests.support.screen_rules import Looker

ACCOUNTS = {ZH: 0, EN: 2}
LONG_MS = 60_000
"""A picture is judged in a second or two; on a busy machine in many more."""


def press(window: Window, what: str) -> None:
    with window.page.expect_navigation(timeout=LONG_MS):
        window.page.locator(what).first.click()


def sign_in(window: Window, look: Looker, account: int) -> str:
    """Go through the registration system; return the registration number."""
    window.open(PORTAL + "/")
    look.at(window, "candidate sign-in")
    press(window, ".button--primary")
    look.at(window, "registration system")
    press(window, ".button--primary")
    look.at(window, "registration system refused")
    choice = window.page.locator(".choice__target").nth(account)
    number = choice.locator("input").get_attribute("value") or ""
    choice.click()
    window.page.locator("#field-secret").fill(PASSWORD)
    press(window, ".button--primary")
    window.page.wait_for_url(f"**{PORTAL}/")
    return number


def picture(folder: Path, number: int, *, dark: bool = False, turned: bool = False) -> Path:
    path = folder / f"paper-{number}.jpg"
    image = page(900 + 10 * number, 1200)
    image = image.rotate(90, expand=True) if turned else image
    path.write_bytes(coded(Image.fromarray((np.asarray(image) // 6).astype(np.uint8)) if dark else image))
    return path


def choose(window: Window, code: str, *paths: Path) -> None:
    """Choose files and wait until the page says what came of them."""
    window.page.wait_for_selector("html[data-started]", timeout=LONG_MS)
    with window.page.expect_navigation(timeout=LONG_MS):
        window.page.set_input_files(f"#field-pictures-{code}", [str(path) for path in paths])
    window.page.wait_for_selector(f"#item-{code} [role=status] .notice", timeout=LONG_MS)


def shown(window: Window, code: str) -> list[str]:
    links = window.page.locator(f"#item-{code} .page__link")
    return [str(link.get_attribute("href")) for link in links.all()]


def act(window: Window, code: str, button: str) -> None:
    press(window, f"#item-{code} {button}")


def test_a_candidate_uploads_on_a_phone(windows: Windows, look: Looker, tmp_path: Path) -> None:
    phone = windows.plain(windows.venue.region_url, ZH, PHONE)
    number = sign_in(phone, look, ACCOUNTS[ZH])
    with inside(windows.venue.home, number) as insider:
        _upload(phone, look, tmp_path)
        _correct(phone, look, tmp_path, insider)
        insider.fill()
        _submit(phone, look)
        insider.review(send_back="M04", said=Said("unclear", "第二页看不清"))
        _replace(phone, look, tmp_path, insider)
        insider.review()
        phone.open(PORTAL + "/materials")
        assert "已锁定，合格" in phone.page.locator("#item-M04").inner_text()
        look.at(phone, "candidate materials accepted")
        assert insider.case().status is Status.VENUE_PASSED
    phone.open(PORTAL + "/")
    assert "填报" in phone.page.locator(".portal__status").inner_text(), "results are shown when all is over"
    press(phone, ".portal__tools .button")
    look.at(phone, "candidate signed out")


def _upload(phone: Window, look: Looker, folder: Path) -> None:
    look.at(phone, "candidate registration")
    press(phone, "main .button--primary")
    look.at(phone, "candidate materials")
    choose(phone, "M02", picture(folder, 1), picture(folder, 2, dark=True))
    assert "太暗" in phone.page.locator("#item-M02").inner_text()
    look.at(phone, "candidate materials uploaded")
    screen_rules.picture(phone, "candidate")
    first, second = shown(phone, "M02")
    act(phone, "M02", ".page__order button")
    assert shown(phone, "M02") == [second, first]
    act(phone, "M02", ".page__remove button")
    assert shown(phone, "M02") == [first]
    choose(phone, "M04", picture(folder, 3, turned=True))
    assert "横放" in phone.page.locator("#item-M04 .page__warning").inner_text()
    look.at(phone, "candidate picture on its side")
    with phone.page.expect_navigation(timeout=LONG_MS):  # by keyboard as well as by a thumb
        phone.page.locator('#item-M04 button[name="quarters"][value="1"]').press("Enter")
    assert phone.page.locator("#item-M04 .page__warning").count() == 0
    assert len(shown(phone, "M04")) == 1
    svg = folder / "diploma.jpg"
    svg.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    choose(phone, "M04", svg)
    assert "不是图片" in phone.page.locator("#item-M04").inner_text()
    assert len(shown(phone, "M04")) == 1
    phone.page.locator("#item-M04 summary").click()
    sample = phone.page.locator("#item-M04 .item__sample")
    sample.scroll_into_view_if_needed()
    assert sample.evaluate("image => image.decode().then(() => image.naturalWidth)") > 600


def _correct(window: Window, look: Looker, folder: Path, insider: Insider) -> None:
    """Ask for a correction, forget what it should be, ask again; somebody of the venue decides."""
    window.open(PORTAL + "/corrections")
    look.at(window, "candidate corrections")
    press(window, "main .button--primary")
    window.page.locator("#field-field").select_option("diploma_no")
    press(window, "main .button--primary")
    look.at(window, "candidate correction refused")
    window.page.locator("#field-new").fill("20260001")
    window.page.set_input_files("#field-evidence", [str(picture(folder, 8))])
    press(window, "main .button--primary")
    look.at(window, "candidate correction waits")
    insider.decide(accept=True, words="OK 20260001")
    window.page.reload()
    assert "OK 20260001" in window.page.locator("main").inner_text()
    look.at(window, "candidate correction decided")
    window.open(PORTAL + "/")
    assert "20260001" in window.page.locator("main").inner_text()


def _submit(phone: Window, look: Looker) -> None:
    phone.open(PORTAL + "/materials")
    press(phone, ".portal__bar .button--primary")
    look.at(phone, "candidate submits")
    press(phone, ".button--primary")
    assert "上报完成，内容已锁定" in phone.page.locator("main").inner_text()
    assert phone.page.locator("input[type=file]").count() == 0
    look.at(phone, "candidate materials locked")


def _replace(phone: Window, look: Looker, folder: Path, insider: Insider) -> None:
    """Read the opinion on top, forget to replace it, replace it, submit again."""
    phone.open(PORTAL + "/materials")
    top = phone.page.locator(".portal__opinions").inner_text()
    assert "毕业证书" in top
    assert "第二页看不清" in top
    look.at(phone, "candidate materials sent back")
    press(phone, ".portal__bar .button--primary")
    press(phone, ".button--primary")
    assert phone.page.locator("[data-error-summary]").is_visible()
    look.at(phone, "candidate submission refused")
    act(phone, "M04", ".page__remove button")
    choose(phone, "M04", picture(folder, 4))
    press(phone, ".portal__bar .button--primary")
    press(phone, ".button--primary")
    assert insider.case().row.submitted_at is not None


def test_the_same_screens_in_english_on_a_pc(windows: Windows, look: Looker, tmp_path: Path) -> None:
    window = windows.plain(windows.venue.region_url, EN, FULL_HD, touch=False)
    number = sign_in(window, look, ACCOUNTS[EN])
    look.at(window, "candidate registration")
    with inside(windows.venue.home, number) as insider:
        window.open(PORTAL + "/materials")
        look.at(window, "candidate materials")
        _correct(window, look, tmp_path, insider)
        insider.fill()
        window.open(PORTAL + "/submit")
        look.at(window, "candidate submits")
        insider.submit()
        window.open(PORTAL + "/materials")
        look.at(window, "candidate materials locked")
        insider.review(send_back="M04", said=Said("unclear"))
        window.open(PORTAL + "/materials")
        look.at(window, "candidate materials sent back")
        insider.review()
        window.open(PORTAL + "/corrections")
        look.at(window, "candidate corrections closed")
    window.open(PORTAL + "/nothing")
    look.at(window, "candidate problem")
    window.open(PORTAL + "/sign-in/back?state=forged&code=1")
    look.at(window, "candidate sign-in failed")


def test_without_scripts_everything_can_be_done(windows: Windows, tmp_path: Path) -> None:
    window = windows.plain(windows.venue.region_url, ZH, PHONE)
    window.page.context.route("**/static/js/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    window.open(PORTAL + "/sign-in/begin")
    window.page.locator(".choice__target").nth(3).click()
    window.page.locator("#field-secret").fill(PASSWORD)
    press(window, ".button--primary")
    window.open(PORTAL + "/materials")
    window.page.set_input_files("#field-pictures-M02", [str(picture(tmp_path, 1)), str(picture(tmp_path, 2))])
    act(window, "M02", ".portal__send button")
    assert len(shown(window, "M02")) == 2
    act(window, "M02", ".page__remove button")
    assert len(shown(window, "M02")) == 1
    window.open(PORTAL + "/submit")
    press(window, ".button--primary")
    assert "请补齐图片" in window.page.locator("main").inner_text()
