"""The steps of one visit: shows the one to be done, takes its answers, in whatever order requests come."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.exceptions import Forbidden

from devices.errors import DeviceError
from kiosk.auth import FLOOR, paired
from kiosk.disk_words import not_saved
from kiosk.errors import LockedOutError, WrongPinError
from kiosk.overview import served_steps
from kiosk.step import Actor, Answers, State, Step, StepRejectedError, Upload
from kiosk.views.here import actor, bench, browser, origin, station, today, venue
from kiosk.views.visit_side import online_side, visit_side
from kiosk.wording import device_trouble, step_label
from local_db.conflict_rules import OVERTAKEN
from local_db.errors import NotSavedError, StaleVisitError
from local_db.visits import Visit

blueprint = Blueprint("journey", __name__, url_prefix="/visits/<visit_id>")

IDLE_S = {"form": 90, "consent": 90, "signature": 120, "materials": 120}
"""Seconds without a touch before the kiosk asks; none while a device captures."""


@blueprint.get("/")
@paired
def current(visit_id: str) -> Response:
    """Lead to the step to be done here, else to what a candidate or the staff should see instead."""
    visit = allowed_visit(visit_id)
    way = venue().journey.way(visit)
    if way.current is None:
        return redirect(url_for("journey.done", visit_id=visit_id), 303)
    if _is_open(visit, way.current.step):
        return redirect(url_for("journey.step", visit_id=visit_id, step_id=way.current.step.id), 303)
    if actor().is_staff:
        return redirect(url_for("visits.show", visit_id=visit_id), 303)
    return redirect(url_for("journey.wait", visit_id=visit_id), 303)


@blueprint.get("/steps/<step_id>")
@paired
def step(visit_id: str, step_id: str) -> Response | str:
    """Show a step's screen: the current one, or for staff an earlier one."""
    visit = allowed_visit(visit_id)
    found = _step_of(visit, step_id)
    if not _is_open(visit, found):
        return redirect(url_for("journey.current", visit_id=visit_id), 303)
    return step_screen(visit, found)


@blueprint.post("/steps/<step_id>")
@paired
def submit(visit_id: str, step_id: str) -> Response | tuple[str, int]:
    """Take a screen's answers; saved, or the same screen with what to do."""
    visit = allowed_visit(visit_id)
    found = _step_of(visit, step_id)
    after = request.form.get("after", type=int, default=-1)
    if not _is_open(visit, found):
        note_overtaken(visit, step_id, after)
        flash(_("This step is already done. Here is what comes next."), "attention")
        return redirect(url_for("journey.current", visit_id=visit_id), 303)
    answers = _answers()
    try:
        answers = replace(answers, second=second_actor(), stored=venue().store.blobs.get)
        saved = venue().journey.submit(visit, found, after, answers, bench(), origin())
    except StepRejectedError as error:
        return step_screen(visit, found, answers, error.problems), 422
    except DeviceError as error:
        return step_screen(visit, found, answers, {"": device_trouble(error)}), 422
    except StaleVisitError:
        return _overtaken(visit_id, found, answers, after)
    except NotSavedError as error:
        trouble = not_saved(error)
        return step_screen(visit, found, answers, {"": trouble.sentence}), trouble.status
    return redirect(_next_url(saved, found), 303)


@blueprint.get("/wait")
@paired
def wait(visit_id: str) -> Response | str:
    """The candidate has done what can be done here and is called for the rest."""
    visit = allowed_visit(visit_id)
    way = venue().journey.way(visit)
    if way.current is None:
        return redirect(url_for("journey.done", visit_id=visit_id), 303)
    missing = [position for position in way.positions if position.outcome.state is State.PENDING]
    return render_template(
        "kiosk/wait.html",
        visit=visit,
        way=way,
        missing=missing,
        ahead=venue().overview.ahead(visit.id, today(), venue().clock.now()),
        progress=progress(visit),
        has_printer=bench().has("printer"),
        leave_s=15,
    )


@blueprint.get("/done")
@paired
def done(visit_id: str) -> Response | str:
    """The receipt on the screen; it leaves by itself and shows nothing personal."""
    visit = allowed_visit(visit_id)
    way = venue().journey.way(visit)
    if way.current is not None:
        return redirect(url_for("journey.current", visit_id=visit_id), 303)
    if actor().is_staff:
        return redirect(url_for("visits.show", visit_id=visit_id), 303)
    has_printer = bench().has("printer")
    return render_template(
        "kiosk/done.html", visit=visit, way=way, progress=progress(visit), has_printer=has_printer, leave_s=10
    )


def allowed_visit(visit_id: str) -> Visit:
    """Return the visit if staff ask, or if it is the one before this kiosk.

    Raises:
        Forbidden: a kiosk asks for somebody else.
    """
    if not actor().may(*FLOOR) and browser().visit != visit_id:
        raise Forbidden
    return venue().store.visit(visit_id)


