"""The evening, step by step; each page can be left, and another lead goes on where it was left."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.exceptions import NotFound

from kiosk.auth import staff
from kiosk.closing.acts import Closer
from kiosk.closing.finishing import clear, close_day, make_report
from kiosk.closing.wizard import ClosingDay, look
from kiosk.closing.words import REFUSALS
from kiosk.errors import ClosingRefusedError, LockedOutError, ShutDownRefusedError, WrongPinError
from kiosk.power import shut_down, usual_command
from kiosk.step import StepRejectedError
from kiosk.strips import desk_context
from kiosk.views.backup import trouble_words
from kiosk.views.closing_screen import context
from kiosk.views.here import actor, browser, first_unclosed, origin, today, venue
from kiosk.views.journey import second_actor
from kiosk.views.visits import PDF_POLICY
from local_db.day_book import DONE
from local_db.errors import BackupError, StaleDayError

blueprint = Blueprint("closing", __name__, url_prefix="/lead/closing")


@blueprint.get("/")
@staff("LEAD")
def current() -> Response:
    """Lead to the oldest day that is not closed, else to today."""
    return _to(first_unclosed() or today())


@blueprint.get("/<day>")
@staff("LEAD")
def show(day: str) -> str:
    """One step: the one to be done now, or the one that is asked for."""
    closing = look(venue(), _day(day))
    return render_template("kiosk/closing.html", **desk_context(), **context(closing, request.args.get("step", "")))


@blueprint.post("/<day>/begin")
@staff("LEAD")
def begin(day: str) -> Response:
    """Take no more arrivals."""
    return _do(day, lambda closer, _closing: closer.begin())


@blueprint.post("/<day>/reopen")
@staff("LEAD")
def reopen(day: str) -> Response:
    """Have everything go on."""
    form = request.form
    return _do(day, lambda closer, _closing: closer.reopen(form.get("reason", ""), form.get("note", "").strip()))


@blueprint.post("/<day>/people")
@staff("LEAD")
def decide(day: str) -> Response:
    """Carry somebody over who is still inside, or note that they have left."""
    visit = request.form.get("carry") or request.form.get("absent") or ""

    def act(closer: Closer, closing: ClosingDay) -> None:
        person = next((one for one in closing.people.came if one.visit.id == visit), None)
        if person is None:
            raise NotFound
        if "absent" in request.form:
            closer.absent(person)
        else:
            closer.carry(person, _chosen_day(), request.form.get("reason", ""))

    return _do(day, act)


@blueprint.post("/<day>/send")
@staff("LEAD")
def send(day: str) -> Response:
    """Have everything tried at once that is not at the region, and asked again what it is said to have said."""
    worker, found = venue().worker, look(venue(), _day(day)).found("reconcile")
    troubles = found.detail.get("troubles", []) if found else []
    venue().outbox.doubt([one["digest"] for one in troubles if one["code"] == "bad_receipt"])
    venue().outbox.retry_now()
    if worker is None:
        flash(_("The settings name no region; everything stays here."), "attention")
    elif worker.is_paused:
        flash(_("Sending is paused. Go on under “Every object on its way”."), "attention")
    else:
        worker.wake()
        flash(_("Sending now. Check again in a moment."), "good")
    return _to(_day(day))


@blueprint.post("/<day>/<step>/waive")
@staff("LEAD")
def waive(day: str, step: str) -> Response:
    """Go on without a step, for a reason."""
    form = request.form
    return _do(day, lambda closer, _closing: closer.waive(step, form.get("reason", ""), form.get("note", "").strip()))


@blueprint.post("/<day>/report/sign")
@staff("LEAD")
def sign(day: str) -> Response:
    """Close the day: the lead, and a second person where the profile asks for one, each with a PIN."""

    def act(_closer: Closer, closing: ClosingDay) -> None:
        lead = venue().doorkeeper.check(actor().id, request.form.get("pin", ""))
        close_day(venue(), closing, lead, second_actor(), origin())
        flash(_("The day is closed."), "good")

    return _do(day, act)


@blueprint.post("/<day>/shut-down")
@staff("LEAD")
def switch_off(day: str) -> Response:
    """Switch the venue's computer off, at the very end and where the settings allow it."""
    table = venue().settings.closing
    if not table.shut_down:
        raise NotFound

    def act(_closer: Closer, closing: ClosingDay) -> None:
        if not closing.is_purged:
            raise ClosingRefusedError("order")
        venue().store.note("computer:shut-down", str(closing.window.day), origin())
        shut_down(table.command or usual_command())
        flash(_("The venue's computer switches itself off within a minute. Good night."), "good")

    return _do(day, act)


