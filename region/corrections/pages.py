"""The screens of corrections: what waits, one request with its evidence, and the form that asks for one."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from region.audit import note
from region.corrections.deciding import Decision, decide_correction, items_proving
from region.corrections.errors import RequestRefusedError
from region.corrections.evidence import evidence_of, open_evidence, read_evidence
from region.corrections.listing import OUTCOMES, correction, list_corrections
from region.corrections.phases import CORRECTABLE
from region.corrections.requesting import Wish, request_correction, words_of
from region.corrections.words import OUTCOME_WORDS, request_words
from region.desk.office import Office, asking
from region.desk.refusal_words import item_names, refusal_words
from region.desk.viewing import viewed
from region.desk.worklist import newest_year, read_cursor
from region.labels import FACTS
from region.picture_words import found_words
from region.preparing import Preparer
from region.registry.changing import Key
from region.registry.errors import ActRefusedError, UnknownRegistrationError
from region.registry.review_models import CorrectionRow
from region.reviewers import reviewer_names

Answer = str | BaseResponse | tuple[str, int]
TIME = "yyyy-MM-dd HH:mm"
MAX_WORDS = 1000


def blueprint(office: Office) -> Blueprint:
    """Return the routes."""
    pages, preparer = Blueprint("corrections", __name__, url_prefix="/corrections"), Preparer()

    @pages.get("/")
    def worklist() -> Answer:
        return _worklist(office)

    @pages.get("/<int:year>/<id_>")
    def show(year: int, id_: str) -> Answer:
        return _show(office, year, id_)

    @pages.post("/<int:year>/<id_>")
    def decide(year: int, id_: str) -> Answer:
        return _decide(office, year, id_)

    @pages.get("/<int:year>/<id_>/evidence/<int:number>")
    def evidence(year: int, id_: str, number: int) -> Answer:
        return _evidence(office, year, id_, number)

    @pages.get("/new/<int:year>/<id_>")
    def ask(year: int, id_: str) -> Answer:
        return _form(office, Key(year, id_), {})

    @pages.post("/new/<int:year>/<id_>")
    def request_one(year: int, id_: str) -> Answer:
        return _request(office, preparer, Key(year, id_))

    @pages.errorhandler(UnknownRegistrationError)
    def unknown(_error: UnknownRegistrationError) -> Answer:
        return render_template("region/problem.html", text=_("There is no such correction here.")), 404

    return pages


def _worklist(office: Office) -> Answer:
    outcome = request.args.get("outcome", "")
    outcome = outcome if outcome in OUTCOMES else ""
    place = read_cursor(request.args.get("after", ""))
    after = (place.since, place.id) if place is not None and place.since is not None else None
    rows, goes_on = list_corrections(office.store, asking(), newest_year(office.store), outcome, after)
    names = reviewer_names(office.store)
    last = f"{rows[-1].requested_at.isoformat()}~{rows[-1].id}" if rows and goes_on else ""
    return render_template(
        "region/corrections/worklist.html",
        lines=[_line(office, row, names) for row in rows],
        outcome=outcome,
        outcomes=[(code, OUTCOME_WORDS[code][1]) for code in OUTCOMES],
        next_url=url_for("corrections.worklist", outcome=outcome or None, after=last) if last else "",
    )


def _show(office: Office, year: int, id_: str, typed: str = "", refused: str = "") -> str:
    row = correction(office.store, asking(), year, id_)
    with office.store.write() as session:
        note(session, office.store.now(), asking().id, "correction_viewed", f"{year}/{id_}")
    listed = {item.code for item in office.rules.materials.items}
    codes = sorted(items_proving(row.field) & listed)
    return render_template(
        "region/corrections/show.html",
        **_line(office, row, reviewer_names(office.store)),
        year=year,
        id=id_,
        case_url=url_for("desk.case", year=year, id_=row.registration),
        evidence=[
            (url_for("corrections.evidence", year=year, id_=id_, number=one.number), found_words(one.warnings))
            for one in evidence_of(office.store, row)
        ],
        is_open=not row.outcome,
        decision=row.decision,
        proving=item_names(codes),
        typed=typed,
        error_summary=[{"field": "words", "text": refused}] if refused else [],
    )


def _decide(office: Office, year: int, id_: str) -> Answer:
    form, actor = request.form, asking()
    words = form.get("words", "").strip()[:MAX_WORDS]
    correction(office.store, actor, year, id_)
    if form.get("act") not in ("accept", "reject"):
        return _show(office, year, id_, words, _("Accept it or turn it down.")), 422
    said = Decision(form["act"] == "accept", words, form.get("upload_again") == "yes")
    try:
        outcome = decide_correction(office.store, office.box, office.rules, year, id_, actor, said)
    except ActRefusedError as error:
        status = 422 if error.code == "reason" else 409
        return _show(office, year, id_, words, refusal_words(error, reviewer_names(office.store))), status
    state, text = OUTCOME_WORDS[outcome]
    flash(str(text), state)
    return redirect(url_for("corrections.worklist"), 303)


def _evidence(office: Office, year: int, id_: str, number: int) -> Answer:
    row = correction(office.store, asking(), year, id_)
    picture, content = open_evidence(office.store, office.box, row, number)
    response = Response(viewed(content, row.requested_at, office.rules), mimetype=picture.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _form(office: Office, key: Key, typed: Mapping[str, str], refused: str = "", field: str = "") -> str:
    case = office.case(key, asking())
    fields = [(name, f"{FACTS[name]}: {case.person.fields.get(name, '')}") for name in CORRECTABLE if name in FACTS]
    return render_template(
        "region/corrections/ask.html",
        year=key.year,
        id=key.id,
        person=case.person,
        fields=[("", _("Please choose")), *fields],
        typed=typed,
        problems={field: refused} if refused else {},
    )


def _request(office: Office, preparer: Preparer, key: Key) -> Answer:
    form, rules = request.form, office.rules
    office.case(key, asking())  # nobody's pictures are looked at for a registration that is not theirs
    try:
        evidence = read_evidence(preparer, rules, request.files.getlist("evidence"))
        wish = Wish(form.get("field", ""), form.get("new", ""), form.get("reason", ""), evidence)
        request_correction(office.store, office.box, rules, key, asking(), wish)
    except RequestRefusedError as error:
        field, words = request_words(error)
        return _form(office, key, form, words, field), 422
    flash(_("Asked for. A second person decides."), "good")
    return redirect(url_for("desk.case", year=key.year, id_=key.id), 303)


def _line(office: Office, row: CorrectionRow, names: Mapping[str, str]) -> dict[str, Any]:
    words = words_of(office.box, row)
    return {
        "url": url_for("corrections.show", year=row.exam_year, id_=row.id),
        "field": FACTS.get(row.field, row.field),
        "old": words["old"],
        "new": words["new"],
        "reason": words["reason"],
        "by": names.get(row.requested_by, _("Candidate")),
        "at": format_datetime(row.requested_at, TIME),
        "outcome_badge": OUTCOME_WORDS[row.outcome],
        "decided_by": names.get(row.decided_by, row.decided_by),
    }