def step_screen(
    visit: Visit, step: Step, answers: Answers | None = None, problems: dict[str, str] | None = None
) -> str:
    """Return a step's page."""
    journey = venue().journey
    case = journey.case(visit)
    is_staff = actor().is_staff
    preview = url_for("devices.preview", role="camera") if bench().has("camera") else None
    context: dict[str, Any] = {
        "layout": "kiosk/layout_visit.html" if is_staff else "kiosk/layout_kiosk.html",
        "visit": visit,
        "case": case,
        "step": step,
        "screen": step.screen(case),
        "problems": problems or {},
        "answers": answers,
        "action": url_for("journey.submit", visit_id=visit.id, step_id=step.id, paper=request.args.get("paper")),
        "after": visit.last_seq,
        "is_staff": is_staff,
        "bench_has": {role for role in ("camera", "fingerprint", "document_camera") if bench().has(role)},
        "preview_url": preview,
        "print_url": url_for("devices.live_print"),
        "checks_url": url_for("devices.checks", visit_id=visit.id) if preview else None,
        "file_url": lambda digest: url_for("files.show", visit_id=visit.id, digest=digest),
        "progress": progress(visit),
        "people": venue().book.everyone() if is_staff else [],
    }
    if is_staff:
        context |= visit_side(visit) | online_side(visit, step)
    elif step.id in IDLE_S:
        context |= {"idle_s": IDLE_S[step.id], "idle_url": url_for("kiosk.leave")}
    return render_template(f"kiosk/steps/{step.id}.html", **context)


def progress(visit: Visit) -> list[dict[str, str]]:
    """Return the steps as the strip at the top of a kiosk shows them."""
    way = venue().journey.way(visit)
    here = way.current.step.id if way.current else "done"
    strip = [
        {"label": step_label(position.step.id), "state": _strip_state(position.outcome.state, position.step.id == here)}
        for position in way.positions
    ]
    return [*strip, {"label": step_label("done"), "state": "current" if here == "done" else "todo"}]


def _strip_state(state: State, is_here: bool) -> str:
    if is_here:
        return "current"
    return "done" if state in (State.DONE, State.WAIVED) else "todo"


def _step_of(visit: Visit, step_id: str) -> Step:
    found = venue().journey.profile(visit).step(step_id)
    if found is None:
        abort(404)
    return found


def _is_open(visit: Visit, step: Step) -> bool:
    if not venue().journey.may_submit(visit, step, actor()):
        return False
    return actor().is_staff or _is_served_here(visit, step)


def _is_served_here(visit: Visit, step: Step) -> bool:
    """Whether a candidate may do this step at this station without staff."""
    steps = served_steps(station(), venue().journey.profile(visit))
    return step.id in steps and not step.needs_staff(venue().journey.case(visit))


def _next_url(saved: Visit, step: Step) -> str:
    """Return where to go after saving: on, or for staff who are mending an earlier step back to the overview."""
    way = venue().journey.way(saved)
    if way.current is None and actor().is_staff:
        return url_for("visits.show", visit_id=saved.id)
    paper = request.args.get("paper")
    if (paper or request.form.get("stay") == "yes") and _is_open(saved, step):
        return url_for("journey.step", visit_id=saved.id, step_id=step.id, paper=paper)
    return url_for("journey.current", visit_id=saved.id)


def _overtaken(visit_id: str, step: Step, answers: Answers, after: int) -> Response | tuple[str, int]:
    """Show the step as it is now, with what was typed here; what was only drawn must not undo the other's work."""
    visit = venue().store.visit(visit_id)
    note_overtaken(visit, step.id, after)
    then = replace(visit, entries=tuple(entry for entry in visit.entries if entry.seq <= after))
    drawn = step.drawn(venue().journey.case(then))
    typed = {name: value for name, value in answers.fields.items() if value != drawn.get(name, "")}
    if not _is_open(visit, step):
        flash(_("Somebody saved this step at another station. Here is what comes next."), "attention")
        return redirect(url_for("journey.current", visit_id=visit_id), 303)
    words = _("Something was saved for this candidate at another station meanwhile. Check the page and press again.")
    return step_screen(visit, step, replace(answers, fields=typed), {"": words}), 409


def note_overtaken(visit: Visit, step_id: str, after: int) -> None:
    """Put on record, for a lead to look at, that another station had saved for this candidate meanwhile."""
    meanwhile = [entry.station for entry in visit.entries if entry.seq > after and entry.station != browser().station]
    if after >= 0 and meanwhile:
        venue().store.note(OVERTAKEN, visit.id, origin(), step=step_id, other=meanwhile[-1], after=after)


def _answers() -> Answers:
    files = {
        name: tuple(Upload(file.filename or "", file.read()) for file in request.files.getlist(name) if file.filename)
        for name in request.files
    }
    return Answers(request.form.to_dict(), actor(), {name: sent for name, sent in files.items() if sent})


def second_actor() -> Actor | None:
    """Return the second member of staff who gave a PIN on this form.

    Raises:
        StepRejectedError: the PIN is wrong, or it is the same person.
    """
    staff_id = request.form.get("second_staff", "")
    pin = request.form.get("second_pin", "")
    if not staff_id or not pin:
        return None
    if staff_id == actor().id:
        raise StepRejectedError({"second_staff": _("The second person must be somebody else.")})
    try:
        return venue().doorkeeper.check(staff_id, pin)
    except WrongPinError:
        raise StepRejectedError({"second_pin": _("The second person's PIN is wrong.")}) from None
    except LockedOutError:
        words = _("The second person's PIN is locked for some minutes. Ask another colleague.")
        raise StepRejectedError({"second_pin": words}) from None
