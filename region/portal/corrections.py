"""更正: what a candidate asks to have corrected, and what came of it."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from region.corrections.errors import RequestRefusedError
from region.corrections.evidence import evidence_of, open_evidence, read_evidence
from region.corrections.listing import own_correction, own_corrections
from region.corrections.phases import Closed, Phase, closed_for
from region.corrections.requesting import Wish, request_correction
from region.corrections.words import request_words
from region.desk.viewing import viewed
from region.portal import correcting
from region.portal.desk import Desk
from region.portal.guard import candidate
from region.portal.materials import as_picture
from region.registry.changing import CANDIDATE
from region.registry.reading import Case
from region.registry.rules import Rules
from region.registry.status import Role

Answer = str | Response | tuple[str, int]


def blueprint(desk: Desk) -> Blueprint:
    """Return the routes."""
    pages, counter = Blueprint("corrections", __name__), _Counter(desk)
    pages.add_url_rule("/corrections", "show", counter.show)
    pages.add_url_rule("/corrections/new", "ask", counter.ask)
    pages.add_url_rule("/corrections/new", "send", counter.send, methods=["POST"])
    pages.add_url_rule("/corrections/<id_>", "one", counter.one)
    pages.add_url_rule("/corrections/<id_>/evidence/<int:number>.jpg", "evidence", counter.evidence)
    return pages


class _Counter:
    """Where corrections are asked for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def show(self) -> Answer:
        rules = self._desk.rules()
        case = self._desk.case(candidate().key, rules)
        rows = own_corrections(self._desk.store, case.key)
        return render_template(
            "region/portal/corrections.html",
            closed=correcting.closed_words(_closed(case, rules)),
            lines=[correcting.line(self._desk.box, row, case, rules) for row in rows],
        )

    def ask(self) -> Answer:
        rules = self._desk.rules()
        return self._form(self._desk.case(candidate().key, rules), rules, {})

    def send(self) -> Answer:
        rules, form = self._desk.rules(), request.form
        case = self._desk.case(candidate().key, rules)
        if _closed(case, rules) is not Closed.OPEN:
            return self._form(case, rules, form), 409
        try:
            id_ = self._request(case, rules, form, request.files.getlist("evidence"))
        except RequestRefusedError as error:
            field, words = request_words(error)
            return self._form(self._desk.case(case.key, rules), rules, form, {field: words}), 422
        flash(_("Asked for. You read here what is decided."), "good")
        return redirect(url_for("corrections.one", id_=id_), 303)

    def one(self, id_: str) -> Answer:
        rules = self._desk.rules()
        case = self._desk.case(candidate().key, rules)
        row = own_correction(self._desk.store, case.key, id_)
        return render_template(
            "region/portal/correction.html",
            **correcting.whole(self._desk.box, row, case, rules, evidence_of(self._desk.store, row)),
        )

    def evidence(self, id_: str, number: int) -> Answer:
        row = own_correction(self._desk.store, candidate().key, id_)
        _picture, content = open_evidence(self._desk.store, self._desk.box, row, number)
        return as_picture(viewed(content, row.requested_at, self._desk.rules()))

    def _request(self, case: Case, rules: Rules, form: Mapping[str, str], files: Sequence[FileStorage]) -> str:
        evidence = read_evidence(self._desk.preparer, rules, files)
        wish = Wish(form.get("field", ""), form.get("new", ""), form.get("reason", ""), evidence)
        return request_correction(self._desk.store, self._desk.box, rules, case.key, CANDIDATE, wish)

    def _form(
        self, case: Case, rules: Rules, typed: Mapping[str, str], problems: Mapping[str, str] | None = None
    ) -> str:
        return render_template(
            "region/portal/correction_ask.html",
            closed=correcting.closed_words(_closed(case, rules)),
            fields=correcting.fields(case),
            typed=typed,
            problems=problems or {},
        )


def _closed(case: Case, rules: Rules) -> Closed:
    now = Phase(case.status, case.situation.is_past, case.is_over)
    return closed_for(Role.CANDIDATE, now, rules.online.corrections)
