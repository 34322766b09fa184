"""One registration at a desk: looking at it, taking it in hand, noting, concluding."""

from collections.abc import Callable, Mapping
from functools import partial, update_wrapper

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import format_time
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from region.audit import note as note_audit
from region.corrections.listing import corrections_of
from region.corrections.words import OUTCOME_WORDS
from region.desk import case_screen, records_beside
from region.desk.case_screen import Around, Typed
from region.desk.concluding import conclude
from region.desk.conclusions import WITHOUT_CLAIM, Conclusion
from region.desk.office import Office, asking
from region.desk.refusal_words import refusal_words
from region.desk.viewing import SAFE_TYPES, earlier_pictures, read_picture
from region.labels import FACTS
from region.registry import notes
from region.registry.changing import Actor, Key
from region.registry.errors import ActRefusedError, ReasonMissingError, UnknownRegistrationError
from region.registry.models import PictureRow
from region.registry.reviewing import Said
from region.reviewers import reviewer_names

Answer = str | BaseResponse | tuple[str, int]
MAX_TEXT_CHARS = 1000
MARKS: Mapping[str, str] = {"pass": "pass", "return": "return", "": ""}


NOTHING_TYPED = Typed()
_Act = Callable[[Office, Key, Actor], Answer]


def install(pages: Blueprint, office: Office) -> None:
    """Add the routes of one registration to the desk's."""
    where = "/<int:year>/<id_>"

    @pages.get(where)
    def case(year: int, id_: str) -> Answer:
        key = Key(year, id_)
        page = request.args.get("picture", "1")
        return _show(office, key, request.args.get("item", ""), int(page) if page.isdigit() and len(page) < 4 else 1)

    @pages.get(f"{where}/pictures/<picture>")
    def picture(year: int, id_: str, picture: str) -> Answer:
        row, content = read_picture(office.store, office.box, office.rules, Key(year, id_), picture, asking())
        return _as_response(row, content)

    for name, act in (
        ("claim", _claim),
        ("release", _release),
        ("mark", _mark),
        ("note", _note),
        ("conclude", _conclude),
    ):
        view = update_wrapper(partial(_do, office, act), act)
        pages.add_url_rule(f"{where}/{name}", name, view, methods=["POST"])


def _do(office: Office, act: _Act, year: int, id_: str) -> Answer:
    return act(office, Key(year, id_), asking())


def _show(office: Office, key: Key, code: str, page: int = 1, typed: Typed = NOTHING_TYPED, refused: str = "") -> str:
    actor = asking()
    case = office.case(key, actor)
    _note_view(office, actor, key)
    item = case.item(code) or case_screen.first_item(case)
    around = Around(
        actor,
        reviewer_names(office.store),
        notes.notes_on(office.store, office.box, key),
        earlier_pictures(office.store, key),
        office.store.now(),
    )
    laid_out = case_screen.screen(case, office.rules, around, item, page, typed)
    beside = records_beside.records_of(office.store, case.row, actor)
    asked = [
        {
            "url": url_for("corrections.show", year=row.exam_year, id_=row.id),
            "field": FACTS.get(row.field, row.field),
            "badge": OUTCOME_WORDS[row.outcome],
        }
        for row in corrections_of(office.store, key)
    ]
    summary = [{"field": "", "text": refused}] if refused else []
    return render_template(
        "region/desk/case.html", **laid_out, records=beside, corrections=asked, error_summary=summary
    )


def _note_view(office: Office, actor: Actor, key: Key) -> None:
    """Put on record that somebody looked at a person's data; once while the same one stays open."""
    if session.get("looked_at") == str(key):
        return
    session["looked_at"] = str(key)
    with office.store.write() as writing:
        note_audit(writing, office.store.now(), actor.id, "registration_viewed", str(key))