@blueprint.post("/<day>/<step>")
@staff("LEAD")
def do(day: str, step: str) -> Response:
    """Do a step."""
    if step not in _ACTS:
        raise NotFound
    return _do(day, _ACTS[step])


@blueprint.get("/<day>/report.pdf")
@staff("LEAD")
def report(day: str) -> Response:
    """The newest day report."""
    found = look(venue(), _day(day)).report
    if found is None:
        raise NotFound
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": PDF_POLICY}
    return Response(venue().reports.get(str(found.detail["file"])), mimetype="application/pdf", headers=headers)


@blueprint.get("/<day>/removals.json")
@staff("LEAD")
def removals(day: str) -> Response:
    """The proof of what was removed from this computer."""
    found = look(venue(), _day(day)).step("purge").act
    if found is None or found.act != DONE:
        raise NotFound
    name = str(found.detail["file"])
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(venue().reports.get(name), mimetype="application/json", headers=headers)


def _settle(closer: Closer, _closing: ClosingDay) -> None:
    closer.settle()


def _reconcile(closer: Closer, _closing: ClosingDay) -> None:
    balance = closer.reconcile()
    if not balance.troubles:
        flash(_("Everything was compared by hash: %(count)s objects.", count=balance.objects), "good")


def _back_up(closer: Closer, _closing: ClosingDay) -> None:
    closer.back_up()
    flash(_("The backup holds everything and was read back."), "good")


def _confirm(closer: Closer, _closing: ClosingDay) -> None:
    if not closer.confirm():
        flash(_("The region confirms the day."), "good")


def _report(_closer: Closer, closing: ClosingDay) -> None:
    make_report(venue(), closing, origin())
    flash(_("The report is made. Print it, read it, sign it."), "good")


def _purge(_closer: Closer, closing: ClosingDay) -> None:
    found = clear(venue(), closing, origin())
    flash(_("%(count)s captures of this day are no longer on this computer.", count=found.removed), "good")
    _back_up_the_rest()
    if closing.window.day == today():  # the morning after, people are at work on the screens already
        venue().book.end_all(browser())
        flash(_("Every other screen is signed off and has to be paired again."), "attention")


def _back_up_the_rest() -> None:
    """Take the report, the proof and the end of the log onto the stick, and what was removed off it."""
    if venue().backups.plan is None:
        return
    try:
        venue().backups.make(origin())
    except BackupError as error:
        flash(trouble_words(error.code), "attention")
    else:
        flash(_("A last backup holds the report and the proof."), "good")


_ACTS: dict[str, Callable[[Closer, ClosingDay], None]] = {
    "settle": _settle,
    "reconcile": _reconcile,
    "backup": _back_up,
    "confirm": _confirm,
    "report": _report,
    "purge": _purge,
}


def _do(day: str, act: Callable[[Closer, ClosingDay], None]) -> Response:
    """Do one act on the day as the page showed it, or say why not; then show what is to be done next."""
    closing = look(venue(), _day(day))
    try:
        _require_fresh(closing)
        act(Closer(venue(), closing, origin()), closing)
    except ClosingRefusedError as error:
        flash(str(REFUSALS[error.code]), "bad")
    except ShutDownRefusedError:
        flash(_("The computer does not let the program switch it off. Switch it off by hand."), "bad")
    except StaleDayError:
        flash(_("Something has happened since this page was drawn. Here is how it stands now."), "attention")
    except BackupError as error:
        flash(trouble_words(error.code), "bad")
    except WrongPinError:
        flash(_("Your PIN is wrong. The day is not closed."), "bad")
    except LockedOutError:
        flash(_("Too many wrong PINs. Wait five minutes, or have another lead close the day."), "bad")
    except StepRejectedError as error:
        flash(" ".join(error.problems.values()), "bad")
    return _to(closing.window.day)


def _require_fresh(closing: ClosingDay) -> None:
    if request.form.get("after", type=int, default=-1) != closing.after:
        raise StaleDayError("the page is older than the day")


def _to(day: date) -> Response:
    return redirect(url_for("closing.show", day=day), 303)


def _day(text: str) -> date:
    """Return the day of an address: today, or one that has been.

    Raises:
        NotFound: it is none.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if not timedelta() <= today() - day <= timedelta(days=400):
        raise NotFound
    return day


def _chosen_day() -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(request.form.get("to_day", ""))
    return None
