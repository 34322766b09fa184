"""Looks at a screen as every demand on it wants: axe, sizes, one way on, nothing out of sight, one language."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page

from tests.support.browsing import FULL_HD, PHONE, TABLET, ZH, Window
from tests.support.screen_language import Speech

RULES = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
ALL_RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
STYLE_RULES = {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]}
"""What another theme or size can break: it changes colours and places, and not a single element."""
KIOSK_PX, DESK_PX, KIOSK_TEXT_PX = 80, 44, 22
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
WANTS_PICTURES = os.environ.get("KAODIAN_SCREENSHOTS") == "1"
EVERY_PICTURE = os.environ.get("KAODIAN_SCREENSHOTS_ALL")
"""A folder: every screen in every look is kept there, to be looked at by a person."""


@dataclass(slots=True)
class Looker:
    """Looks at screens and collects what is wrong, so that one run tells everything.

    Attributes:
        seen: the names of the screens that were looked at, by language.
    """

    speech: Speech
    axe: Axe = field(default_factory=Axe)
    faults: list[str] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def at(self, window: Window, name: str) -> None:
        """Judge the screen as it stands, in every size and theme that its device has."""
        if (window.locale, name) in self.seen:
            return
        self.seen.add((window.locale, name))
        page = window.page
        page.wait_for_load_state("load")  # with its style sheets
        page.evaluate("document.fonts.ready")
        device = page.evaluate("document.documentElement.dataset.device")
        is_kiosk = device == "kiosk"
        for look in self._looks(page, device):
            place = f"{name} [{window.locale} {look}]"
            _keep(page, f"{name}-{window.locale}-{look}")
            self.faults += [f"{place}: {fault}" for fault in self._judge(window, is_kiosk, look)]

    def on_a_phone(self, window: Window, name: str) -> None:
        """Judge a desk's screen on a phone by axe's rules; everything else is `at`'s."""
        place = f"{name} [{window.locale} phone]"
        self.faults += [f"{place}: {fault}" for fault in self._violations(window.page, ALL_RULES)]

    def _looks(self, page: Page, device: str) -> Iterator[str]:
        """Bring the page into each look, yield its name, and leave it as it was."""
        before = page.viewport_size or {"width": FULL_HD[0], "height": FULL_HD[1]}
        looks = [("full", FULL_HD, "normal", "normal"), ("tablet", TABLET, "normal", "normal")]
        looks += [("contrast", FULL_HD, "contrast", "normal"), ("tablet large", TABLET, "normal", "large")]
        if device == "kiosk":
            looks.append(("full large", FULL_HD, "normal", "large"))
        if device == "portal":
            looks += [("phone", PHONE, "normal", "normal"), ("phone large", PHONE, "normal", "large")]
        for name, (width, height), theme, size in looks:
            page.set_viewport_size({"width": width, "height": height})
            _dress(page, theme, size)
            yield name
        page.set_viewport_size(before)
        _dress(page, "normal", "normal")

    def _judge(self, window: Window, is_kiosk: bool, look: str) -> Iterator[str]:
        demands = {
            "kiosk": is_kiosk,
            "still": look == "full",
            "targetPx": KIOSK_PX if is_kiosk else DESK_PX,
            "textPx": KIOSK_TEXT_PX if is_kiosk else 0,
        }
        measured = window.page.evaluate(RULES, demands)
        yield from measured["faults"]
        if look == "full":
            yield from self.speech.wrong(window.locale, measured["words"])
        if look == "full":
            yield from self._violations(window.page, ALL_RULES)
        elif look in ("contrast", "full large") and window.locale == ZH:
            yield from self._violations(window.page, STYLE_RULES)

    def _violations(self, page: Page, rules: dict[str, object]) -> Iterator[str]:
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(self.axe.axe_script)
        options = {"runOnly": rules, "resultTypes": ["violations"]}
        with _unrolled(page):
            found = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
        for violation in found:
            for node in violation["nodes"][:3]:
                why = (node["any"] + node["all"] + node["none"])[:1]
                yield f"axe {violation['id']}: {node['html'][:160]} {why[0]['message'] if why else ''}"


@contextmanager
def _unrolled(page: Page) -> Iterator[None]:
    """Make the window as high as the page: what a desk's bar covers depends on where somebody has scrolled to."""
    before = page.viewport_size
    height = page.evaluate("document.documentElement.scrollHeight")
    if before and height > before["height"]:
        page.set_viewport_size({"width": before["width"], "height": height})
    yield
    if before:
        page.set_viewport_size(before)


def picture(window: Window, name: str, look: str = "normal") -> None:
    """Keep a picture of the screen for the README, when pictures are wanted."""
    if not WANTS_PICTURES:
        return
    PICTURES.mkdir(parents=True, exist_ok=True)
    before = window.page.viewport_size
    is_kiosk = window.page.evaluate("document.documentElement.dataset.device") == "kiosk"
    width, height = FULL_HD if is_kiosk else (1440, 810)
    window.page.set_viewport_size({"width": width, "height": height})
    _dress(window.page, look, "normal")
    window.page.evaluate("document.fonts.ready")
    image = Image.open(BytesIO(window.page.screenshot(animations="disabled"))).convert("RGB")
    image.resize((1440, 810), Image.Resampling.LANCZOS).quantize(200, dither=Image.Dither.NONE).save(
        PICTURES / f"{name}.png", optimize=True
    )
    _dress(window.page, "normal", "normal")
    if before:
        window.page.set_viewport_size(before)


def _keep(page: Page, name: str) -> None:
    if EVERY_PICTURE:
        page.screenshot(path=Path(EVERY_PICTURE) / f"{name.replace(' ', '-')}.png", animations="disabled")


def _dress(page: Page, theme: str, size: str) -> None:
    page.evaluate("([theme, size]) => Object.assign(document.documentElement.dataset, { theme, size })", [theme, size])
