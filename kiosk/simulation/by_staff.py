"""What staff do on a step's screen. What they leave to the candidate is in `by_candidate`."""

from collections.abc import Mapping

from kiosk.simulation.browser import CAPTURED, OK, Browser, Files
from kiosk.simulation.by_candidate import ACTS as CANDIDATES_ACTS
from kiosk.simulation.by_candidate import CORRECTED_FIELD, Act
from kiosk.simulation.crew import DECIDERS, colleague, sign_in
from kiosk.simulation.drawing import paper, phone_picture
from kiosk.simulation.page import Form, Page
from kiosk.simulation.people import Candidate

FIRST_PAPER, TWO_SIDED = "M01", "M02"
"""Asked of every candidate; of the second, two pictures are wanted."""


def decide_form(browser: Browser, page: Page, candidate: Candidate) -> bool:
    """Decide on a correction, after which the candidate goes back to a kiosk; else all is confirmed at the desk."""
    form = page.form_with("accept:")
    if form is not None:
        _decide(browser, form, candidate)
        return True
    if page.form().button("next"):
        if "correction" in candidate.did and candidate.once("back to kiosk"):
            return False
        return CANDIDATES_ACTS["form"](browser, page, candidate)
    if browser.staff in DECIDERS:
        return False
    sign_in(browser, DECIDERS[0])
    return True


def check_materials(browser: Browser, page: Page, candidate: Candidate) -> bool:
    """Check the papers: all match, or what this candidate's habits say."""
    form, habit = page.form(), candidate.habits
    before_camera = form.button_for(f"paper:{FIRST_PAPER}") if habit.papers == "shoot" else ""
    if before_camera and candidate.once("shoot"):
        _photograph(browser, form, before_camera)
        return True
    if habit.second_look and candidate.once("second look"):
        _object(browser, page, candidate)
        return True
    answers = {}
    if habit.second_look in ("fail", "pending"):
        answers[f"verdict-{TWO_SIDED}"] = "pass"
    files = _pictures(form, candidate)
    browser.send(form, answers, "all_pass", files=files, step="materials", slip="" if files else candidate.slip())
    return True


def _photograph(browser: Browser, form: Form, before_camera: str) -> None:
    """Go to the document camera, have the page taken, and come back to the list."""
    shown = browser.send(form, button=before_camera, step="materials")
    browser.peek("/devices/page.json", (OK, 204, 503))
    camera = shown.form()
    if camera.button_for("shoot:"):
        browser.send(camera, button=f"shoot:{FIRST_PAPER}", step="materials")
        browser.look()
    browser.open(shown.path)


def capture_finger(browser: Browser, page: Page, candidate: Candidate) -> bool:
    """Excuse fingers that cannot be had, accept poor ones when nothing is left, else let the candidate press."""
    form = page.form()
    if form.values.get("act") == "force" and form.has("second_pin"):
        browser.send(form, colleague(browser.staff), step="fingerprint")
        return True
    if "fingerprint" in candidate.habits.refuses:
        return _exempt(browser, page, "fingerprint", {})
    if candidate.habits.exempt and candidate.once("exemption"):
        finger = {"finger": "99"} if candidate.habits.exempt == "all" else {}
        return _exempt(browser, page, "fingerprint", {"reason": "injured", "camera": "yes", **finger})
    return CANDIDATES_ACTS["fingerprint"](browser, page, candidate)


def capture_photo(browser: Browser, page: Page, candidate: Candidate) -> bool:
    """Note the check by hand where no picture may be taken, accept a poor one at the end, else take it."""
    if "face" in candidate.habits.refuses:
        return _exempt(browser, page, "photo", {})
    accept = page.find("accept-form")
    if accept and page.form().button("retake") and not candidate.once("poor picture"):
        more = colleague(browser.staff) if accept.has("second_pin") else {}
        browser.send(accept, {"reason": "光线只能如此", **more}, step="photo")
        return True
    return CANDIDATES_ACTS["photo"](browser, page, candidate)


def correct_after_signing(browser: Browser, candidate: Candidate) -> None:
    """Correct a fact unasked after the signature, which voids it."""
    if browser.staff not in DECIDERS:
        sign_in(browser, DECIDERS[0])
    page = browser.open(f"/visits/{candidate.visit}/steps/form")
    form = page.form_with("correct")
    if form is not None:
        answers = {"field": CORRECTED_FIELD, "new": "测试市第二人民医院", "shown": "工作证"}
        browser.send(form, answers, "correct", step="form")


ACTS: Mapping[str, Act] = {
    **CANDIDATES_ACTS,
    "form": decide_form,
    "materials": check_materials,
    "fingerprint": capture_finger,
    "photo": capture_photo,
}


def _decide(browser: Browser, form: Form, candidate: Candidate) -> None:
    accept = form.button_for("accept:")
    field = accept.partition(":")[2]
    if candidate.habits.corrects == "reject":
        answers = {f"reason-{field}": "与原件一致"}
        browser.send(form, answers, f"reject:{field}", step="form", slip=candidate.slip())
    else:
        answers = {f"new-{field}": "示例县人民医院", f"shown-{field}": "单位证明"}
        browser.send(form, answers, accept, step="form", slip=candidate.slip())


def _object(browser: Browser, page: Page, candidate: Candidate) -> None:
    """Mark a paper as bad or to be brought, or propose the refusal."""
    look = candidate.habits.second_look
    if look == "refuse":
        if browser.staff not in DECIDERS:
            sign_in(browser, DECIDERS[0])
            page = browser.open(f"/visits/{candidate.visit}/steps/materials")
        form = page.form_with("refuse")
        if form is not None:
            browser.send(form, {"refusal_reason": "practice"}, "refuse", step="materials")
        return
    reason = "forgotten" if look == "pending" else "expired"
    answers = {f"verdict-{TWO_SIDED}": look, f"reason-{TWO_SIDED}": reason}
    if look == "pending":
        candidate.did.add("pending")
    browser.send(page.form(), answers, "all_pass", step="materials")


def _pictures(form: Form, candidate: Candidate) -> Files:
    """Return the papers to send with the form, once."""
    papers = candidate.habits.papers
    if papers not in ("upload", "phone") or f"pages-{TWO_SIDED}" not in form.files or not candidate.once("papers"):
        return []
    if papers == "phone":
        return [(f"pages-{FIRST_PAPER}", ("IMG_0001.JPG", phone_picture(), "image/jpeg"))]
    sides = (candidate.random.randrange(6), candidate.random.randrange(6))
    return [(f"pages-{TWO_SIDED}", (f"证件{side}.jpg", paper(side), "image/jpeg")) for side in sides]


def _exempt(browser: Browser, page: Page, step: str, answers: Mapping[str, str]) -> bool:
    form = page.form("exemption-form")
    browser.tally.count("exemptions")
    browser.send(form, {**answers, **colleague(browser.staff)}, step=step, expect=CAPTURED)
    return True