def _claim(office: Office, key: Key, actor: Actor) -> Answer:
    try:
        office.review.claim(key, actor)
    except ActRefusedError as error:
        return _refused(office, key, error, Typed())
    if request.headers.get("X-Fragment"):
        row = office.case(key, actor).row
        until = row.claimed_until
        words = format_time(until, "HH:mm") if until else ""
        left_s = case_screen.left_s(row, office.store.now())
        return jsonify(until=until.isoformat() if until else "", until_words=words, left_s=left_s)
    return _back(key, request.form.get("item", ""))


def _release(office: Office, key: Key, actor: Actor) -> Answer:
    office.review.release(key, actor)
    flash(_("Put back. Your notes stay with the registration."), "good")
    return redirect(url_for("desk.worklist"), 303)


def _mark(office: Office, key: Key, actor: Actor) -> Answer:
    form = request.form
    code, mark = form.get("item", "")[:8], MARKS.get(form.get("mark", ""), "")
    typed = Typed(code, form.get("opinion", "")[:32], form.get("text", "").strip()[:MAX_TEXT_CHARS])
    try:
        said = _said(office, typed) if mark == "return" else Said()
        office.review.mark(key, code, mark, said, actor)  # type: ignore[arg-type]  # MARKS holds its words only
    except ActRefusedError as error:
        return _refused(office, key, error, typed)
    notes.keep(office.store, office.box, key, actor, code, "")
    case = office.case(key, actor)
    return _back(key, case_screen.next_undecided(case, code) if mark else code)


def _note(office: Office, key: Key, actor: Actor) -> Answer:
    """Keep what is being written. Programs are told by 204; whoever pressed the button goes back to the item."""
    case = office.case(key, actor)
    code = request.form.get("code", notes.NOTES)[:8]
    if code in (notes.NOTES, notes.CONCLUSION) or case.item(code) is not None:
        notes.keep(office.store, office.box, key, actor, code, request.form.get("text", ""))
    if request.headers.get("X-Fragment"):
        return Response(status=204)
    return _back(key, request.form.get("item", ""))


def _conclude(office: Office, key: Key, actor: Actor) -> Answer:
    form = request.form
    act, revision = form.get("act", ""), form.get("revision", "")
    typed = Typed("", form.get("opinion", "")[:32], form.get("text", "").strip()[:MAX_TEXT_CHARS], act)
    if act not in set(Conclusion) or not revision.isdigit():
        return _show(office, key, form.get("item", ""), 1, typed, _("Choose how the review ends.")), 422
    try:
        said = _said(office, typed, is_needed=False)
        conclude(office.review, Conclusion(act), key, actor, int(revision), said)
    except ActRefusedError as error:
        return _refused(office, key, error, typed)
    notes.keep(office.store, office.box, key, actor, notes.CONCLUSION, "")
    flash(_("Saved. The registration has moved on."), "good")
    if Conclusion(act) in WITHOUT_CLAIM:
        return _back(key, "")
    return redirect(url_for("desk.worklist"), 303)


def _said(office: Office, typed: Typed, *, is_needed: bool = True) -> Said:
    known = {opinion.code for opinion in office.rules.online.opinions}
    said = Said(typed.opinion if typed.opinion in known else "", typed.text)
    if is_needed and said.is_empty:
        raise ReasonMissingError("mark")
    return said


def _refused(office: Office, key: Key, error: ActRefusedError, typed: Typed) -> Answer:
    """Show the registration as it is now, with what was typed and why that was not taken."""
    words = refusal_words(error, reviewer_names(office.store))
    status = 422 if error.code in ("reason", "not_ready") else 409
    return _show(office, key, typed.code or request.form.get("item", ""), 1, typed, words), status


def _back(key: Key, code: str) -> BaseResponse:
    return redirect(url_for("desk.case", year=key.year, id_=key.id, item=code or None), 303)


def _as_response(row: PictureRow, content: bytes) -> Response:
    if row.media_type not in SAFE_TYPES:
        raise UnknownRegistrationError("not a picture")
    response = Response(content, mimetype=row.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
