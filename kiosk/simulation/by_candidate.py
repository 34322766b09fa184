"""What a candidate does on each step's screen. Every act looks at the page alone: it may have been seen before."""

from collections.abc import Callable, Mapping

from kiosk.simulation.browser import CAPTURED, TELLS_WHAT_TO_DO, Browser
from kiosk.simulation.drawing import dot, signature
from kiosk.simulation.page import Page
from kiosk.simulation.people import Candidate

Act = Callable[[Browser, Page, Candidate], bool]
"""Does one thing on the page and tells whether there was something to do for whoever sits here."""

CORRECTED_FIELD = "employer"


def confirm_form(browser: Browser, page: Page, candidate: Candidate) -> bool:
    """Read a page of the form and go on, with a tick at what is wrong."""
    form = page.form()
    if not form.button("next"):
        return False
    answers, tick = {}, f"correct-{CORRECTED_FIELD}"
    if candidate.habits.corrects and form.has(tick) and candidate.once("correction"):
        answers[tick] = "yes"
    browser.send(form, answers, "next", step="form", slip=candidate.slip())
    return True


def consent(browser: Browser, page: Page, candidate: Candidate) -> bool:
    """Take note of a text, agree or refuse."""
    form = page.form()
    purpose = next((name for name in ("face", "fingerprint") if name in form.choices), "")
    answers = {purpose: "refuse" if purpose in candidate.habits.refuses else "agree"} if purpose else {}
    browser.send(form, answers, step="consent", slip=candidate.slip())
    return True


def sign(browser: Browser, page: Page, candidate: Candidate) -> bool:
    """Write the name; some only touch the pad at first."""
    form = page.form()
    if candidate.habits.dots and candidate.once("dot"):
        browser.send(form, {"strokes": dot()}, step="signature", expect={TELLS_WHAT_TO_DO})
        return True
    browser.send(form, {"strokes": signature(candidate.random)}, step="signature", slip=candidate.slip())
    return True


def press_finger(browser: Browser, page: Page, candidate: Candidate) -> bool:
    """Put the finger on the reader once."""
    form = page.form()
    if form.values.get("act") != "press" or "fingerprint" in candidate.habits.refuses or _is_excused(candidate):
        return False
    page = browser.send(form, step="fingerprint", expect=CAPTURED, slip=candidate.slip())
    _count_retry(browser, page)
    browser.look()
    return True


def photograph(browser: Browser, page: Page, candidate: Candidate) -> bool:
    """Take a picture, look at it, take it again or accept it."""
    form = page.form()
    if form.button("accept"):
        wants_another = candidate.habits.retakes and form.button("retake") and candidate.once("retake")
        browser.send(form, button="retake" if wants_another else "accept", step="photo", slip=candidate.slip())
        return True
    if form.button("retake"):
        browser.send(form, button="retake", step="photo")
        return True
    if form.values.get("act") != "take":
        return False
    _watch(browser, candidate)
    page = browser.send(form, step="photo", expect=CAPTURED, slip=candidate.slip())
    _count_retry(browser, page)
    browser.look()
    return True


ACTS: Mapping[str, Act] = {
    "form": confirm_form,
    "consent": consent,
    "signature": sign,
    "fingerprint": press_finger,
    "photo": photograph,
}


def _is_excused(candidate: Candidate) -> bool:
    """Tell whether staff have to excuse a finger before the reader is of any use."""
    return bool(candidate.habits.exempt) and "exemption" not in candidate.did


def _count_retry(browser: Browser, page: Page) -> None:
    if page.status == TELLS_WHAT_TO_DO:
        browser.tally.count("retries")


def _watch(browser: Browser, candidate: Candidate) -> None:
    """Fetch what the page fetches by itself while somebody stands before the camera."""
    browser.peek("/devices/preview.jpg?role=camera")
    browser.peek(f"/devices/checks/{candidate.visit}")
