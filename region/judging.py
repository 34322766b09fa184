"""The reviewers' screens: the list, one record, its files, and the verdict."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from records.errors import KeyStoreError
from region import presenting
from region.dossier import note_view, read_dossier, read_file
from region.errors import AlreadyDecidedError, NewerVersionError, NotAcceptedYetError, VerdictRefusedError
from region.guard import reviewer, visitor
from region.keys import person_mark
from region.labels import ROLES
from region.persons import Persons
from region.store import Store
from region.venues import venue_names
from region.verdict_form import Answers, read_answers
from region.verdicts import give_verdict
from region.worklist import Filter, State, list_records, next_waiting

Answer = str | BaseResponse | tuple[str, int]


def blueprint(store: Store, persons: Persons) -> Blueprint:
    """Return the reviewers' routes."""
    pages = Blueprint("judging", __name__)
    pages.app_context_processor(_frame)

    @pages.get("/")
    def home() -> Answer:
        return redirect(url_for("judging.worklist"), 303)

    @pages.get("/records")
    def worklist() -> Answer:
        reg_no = request.args.get("reg_no", "").strip()[:64]
        wanted = _filter(request.args, _mark(store, reg_no))
        page = list_records(store, wanted, _cursor("before"), _cursor("after"))
        screen = presenting.worklist(page, wanted, reg_no, venue_names(store), persons)
        return render_template("region/worklist.html", **screen)

    @pages.get("/records/<digest>")
    def record(digest: str) -> Answer:
        note_view(store, reviewer().id, digest)
        return _screen(store, digest, Answers(), {})

    @pages.post("/records/<digest>/verdict")
    def decide(digest: str) -> Answer:
        return _decide(store, digest)

    @pages.get("/records/<digest>/files/<object_digest>")
    def picture(digest: str, object_digest: str) -> Answer:
        file, content = read_file(store, digest, object_digest)
        return _as_response(file.media_type, content, object_digest)

    return pages


def _decide(store: Store, digest: str) -> Answer:
    dossier = read_dossier(store, digest)
    answers, opinion, problems = read_answers(request.form, presenting.steps(dossier))
    if opinion is None:
        return _screen(store, digest, answers, problems), 422
    try:
        if not dossier.is_whole:
            raise NotAcceptedYetError("a file is missing or damaged")
        give_verdict(store, digest, reviewer().id, opinion)
    except VerdictRefusedError as error:
        return _screen(store, digest, answers, {}, _too_late(error)), 409
    flash(_("The verdict is saved. The venue will fetch it."), "good")
    following = next_waiting(store)
    return redirect(url_for("judging.record", digest=following) if following else url_for("judging.worklist"), 303)


def _screen(store: Store, digest: str, answers: Answers, problems: Mapping[str, str], too_late: str = "") -> str:
    screen = presenting.record(read_dossier(store, digest))
    summary = [{"field": "", "text": too_late}] if too_late else []
    return render_template("region/record.html", **screen, answers=answers, problems=problems, error_summary=summary)


def _as_response(media_type: str, content: bytes, name: str) -> Response:
    is_picture = media_type in presenting.PICTURE_TYPES
    response = Response(content, mimetype=media_type if is_picture else "application/octet-stream")
    if not is_picture:  # what a venue sent is never run or shown as a page of ours
        response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _too_late(error: VerdictRefusedError) -> str:
    if isinstance(error, NewerVersionError):
        return str(_("A newer version of this record has arrived. Your words are kept below; judge the newer version."))
    if isinstance(error, AlreadyDecidedError):
        return str(_("Somebody has already decided on this record. Your words are kept below; nothing was changed."))
    return str(_("Files of this record have not arrived yet. Your words are kept below; decide when it is complete."))


def _mark(store: Store, reg_no: str) -> str:
    """Return what to look for; a number that nobody has finds nothing, and so does every number without the key."""
    if not reg_no:
        return ""
    try:
        with store.read() as session:
            return person_mark(session, store.vault, reg_no)
    except KeyStoreError:
        return "-"


def _filter(given: Mapping[str, str], person: str) -> Filter:
    state = given.get("state", State.WAITING)
    return Filter(
        state=state if state in set(State) else "",
        venue=given.get("venue", "")[:64],
        exceptions=given.get("exceptions") == "yes",
        person=person,
    )


def _cursor(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0


def _frame() -> dict[str, object]:
    """Return what the layout shows around every screen."""
    person = visitor()
    if person is None:
        return {}
    at_list = request.endpoint == "judging.worklist"
    files = (_("Rosters and appointments"), url_for("taking.show"), request.blueprint == "taking")
    return {
        "reviewer": {"name": person.name, "role": ROLES[person.role]},
        "sign_out_url": url_for("sign_in.leave"),
        "nav": [
            (_("Records"), url_for("judging.worklist"), at_list),
            (_("Venues' logs"), url_for("checkpoints.show"), request.endpoint == "checkpoints.show"),
            *([files] if person.role == "lead" else []),
        ],
    }
