"""The dashboard in the browser: plots really drawn, each as the table beneath it says, in both languages and sizes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import EN, PHONE, ZH
from tests.support.desk_windows import Desks, fits_a_phone, ready
from tests.support.desks import ADMIN, LEAD, PEOPLE
from tests.support.region_app import OTHER_VENUE
from tests.support.region_records import sealed
from tests.support.region_site import Site, region_site
from tests.support.registry import somebody
from tests.support.screen_language import Speech
from tests.support.screen_rules import Looker, picture

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LOCALES = pytest.mark.parametrize("locale", [ZH, EN])
PLOTS = ("stages", "venues", "today", "days")
COLOURS_OF = """host => {
  const canvas = host.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let at = 0; at < data.length; at += 4) if (data[at + 3]) seen.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
  return seen.size;
}"""
DRAWN = "host => globalThis.echarts.getInstanceByDom(host).getOption().series.map(({ name, data }) => [name, data])"
NAMES = """host => {
  const { xAxis, yAxis } = globalThis.echarts.getInstanceByDom(host).getOption();
  return [...xAxis, ...yAxis].find(({ type }) => type === "category").data;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A region with something at several stages."""
    with region_site(tmp_path_factory.mktemp("figures") / "home") as running:
        registry = running.registry
        registry.venue_passed(0)
        registry.submitted(1)
        registry.enrol(somebody(2), OTHER_VENUE)
        registry.enrol(somebody(3))
        record, files = sealed(somebody(3).reg_no)
        running.region.deliver(record, files)
        yield running


@pytest.fixture(scope="module")
def speech() -> Speech:
    return Speech({*PEOPLE, "测试考点", "另一考点"})


def table_of(page: Page, plot: str) -> tuple[list[str], list[list[object]]]:
    """Return the names of the rows, and each column with its numbers, as somebody reads them."""
    head, *rows = page.locator(f"#{plot}-table tr").all()
    series = [text.strip() for text in head.locator("th").all_inner_texts()][1:]
    names = [row.locator("th").inner_text().strip() for row in rows]
    numbers = [[int(text) for text in row.locator("td").all_inner_texts()] for row in rows]
    return names, [[name, [row[column] for row in numbers]] for column, name in enumerate(series)]


@LOCALES
def test_every_plot_is_drawn_and_says_what_its_table_says(locale: str, desks: Desks, look: Looker) -> None:
    lead = desks.open(LEAD, locale)
    lead.open("/figures/")
    page = lead.page
    ready(page)
    for plot in PLOTS:
        host = page.locator(f"[data-plot-table={plot}-table]")
        expect(host.locator("canvas")).to_be_visible()
        assert host.evaluate(COLOURS_OF) > 3, f"{plot} is blank"
        names, columns = table_of(page, plot)
        assert host.evaluate(DRAWN) == columns
        assert host.evaluate(NAMES) == names
    _names, [[_name, numbers]] = table_of(page, "stages")
    assert sum(numbers) == 4
    look.at(lead, "figures")
    if locale == ZH:
        picture(lead, "dashboard")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    look.on_a_phone(lead, "figures")
    fits_a_phone(lead)


def test_a_plot_follows_the_theme(desks: Desks) -> None:
    lead = desks.open(LEAD)
    lead.open("/figures/")
    ready(lead.page)
    drawn = "host => globalThis.echarts.getInstanceByDom(host).getOption().color[0]"
    host = lead.page.locator("[data-plot-table=venues-table]")
    before = host.evaluate(drawn)
    lead.page.evaluate("document.documentElement.dataset.theme = 'contrast'")
    lead.page.wait_for_function(
        "before => globalThis.echarts.getInstanceByDom(document.querySelector('[data-plot-table=venues-table]'))"
        ".getOption().color[0] !== before",
        arg=before,
    )
    assert host.evaluate("host => globalThis.echarts.getInstanceByDom(host).getOption().animation") is False


def test_without_scripts_the_tables_say_it_all(site: Site, desks: Desks) -> None:
    page = desks.open(ADMIN, scripts=False).page
    page.goto(f"{site.url}/figures/")
    for plot in PLOTS:
        expect(page.locator(f"#{plot}-table")).to_be_visible()
        expect(page.locator(f"[data-plot-table={plot}-table]")).to_be_hidden()


@LOCALES
def test_the_screens_of_exports(locale: str, desks: Desks, look: Looker) -> None:
    lead = desks.open(LEAD, locale)
    for path, name in (("/exports/", "export lists"), ("/figures/exports", "export figures")):
        lead.open(path)
        look.at(lead, name)
        fits_a_phone(lead)
        ready(lead.page)
        lead.page.locator("main .button--primary").first.click()
        expect(lead.page.locator(".error-summary")).to_be_visible()
        look.at(lead, f"{name} refused")
    lead.page.locator("select[name=purpose]").select_option("report")
    with lead.page.expect_download() as download:
        lead.page.locator("main .button--primary").click()
    assert download.value.suggested_filename.startswith("progress-")
