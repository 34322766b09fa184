"""Where a draft is written, compared and published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from region.desk.office import asking
from region.publishing import screen
from region.publishing.difference import counts, difference
from region.publishing.drafting import drop_draft, problems_of, read_draft, save_draft
from region.publishing.effects import shut_out
from region.publishing.errors import AlreadyPublishedError, DroppedError, NotSoundError, TimeError
from region.publishing.issuing import Publication, publish
from region.publishing.models import DraftRow
from region.publishing.versions import PLANNED, states, text_in_force, versions
from region.publishing.words import refusal
from region.publishing.yearly import NotWrittenError, Yearly, written
from region.publishing.yearly_form import read_form, shown
from region.registry.errors import ActRefusedError, ChangedMeanwhileError
from region.registry.rules import parse_rules, rules_in_force
from region.settings import Settings
from region.store import Store
from region.windows.changing import local

Answer = str | Response | tuple[str, int]


def install(pages: Blueprint, store: Store, settings: Settings) -> None:
    """Put the routes of drafts into the blueprint."""

    @pages.get("/drafts/<int:seq>")
    def draft(seq: int) -> Answer:
        row = read_draft(store, seq)
        return _closed(row) or _editor(row)

    @pages.post("/drafts/<int:seq>")
    def save(seq: int) -> Answer:
        return _save(store, seq)

    @pages.get("/drafts/<int:seq>/yearly")
    def yearly(seq: int) -> Answer:
        row = read_draft(store, seq)
        return _closed(row) or _yearly(row, {})

    @pages.post("/drafts/<int:seq>/yearly")
    def save_yearly(seq: int) -> Answer:
        return _save_yearly(store, seq)

    @pages.get("/drafts/<int:seq>/difference")
    def compare(seq: int) -> Answer:
        row = read_draft(store, seq)
        return _closed(row) or _compare(store, settings, row, {}, {})

    @pages.post("/drafts/<int:seq>/publish")
    def issue(seq: int) -> Answer:
        return _publish(store, settings, seq)

    @pages.post("/drafts/<int:seq>/drop")
    def drop(seq: int) -> Answer:
        try:
            drop_draft(store, asking(), seq)
            flash(_("The draft is thrown away."), "good")
        except ActRefusedError as error:
            flash(refusal(error)[1], "attention")
        return redirect(url_for("publishing.show"), 303)


def _closed(row: DraftRow) -> Response | None:
    """Lead away from a draft that is none any more: to the version that it has become, or to the list."""
    if row.closed_at is None:
        return None
    if row.published:
        flash(_("This draft was published before."), "attention")
        return redirect(url_for("publishing.version", digest=row.published), 303)
    flash(_("This draft was thrown away before. Begin another one."), "attention")
    return redirect(url_for("publishing.show"), 303)


def _save(store: Store, seq: int) -> Answer:
    text = request.form.get("source", "")
    try:
        save_draft(store, asking(), seq, text, _revision())
    except ActRefusedError as error:
        return _gone(error) or _not_saved(store, seq, text, error)
    if request.form.get("then") == "compare":
        return redirect(url_for("publishing.compare", seq=seq), 303)
    flash(_("Saved as a draft."), "good")
    return redirect(url_for("publishing.draft", seq=seq), 303)


def _not_saved(store: Store, seq: int, text: str, error: ActRefusedError) -> Answer:
    """Show what was typed again, and beside it what stands if somebody else was faster."""
    row, (field, words) = read_draft(store, seq), refusal(error)
    is_changed = isinstance(error, ChangedMeanwhileError)
    lines = difference(row.source, text.replace("\r\n", "\n")) if is_changed else ()
    return _editor(row, text, {field: words}, lines), 409 if is_changed else 422


def _editor(row: DraftRow, text: str | None = None, problems: Mapping[str, str] | None = None, lines: Any = ()) -> str:
    source = row.source if text is None else text
    found = problems_of(source)
    return render_template(
        "region/publishing/draft.html",
        seq=row.seq,
        origin=row.origin,
        revision=row.revision,
        source=source,
        mistakes=screen.problem_lines(found, source),
        mistakes_in_all=len(found),
        problems=problems or {},
        lines=lines,
    )


def _save_yearly(store: Store, seq: int) -> Answer:
    row, typed = read_draft(store, seq), request.form
    if closed := _closed(row):
        return closed
    try:
        wish, problems = read_form(typed, Yearly.of(row.source))
        if problems:
            return _yearly(row, typed, problems, 422)
        save_draft(store, asking(), seq, written(row.source, wish), _revision())
    except NotWrittenError:
        words = _("This text is written in a way that this page does not know. Change it in the text.")
        return _editor(row, problems={"": words}), 422
    except ActRefusedError as error:
        return _gone(error) or _yearly(row, typed, {"": refusal(error)[1]}, 409)
    flash(_("Written into the draft."), "good")
    return redirect(url_for("publishing.compare", seq=seq), 303)


def _yearly(
    row: DraftRow, typed: Mapping[str, str], problems: Mapping[str, str] | None = None, status: int = 200
) -> Answer:
    try:
        now = Yearly.of(row.source)
    except NotWrittenError:
        return _editor(row, problems={"": _("Mend the mistakes in the text first.")}), 422
    page = render_template(
        "region/publishing/yearly.html",
        seq=row.seq,
        revision=row.revision,
        problems=problems or {},
        **shown(now, typed),
    )
    return page, status


def _compare(
    store: Store, settings: Settings, row: DraftRow, typed: Mapping[str, str], problems: Mapping[str, str]
) -> str:
    standing, before = text_in_force(store), versions(store)
    found, lines = problems_of(row.source), difference(standing.source, row.source)
    shuts_out = 0 if found else shut_out(store, rules_in_force(store).online, parse_rules(row.source).online)
    gone, new = counts(lines)
    now = states(before, store.now())
    return render_template(
        "region/publishing/compare.html",
        seq=row.seq,
        revision=row.revision,
        against=before[0].digest if before else "",
        standing=standing.version,
        planned=[one.version for one in before if now[one.digest] == PLANNED],
        lines=lines,
        shuts_out=shuts_out,
        gone=gone,
        new=new,
        mistakes=screen.problem_lines(found, row.source),
        needs_another=settings.profile_four_eyes and row.changed_by == asking().id,
        four_eyes=settings.profile_four_eyes,
        zone=settings.timezone,
        typed=typed,
        problems=problems,
    )


def _publish(store: Store, settings: Settings, seq: int) -> Answer:
    form = request.form
    try:
        wish = Publication(_revision(), form.get("against", ""), form.get("reason", ""), _holds_from(settings))
        digest = publish(store, asking(), seq, wish, four_eyes=settings.profile_four_eyes)
    except ActRefusedError as error:
        row, (field, words) = read_draft(store, seq), refusal(error)
        status = 422 if field or isinstance(error, NotSoundError) else 409
        return _gone(error) or (_compare(store, settings, row, form, {field: words}), status)
    flash(_("Published. Venues fetch it by themselves; visits under way keep the version they began with."), "good")
    return redirect(url_for("publishing.version", digest=digest), 303)


def _gone(error: ActRefusedError) -> Response | None:
    """Lead away where there is no draft any more; a second click is told what the first one has done."""
    if isinstance(error, AlreadyPublishedError):
        flash(refusal(error)[1], "attention")
        return redirect(url_for("publishing.version", digest=error.digest), 303)
    if isinstance(error, DroppedError):
        flash(refusal(error)[1], "attention")
        return redirect(url_for("publishing.show"), 303)
    return None


def _holds_from(settings: Settings) -> datetime | None:
    text = request.form.get("holds_from", "").strip()
    if not text:
        return None
    try:
        return local(text, datetime.now(settings.zone))
    except (ValueError, OverflowError) as error:
        raise TimeError("no time") from error


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
